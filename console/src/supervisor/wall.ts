/** The queue wall: the server's figures, and waits that run on by the clock. */
import type { Schemas } from "@/api/client"
import { callbackKey } from "@/live/centre"
import type { Wall, WallCaller, WallFigure } from "@/live/told"

export type Task = Schemas["CallbackShown"]
export type TaskState = Task["state"] | "none"
export const LINES = ["12345", "110"] as const

/** What stands on the wall of a line: figure, stretch, and the hours behind it (0: today). */
export const FIGURES = [
  { name: "within_15", stretch: "today", hours: 0 },
  { name: "within_15", stretch: "hour", hours: 1 },
  { name: "connected_rate", stretch: "day", hours: 24 },
  { name: "abandoned", stretch: "today", hours: 0 },
] as const

/** The line that a queue belongs to: 110 has one of its own, the others are the service line's. */
export const lineOf = (one: WallCaller): string => one.line ?? (one.queue === "110" ? "110" : "12345")

/** Who waits on a line, the longest first. */
export const waitingOn = (wall: Wall | null, line: string): WallCaller[] =>
  (wall?.waiting ?? []).filter((one) => lineOf(one) === line)

/** Since when the longest on a line waits; null where nobody does. */
export const longestSince = (wall: Wall | null, line: string): string | null => {
  const waits = waitingOn(wall, line).map((one) => one.at)
  return waits.length ? waits.reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b)) : null
}

export const figureOf = (wall: Wall | null, line: string, stretch: string, name: string): WallFigure | undefined =>
  wall?.lines[line]?.[stretch]?.[name]

export interface GaveUp extends WallCaller {
  readonly task: TaskState
}

/** Who gave up in the last 24 hours, and how far ringing them back has come. */
export function gaveUp(wall: Wall | null, tasks: readonly Task[]): GaveUp[] {
  const states = new Map(tasks.filter((task) => task.why === "abandoned").map((task) => [task.call_id, task.state]))
  return (wall?.abandoned ?? []).map((one) => ({
    ...one,
    task: one.reached ? "done" : (states.get(one.call_id) ?? "none"),
  }))
}

/** Rows that the server was asked for, by the name of their task. */
export const byKey = (tasks: readonly Task[]): Map<string, Task> =>
  new Map(tasks.map((task) => [callbackKey(task), task]))
