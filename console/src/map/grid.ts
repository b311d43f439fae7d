/** The county's cells: borders, names, and where a name stands; asked for once. */
import { client, ask, type Schemas } from "@/api/client"

export type Ring = readonly (readonly [number, number])[]
export type Box = readonly [west: number, south: number, east: number, north: number]
export type Level = Schemas["MapAsked"]["level"]

export const LEVEL_OF: Readonly<Record<NonNullable<Level>, number>> = { township: 2, village: 3, cell: 4 }

interface Border {
  readonly type: "Polygon" | "MultiPolygon"
  readonly coordinates: readonly Ring[] | readonly (readonly Ring[])[]
}
export interface Feature {
  readonly type: "Feature"
  readonly properties: { readonly code: string; readonly level: number; readonly name: string; readonly parent: string }
  readonly geometry: Border
}
export interface Cell {
  readonly code: string
  readonly name: string
  readonly level: number
  readonly parent: string
  readonly at: readonly [number, number] // the middle of its largest part
  readonly box: Box
  readonly rings: readonly Ring[] // outer ones
}
export interface Grid {
  readonly features: readonly Feature[]
  readonly cells: ReadonlyMap<string, Cell>
}

const ringsOf = (border: Border): Ring[] =>
  border.type === "Polygon"
    ? (border.coordinates as readonly Ring[]).slice(0, 1)
    : (border.coordinates as readonly (readonly Ring[])[]).flatMap((part) => part.slice(0, 1))

/** Twice the area that a ring encloses, and the middle of it. */
function middleOf(ring: Ring): { area: number; at: [number, number] } {
  const [x0, y0] = ring[0] ?? [0, 0]
  let [area, x, y] = [0, 0, 0]
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [x0, y0]
    const cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
    area += cross
    x += (ax + bx - 2 * x0) * cross
    y += (ay + by - 2 * y0) * cross
  })
  if (area === 0) return { area: 0, at: [x0, y0] }
  return { area: Math.abs(area), at: [x0 + x / (3 * area), y0 + y / (3 * area)] }
}

export function boxOf(rings: readonly Ring[]): Box {
  const [xs, ys] = [rings.flatMap((ring) => ring.map(([x]) => x)), rings.flatMap((ring) => ring.map(([, y]) => y))]
  const least = (all: readonly number[]): number => all.reduce((a, b) => Math.min(a, b), Infinity)
  const most = (all: readonly number[]): number => all.reduce((a, b) => Math.max(a, b), -Infinity)
  return [least(xs), least(ys), most(xs), most(ys)]
}

function cellOf({ properties, geometry }: Feature): Cell {
  const rings = ringsOf(geometry)
  const largest = rings.map(middleOf).reduce((a, b) => (b.area > a.area ? b : a), { area: -1, at: [0, 0] as [number, number] })
  const { code, name, level, parent } = properties
  return { code, name, level, parent, at: largest.at, box: boxOf(rings), rings }
}

/** The grid with its cells by their codes; leaders and their telephones stay out of it. */
export function gridOf(features: readonly Feature[]): Grid {
  const bare = features.map(({ type, geometry, properties: { code, level, name, parent } }) => ({
    type, geometry, properties: { code, level, name, parent },
  }))
  return { features: bare, cells: new Map(bare.map((one) => [one.properties.code, cellOf(one)])) }
}

/** Whether a point lies within a ring (even-odd rule). */
function within(ring: Ring, x: number, y: number): boolean {
  return ring.reduce((inside, [ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay]
    const crosses = ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax
    return crosses ? !inside : inside
  }, false)
}

/** The cell of a level that holds a point; of one within another's hole, the smaller. */
export function cellAt(grid: Grid, level: number, x: number, y: number): Cell | null {
  const width = ({ box: [west, , east] }: Cell): number => east - west
  const found = [...grid.cells.values()].filter(({ level: at, box: [west, south, east, north], rings }) =>
    at === level && x >= west && x <= east && y >= south && y <= north && rings.some((ring) => within(ring, x, y)))
  return found.reduce((a: Cell | null, b) => (a && width(a) <= width(b) ? a : b), null)
}

/** From the township down to the cell: 古陶镇 · 第一社区 · 第二网格; the code where it is not known. */
export function pathOf(grid: Grid, code: string): string {
  const names: string[] = []
  for (let cell = grid.cells.get(code); cell && cell.level > 1; cell = grid.cells.get(cell.parent)) names.unshift(cell.name)
  return names.join(" · ") || (grid.cells.get(code)?.name ?? code)
}

let asking: Promise<Grid> | null = null

/** The grid in force. @throws Problem */
export function theGrid(): Promise<Grid> {
  asking ??= load().catch((error: unknown) => {
    asking = null
    throw error
  })
  return asking
}

async function load(): Promise<Grid> {
  const told = await ask(client.GET("/api/v1/grid"))
  return gridOf((told as unknown as { features: Feature[] }).features)
}
