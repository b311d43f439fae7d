/** Retention: what is held and due, deleting it, holds. */
import { type Schemas, ask, client } from "@/api/client"

export type Ran = Schemas["RanShown"]
export type Hold = Schemas["HoldShown"]
export const KINDS = ["ticket", "call", "number"] as const
export type Kind = (typeof KINDS)[number]

export interface Term {
  readonly n: number // 0: for ever
  readonly unit: "day" | "month" | "year"
}

/** A term as the API writes it: "90 days", "1 year", "for ever". */
export function termOf(text: string): Term | null {
  if (text === "for ever") return { n: 0, unit: "day" }
  const found = /^(\d+) (day|month|year)s?$/.exec(text)
  return found ? { n: Number(found[1]), unit: found[2] as Term["unit"] } : null
}

/** A rule as the API writes it, taken apart: "recordings 12345 1 year", "exports 30 days". */
export function ruleOf(text: string): { kept: string; line: string; term: string } {
  const found = /^(\w+)(?: (12345|110))? (.+)$/.exec(text)
  return { kept: found?.[1] ?? text, line: found?.[2] ?? "", term: found?.[3] ?? "" }
}

/** What a run came to, a row a rule; those with nothing are left out. */
export function rowsOf(ran: Ran): { rule: string; subjects: number; held: number }[] {
  const rules = [...new Set([...Object.keys(ran.subjects), ...Object.keys(ran.held)])]
  return rules
    .map((rule) => ({ rule, subjects: ran.subjects[rule] ?? 0, held: ran.held[rule] ?? 0 }))
    .filter((row) => row.subjects || row.held)
}

/** How much a run deletes in all. */
export const total = (ran: Ran): number => Object.values(ran.subjects).reduce((sum, one) => sum + one, 0)

/** Bytes as people write them. */
export function size(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"]
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), units.length - 1)
  return `${(bytes / 1024 ** step).toFixed(step ? 1 : 0)} ${units[step] ?? ""}`
}

export const report = () => ask(client.GET("/api/v1/privacy/report"))

/** Deletes what is due, or only says what that is. @throws Problem */
export const run = (dry: boolean) => ask(client.POST("/api/v1/privacy/deletions", { body: { dry_run: dry } }))

export const holdsOf = (released: boolean) =>
  ask(client.GET("/api/v1/privacy/holds", { params: { query: { released } } }))

/** Keeps a call, a ticket or a number's calls from deletion. @throws Problem */
export const place = (kind: Kind, subject: string, reason: string) =>
  ask(client.POST("/api/v1/privacy/holds", { body: { kind, subject: subject.trim(), reason: reason.trim() } }))

/** What was held becomes due by its term again. @throws Problem */
export const release = (id: number, reason: string) =>
  ask(client.POST("/api/v1/privacy/holds/{hold_id}/release", {
    params: { path: { hold_id: id } }, body: { reason: reason.trim() },
  }))
