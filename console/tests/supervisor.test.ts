import { expect, test } from "vitest"
import { apply, emptyBoard, newerWall } from "@/live/board"
import { steady } from "@/live/steady"
import { type Board, type Fact, type Wall, compareMoments } from "@/live/told"
import { USUAL, alarms, readThresholds, stillSeen } from "@/supervisor/alarms"
import { inOrder, listed, standsSince, talking } from "@/supervisor/calls"
import { closed, csv, dayAfter, fromHash, noChoice, opened, toHash, toListQuestion, toQuestion } from "@/supervisor/figures"
import { lackingIn, moveOf } from "@/supervisor/lead"
import type { Worker } from "@/supervisor/people"
import { counted, places } from "@/supervisor/seats"
import { clock, division, figure } from "@/supervisor/shown"
import { type Supervision, goingOn, heard, modesFrom } from "@/supervisor/supervision"
import { gaveUp, longestSince, waitingOn } from "@/supervisor/wall"
import { lineAt, nextMoment, peaks } from "@/supervisor/wave"

const NOW = Date.parse("2026-11-22T08:00:00Z")
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()
const fold = (...facts: object[]): Board => (facts as Fact[]).reduce(apply, emptyBoard())
const seen = (seat: string, status: string, more: object = {}): object => ({
  fact: "seat_seen", seat, status, paused: false, at: ago(60), node: "", queue: "", ...more,
})
const moved = (agent: string, to_state: string, seconds: number, seat = "seat-01"): object => ({
  fact: "agent_moved", agent, number: 2, move: "x", from_state: "", to_state, seat, queues: ["12345"],
  reason: "", call_id: null, until: null, actor: agent, at: ago(seconds),
})
const arrived = (call_id: string, seconds: number): object => ({
  fact: "call_arrived", call_id, line: "12345", node: "n1", caller_number: "13800000001", caller_channel: "", at: ago(seconds),
})
const answered = (call_id: string, seat: string, seconds: number): object => ({
  fact: "call_answered", call_id, queue: "12345", seat, seat_leg: `${call_id}-${seat}`, seat_channel: "",
  caller_channel: "", waited_seconds: 1, via: "queue", at: ago(seconds),
})
const wall = (more: object = {}): Wall =>
  ({ computed_at: ago(0), through: 1, lines: {}, waiting: [], abandoned: [], agents: {}, ...more }) as Wall
const waits = (call_id: string, seconds: number, queue = "12345"): object => ({
  call_id, caller: null, line: queue, queue, at: ago(seconds), waited: null, reached: false, kept: false,
})

test("moments are told apart to the microsecond", () => {
  expect(compareMoments("2026-03-02T08:00:00.5Z", "2026-03-02T08:00:00Z")).toBe(1)
  expect(compareMoments("2026-03-02T08:00:00Z", "2026-03-02T08:00:00Z")).toBe(0)
})

test("the wall that was computed later counts, told in either order", () => {
  const [early, late] = [wall({ computed_at: ago(2) }), wall({ computed_at: ago(1) })]
  expect([newerWall(early, late), newerWall(late, early), newerWall(null, early)]).toEqual([late, late, early])
})

test("a seat does what its telephone does, then what its agent ordered", () => {
  const told = (...facts: object[]) => places(fold(...facts)).map((one) => `${one.seat} ${one.does}`).join(", ")
  expect(told(seen("seat-01", "idle"), moved("wang", "paused", 30))).toBe("seat-01 paused")
  expect(told(seen("seat-01", "in_use"), moved("wang", "ready", 30))).toBe("seat-01 talking")
  expect(told(seen("seat-01", "unavailable"), moved("wang", "ready", 30))).toBe("seat-01 phone_lost")
  expect(told(seen("seat-01", "idle"), seen("seat-02", "idle", { paused: true }))).toBe("seat-01 empty, seat-02 paused")
  expect(told(moved("wang", "ready", 30))).toBe("seat-01 unknown")
  const lost = { fact: "link_lost", node: "n1", reason: "x", at: ago(5) }
  expect(told(seen("seat-01", "idle"), moved("wang", "ready", 30), lost)).toBe("seat-01 unknown")
})

