/** Tasks as a phone lists them: by deadline or by distance, of one cell or of all. */
import { type Entry, expectedSteps, open } from "./queue"
import { type Place, metresBetween } from "./place"
import type { Task } from "./store"

export interface Near {
  readonly task: Task
  readonly metres: number | null // null: the case's place, or the phone's, is not known
}

/** The tasks of a cell ("" all), nearest first where the phone's place is known, else as they came. */
export function near(tasks: readonly Task[], cell: string, place: Place | null): Near[] {
  const found = tasks
    .filter((one) => !cell || one.ticket.cell === cell)
    .map((task) => ({ task, metres: place ? metresTo(task, place) : null }))
  if (!place) return found
  return found.sort((a, b) => (a.metres ?? Infinity) - (b.metres ?? Infinity))
}

function metresTo(task: Task, place: Place): number | null {
  const { longitude, latitude } = task.ticket
  return longitude == null || latitude == null ? null : metresBetween({ longitude, latitude }, place)
}

/** A task's point as it is typed into a map: latitude, longitude; "" where it has none. */
export function pointOf(task: Task | null): string {
  const { longitude, latitude } = task?.ticket ?? {}
  return longitude == null || latitude == null ? "" : `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`
}

/** The cells that tasks lie in, by code. */
export const cellsOf = (tasks: readonly Task[]): [string, string][] => [
  ...new Map(tasks.flatMap(({ ticket }) => (ticket.cell ? [[ticket.cell, ticket.cell_name || ticket.cell]] : []))),
] as [string, string][]

/** 80 m, 1.2 km: as people say it. */
export const far = (metres: number): string =>
  metres < 1000 ? `${Math.round(metres / 10) * 10} m` : `${(metres / 1000).toFixed(1)} km`

/** What can be done to a task, with what is queued for it taken as done; and what a command must expect. */
export function possibleNow(task: Task, entries: readonly Entry[]) {
  const mine = open(entries).filter((one) => one.number === task.ticket.number && one.command)
  const leads = mine.map((one) => one.command?.move ?? "").filter((move) => move in task.then)
  const last = leads.at(-1)
  const moves = leads.length > 1 ? [] : last ? (task.then[last] ?? []) : task.moves
  return { moves, expected: expectedSteps(task.ticket.steps, task.ticket.number, entries), queued: mine }
}
