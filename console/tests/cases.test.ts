import { expect, test } from "vitest"
import { begun, keepBegun } from "@/cases/keep"
import { commandOf, emptyDraft, missing, otherIs, unitsOf } from "@/cases/command"
import { fromHash, noFilters, toHash, toQuestion } from "@/cases/filters"
import { nextRow } from "@/cases/keys"
import { type Ticket, newOf, renewed } from "@/cases/list"
import { countyMoment, remaining, written } from "@/cases/time"
import { tabs } from "./tabs"
import { type HistoryLine, progress, since } from "@/cases/walk"

const NOW = Date.parse("2026-11-22T08:00:00Z")
const possible = { move: "note", to_step: "filed", reason: false, unit: false, due: false, other: false, others: [] as string[] } as const

test("filters go into the address and come back, and what is foreign is passed over", () => {
  const filters = { ...noFilters, q: "南大街 路灯&x=1", step: "handling", unit: "U1002" }
  expect(fromHash(toHash(filters))).toEqual(filters)
  expect(toHash(filters)).toBe("#q=南大街+路灯%26x%3D1&step=handling&unit=U1002")
  expect(toHash(noFilters)).toBe("")
  expect(fromHash("#nonsense=1&step=filed")).toEqual({ ...noFilters, step: "filed" })
})

test.each([
  ["12345-20261122", "12345-20261122", ""],
  ["12345202611220001", "12345202611220001", ""],
  ["南大街 12号", "", "南大街 12号"],
  ["  ", "", ""],
])("%s is looked for as a number or as words", (q, number, words) => {
  expect(toQuestion({ ...noFilters, q }, null, 200)).toMatchObject({ number, words })
})

test("an address that was tampered with asks for nothing that the API refuses", () => {
  const told = toQuestion({ ...noFilters, step: "x", line: "119", item: "1", unit: "a b" }, "n", 50)
  expect(told).toMatchObject({ step: null, line: null, item: "", unit: "", after: "n", limit: 50 })
})

test("a page behind the rows doubles none", () => {
  const page = (...numbers: string[]) => numbers.map((number) => ({ number }) as Ticket)
  const known = new Set<string>()
  const rows = [...newOf(page("3", "2"), known), ...newOf(page("2", "1"), known)]
  expect(rows.map((row) => row.number)).toEqual(["3", "2", "1"])
})

test("a row is renewed where it stands", () => {
  const rows = ["3", "2", "1"].map((number) => ({ number, step: "draft" }) as Ticket)
  const told = renewed(rows, { number: "2", step: "filed" } as Ticket)
  expect(told.map((row) => `${row.number} ${row.step}`)).toEqual(["3 draft", "2 filed", "1 draft"])
})

test("what is left is told in its two largest units and coloured by its urgency", () => {
  const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString()
  const told = (minutes: number) => {
    const { late, parts, mood } = remaining(at(minutes), NOW)
    return [late, parts.map((part) => `${part.n} ${part.unit}`).join(" "), mood]
  }
  expect(told(2 * 1440 + 61)).toEqual([false, "2 day 1 hour", "still"])
  expect(told(239)).toEqual([false, "3 hour 59 minute", "warn"])
  expect(told(0.5)).toEqual([false, "", "warn"])
  expect(told(-1500)).toEqual([true, "1 day 1 hour", "bad"])
})

test("moments are written and read as the county's time", () => {
  expect(written("2026-11-22T08:32:00Z", "zh", NOW)).toBe("11月22日 16:32")
  expect(written("2025-12-31T16:30:00Z", "en", NOW)).not.toContain("2025")
  expect(written("2025-03-01T00:00:00Z", "en", NOW)).toContain("2025")
  expect(countyMoment("2026-11-22T16:32")).toBe("2026-11-22T08:32:00.000Z")
  expect([countyMoment(""), countyMoment("2026-13-01T00:00")]).toEqual([null, null])
})

