import { afterEach, describe, expect, it, vi } from "vitest"
import { emptyBoard } from "@/live/board"
import type { Board, Wall } from "@/live/told"
import { Problem } from "@/api/client"
import { lateUnits, rowsOf, shortly, standingAt, trendOf } from "@/screen/figures"
import { type Cases, type Now, isOld, keepAsking } from "@/screen/screen"

const AT = "2026-11-22T08:00:00Z"
const NOW = Date.parse(AT)
const seat = (name: string, status: string) => [name, { seat: name, status, paused: false, at: AT }]
const agent = (name: string, at: string, state: string) =>
  [name, { agent: name, number: 1, state, seat: at, queues: [], until: null, since: AT, reason: "", since_number: 1 }]
const board = {
  ...emptyBoard(),
  seats: Object.fromEntries([seat("seat-01", "not_in_use"), seat("seat-02", "in_use"), seat("seat-03", "unavailable")]),
  agents: Object.fromEntries([agent("a", "seat-01", "ready"), agent("b", "seat-03", "ready")]),
} as unknown as Board
const wall = {
  computed_at: AT, through: 1, lines: {}, abandoned: [], agents: {},
  waiting: [{ call_id: "c", caller: null, line: "12345", queue: "12345", at: "2026-11-22T07:59:00Z", waited: null, reached: false, kept: false }],
} as unknown as Wall

describe("the big screen", () => {
  it("counts seats by what they do, and has the alarms that the supervisor's page has", () => {
    const standing = standingAt({ now: AT, live: true, board, wall } as unknown as Now, NOW)
    expect(standing.seats).toEqual([
      { does: "ready", n: 1 }, { does: "talking", n: 1 }, { does: "wrap_up", n: 0 }, { does: "paused", n: 0 }, { does: "phone_lost", n: 1 },
    ])
    expect(standing.alarms.map((one) => [one.kind, one.what, one.n])).toEqual([["wait", "12345", 60], ["phone", "seat-03", 0]])
  })

  it("marks items that are reported more than usual, and units that are late", () => {
    expect([[9, 4], [2, 0], [5, 4], [1, 6]].map(([now, usual]) => trendOf({ item: "113", now: now ?? 0, usual: usual ?? 0 })))
      .toEqual(["up", "same", "same", "down"])
    const cases = {
      areas: [{ cell: "140728100001", total: 3, late: 1 }],
      units: [{ unit: "U1", open: 9, late: 4 }, { unit: "U2", open: 3, late: 0 }],
    } as unknown as Cases
    expect(lateUnits(cases, 6).map((unit) => unit.unit)).toEqual(["U1"])
    expect(rowsOf(cases)).toEqual([{ cell: "140728100001", total: 3, open: 0, late: 1, urgent: 0 }])
    expect([shortly("100.0%"), shortly("95.3%")]).toEqual(["100%", "95.3%"])
  })
})

describe("asking for weeks", () => {
  afterEach(() => vi.useRealTimers())

  it("has the page loaded anew after a day", () => {
    expect([isOld(NOW, NOW + 86_399_000), isOld(NOW, NOW + 86_400_000)]).toEqual([false, true])
  })

  it("goes on after a server that was away, one question at a time, until it is stopped", async () => {
    vi.useFakeTimers()
    let [asked, open, most] = [0, 0, 0]
    const { stop } = keepAsking(async () => {
      most = Math.max(most, ++open)
      asked++
      await new Promise((resolve) => setTimeout(resolve, 500))
      open--
      if (asked % 2) throw new Problem(0, "away", "")
    }, 2_000)
    await vi.advanceTimersByTimeAsync(100 * 2_500)
    expect([asked, most]).toEqual([101, 1])
    stop()
    await vi.advanceTimersByTimeAsync(100_000)
    expect(asked).toBe(101)
    expect(vi.getTimerCount()).toBe(0)
  })
})
