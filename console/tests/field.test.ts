import { expect, test } from "vitest"
import { Problem } from "@/api/client"
import { draftOf } from "@/field/again"
import { fitted } from "@/field/photo"
import { metresBetween } from "@/field/place"
import { type Entry, REMEMBERED_MS, afterFailure, confirmed, endsRound, entryOf, expectedSteps, isUnsure, keyOf, open, sendable } from "@/field/queue"
import { partOf, stale } from "@/field/shell"
import type { Task } from "@/field/store"
import { cellsOf, far, near, pointOf, possibleNow } from "@/field/tasks"
import { lacks, reportOf } from "@/field/useReport"

const NUMBER = "12345-20261122-0001"

const command = (move: "accept" | "report" | "note", expected: number) =>
  ({ move, expected, reason: "修好了", attachments: [] }) as unknown as Entry["command"]

const entry = (id: string, at: number, more: Partial<Entry> = {}): Entry => ({
  ...entryOf({ owner: "wang", number: NUMBER, command: command("accept", 3), report: null, photos: [] }, id, at),
  ...more,
})

const task = (number: string, more: object = {}): Task =>
  ({
    ticket: { number, steps: 3, step: "dispatched", cell: "140728100001001", cell_name: "第1网格", longitude: 112.1, latitude: 37.1, ...more },
    words: "", history: [], attachments: [],
    moves: [{ move: "accept", to_step: "handling" }, { move: "return", to_step: "returned" }],
    then: { accept: [{ move: "report", to_step: "reported" }], return: [] },
  }) as unknown as Task

test("of each case the oldest is sent first, and nothing behind one that needs a look", () => {
  const entries = [entry("b", 2), entry("a", 1), entry("c", 3, { number: "other" }), entry("d", 4, { number: "", report: {} as Entry["report"] })]
  expect(sendable(entries).map((one) => one.id)).toEqual(["a", "c", "d"])
  const stuck = entries.map((one) => (one.id === "a" ? { ...one, state: "conflict" as const } : one))
  expect(sendable(stuck).map((one) => one.id)).toEqual(["c", "d"])
  expect(open(entries).map((one) => one.id)).toEqual(["a", "b", "c", "d"])
})

test("a failure leaves the entry where it can go on from", () => {
  const one = entry("a", 1)
  const after = (status: number, later: number | null = null) => afterFailure(one, new Problem(status, "x", "so", later), 50)
  expect(after(0)).toEqual({ ...one, tried: 50 })
  expect(afterFailure({ ...one, tried: 20 }, new Problem(503, "away", ""), 50).tried).toBe(20)
  expect([after(401), after(429, 30), after(409, 5)]).toEqual([one, one, one])
  expect(after(409).state).toBe("conflict")
  expect(after(422)).toMatchObject({ state: "refused", why: "so" })
  const ends = (status: number, later: number | null = null) => endsRound(new Problem(status, "x", "", later))
  expect([ends(0), ends(502), ends(401), ends(429, 30), ends(409), ends(422)]).toEqual([true, true, true, true, false, false])
})

test("what was sent longer ago than keys are remembered is not sent again unasked", () => {
  expect(isUnsure(entry("a", 1), 1e12)).toBe(false)
  expect(isUnsure(entry("a", 1, { tried: 5 }), 5 + REMEMBERED_MS)).toBe(false)
  expect(isUnsure(entry("a", 1, { tried: 5 }), 6 + REMEMBERED_MS)).toBe(true)
})

test("confirmed, it is a new request that expects what was seen, and so is what waits behind it", () => {
  const first = entry("a", 1, { state: "conflict" })
  const behind = entry("b", 2, { command: command("report", 4) })
  const renewed = confirmed(first, 7, [first, behind, entry("c", 3, { number: "other" })])
  expect(renewed.map((one) => [one.id, one.command?.expected, one.state, keyOf(one)])).toEqual([
    ["a", 7, "waiting", "a.2"], ["b", 8, "waiting", "b.2"],
  ])
  expect(keyOf(first)).toBe("a.1")
})

