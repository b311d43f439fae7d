/** How the map is drawn: layers from our own cells, in the theme's colours. No glyphs, sprites or pictures of others. */
import type { FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl"
import type { Schemas } from "@/api/client"
import { LEVELS, type Level, type Way } from "./asked"
import { CLASSES } from "./heat"

export const COLOURS = [
  "ground", "card", "sunk", "edge", "edge-strong", "ink", "soft", "act", "act-ink", "warn", "bad", "focus",
  "heat-1", "heat-2", "heat-3", "heat-4", "heat-5",
] as const
export type Palette = Readonly<Record<(typeof COLOURS)[number], string>>
export type Tiles = NonNullable<Schemas["MapBase"]["tiles"]>

/** The theme's colours as they are now. */
export function paletteNow(of: Element = document.documentElement): Palette {
  const style = getComputedStyle(of)
  return Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Palette
}

export const NOTHING = { type: "FeatureCollection" as const, features: [] }
const FONT = ["sans-serif"] // drawn by the browser: with no address of glyphs, none is asked for
const of = (level: number): FilterSpecification => ["==", ["get", "level"], level]
const BORDERS = [
  { level: 4, from: 12, width: 0.5, colour: "edge-strong" },
  { level: 3, from: 8, width: 0.6, colour: "edge-strong" },
  { level: 2, from: 0, width: 1.4, colour: "soft" },
  { level: 1, from: 0, width: 2.4, colour: "ink" },
] as const

const heatOf = (palette: Palette, k: number): string => palette[`heat-${k}` as "heat-1"]
const ladder = (palette: Palette): (string | number)[] =>
  Array.from({ length: CLASSES }, (_, index) => [index + 1, heatOf(palette, index + 1)]).flat()

function fills(palette: Palette, over: boolean): LayerSpecification[] {
  return LEVELS.map((level, index) => ({
    id: `fill-${level}`, type: "fill", source: "cells", filter: of(index + 2), layout: { visibility: "none" },
    paint: {
      "fill-color": [
        "match", ["coalesce", ["feature-state", "k"], 0], ...ladder(palette), palette.card,
      ] as unknown as string,
      "fill-opacity": over ? ["case", [">", ["coalesce", ["feature-state", "k"], 0], 0], 0.7, 0.15] : 1,
    },
  }))
}

const borders = (palette: Palette): LayerSpecification[] =>
  BORDERS.map(({ level, from, width, colour }) => ({
    id: `border-${level}`, type: "line", source: "cells", filter: of(level), minzoom: from,
    paint: { "line-color": palette[colour], "line-width": width },
  }))

function heat(palette: Palette): LayerSpecification {
  const clear = "rgba(0,0,0,0)"
  return {
    id: "heat", type: "heatmap", source: "spots", layout: { visibility: "none" },
    paint: {
      "heatmap-weight": ["get", "share"],
      "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 8, 1, 14, 2.5],
      "heatmap-radius": ["interpolate", ["exponential", 1.6], ["zoom"], 8, 14, 11, 34, 14, 90],
      "heatmap-color": [
        "interpolate", ["linear"], ["heatmap-density"], 0, clear,
        0.08, heatOf(palette, 1), 0.25, heatOf(palette, 2), 0.5, heatOf(palette, 3), 0.75, heatOf(palette, 4), 1, heatOf(palette, 5),
      ],
      "heatmap-opacity": 0.85,
    },
  }
}

/** Heaps with their numbers: of cells (`groups`) or of cases (`points`); `n` is what a heap holds. */
function heaps(palette: Palette, source: string): LayerSpecification[] {
  const hidden = { visibility: "none" } as const
  const size: LayerSpecification = {
    id: `${source}-heaps`, type: "circle", source, filter: [">", ["get", "n"], 1], layout: hidden,
    paint: {
      "circle-color": ["case", [">=", ["*", 5, ["get", "late"]], ["get", "n"]], palette.bad, palette.act], // a fifth is late
      "circle-radius": ["interpolate", ["linear"], ["log10", ["max", 1, ["get", "n"]]], 0, 11, 4, 34],
      "circle-stroke-color": palette.card, "circle-stroke-width": 2,
    },
  }
  const number: LayerSpecification = {
    id: `${source}-numbers`, type: "symbol", source, filter: [">", ["get", "n"], 1],
    layout: { ...hidden, "text-field": ["to-string", ["get", "n"]], "text-font": FONT, "text-size": 13, "text-allow-overlap": true },
    paint: { "text-color": palette["act-ink"] },
  }
  const single: LayerSpecification = {
    id: `${source}-singles`, type: "circle", source, filter: ["<=", ["get", "n"], 1], layout: hidden,
    paint: {
      "circle-color": ["case", [">", ["get", "late"], 0], palette.bad, ["==", ["get", "urgent"], 1], palette.warn, palette.act],
      "circle-radius": 7, "circle-stroke-color": palette.card, "circle-stroke-width": 2,
    },
  }
  return [size, number, single]
}

const VILLAGES_FROM = 11.5 // zoom; farther away their names would lie upon each other
const villages = (palette: Palette): LayerSpecification => ({
  id: "names-3", type: "symbol", source: "names", filter: of(3), minzoom: VILLAGES_FROM,
  layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-padding": 6, "text-offset": [0, 1.3] }, // below its point, where marks stand
  paint: { "text-color": palette.soft, "text-halo-color": palette.card, "text-halo-width": 1.6 },
})

const names = (palette: Palette, large: boolean): LayerSpecification => ({
  id: "names", type: "symbol", source: "names", filter: of(2),
  layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": large ? 24 : ["interpolate", ["linear"], ["zoom"], 8, 12, 13, 17], "text-padding": 4 },
  paint: { "text-color": palette.ink, "text-halo-color": palette.card, "text-halo-width": 1.6 },
})

const CALLED = ["!=", ["get", "text"], ""] as const // a candidate's number in the list beside the map
const chosen = (palette: Palette): LayerSpecification[] => [
  { id: "chosen-ground", type: "fill", source: "cells", filter: ["==", ["get", "code"], ""], paint: { "fill-color": palette.act, "fill-opacity": 0.12 } },
  { id: "chosen", type: "line", source: "cells", filter: ["==", ["get", "code"], ""], paint: { "line-color": palette.focus, "line-width": 4 } },
  {
    id: "marks", type: "circle", source: "marks",
    paint: {
      "circle-color": ["case", CALLED, palette.act, palette.bad] as unknown as string,
      "circle-radius": ["case", CALLED, 11, 8] as unknown as number,
      "circle-stroke-color": palette.card, "circle-stroke-width": 3,
    },
  },
  {
    id: "marks-numbers", type: "symbol", source: "marks",
    layout: { "text-field": ["get", "text"], "text-font": FONT, "text-size": 13, "text-allow-overlap": true },
    paint: { "text-color": palette["act-ink"] },
  },
]

/** The whole style; `tiles` are pictures of the ground, where the site has a server for them. */
export function styleOf(palette: Palette, tiles: Tiles | null, large = false): StyleSpecification {
  const summed = { n: ["+", ["get", "n"]], late: ["+", ["get", "late"]] }
  const heaped = { type: "geojson" as const, data: NOTHING, cluster: true, clusterProperties: summed }
  const ground: LayerSpecification[] = [{ id: "ground", type: "background", paint: { "background-color": palette.sunk } }]
  if (tiles) ground.push({ id: "tiles", type: "raster", source: "tiles" })
  return {
    version: 8,
    sources: {
      ...(tiles ? { tiles: { type: "raster" as const, tiles: [tiles.url], tileSize: 256, minzoom: tiles.from_zoom, maxzoom: tiles.to_zoom } } : {}),
      cells: { type: "geojson", data: NOTHING, promoteId: "code" },
      names: { type: "geojson", data: NOTHING },
      spots: { type: "geojson", data: NOTHING },
      marks: { type: "geojson", data: NOTHING },
      groups: { ...heaped, clusterRadius: 60 },
      points: { ...heaped, clusterRadius: 45, clusterMaxZoom: 17 },
    },
    layers: [
      ...ground, ...fills(palette, tiles !== null), heat(palette), ...borders(palette), villages(palette), names(palette, large),
      ...heaps(palette, "groups"), ...heaps(palette, "points"), ...chosen(palette),
    ],
  }
}

const HEAPS = ["heaps", "numbers", "singles"] as const

/** Which of the layers are drawn for a way of looking; the others are hidden. `near`: cases themselves, not cells. */
export function visibleIn(way: Way, level: Level, near: boolean): ReadonlyMap<string, boolean> {
  return new Map([
    ...LEVELS.map((one): [string, boolean] => [`fill-${one}`, way === "areas" && one === level]),
    ["heat", way === "heat"],
    ...HEAPS.map((one): [string, boolean] => [`groups-${one}`, way === "cases" && !near]),
    ...HEAPS.map((one): [string, boolean] => [`points-${one}`, way === "cases" && near]),
  ])
}
