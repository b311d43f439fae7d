/** The audit: what of it is asked for, as it stands behind the address's #, and its lines. */
import { type Schemas, ask, client } from "@/api/client"
import { countyMoment } from "@/cases/time"

export type Line = Schemas["LineShown"]
export const FILTERS = ["actor", "what", "subject", "since", "until"] as const
export type Filters = Readonly<Record<(typeof FILTERS)[number], string>>
export const PAGE = 100

/** The filters of an address; what it holds beside them is passed over. */
export function fromHash(hash: string): Filters {
  const told = new URLSearchParams(hash.replace(/^#/, ""))
  const [actor = "", what = "", subject = "", since = "", until = ""] = FILTERS.map((name) => told.get(name) ?? "")
  return { actor, what, subject, since, until }
}

/** An address's part for these filters; "" for none. */
export function toHash(filters: Filters): string {
  const told = new URLSearchParams(FILTERS.filter((name) => filters[name]).map((name) => [name, filters[name]]))
  return told.size ? `#${told}` : ""
}

/** The question for these filters: days are the county's, the last one included. */
export function toQuestion(filters: Filters, before: number | null) {
  const day = (date: string, after: number): string | undefined => {
    const moment = countyMoment(`${date}T00:00`)
    return moment ? new Date(Date.parse(moment) + after * 86_400_000).toISOString() : undefined
  }
  return {
    actor: filters.actor.trim() || undefined,
    what: filters.what || undefined,
    subject: filters.subject.trim() || undefined,
    since: day(filters.since, 0),
    until: day(filters.until, 1),
    before: before ?? undefined,
    limit: PAGE,
  }
}

/** The details of a line as pairs; what is empty is left out. */
export const details = (line: Pick<Line, "detail">): [string, string][] =>
  Object.entries(line.detail)
    .map(([name, value]): [string, string] => [name, typeof value === "string" ? value : JSON.stringify(value)])
    .filter(([, value]) => value !== "" && value !== "null")

/** A page of lines, newest first. @throws Problem */
export const page = (filters: Filters, before: number | null) =>
  ask(client.GET("/api/v1/audit", { params: { query: toQuestion(filters, before) } }))

/** Whether the whole chain is as it was written. @throws Problem */
export const verdict = () => ask(client.GET("/api/v1/audit/verdict"))
