import { describe, expect, it } from "vitest"
import { type Board, besides, columnsOf, hasMoved, nextCard } from "@/cases/board"
import { dueOf } from "@/cases/due"
import { SEVEN } from "@/cases/walk"

const ticket = (number: string, due_at: string | null, opened_at = "2026-11-22T01:00:00Z", step = "dispatched") =>
  ({ number, due_at, opened_at, step, review_at: "2026-11-30T00:00:00Z" })
const board = {
  steps: [
    { step: "dispatched", total: 2, late: 1, moves: 6, tickets: [ticket("b", "2026-11-22T04:00:00Z"), ticket("d", null)] },
    { step: "returned", total: 1, late: 0, moves: 4, tickets: [ticket("a", "2026-11-22T03:00:00+00:00")] },
    { step: "reopened", total: 1, late: 0, moves: 9, tickets: [ticket("c", null, "2026-11-01T01:00:00Z")] },
    { step: "closed", total: 70, late: 0, moves: 300, tickets: [ticket("z", "2026-11-22T09:00:00Z"), ticket("y", "2026-11-02T09:00:00Z")] },
    { step: "void", total: 3, late: 0, moves: 6, tickets: [] },
  ],
} as unknown as Board

describe("the board", () => {
  it("has the seven steps, what is due first at their tops, and what is over as it was closed", () => {
    const columns = columnsOf(board)
    expect(columns.map((column) => column.stage)).toEqual([...SEVEN])
    const at = (stage: string) => columns.find((column) => column.stage === stage)
    expect(at("dispatch")).toMatchObject({ total: 4, late: 1, steps: ["dispatched", "returned", "reopened"] })
    expect(at("dispatch")?.tickets.map((one) => one.number)).toEqual(["a", "b", "c", "d"])
    expect(at("evaluate")?.tickets.map((one) => one.number)).toEqual(["z", "y"])
    expect(at("handle")).toMatchObject({ total: 0, tickets: [] })
    expect(besides(board).map((one) => one.step)).toEqual(["void"])
  })

  it("tells when a case is due only while a clock runs for it", () => {
    const due = "2026-11-22T03:00:00Z"
    const of = (step: string) => dueOf({ step, due_at: due, review_at: "2026-11-30T00:00:00Z" } as Parameters<typeof dueOf>[0])
    expect([of("handling"), of("suspended"), of("reported"), of("closed")]).toEqual([due, "2026-11-30T00:00:00Z", null, null])
  })

  it("is read again when a count says that something has moved, and not else", () => {
    const counts = board.steps.map(({ step, total, late, moves }) => ({ step, total, late, moves })).reverse()
    expect(hasMoved(board, counts)).toBe(false)
    expect(hasMoved(board, counts.map((one) => (one.step === "void" ? { ...one, moves: 7 } : one)))).toBe(true)
    expect(hasMoved(board, counts.slice(1))).toBe(true)
  })

  it("is walked by the arrows; empty columns are passed over", () => {
    const lengths = [0, 1, 0, 5, 0]
    expect(nextCard("ArrowDown", { column: 3, row: 0 }, lengths)).toEqual({ column: 3, row: 1 })
    expect(nextCard("ArrowDown", { column: 3, row: 4 }, lengths)).toBeNull()
    expect(nextCard("ArrowUp", { column: 3, row: 0 }, lengths)).toBeNull()
    expect(nextCard("ArrowLeft", { column: 3, row: 4 }, lengths)).toEqual({ column: 1, row: 0 })
    expect(nextCard("ArrowRight", { column: 3, row: 4 }, lengths)).toBeNull()
    expect(nextCard("Enter", { column: 3, row: 4 }, lengths)).toBeNull()
  })
})
