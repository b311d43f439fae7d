/** What the map shows, as its address says it: the list's filters, and beside them how it is drawn. */
import { type Filters, fromHash as filtersOf, toFiltered, toHash as hashOf } from "@/cases/filters"
import type { Schemas } from "@/api/client"
import { MEASURES, type Measure } from "./heat"

export const LEVELS = ["township", "village", "cell"] as const
export const WAYS = ["areas", "heat", "cases"] as const
export type Level = (typeof LEVELS)[number]
export type Way = (typeof WAYS)[number]

export interface Shown {
  readonly filters: Filters
  readonly level: Level
  readonly way: Way
  readonly measure: Measure
  readonly chosen: string // a cell's code; "" none
}

const among = <T extends string>(all: readonly T[], value: string | null, otherwise: T): T =>
  all.find((one) => one === value) ?? otherwise

/** What an address says. */
export function fromHash(hash: string): Shown {
  const told = new URLSearchParams(hash.replace(/^#/, ""))
  const chosen = told.get("chosen") ?? ""
  return {
    filters: filtersOf(hash),
    level: among(LEVELS, told.get("level"), "village"),
    way: among(WAYS, told.get("way"), "areas"),
    measure: among(MEASURES, told.get("measure"), "total"),
    chosen: /^\d{1,15}$/.test(chosen) ? chosen : "",
  }
}

/** The address's part; what is usual is left out. */
export function toHash(shown: Shown): string {
  const own = [
    shown.level === "village" ? "" : `level=${shown.level}`,
    shown.way === "areas" ? "" : `way=${shown.way}`,
    shown.measure === "total" ? "" : `measure=${shown.measure}`,
    shown.chosen ? `chosen=${shown.chosen}` : "",
  ]
  const all = [hashOf(shown.filters).slice(1), ...own].filter(Boolean)
  return all.length ? `#${all.join("&")}` : ""
}

export const toQuestion = (shown: Shown): Schemas["MapAsked"] => ({ ...toFiltered(shown.filters), level: shown.level })

const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000]

/** A moment in the county's time: 2026-11-22T08:00. */
const countyMinute = (moment: number): string => new Date(moment + 8 * HOUR_MS).toISOString().slice(0, 16)

/** The same as the list's filters say it: whole days by their names, the last one with it. */
function periodOf([begin, end]: readonly [number, number]): { from: string; to: string } {
  const [from, to] = [countyMinute(begin), countyMinute(end)]
  if (!from.endsWith("T00:00") || !to.endsWith("T00:00")) return { from, to }
  return { from: from.slice(0, 10), to: countyMinute(end - DAY_MS).slice(0, 10) }
}

/** The list's filters for a cell, a measure and the stretch that is looked at. */
export function behind(shown: Shown, cell: string, span: readonly [number, number]): Filters {
  const narrower = {
    total: {}, open: { standing: "open" }, late: { standing: "late" }, urgent: { standing: "open", urgency: "urgent" },
  }[shown.measure]
  return { ...shown.filters, ...narrower, cell, ...periodOf(span) }
}
