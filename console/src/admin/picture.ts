/** A file of cells as a picture: their borders as SVG paths, the bad ones and the spots of faults marked. */
import type { Fault } from "./county"

type Ring = readonly (readonly [number, number])[]

export interface Cell {
  readonly feature: number // in the file, from 1, as faults name it
  readonly code: string
  readonly name: string
  readonly level: number
  readonly rings: readonly Ring[]
}

export interface Picture {
  readonly box: string // of the SVG
  readonly paths: readonly { feature: number; title: string; d: string; isBad: boolean }[]
  readonly spots: readonly { x: number; y: number; title: string }[]
}

const LEVELS: Readonly<Record<number, number>> = { 6: 1, 9: 2, 12: 3, 14: 4, 15: 4 }
const WIDTH = 1000
const isPair = (one: unknown): one is [number, number] =>
  Array.isArray(one) && Number.isFinite(one[0]) && Number.isFinite(one[1])

/** The rings of a polygon or of several; what cannot be read is left out. */
function ringsOf(told: unknown): Ring[] {
  if (!Array.isArray(told)) return []
  if (told.length && told.every(isPair)) return [told]
  return told.flatMap(ringsOf)
}

const get = (told: unknown, name: string): unknown => (typeof told === "object" && told !== null ? Reflect.get(told, name) : undefined)
const word = (told: unknown): string => (typeof told === "string" || typeof told === "number" ? String(told) : "")

/** The cells of a GeoJSON text; [] where it is none. */
export function cellsOf(text: string): Cell[] {
  let features: unknown
  try {
    features = get(JSON.parse(text), "features")
  } catch {
    return []
  }
  if (!Array.isArray(features)) return []
  return features.map((one: unknown, n) => {
    const code = word(get(get(one, "properties"), "code"))
    return {
      feature: n + 1, code, name: word(get(get(one, "properties"), "name")), level: LEVELS[code.length] ?? 0,
      rings: ringsOf(get(get(one, "geometry"), "coordinates")),
    }
  })
}

/** Which feature of the file a fault is about, from 1; null: none. */
export function featureOf(fault: Pick<Fault, "where">): number | null {
  const found = /, feature (\d+)/.exec(fault.where)
  return found ? Number(found[1]) : null
}

/** The levels that a file has, coarsest first; 0 stands for codes that are none. */
export const levelsOf = (cells: readonly Cell[]): number[] => [...new Set(cells.map((one) => one.level))].sort()

/** Cells of a level, and bad ones of any level, drawn so that distances look right in the middle. */
export function pictureOf(cells: readonly Cell[], faults: readonly Fault[], level: number): Picture | null {
  const bad = new Set(faults.map(featureOf))
  const shown = cells.filter((one) => one.rings.length && (one.level === level || bad.has(one.feature)))
  const points = cells.flatMap((one) => one.rings.flat())
  if (!shown.length || !points.length) return null
  const [west, east, south, north] = boundsOf(points)
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = WIDTH / Math.max((east - west) * squeeze, north - south, 1e-9)
  const x = (longitude: number): number => round((longitude - west) * squeeze * scale)
  const y = (latitude: number): number => round((north - latitude) * scale)
  return {
    box: `-10 -10 ${x(east) + 20} ${y(south) + 20}`,
    paths: shown
      .map((one) => ({
        feature: one.feature, title: `${one.code} ${one.name}`, isBad: bad.has(one.feature),
        d: one.rings.map((ring) => `M${ring.map(([lon, lat]) => `${x(lon)} ${y(lat)}`).join("L")}Z`).join(""),
      }))
      .sort((one, other) => Number(one.isBad) - Number(other.isBad)),
    spots: faults.flatMap((one) =>
      one.longitude === null || one.latitude === null ? [] : [{ x: x(one.longitude), y: y(one.latitude), title: `${one.where}: ${one.said}` }]),
  }
}

function boundsOf(points: readonly (readonly [number, number])[]): [number, number, number, number] {
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [lon, lat] of points) {
    ;[west, east] = [Math.min(west, lon), Math.max(east, lon)]
    ;[south, north] = [Math.min(south, lat), Math.max(north, lat)]
  }
  return [west, east, south, north]
}

const round = (n: number): number => Math.round(n * 10) / 10
