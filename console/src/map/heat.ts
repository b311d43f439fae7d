/** What lies where and when: the map's counts, summed for what is looked at. Pure. */
import type { Schemas } from "@/api/client"

export type Counts = Schemas["MapCounts"]
export const MEASURES = ["total", "open", "late", "urgent"] as const
export type Measure = (typeof MEASURES)[number]
export type Sum = Readonly<Record<Measure, number>>
export interface Row extends Sum {
  readonly cell: string // "" where none is known
}

export const CLASSES = 5
const NONE: Sum = { total: 0, open: 0, late: 0, urgent: 0 }

/** How many stretches of time the counts have. */
export const slotsOf = (counts: Counts): number =>
  Math.ceil((Date.parse(counts.end) - Date.parse(counts.begin)) / 1000 / counts.slot_seconds)

/** When a stretch begins and ends, in milliseconds since 1970. */
export function spanOf(counts: Counts, slot: number): [number, number] {
  const begin = Date.parse(counts.begin) + slot * counts.slot_seconds * 1000
  return [begin, Math.min(begin + counts.slot_seconds * 1000, Date.parse(counts.end))]
}

/** A row for each cell that has something in a stretch, or (null) in all of them. */
export function rowsOf(counts: Counts, slot: number | null): Row[] {
  return counts.areas.flatMap((area) => {
    const sum = area.slots.reduce((all: Sum, here, place) => {
      if (slot !== null && here !== slot) return all
      const one = (measure: Measure): number => all[measure] + (area[measure][place] ?? 0)
      return { total: one("total"), open: one("open"), late: one("late"), urgent: one("urgent") }
    }, NONE)
    return sum.total ? [{ cell: area.cell, ...sum }] : []
  })
}

/** All rows together. */
export const sumOf = (rows: readonly Row[]): Sum =>
  rows.reduce((all: Sum, row) => ({
    total: all.total + row.total, open: all.open + row.open, late: all.late + row.late, urgent: all.urgent + row.urgent,
  }), NONE)

/** The rows with most first; those of one number in the order of their codes. */
export const ranked = (rows: readonly Row[], measure: Measure): Row[] =>
  [...rows].sort((a, b) => b[measure] - a[measure] || b.total - a.total || (a.cell < b.cell ? -1 : 1))

/** The largest number that any cell has: in all stretches together, or in any single one. */
export function peakOf(counts: Counts, measure: Measure, single: boolean): number {
  const peaks = counts.areas
    .filter((area) => area.cell)
    .map((area) => area[measure].reduce((a, b) => (single ? Math.max(a, b) : a + b), 0))
  return peaks.reduce((a, b) => Math.max(a, b), 0)
}

/** The least number of each class, 1 to CLASSES; they widen, as few cells have much. */
export function classesOf(peak: number): number[] {
  const found: number[] = []
  for (let k = 1; k <= CLASSES; k++) {
    const least = Math.max(1, Math.ceil(peak * ((k - 1) / CLASSES) ** 2))
    found.push(Math.max(least, (found.at(-1) ?? 0) + 1))
  }
  return found
}

/** The class that a number is in; 0: nothing. */
export const classOf = (n: number, classes: readonly number[]): number => classes.filter((least) => n >= least).length

/** The classes as they are written: 1–3, 4–9, ...; those above the peak are left out. */
export function legendOf(classes: readonly number[], peak: number): { k: number; text: string }[] {
  return classes.flatMap((least, index) => {
    if (least > peak) return []
    const last = Math.min(peak, (classes[index + 1] ?? Infinity) - 1)
    return [{ k: index + 1, text: last === least ? String(least) : `${least}–${last}` }]
  })
}