test("a seat in a call says which, and since when", () => {
  const board = fold(seen("seat-01", "in_use"), arrived("n1-1", 50), answered("n1-1", "seat-01", 40))
  const [place] = places(board)
  expect([place?.does, place?.callId, place?.since]).toEqual(["talking", "n1-1", ago(40)])
  expect(counted(places(board))).toEqual([["talking", 1]])
  expect(inOrder(board).map((call) => [talking(call), standsSince(call)])).toEqual([[["seat-01"], ago(40)]])
})

test("words change nothing of what is drawn of seats and the list of calls", () => {
  const here = fold(seen("seat-01", "in_use"), arrived("n1-1", 50), answered("n1-1", "seat-01", 40))
  const [seats, calls] = [steady(places(here)), steady(inOrder(here).map(listed))]
  const words = { fact: "utterance_heard", call_id: "n1-1", side: "citizen", source: "live", index: 0, start_ms: 0, end_ms: 9, text: "路灯", at: ago(5) }
  const later = apply(here, words as unknown as Fact)
  expect(later.calls["n1-1"]).not.toBe(here.calls["n1-1"])
  expect([steady(places(later), seats) === seats, steady(inOrder(later).map(listed), calls) === calls]).toEqual([true, true])
  const more = apply(later, arrived("n1-2", 1) as Fact)
  const list = steady(inOrder(more).map(listed), calls)
  expect(list.map((one) => [one.call_id, one.where, one.since])).toEqual([["n1-2", null, ago(1)], ["n1-1", "01", ago(40)]])
})

test("who waits is shared out by line, and who gave up is followed until reached", () => {
  const told = wall({ waiting: [waits("a", 30), waits("b", 70), waits("c", 5, "110")], abandoned: [waits("d", 90)] })
  expect([waitingOn(told, "12345").length, longestSince(told, "12345"), longestSince(told, "110")]).toEqual([2, ago(70), ago(5)])
  const task = { task: 1, why: "abandoned", call_id: "d", ticket_number: null, round: 1, caller: null, state: "ringing", attempts: 1 } as const
  expect([gaveUp(told, [])[0]?.task, gaveUp(told, [task])[0]?.task]).toEqual(["none", "ringing"])
})

test("alarms go off beyond their thresholds and not at them", () => {
  const share = { value: 0.94, top: 94, bottom: 100, met: false }
  const told = wall({ waiting: [waits("a", 15)], lines: { "12345": { day: { connected_rate: share }, hour: {} } } })
  const board = fold(seen("seat-01", "idle"), moved("wang", "wrap_up", 301))
  const now = { links: board.links, wall: told, seats: places(board) }
  expect(alarms(now, USUAL, NOW).map((one) => one.key)).toEqual(["connected|12345", "wrapUp|seat-01"])
  expect(alarms(now, USUAL, NOW + 1000).map((one) => one.kind)).toContain("wait")
  expect(alarms(now, { ...USUAL, connected: 0, wrapUp: 0 }, NOW)).toEqual([])
})

test("a rate of a few calls is no alarm", () => {
  const told = (bottom: number) => wall({ lines: { "12345": { hour: { within_15: { value: 0.5, top: bottom / 2, bottom, met: null } } } } })
  const of = (bottom: number, least: number) =>
    alarms({ links: {}, wall: told(bottom), seats: [] }, { ...USUAL, least }, NOW).map((one) => one.kind)
  expect([of(2, 20), of(19, 20), of(20, 20), of(2, 0)]).toEqual([[], [], ["within"], ["within"]])
})

test("an alarm that was seen is new again when it comes back", () => {
  const one = { key: "wait|110", kind: "wait", what: "110", n: 20 } as const
  expect([...stillSeen(new Set(["wait|110"]), [one])]).toEqual(["wait|110"])
  expect([...stillSeen(new Set(["wait|110"]), [])]).toEqual([])
})

test("thresholds that make no sense are the usual ones", () => {
  expect(readThresholds('{"wait": 30, "waiting": -1, "talk": "x"}')).toEqual({ ...USUAL, wait: 30 })
  expect([readThresholds("{"), readThresholds(null)]).toEqual([USUAL, USUAL])
})

