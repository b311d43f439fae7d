/** How counted rows become what is drawn: classes of cells, and spots in their middles. */
import type { Spot } from "./drawing"
import type { Box, Grid } from "./grid"
import { type Measure, type Row, classOf } from "./heat"

export const MOST_POINTS = 2_000 // api/mapped.py tells no more at a time

/** The class of each cell that has any. */
export const classesOfRows = (rows: readonly Row[], measure: Measure, classes: readonly number[]): Map<string, number> =>
  new Map(rows.filter((row) => row.cell).map((row) => [row.cell, classOf(row[measure], classes)]))

/** A spot in the middle of each cell that has any; what no cell is known of is on no map. */
export function spotsOf(grid: Grid, rows: readonly Row[], measure: Measure, peak: number): Spot[] {
  return rows.flatMap((row) => {
    const at = grid.cells.get(row.cell)?.at
    const n = row[measure]
    return at && n > 0 ? [{ at, n, late: row.late, share: Math.sqrt(n / Math.max(1, peak)) }] : []
  })
}

/** How many lie in the cells whose middles are in sight. */
export function inSight(grid: Grid, rows: readonly Row[], [west, south, east, north]: Box): number {
  return rows.reduce((sum, row) => {
    const [x, y] = grid.cells.get(row.cell)?.at ?? [Infinity, Infinity]
    return x >= west && x <= east && y >= south && y <= north ? sum + row.total : sum
  }, 0)
}
