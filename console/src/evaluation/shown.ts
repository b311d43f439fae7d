/** Figures of evaluation as they are written and drawn. */
import type { Picture } from "@/charts/picture"
import { MOST_SERIES } from "@/charts/picture"
import { clock } from "@/supervisor/shown"
import type { Evaluation, FigureTold, Row } from "./choice"

export const COLUMNS = 12 // of a page of the table
const MOST_BARS = 30
const HOUR = 3600

type Value = Row["values"][string] | undefined

/** 95.1%, 26:12:03 (hours), 17; a dash where there is nothing to divide by. */
export function text(value: Value, figure: Pick<FigureTold, "kind">): string {
  if (value?.value === null || value?.value === undefined) return "–"
  if (figure.kind === "rate") return `${(value.value * 100).toFixed(1)}%`
  return figure.kind === "mean" ? clock(value.value) : String(value.value)
}

/** The page of columns that is looked at, and how many there are. */
export function pageOf<T>(rows: readonly T[], page: string): { rows: readonly T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(rows.length / COLUMNS))
  const at = Math.min(pages, Math.max(1, Math.trunc(Number(page)) || 1))
  return { rows: rows.slice((at - 1) * COLUMNS, at * COLUMNS), page: at, pages }
}

/** What the chart of a figure may be of: bars of rows beside each other, or a line a row over the intervals. */
export function pictureOf(told: Evaluation, figure: FigureTold, nameOf: (row: Row) => string, dayOf: (row: Row) => string): Picture {
  const valueOf = (row: Row | undefined): number | null => {
    const value = row?.values[figure.name]?.value ?? null
    return value !== null && figure.kind === "mean" ? value / HOUR : value
  }
  const percent = figure.kind === "rate"
  const moments = [...new Set(told.rows.map((row) => row.since))].sort()
  if (moments.length > 1) return { kind: "lines", percent, ...overTime(told.rows, moments, valueOf, nameOf, dayOf) }
  const known = told.rows.filter((row) => valueOf(row) !== null)
  const best = known.sort((a, b) => (valueOf(b) ?? 0) - (valueOf(a) ?? 0)).slice(0, MOST_BARS)
  return { kind: "bars", percent, labels: best.map(nameOf), series: [{ name: figure.name, values: best.map(valueOf) }] }
}

function overTime(
  rows: readonly Row[], moments: readonly string[], valueOf: (row: Row | undefined) => number | null,
  nameOf: (row: Row) => string, dayOf: (row: Row) => string,
): Pick<Picture, "labels" | "series"> {
  const byPlace = new Map(rows.map((row) => [`${row.since} ${row.key}`, row]))
  const first = new Map(rows.map((row) => [row.since, row]))
  const keys = new Map(rows.map((row) => [row.key, row]))
  const sum = (key: string): number => moments.reduce((all, at) => all + (valueOf(byPlace.get(`${at} ${key}`)) ?? 0), 0)
  const most = [...keys.keys()].sort((a, b) => sum(b) - sum(a)).slice(0, MOST_SERIES)
  return {
    labels: moments.map((at) => dayOf(first.get(at) as Row)),
    series: most.map((key) => ({
      name: nameOf(keys.get(key) as Row),
      values: moments.map((at) => valueOf(byPlace.get(`${at} ${key}`))),
    })),
  }
}
