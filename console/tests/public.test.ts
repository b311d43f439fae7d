import { expect, test } from "vitest"
import { publicEn, publicZh } from "@/i18n/public"
import { languageOf } from "@/public/language"
import { barOf, isWhole, waitOf } from "@/public/told"

const leaves = (words: object, path = ""): [string, string][] =>
  Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as [string, string]] : leaves(value as object, `${path}${key}.`),
  )
const gaps = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((one) => one[1] ?? "").sort()

test("the open page has the same words with the same gaps in both languages", () => {
  const english = new Map(leaves(publicEn))
  for (const [key, text] of leaves(publicZh)) expect(gaps(english.get(key) ?? ""), key).toEqual(gaps(text))
  expect(english.size).toBe(leaves(publicZh).length)
})

test("the address chooses the language, else the browser does", () => {
  expect([languageOf("en", "zh-CN"), languageOf(null, "zh-TW"), languageOf(null, "fr"), languageOf("xx", "zh")]).toEqual(["en", "zh", "en", "zh"])
})

test("a question is asked only whole, and a wait is told as people say it", () => {
  expect([isWhole("12345-1", "0001"), isWhole("", "0001"), isWhole("1", "001"), isWhole("1", "abcd")]).toEqual([true, false, false, false])
  expect(waitOf(61)).toEqual({ key: "wait", unit: "minutes", n: 2 })
  expect(waitOf(86_000)).toEqual({ key: "wait", unit: "hours", n: 24 })
})

test("bars are measured against the longest", () => {
  const all = [{ taken: 20 }, { taken: 5 }, { taken: null }]
  expect(all.map((one) => barOf(one.taken, all))).toEqual([100, 25, 0])
})
