import { expect, test } from "vitest"
import { effectScope, nextTick, ref } from "vue"
import { useDraft, useTextDraft } from "@/admin/drafts"
import { type Moved, type Rules, changedIn, further, lineIn, noTrial, placeOf, sectionText, ways, withSection } from "@/admin/rules"

const TEXT = '# head\n[item.113] # 市容市政\nwords.5 = ["路灯"]\n\n[kind."投诉"]\nwords.5 = ["投诉"]\ntogether = [\n  { words = ["a", "b"], weight = 2 },\n]\n'

test("a section is cut out of its file and put back", () => {
  expect(placeOf(TEXT, "item.113")).toEqual({ from: 1, to: 4 })
  expect(sectionText(TEXT, "kind.投诉").split("\n")).toHaveLength(6)
  expect(sectionText(TEXT, "item.999")).toBe("")
  expect(withSection(TEXT, "item.113", sectionText(TEXT, "item.113"))).toBe(TEXT)
  const changed = withSection(TEXT, "item.113", '[item.113]\nwords.5 = ["井盖"]')
  expect(sectionText(changed, "item.113")).toContain("井盖")
  expect(sectionText(changed, "kind.投诉")).toBe(sectionText(TEXT, "kind.投诉"))
  expect(withSection(TEXT, "item.999", "x")).toBe(TEXT)
})

test("a fault's line in the file is told as one of the section", () => {
  expect(lineIn(TEXT, "item.113", 3)).toBe(2)
  expect(lineIn(TEXT, "item.113", 5)).toBeNull()
  expect(lineIn(TEXT, "kind.投诉", 5)).toBe(1)
  expect(lineIn(TEXT, "kind.投诉", null)).toBeNull()
})

test("only files that differ make a draft", () => {
  const rules = { files: [{ name: "a.toml", text: "1" }, { name: "b.toml", text: "2" }] } as Rules
  expect(changedIn(rules, { "a.toml": "1", "b.toml": "3" })).toEqual({ "b.toml": "3" })
  expect(changedIn(rules, {})).toEqual({})
})

const moved = (from: string | null, to: string | null): Moved => ({
  call_id: "n1-1.0", tickets: [],
  now: { item: from, kind: "求助", urgency: "ordinary", outcome: null },
  then: { item: to, kind: "求助", urgency: "ordinary", outcome: null },
})

test("a trial grows part by part, to its end or to as many as were asked for", () => {
  const part = { calls: 500, looked_at: 150, differ: [moved("113", "205")], before: "n1-9.0" }
  const first = further(noTrial, part, 1000)
  expect([first.seen, first.of, first.lookedAt, first.isDone]).toEqual([200, 500, 150, false])
  expect(further(first, { ...part, before: null }, 1000)).toMatchObject({ seen: 400, lookedAt: 300, isDone: true, before: null })
  expect(further(noTrial, part, 200).isDone).toBe(true)
})

test("what changed is counted, most first", () => {
  expect(ways([moved("113", "205"), moved(null, "209"), moved("113", "205")])).toEqual([
    { from: "113", to: "205", count: 2 }, { from: "", to: "209", count: 1 },
  ])
})

test("a draft is still there after a look elsewhere, and goes with what is in force while it is nobody's", async () => {
  const inForce = ref("old")
  const first = effectScope()
  const text = first.run(() => useTextDraft("x.toml", inForce))
  inForce.value = "older"
  await nextTick()
  if (text) text.value = "mine"
  first.stop()
  const again = effectScope()
  const later = again.run(() => useTextDraft("x.toml", inForce))
  inForce.value = "new"
  await nextTick()
  expect(later?.value).toBe("mine")
  if (later) later.value = "new"
  again.stop()
  expect(later?.value).toBe("")
  expect(useDraft("y", 3).value).toBe(3)
})
