/** The history of a line, queue or seat as two charts: what was counted, and the rates. Pure. */
import type { Picture } from "@/charts/picture"
import type { FigureTold, Numbers, Row } from "./figures"

/** The figures of each chart; those of callers are not known by seat, so seats have others. */
const COUNTED = [["answered", "abandoned", "waiting"], ["parts", "outbound", "offers_missed"]] as const
const RATES = [["within_15", "connected_rate"], ["missed_rate", "satisfied_rate", "occupancy"]] as const

export interface Wording {
  readonly figure: (one: FigureTold) => string
  readonly key: (row: Row) => string
  readonly moment: (row: Row) => string
}

/** Whose history may be chosen: a key each, in the order of the table. */
export const keysOf = (numbers: Numbers): Row[] => [...new Map(numbers.rows.map((row) => [row.key, row])).values()]

/** The key that is drawn: the one chosen, else the first. */
export const keyOf = (numbers: Numbers, chosen: string): string =>
  keysOf(numbers).find((row) => row.key === chosen)?.key ?? numbers.rows[0]?.key ?? ""

/** One chart: the intervals of one key as lines; the period as a whole as bars, key beside key. */
function pictureOf(numbers: Numbers, rows: readonly Row[], wanted: readonly (readonly string[])[], words: Wording): Picture {
  const has = (name: string): FigureTold[] => numbers.figures.filter((one) => one.name === name)
  const figures = wanted.map((names) => names.flatMap(has)).find((found) => found.length > 0) ?? []
  const isWhole = numbers.interval === "whole"
  return {
    kind: isWhole ? "bars" : "lines",
    percent: figures.some((one) => one.unit === "%"),
    labels: rows.map(isWhole ? words.key : words.moment),
    series: figures.map((one) => ({ name: words.figure(one), values: rows.map((row) => row.values[one.name]?.value ?? null) })),
  }
}

/** Both charts. */
export function history(numbers: Numbers, chosen: string, words: Wording): { counted: Picture; rates: Picture } {
  const key = keyOf(numbers, chosen)
  const rows = numbers.interval === "whole" ? numbers.rows : numbers.rows.filter((row) => row.key === key)
  return { counted: pictureOf(numbers, rows, COUNTED, words), rates: pictureOf(numbers, rows, RATES, words) }
}
