/** The board: cases by the seven steps, those due first at the top, kept current while it is in sight. */
import { type Ref, onScopeDispose, shallowRef } from "vue"
import { Problem, type Schemas, ask, client } from "@/api/client"
import { noteRefusal } from "@/session"
import { useAnswer } from "@/supervisor/asking"
import { type Filters, toFiltered } from "./filters"
import { dueOf } from "./due"
import type { Ticket } from "./list"
import { SEVEN, type Stage, stageOf } from "./walk"

export type Board = Schemas["BoardShown"]
export type InStep = Schemas["StepCount"]

export interface Column {
  readonly stage: Stage
  readonly total: number
  readonly late: number
  readonly steps: readonly string[] // of the workflow, that lead to the list of the rest
  readonly tickets: readonly Ticket[]
}

const SHOWN = 20 // of a step
const LOOK_MS = 10_000
const WORDS_LOOK_MS = 60_000 // what is found by words is read, and audited, each time

/** What is due first comes first; what has no deadline comes last, the oldest first. */
function sooner(a: Ticket, b: Ticket): number {
  const [x, y] = [dueOf(a) ?? "9999", dueOf(b) ?? "9999"]
  return x === y ? Date.parse(a.opened_at) - Date.parse(b.opened_at) : Date.parse(x) - Date.parse(y)
}

/** The seven columns; a step of the workflow belongs to the stage that it is on the way of. */
export function columnsOf(board: Board): Column[] {
  return SEVEN.map((stage) => {
    const mine = board.steps.filter(({ step }) => stageOf(step) === stage)
    const tickets = mine.flatMap((one) => one.tickets)
    return {
      stage,
      total: mine.reduce((sum, one) => sum + one.total, 0),
      late: mine.reduce((sum, one) => sum + one.late, 0),
      steps: mine.map((one) => one.step),
      tickets: (stage === "evaluate" ? tickets : [...tickets].sort(sooner)).slice(0, SHOWN),
    }
  })
}

/** Steps that are on no way: declined, merged, void. */
export const besides = (board: Board): InStep[] => board.steps.filter(({ step }) => stageOf(step) === null)

/** Whether counts are others than those that the board was read with. */
export function hasMoved(board: Board, counts: readonly InStep[]): boolean {
  const mark = ({ step, total, late, moves }: InStep): string => `${step} ${total} ${late} ${moves}`
  return board.steps.map(mark).sort().join() !== counts.map(mark).sort().join()
}

export interface Place {
  readonly column: number
  readonly row: number
}
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
}

/** Where an arrow key leads among columns of these lengths; empty ones are passed over; null: nowhere. */
export function nextCard(key: string, from: Place, lengths: readonly number[]): Place | null {
  const [dx, dy] = ARROWS[key] ?? [0, 0]
  if (dx) return beside(from, dx, lengths)
  const row = from.row + dy
  return dy && row >= 0 && row < (lengths[from.column] ?? 0) ? { column: from.column, row } : null
}

function beside(from: Place, dx: number, lengths: readonly number[]): Place | null {
  const column = dx > 0
    ? lengths.findIndex((length, index) => index > from.column && length > 0)
    : lengths.findLastIndex((length, index) => index < from.column && length > 0)
  return column < 0 ? null : { column, row: Math.min(from.row, (lengths[column] ?? 1) - 1) }
}

/** The board of these filters. Counts alone are asked for again; the cases only when a count has changed. */
export function useBoard(filters: Readonly<Ref<Filters>>) {
  const { answer: board, fault, loading, put } = useAnswer<Board>()
  const readAt = shallowRef(0)

  const begin = (): Promise<void> => {
    readAt.value = Date.now()
    const body = { ...toFiltered(filters.value), limit: SHOWN }
    return put(() => ask(client.POST("/api/v1/tickets/board", { body })))
  }
  async function compare(body: ReturnType<typeof toFiltered>): Promise<void> {
    try {
      const { steps } = await ask(client.POST("/api/v1/tickets/counts", { body }))
      if (!board.value || hasMoved(board.value, steps)) await begin()
    } catch (error) {
      noteRefusal(error)
      if (!(error instanceof Problem)) throw error // away: the next look will tell
    }
  }
  async function look(): Promise<void> {
    if (document.visibilityState !== "visible" || loading.value) return
    const body = toFiltered(filters.value)
    if (!body.words && !body.number) await compare(body)
    else if (Date.now() - readAt.value >= WORDS_LOOK_MS) await begin()
  }
  const timer = window.setInterval(() => void look(), LOOK_MS)
  const seen = (): void => void look()
  document.addEventListener("visibilitychange", seen)
  onScopeDispose(() => {
    window.clearInterval(timer)
    document.removeEventListener("visibilitychange", seen)
  })
  return { board, fault, loading, begin }
}
