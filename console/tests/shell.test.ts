import { expect, test } from "vitest"
import { Problem, ask, problemOf } from "@/api/client"
import { faultOf } from "@/faults"
import { en } from "@/i18n/en"
import { zh } from "@/i18n/zh"
import { codeFrom } from "@/links"
import { noteServerTime, serverNow } from "@/now"
import { hasField, placesFor } from "@/places"
import { shownTheme } from "@/preferences"
import { reach, reachOf } from "@/reach"
import { standingOf } from "@/session"

const leaves = (words: object, path = ""): [string, string][] =>
  Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as [string, string]] : leaves(value as object, `${path}${key}.`),
  )
const gaps = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1] ?? "").sort()

test("both languages have the same words with the same gaps", () => {
  const english = new Map(leaves(en))
  expect([...english.keys()].sort()).toEqual(leaves(zh).map(([key]) => key).sort())
  for (const [key, text] of leaves(zh)) expect(gaps(english.get(key) ?? ""), key).toEqual(gaps(text))
})

test("nothing is left untranslated but the languages' own names", () => {
  const english = new Map(leaves(en))
  const same = leaves(zh).filter(([key, text]) => !key.startsWith("languages.") && english.get(key) === text)
  expect(same.map(([key]) => key)).toEqual([])
})

test("places follow from rights", () => {
  expect(placesFor(["see_tickets"]).map((place) => place.name)).toEqual(["cases", "map"])
  expect(placesFor(["own_account"])).toEqual([])
  expect([hasField(["seat", "patroller"]), hasField(["dispatcher"])]).toEqual([true, false])
})

test("colours follow the choice, then the system's wishes", () => {
  expect(shownTheme("light", { dark: true, contrast: true })).toBe("light")
  expect(shownTheme("auto", { dark: true, contrast: true })).toBe("contrast")
  expect(shownTheme("auto", { dark: true, contrast: false })).toBe("dark")
  expect(shownTheme("auto", { dark: false, contrast: false })).toBe("light")
})

test("who was let in has to choose a password first where it is asked for", () => {
  expect([standingOf({ must_change: true }), standingOf({ must_change: false })]).toEqual(["must_change", "in"])
})

test("only a link's own code is taken from the address", () => {
  expect([codeFrom("#enter=aB_-9"), codeFrom("#step=filed"), codeFrom("#enter=")]).toEqual(["aB_-9", "", ""])
})

test("a refusal becomes words of its form; a fault of ours does not", () => {
  expect(faultOf(new Problem(401, "sign_in_needed", ""), "signIn").key).toBe("signIn.wrong")
  expect(faultOf(new Problem(401, "sign_in_needed", ""), "link").key).toBe("signIn.linkOver")
  expect(faultOf(new Problem(429, "too_many_tries", "", 30), "signIn").values).toEqual({ n: 30 })
  expect(faultOf(new Problem(418, "tea", "short and stout"), "case")).toEqual({
    key: "fault.other", values: { detail: "short and stout" },
  })
  expect(() => faultOf(new TypeError("ours"), "case")).toThrow("ours")
})

test("an answer that is no problem document is still told apart", () => {
  expect(problemOf(new Response(null, { status: 502 }), "<html>").code).toBe("away")
  expect(problemOf(new Response(null, { status: 400 }), null).code).toBe("refused")
})

test("whether the server answers is known from every request", async () => {
  expect([0, 200, 404, 500, 502, 503].map(reachOf)).toEqual(["away", "here", "here", "here", "away", "away"])
  await expect(ask(Promise.reject(new TypeError("no network")))).rejects.toMatchObject({ code: "away" })
  expect(reach.value).toBe("away")
  await ask(Promise.resolve({ data: 1, response: new Response() }))
  expect(reach.value).toBe("here")
})

test("a clock that goes wrong is put right by the server's", () => {
  const here = Date.parse("2026-11-22T08:00:00Z")
  noteServerTime("Sun, 22 Nov 2026 08:10:00 GMT", here)
  expect(serverNow(here)).toBe(here + 600_000)
  noteServerTime("nonsense", here)
  expect(serverNow(here)).toBe(here + 600_000)
  noteServerTime("Sun, 22 Nov 2026 08:00:01 GMT", here)
  expect(serverNow(here)).toBe(here)
})
