/**
 * What is looked for, as it stands in the address. It stands behind the `#`, which no browser sends:
 * a citizen's words get into no server's log, and the address can still be kept and given on.
 */
import type { Schemas } from "@/api/client"

export const FILTERS = ["q", "step", "line", "urgency", "item", "unit"] as const
export type FilterName = (typeof FILTERS)[number]
export type Filters = Readonly<Record<FilterName, string>>
export type Question = Schemas["Asked"]

export const STEPS = [
  "draft", "filed", "dispatched", "returned", "handling", "suspended", "reported", "verified",
  "closed", "reopened", "declined", "merged", "void",
] as const
export const LINES = ["12345", "110"] as const
export const URGENCIES = ["urgent", "ordinary"] as const

const NUMBER = /^\d{3,}(-\d*){0,2}$/
const MOST_CHARACTERS = 200

export const noFilters: Filters = { q: "", step: "", line: "", urgency: "", item: "", unit: "" }

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

/** The question to the API. Digits and dashes are a number's beginning; the rest are words. */
export function toQuestion(filters: Filters, after: string | null, limit: number): Question {
  const q = filters.q.trim()
  const isNumber = NUMBER.test(q)
  return {
    number: isNumber ? q : "",
    words: isNumber ? "" : q,
    item: /^\d{3}$/.test(filters.item) ? filters.item : "",
    unit: /^[\w-]{1,20}$/.test(filters.unit) ? filters.unit : "",
    step: among(STEPS, filters.step) ?? null,
    line: among(LINES, filters.line) ?? null,
    urgency: among(URGENCIES, filters.urgency) ?? null,
    cell: "",
    caller: "",
    limit,
    after,
  }
}
