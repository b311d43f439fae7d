/**
 * What is looked for, as it stands in the address. It stands behind the `#`, which no browser sends:
 * a citizen's words get into no server's log, and the address can still be kept and given on.
 */
import type { Schemas } from "@/api/client"

export const FILTERS = [
  "q", "step", "standing", "line", "urgency", "item", "unit", "cell", "from", "to",
] as const
export type FilterName = (typeof FILTERS)[number]
export type Filters = Readonly<Record<FilterName, string>>
export type Question = Schemas["Asked"]
export type Filtered = Schemas["Filtered"]

export const STEPS = [
  "draft", "filed", "dispatched", "returned", "handling", "suspended", "reported", "verified",
  "closed", "reopened", "declined", "merged", "void",
] as const
export const STANDINGS = ["open", "late"] as const
export const LINES = ["12345", "110"] as const
export const URGENCIES = ["urgent", "ordinary"] as const

const NUMBER = /^\d{3,}(-\d*){0,2}$/
const MOST_CHARACTERS = 200

export const noFilters = Object.fromEntries(FILTERS.map((name) => [name, ""])) as Filters

/** The filters of an address; what it holds beside them is passed over. */
export function fromHash(hash: string): Filters {
  const told = new URLSearchParams(hash.replace(/^#/, ""))
  const one = (name: FilterName): string => (told.get(name) ?? "").slice(0, MOST_CHARACTERS)
  return Object.assign({}, noFilters, Object.fromEntries(FILTERS.map((name) => [name, one(name)])))
}

/** Readable in the address: only what would be read otherwise is escaped; the router does the rest. */
const escaped = (value: string): string =>
  value.replace(/[%&+#=]/g, encodeURIComponent).replaceAll(" ", "+")

/** The address's part for these filters; "" where all is looked for. */
export function toHash(filters: Filters): string {
  const told = FILTERS.filter((name) => filters[name]).map((name) => `${name}=${escaped(filters[name])}`)
  return told.length ? `#${told.join("&")}` : ""
}

const among = <T extends string>(all: readonly T[], value: string): T | undefined =>
  all.find((one) => one === value)

const DAY_MS = 86_400_000

/** The moment that a day, or a minute of the county's time, begins with, or that ends a day; null: it is none. */
function momentOf(told: string, ends: boolean): string | null {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(told)
  const whole = isDay ? `${told}T00:00` : told
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(whole) ? Date.parse(`${whole}:00+08:00`) : Number.NaN
  return Number.isNaN(moment) ? null : new Date(moment + (isDay && ends ? DAY_MS : 0)).toISOString()
}

const fitting = (pattern: RegExp, value: string): string => (pattern.test(value) ? value : "")

/** What is typed: digits and dashes are a number's beginning; the rest are words. */
function typed(q: string): { number: string; words: string } {
  const text = q.trim()
  return NUMBER.test(text) ? { number: text, words: "" } : { number: "", words: text }
}

/** What the list, the map and the board ask alike. */
export const toFiltered = (filters: Filters): Filtered => ({
  ...typed(filters.q),
  item: fitting(/^\d{3}$/, filters.item),
  unit: fitting(/^[\w-]{1,20}$/, filters.unit),
  step: among(STEPS, filters.step) ?? null,
  standing: among(STANDINGS, filters.standing) ?? null,
  line: among(LINES, filters.line) ?? null,
  urgency: among(URGENCIES, filters.urgency) ?? null,
  cell: fitting(/^\d{1,15}$/, filters.cell),
  since: momentOf(filters.from, false),
  until: momentOf(filters.to, true),
})

/** The list's question to the API. */
export const toQuestion = (filters: Filters, after: string | null, limit: number): Question => ({
  ...toFiltered(filters), caller: "", limit, after,
})
