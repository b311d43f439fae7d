/** What is asked of evaluation: it stands in the address, and from it follow the questions to the API. */
import { type Chosen, addressOf, among, chosenIn, isDay, orNone } from "@/address"
import type { Schemas, paths } from "@/api/client"
import { dayAfter } from "@/supervisor/figures"

export type Evaluation = Schemas["EvaluationShown"]
export type Row = Evaluation["rows"][number]
export type FigureTold = Evaluation["figures"][number]
export type Behind = Schemas["TicketsShown"]
type Asked = NonNullable<paths["/api/v1/evaluation"]["get"]["parameters"]["query"]>
type AskedList = NonNullable<paths["/api/v1/evaluation/tickets"]["get"]["parameters"]["query"]>
type AskedSpots = NonNullable<paths["/api/v1/evaluation/hot-spots"]["get"]["parameters"]["query"]>
type Period = Pick<Asked, "from" | "to" | "month">

export const VIEWS = ["figures", "ranking", "spots"] as const
export const INTERVALS = ["whole", "day", "week", "month", "quarter", "year"] as const
export const GROUPS = ["all", "unit", "township", "cell", "item", "class", "seat", "reporter", "line"] as const
export const LEVELS = ["township", "village", "cell"] as const
export const PARTS = ["unit", "township", "cell", "item", "class", "seat", "reporter", "line"] as const
const NAMES = [
  "view", "month", "from", "to", "interval", "by", ...PARTS, "show", "page", "level", "every", "figure", "of", "offset", "list",
] as const
const OF_LISTS = ["from", "to", "as_of", "month", ...PARTS] as const
const BETWEEN = "~" // names and values of a list's question, in turn
const MOST = 600 // characters; a list's own question is the longest

export type Choice = Chosen<(typeof NAMES)[number]>
export type Part = (typeof PARTS)[number]
export const LINES_OF_A_LIST = 100
export const SPOTS = 100

export const noChoice: Choice = chosenIn(NAMES, "")
export const fromHash = (hash: string): Choice => chosenIn(NAMES, hash, MOST)
export const toHash = (choice: Choice): string => addressOf(NAMES, choice)
export const viewOf = (choice: Choice) => among(VIEWS, choice.view) ?? "figures"
export const byOf = (choice: Choice) => among(GROUPS, choice.by) ?? "unit"

/** The county's month in which a moment lies: 2026-10. */
export const monthOf = (moment: number): string => new Date(moment + 8 * 3_600_000).toISOString().slice(0, 7)

const isMonth = (value: string): boolean => /^\d{4}-(0[1-9]|1[0-2])$/.test(value)
const count = (value: string): number => (/^\d{1,6}$/.test(value) ? Number(value) : 0)

/** Days where one is chosen, else the month; without either the API takes this month so far. */
export function periodOf(choice: Choice): Period {
  if (isDay(choice.from) || isDay(choice.to)) {
    return {
      from: isDay(choice.from) ? choice.from : undefined,
      to: isDay(choice.to) ? dayAfter(choice.to) : undefined,
    }
  }
  return isMonth(choice.month) ? { month: choice.month } : {}
}

/** The question for the table. */
export function toQuestion(choice: Choice): Asked {
  const only = Object.fromEntries(PARTS.map((name) => [name, orNone(choice[name])]))
  return { ...periodOf(choice), ...only, interval: among(INTERVALS, choice.interval) ?? "whole", by: byOf(choice) }
}

/** The question for hot spots. */
export const toSpotsQuestion = (choice: Choice): AskedSpots => ({
  ...periodOf(choice), level: among(LEVELS, choice.level) ?? "village", marked: !choice.every, limit: SPOTS,
})

/** The question for a page of the list behind a number; null where none is open. */
export function toListQuestion(choice: Choice): AskedList | null {
  if (!choice.figure) return null
  const told = choice.list.split(BETWEEN)
  const valueOf = (name: string): string | undefined => told.find((_, place) => place % 2 === 1 && told[place - 1] === name)
  const whose = Object.fromEntries(OF_LISTS.map((name) => [name, valueOf(name)])) // "" is a part too
  return {
    ...whose, figure: choice.figure, of: choice.of === "bottom" ? "bottom" : "top",
    offset: count(choice.offset), limit: LINES_OF_A_LIST,
  }
}

/** The choice with a list open: the row's own address says what it is of. */
export function opened(choice: Choice, address: string, figure: string, of: "top" | "bottom" = "top"): Choice {
  const told = new URL(address, "http://row").searchParams
  const whose = [...told].filter(([name]) => OF_LISTS.some((one) => one === name))
  return { ...choice, figure, of: of === "top" ? "" : of, offset: "", list: whose.flat().join(BETWEEN) }
}

/** The choice without a list. */
export const closed = (choice: Choice): Choice => ({ ...choice, figure: "", of: "", offset: "", list: "" })

/** The choice after one field of the form has changed: a list, and a page of columns, were of the old one. */
export function changed(choice: Choice, name: keyof Choice, value: string): Choice {
  const next = { ...closed(choice), page: "", [name]: value }
  if (name === "month") return { ...next, from: "", to: "" }
  return name === "from" || name === "to" ? { ...next, month: "" } : next
}

const WITHIN: Readonly<Record<Part, (typeof GROUPS)[number]>> = {
  unit: "item", township: "cell", cell: "item", class: "item", item: "township", seat: "item", reporter: "item", line: "unit",
}

/** The choice looked into: only what this row is of, shared out further. */
export function within(choice: Choice, key: string): Choice {
  const by = byOf(choice)
  return by === "all" || !key ? choice : { ...closed(choice), page: "", [by]: key, by: WITHIN[by] }
}

/** The same question as a file, or a picture, to keep. */
export function fileOf(path: string, question: object, format: "csv" | "xlsx" | "svg", more: Record<string, string> = {}): string {
  const told = Object.entries(question).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return `${path}?${new URLSearchParams([...told, ...Object.entries(more), ["format", format]]).toString()}`
}
