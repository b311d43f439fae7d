/** Figures of the past: what is asked for stands in the address, the numbers come from the API. */
import type { RouteLocationRaw } from "vue-router"
import { type Chosen, addressOf, among, chosenIn, isDay, orNone } from "@/address"
import type { Schemas, paths } from "@/api/client"

export type Numbers = Schemas["NumbersShown"]
export type Row = Numbers["rows"][number]
export type Items = Schemas["ItemsShown"]
export type FigureTold = Numbers["figures"][number]
type Asked = NonNullable<paths["/api/v1/numbers"]["get"]["parameters"]["query"]>
type AskedList = NonNullable<paths["/api/v1/numbers/calls"]["get"]["parameters"]["query"]>

export const INTERVALS = ["whole", "15min", "hour", "day", "month"] as const
export const GROUPS = ["all", "line", "queue", "skill", "seat", "agent"] as const
const NAMES = [
  "from", "to", "hours", "interval", "by", "line", "queue", "seat", "agent", "figure", "since", "until", "key",
] as const
type Name = (typeof NAMES)[number]

/** The table's question, and (from `figure` on) that of the list behind one of its numbers. */
export type Choice = Chosen<Name>
export const noChoice: Choice = chosenIn(NAMES, "")

const DAY_MS = 86_400_000

export const fromHash = (hash: string): Choice => chosenIn(NAMES, hash)
export const toHash = (choice: Choice): string => addressOf(NAMES, choice)

/** Where the list behind a number of the wall stands. Hours 0: today. */
export function behind(figure: string, line: string, hours: number): RouteLocationRaw {
  const choice = { ...noChoice, figure, line, by: "line", hours: hours ? String(hours) : "" }
  return { path: "/supervisor/numbers", hash: toHash(choice) }
}

/** The day after: the API leaves the end out, people mean it with. */
export const dayAfter = (day: string): string => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10)

function period(choice: Choice): Pick<Asked, "from" | "to" | "last_hours"> {
  const hours = Number(choice.hours)
  if (hours > 0) return { last_hours: hours }
  return {
    from: isDay(choice.from) ? choice.from : undefined,
    to: isDay(choice.to) ? dayAfter(choice.to) : undefined,
  }
}

const WHOSE = ["line", "queue", "seat", "agent"] as const
const whose = (choice: Choice): Pick<Asked, (typeof WHOSE)[number]> =>
  Object.fromEntries(WHOSE.map((name) => [name, orNone(choice[name])]))

/** The question for the table. A list of one row is open beside it; the table stays whole. */
export const toQuestion = (choice: Choice): Asked => ({
  ...period(choice),
  interval: among(INTERVALS, choice.interval) ?? "whole",
  by: among(GROUPS, choice.by) ?? "line",
})

/** The question for the list behind a number; null where none is open. */
export function toListQuestion(choice: Choice): AskedList | null {
  if (!choice.figure) return null
  const told = choice.since ? { from: choice.since, to: orNone(choice.until) } : period(choice)
  return { ...told, ...whose(choice), figure: choice.figure }
}

/** The choice with the list behind a row's number open; the row says itself what it is of. */
export function opened(choice: Choice, row: Row, figure: string): Choice {
  const told = new URL(row.calls, "http://row").searchParams
  const of = Object.fromEntries(WHOSE.map((name) => [name, told.get(name) ?? ""]))
  return { ...choice, ...of, figure, since: told.get("from") ?? "", until: told.get("to") ?? "" }
}

/** The choice without a list. */
export const closed = (choice: Choice): Choice => ({
  ...choice, figure: "", since: "", until: "", line: "", queue: "", seat: "", agent: "",
})

/** The same question as a file to keep. */
export function csv(path: "/api/v1/numbers" | "/api/v1/numbers/calls", question: Asked | AskedList): string {
  const told = Object.entries(question).flatMap(([name, value]) => (value ? [[name, String(value)]] : []))
  return `${path}?${new URLSearchParams([...told, ["format", "csv"]]).toString()}`
}