test("a supervision follows its facts, and its modes follow from its state", () => {
  const one = { id: "s1", state: "asked", ended_at: null, asked_at: ago(5) } as Supervision
  const fact = (mode: string, supervision = "s1") => ({ fact: "supervision_moved", mode, supervision, at: ago(0) }) as Fact
  expect(heard(one, fact("whisper"))?.state).toBe("whisper")
  expect(heard(one, fact("ended"))?.ended_at).toBe(ago(0))
  expect(heard(one, fact("barge", "s2"))).toBe(one)
  expect([modesFrom("asked"), modesFrom("whisper"), modesFrom("take_over")]).toEqual([[], ["listen", "barge", "take_over"], []])
  expect([goingOn([one], NOW)?.id, goingOn([one], NOW + 90_000)]).toEqual(["s1", null])
})

test("an order to an agent sends only what changes, and names what it lacks", () => {
  const agent = { name: "wang", queues: ["110", "12345"], number: 7 } as Worker
  const wanted = { seat: "", queues: ["12345", "110"], reason: " 换位 " }
  expect(moveOf(agent, { ...wanted, seat: "seat-02" })).toEqual({ seat: "seat-02", queues: null, reason: "换位", number: 7 })
  expect(moveOf(agent, { ...wanted, queues: ["110"] }).queues).toEqual(["110"])
  const lacks = (change: object, what: "move" | "signOut" = "move") => lackingIn(agent, what, { ...wanted, ...change })
  expect([lacks({}), lacks({ queues: [] }), lacks({ reason: " " })]).toEqual(["nothing", "noQueue", "missing"])
  expect([lacks({}, "signOut"), lacks({ seat: "seat-02" })]).toEqual(["", ""])
})

test("a choice of figures goes into the address and comes back, and days mean to their end", () => {
  const choice = { ...noChoice, from: "2026-11-01", to: "2026-11-30", interval: "day", by: "seat" }
  expect(fromHash(toHash(choice))).toEqual(choice)
  expect(toQuestion(choice)).toMatchObject({ from: "2026-11-01", to: "2026-12-01", interval: "day", by: "seat" })
  expect(toQuestion({ ...choice, hours: "24" })).toMatchObject({ last_hours: 24 })
  expect(toQuestion({ ...noChoice, from: "x", interval: "year", by: "2" })).toMatchObject({ interval: "whole", by: "line" })
  expect(dayAfter("2026-12-31")).toBe("2027-01-01")
})

test("a number opens the list that its row names, and closes without a trace", () => {
  const row = { calls: "/api/v1/numbers/calls?from=2026-11-22T00%3A00%3A00%2B08%3A00&to=b&line=110&figure={figure}" }
  const choice = opened(noChoice, row as Parameters<typeof opened>[1], "abandoned")
  expect(toListQuestion(choice)).toMatchObject({
    figure: "abandoned", from: "2026-11-22T00:00:00+08:00", to: "b", line: "110", seat: undefined,
  })
  expect(closed(choice)).toEqual(noChoice)
  expect(toListQuestion(noChoice)).toBe(null)
  expect(csv("/api/v1/numbers", toQuestion({ ...noChoice, hours: "1" }))).toBe(
    "/api/v1/numbers?last_hours=1&interval=whole&by=line&format=csv",
  )
})

test("figures and spans are written as people read them", () => {
  expect([clock(7), clock(725.9), clock(3725), clock(-1)]).toEqual(["0:07", "12:05", "1:02:05", "0:00"])
  expect(figure({ value: 0.9512, top: 1, bottom: 2 }, "%")).toBe("95.1%")
  expect([figure({ value: 12.34, top: 1, bottom: 2 }, "s"), figure(undefined, "%")]).toEqual(["12.3 s", "–"])
  expect([division({ value: 0.5, top: 1, bottom: 2 }), division({ value: 3, top: 3, bottom: null })]).toEqual(["1 ÷ 2", ""])
})

test("a waveform's bars are the loudest of their part, and lines and keys find their moment", () => {
  expect(peaks(new Float32Array([0.5, -1, 0.25, 0]), 2)).toEqual([1, 0.25])
  expect(peaks(new Float32Array([]), 5)).toEqual([])
  expect([lineAt([{ start_ms: 1000 }, { start_ms: 3000 }], 2), lineAt([{ start_ms: 1000 }], 0.5)]).toEqual([0, -1])
  expect([nextMoment("ArrowLeft", 3, 60), nextMoment("PageDown", 50, 60), nextMoment("x", 3, 60)]).toEqual([0, 60, null])
})
