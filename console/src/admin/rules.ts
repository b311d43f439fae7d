/** Rules: their sections as text, drafts, and what a try-out on past calls comes to. */
import { type Schemas, ask, client } from "@/api/client"

export type Rules = Schemas["RulesShown"]
export type Section = Schemas["RuleSection"]
export type Moved = Schemas["ResortedShown"]
export type Part = Schemas["TrialPart"]
export type Files = Readonly<Record<string, string>>

const HEADER = /^\[([^[\]]+)\]/

/** A header's name without quotes: kind.投诉 of [kind."投诉"]. */
const named = (line: string): string | null => HEADER.exec(line)?.[1]?.replaceAll('"', "").replaceAll(" ", "") ?? null

/** The lines of a section in its file, its header included; null where it has none. Lines count from 0. */
export function placeOf(text: string, name: string): { from: number; to: number } | null {
  const lines = text.split("\n")
  const from = lines.findIndex((line) => named(line) === name)
  if (from < 0) return null
  const next = lines.findIndex((line, n) => n > from && named(line) !== null)
  return { from, to: next < 0 ? lines.length : next }
}

/** The text of a section, as it is written. */
export function sectionText(text: string, name: string): string {
  const place = placeOf(text, name)
  return place ? text.split("\n").slice(place.from, place.to).join("\n") : ""
}

/** The file with another text for a section. */
export function withSection(text: string, name: string, section: string): string {
  const place = placeOf(text, name)
  if (!place) return text
  const lines = text.split("\n")
  return [...lines.slice(0, place.from), ...section.split("\n"), ...lines.slice(place.to)].join("\n")
}

/** In which line of a section, from 1, a line of the file stands; null: in none of it. */
export function lineIn(text: string, name: string, line: number | null): number | null {
  const place = placeOf(text, name)
  if (!place || line === null || line <= place.from || line > place.to) return null
  return line - place.from
}

/** The files that are other than in force. */
export const changedIn = (rules: Rules, draft: Files): Record<string, string> =>
  Object.fromEntries(Object.entries(draft).filter(([name, text]) => rules.files.find((one) => one.name === name)?.text !== text))

export interface Trial {
  readonly seen: number // calls asked for, with or without words
  readonly of: number
  readonly lookedAt: number
  readonly moved: readonly Moved[]
  readonly before: string | null
  readonly isDone: boolean
}

export const PART = 200
export const noTrial: Trial = { seen: 0, of: 0, lookedAt: 0, moved: [], before: null, isDone: false }

/** A trial with one more part. */
export function further(trial: Trial, part: Part, most: number): Trial {
  const seen = Math.min(trial.seen + PART, part.calls)
  return {
    seen, of: Math.min(part.calls, most), lookedAt: trial.lookedAt + part.looked_at,
    moved: [...trial.moved, ...part.differ], before: part.before,
    isDone: part.before === null || seen >= most,
  }
}

/** How many went from which item to which, most first. "" stands for none. */
export function ways(moved: readonly Moved[]): { from: string; to: string; count: number }[] {
  const counts = new Map<string, { from: string; to: string; count: number }>()
  for (const one of moved) {
    const [from, to] = [one.now.item ?? "", one.then.item ?? ""]
    const way = counts.get(`${from} ${to}`) ?? { from, to, count: 0 }
    counts.set(`${from} ${to}`, { ...way, count: way.count + 1 })
  }
  return [...counts.values()].sort((one, other) => other.count - one.count)
}

export const read = () => ask(client.GET("/api/v1/rules"))

/** Whether a draft can be used. @throws Problem */
export const check = (files: Record<string, string>) => ask(client.POST("/api/v1/rules/check", { body: { files } }))

/** A part of the past calls under the draft. @throws Problem */
export const tryOn = (files: Record<string, string>, before: string | null) =>
  ask(client.POST("/api/v1/rules/tries", { body: { files, before, most: PART } }))

/** Puts a draft in force. @throws Problem: faulty, or another version is in force by now */
export const putInForce = (files: Record<string, string>, based_on: number) =>
  ask(client.POST("/api/v1/rules/versions", { body: { files, based_on } }))

/** Goes to a version of before. @throws Problem */
export const use = (number: number, based_on: number) =>
  ask(client.POST("/api/v1/rules/versions/{number}/use", { params: { path: { number } }, body: { based_on } }))
