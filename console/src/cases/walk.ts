/** A case's history as the walk through the seven steps. */
import type { Schemas } from "@/api/client"
import type { Mood } from "./time"

export type HistoryLine = Schemas["TicketStep"]
export const SEVEN = ["collect", "file", "dispatch", "handle", "report", "verify", "evaluate"] as const
export type Stage = (typeof SEVEN)[number]
export type Progress = "done" | "now" | "ahead" | "skipped"

/** Which of the seven steps a case is in. */
const STAGE_OF: Readonly<Record<string, Stage>> = {
  draft: "collect",
  filed: "file",
  returned: "dispatch",
  reopened: "dispatch",
  dispatched: "dispatch",
  handling: "handle",
  suspended: "handle",
  reported: "report",
  verified: "verify",
  closed: "evaluate",
}
const MOOD_OF: Readonly<Record<string, Mood>> = {
  closed: "good", verified: "good", returned: "warn", suspended: "warn", reopened: "bad",
  dispatched: "act", handling: "act", reported: "act", filed: "act",
}

/** How a step is coloured. */
export const moodOf = (step: string): Mood => MOOD_OF[step] ?? "still"

export const stageOf = (step: string): Stage | null => STAGE_OF[step] ?? null

/** How far each of the seven steps is, in the case's newest round. */
export function progress(history: readonly HistoryLine[]): Record<Stage, Progress> {
  const round = history.slice(Math.max(0, history.findLastIndex((line) => line.move === "reopen")))
  const seen = new Set(round.map((line) => stageOf(line.to_step)))
  if (round[0]?.move === "reopen") seen.add("collect").add("file") // of the round before
  const last = history.at(-1)
  const here = last ? stageOf(last.to_step) : null
  const at = here ? SEVEN.indexOf(here) : SEVEN.findLastIndex((stage) => seen.has(stage))
  const of = (stage: Stage, place: number): Progress => {
    if (stage === here) return stage === "evaluate" ? "done" : "now"
    if (place > at) return here ? "ahead" : "skipped"
    return seen.has(stage) ? "done" : "skipped"
  }
  return Object.fromEntries(SEVEN.map((stage, place) => [stage, of(stage, place)])) as Record<Stage, Progress>
}

/** The lines that came after somebody looked, oldest first. */
export const since = (history: readonly HistoryLine[], steps: number): HistoryLine[] =>
  history.filter((line) => line.number > steps)