test("a command expects the steps that those before it will have made", () => {
  expect(expectedSteps(3, NUMBER, [entry("a", 1), entry("b", 2), entry("c", 3, { number: "other" })])).toBe(5)
  const now = possibleNow(task(NUMBER), [entry("a", 1)])
  expect([now.expected, now.moves.map((one) => one.move)]).toEqual([4, ["report"]])
  expect(possibleNow(task(NUMBER), []).moves).toHaveLength(2)
  const noted = possibleNow(task(NUMBER), [entry("a", 1, { command: command("note", 3) })])
  expect([noted.expected, noted.moves.length]).toEqual([4, 2])
})

test("tasks are listed by distance where the phone's place is known, and by cell", () => {
  const tasks = [task("far", { longitude: 112.2 }), task("near"), task("nowhere", { longitude: null, cell: null })]
  const here = { longitude: 112.1, latitude: 37.1001, metres: 5 }
  expect(near(tasks, "", here).map((one) => one.task.ticket.number)).toEqual(["near", "far", "nowhere"])
  expect(near(tasks, "", null).map((one) => one.task.ticket.number)).toEqual(["far", "near", "nowhere"])
  expect(near(tasks, "140728100001001", null)).toHaveLength(2)
  expect(cellsOf(tasks)).toEqual([["140728100001001", "第1网格"]])
  expect([far(84), far(1234)]).toEqual(["80 m", "1.2 km"])
  expect([pointOf(task("x")), pointOf(null)]).toEqual(["37.10000, 112.10000", ""])
  expect(metresBetween({ longitude: 112, latitude: 37 }, { longitude: 112, latitude: 38 })).toBeCloseTo(111_195, -1)
})

test("a report says what it lacks, and sends the phone's place before the cell", () => {
  const text = { item: "113", words: "路灯不亮 ", address: "", urgent: "1", own: "1" }
  const cell = "140728100001"
  expect(lacks({ ...text, item: "" }, null, cell)).toBe("item")
  expect(lacks({ ...text, words: " " }, null, cell)).toBe("what")
  expect([lacks(text, null, "140728"), lacks(text, null, cell)]).toEqual(["where", null])
  expect(reportOf(text, null, cell)).toMatchObject({ cell, longitude: null, words: "路灯不亮", urgency: "urgent" })
  expect(reportOf(text, { longitude: 1, latitude: 2, metres: 3 }, cell)).toMatchObject({ cell: null, longitude: 1 })
})

test("what was refused becomes the draft that it was", () => {
  const photos = [{ name: "1.jpg", bytes: new ArrayBuffer(1), file: 7 }]
  const told = draftOf(entry("a", 1, { photos }))
  expect(told.text).toEqual({ move: "accept", reason: "修好了" })
  expect(told.photos[0]?.file).toBeNull()
  const report = reportOf({ item: "113", words: "路灯", address: "南大街", urgent: "", own: "" }, null, "")
  expect(draftOf(entry("a", 1, { command: null, report })).text).toMatchObject({ item: "113", address: "南大街" })
})

test("the worker answers its page and files, and never the API", () => {
  const files = ["/console/assets/field-1.js"]
  const part = (path: string, mode = "cors", origin = "https://a") => partOf(new URL(path, origin), mode, "https://a", files)
  expect(part("/console/field", "navigate")).toBe("page")
  expect(part("/console/assets/field-1.js")).toBe("file")
  expect([part("/api/v1/field/tasks"), part("/console/cases", "navigate"), part("/console/field", "navigate", "https://b")])
    .toEqual(["other", "other", "other"])
  expect(stale(["callcenter-field-1", "callcenter-field-2", "others"], "callcenter-field-2")).toEqual(["callcenter-field-1"])
})

test("photographs are made small, never larger", () => {
  expect([fitted(4000, 3000), fitted(300, 200)]).toEqual([{ width: 1600, height: 1200 }, { width: 300, height: 200 }])
})