const line = (number: number, move: string, to_step: string) => ({ number, move, to_step }) as HistoryLine
const WAY = [
  line(1, "open", "draft"), line(2, "file", "filed"), line(3, "dispatch", "dispatched"),
  line(4, "accept", "handling"), line(5, "report", "reported"), line(6, "verify", "verified"),
  line(7, "close", "closed"),
]

test("a case walks through the seven steps", () => {
  const told = (lines: HistoryLine[]) => Object.values(progress(lines)).join(" ")
  expect(told(WAY.slice(0, 4))).toBe("done done done now ahead ahead ahead")
  expect(told(WAY)).toBe("done done done done done done done")
  expect(told([line(1, "open", "draft"), line(2, "answer", "closed")])).toBe(
    "done skipped skipped skipped skipped skipped done",
  )
  expect(told([...WAY, line(8, "reopen", "reopened")])).toBe("done done now ahead ahead ahead ahead")
  expect(told([line(1, "open", "draft"), line(2, "merge", "merged")])).toBe(
    "done skipped skipped skipped skipped skipped skipped",
  )
})

test("what came after somebody looked is told apart", () => {
  expect(since(WAY, 5).map((one) => one.move)).toEqual(["verify", "close"])
})

test("a command names what it lacks, first things first", () => {
  const needs = { ...possible, reason: true, unit: true, due: true, other: true }
  const draft = emptyDraft()
  expect(missing(needs, draft)).toBe("unit")
  expect(missing(needs, { ...draft, unit: "U1" })).toBe("other")
  expect(missing(needs, { ...draft, unit: "U1", other: "x" })).toBe("due")
  expect(missing(needs, { ...draft, unit: "U1", other: "x", due: "2026-12-01T10:00" })).toBe("reason")
  expect(missing(possible, draft)).toBe(null)
  expect([otherIs("merge"), otherIs("supervise"), otherIs("part")]).toEqual(["other", "leader", "otherUnit"])
  expect(unitsOf({ ...needs, others: ["U2"] }, { U1: "路灯", U2: "供水" })).toEqual(["U2"])
  expect(unitsOf(needs, { U1: "路灯", U2: "供水" })).toEqual(["U1", "U2"])
})

test("a command sends nothing that was typed for another one", () => {
  const draft = { reason: " 已查 ", unit: "U1", other: "x", due: "2026-12-01T10:00", attachments: [2] }
  expect(commandOf(possible, draft, 4)).toEqual({
    move: "note", reason: "已查", unit: null, other: null, due_at: null, attachments: [2], expected: 4,
  })
  expect(commandOf({ ...possible, move: "suspend", due: true }, draft, 4).due_at).toBe("2026-12-01T02:00:00.000Z")
})

test("keys lead through a list and not out of it", () => {
  expect(["ArrowDown", "k", "End", "Home", "PageDown", "x"].map((key) => nextRow(key, 0, 5))).toEqual([
    1, 0, 4, 0, 4, null,
  ])
  expect(nextRow("ArrowDown", 0, 0)).toBe(null)
})

test("a command that was begun is there again after a reload, as long as it can be given", () => {
  const [tab] = tabs(1)
  if (!tab) throw new Error("no tab")
  const one = { move: possible, draft: { ...emptyDraft(), reason: "已电话告知", attachments: [3] } }
  keepBegun("li", "12345-1", one, tab.typed)
  expect(begun("li", "12345-1", [possible], tab.typed)).toEqual({ ...one, draft: { ...one.draft, attachments: [] } })
  expect([begun("li", "12345-1", [], tab.typed), begun("li", "12345-2", [possible], tab.typed)]).toEqual([null, null])
  expect(begun("wang", "12345-1", [possible], tab.typed)).toBeNull()
  keepBegun("li", "12345-1", { move: possible, draft: emptyDraft() }, tab.typed)
  expect(tab.store.size).toBe(0)
})
