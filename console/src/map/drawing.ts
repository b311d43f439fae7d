/** One map on the screen: what is told to MapLibre, and what people do with it. */
import type { FeatureCollection } from "geojson"
import type { GeoJSONSource, Map as LibraryMap, MapGeoJSONFeature, MapMouseEvent } from "maplibre-gl"
import type { Level, Way } from "./asked"
import type { Base } from "./base"
import { type Library, mapLibrary } from "./engine"
import { type Box, LEVEL_OF, cellAt } from "./grid"
import { paletteNow, styleOf, visibleIn } from "./style"

export interface Spot {
  readonly at: readonly [number, number]
  readonly n: number
  readonly late: number
  readonly share: number // 0 to 1, of the most there is
}
export interface Case {
  readonly number: string
  readonly longitude: number
  readonly latitude: number
  readonly urgent: boolean
  readonly late: boolean
}
/** A point on the map, and what stands in it: a candidate's number, or nothing. */
export type Mark = readonly [longitude: number, latitude: number, text?: string]
export interface Heard {
  cell?: (code: string) => void
  ticket?: (number: string) => void
  moved?: (box: Box) => void
}

export interface Ways {
  readonly still?: boolean // nobody moves it
  readonly large?: boolean // read from afar
}

const MARGIN = 24 // pixels
const NEAREST = 15 // zoom at which one place fills the map

const collection = <T>(all: readonly T[], at: (one: T) => readonly [number, number], told: (one: T) => object): FeatureCollection => ({
  type: "FeatureCollection",
  features: all.map((one) => ({
    type: "Feature", geometry: { type: "Point", coordinates: [...at(one)] }, properties: { ...told(one) },
  })),
})

export class Drawing {
  private readonly map: LibraryMap
  private level: Level = "village"
  private way: Way = "areas"
  private near = false
  private filled = new Map<string, number>()

  private constructor(
    library: Library,
    element: HTMLElement,
    private readonly base: Base,
    private readonly heard: Heard,
    private readonly ways: Ways,
  ) {
    const { still, large } = ways
    const { grid, tiles } = base
    const county = [...grid.cells.values()].find((cell) => cell.level === 1)
    this.map = new library.Map({
      container: element,
      style: styleOf(paletteNow(), tiles, large),
      bounds: county ? [...county.box] : undefined,
      fitBoundsOptions: { padding: MARGIN },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      interactive: !still,
      fadeDuration: 0,
      maxZoom: 18,
    })
    this.map.touchZoomRotate.disableRotation()
    this.map.keyboard.disableRotation()
  }

  /** A map in an element. @throws NoGraphics, or what a lost connection throws. */
  static async on(element: HTMLElement, base: Base, heard: Heard = {}, ways: Ways = {}): Promise<Drawing> {
    const one = new Drawing(await mapLibrary(), element, base, heard, ways)
    await new Promise<void>((resolve) => one.map.once("load", () => resolve()))
    one.ground()
    one.listen()
    return one
  }

  /** Draws the cells and their names; called again when the theme is another one. */
  private ground(): void {
    this.source("cells").setData({ type: "FeatureCollection", features: this.base.grid.features } as unknown as FeatureCollection)
    const named = [...this.base.grid.cells.values()].filter((cell) => cell.level === 2 || cell.level === 3)
    this.source("names").setData(collection(named, (cell) => cell.at, ({ name, level }) => ({ name, level })))
    this.show(this.way, this.level)
  }

  private listen(): void {
    const clickable = ["points-singles", "points-heaps", "groups-heaps", "groups-singles"]
    this.map.on("click", (event) => void this.clicked(event, clickable))
    const { dataset } = this.map.getContainer()
    this.map.on("movestart", () => (dataset.moving = "true"))
    this.map.on("moveend", () => {
      delete dataset.moving
      this.heard.moved?.(this.box())
    })
  }

  private async clicked({ point, lngLat }: MapMouseEvent, layers: string[]): Promise<void> {
    const hit = this.map.queryRenderedFeatures(point, { layers })[0]
    if (hit && (await this.opened(hit))) return
    const cell = cellAt(this.base.grid, LEVEL_OF[this.level], lngLat.lng, lngLat.lat)
    if (cell) this.heard.cell?.(cell.code)
  }

  /** Tells of a case, or comes nearer until a heap falls apart; false where it never does, as all of it lies in one place. */
  private async opened(heap: MapGeoJSONFeature): Promise<boolean> {
    const number: unknown = heap.properties.number
    if (typeof number === "string") {
      this.heard.ticket?.(number)
      return true
    }
    if (!heap.properties.cluster) return false
    const zoom = await this.source(heap.source).getClusterExpansionZoom(Number(heap.properties.cluster_id))
    if (zoom > this.map.getMaxZoom() || heap.geometry.type !== "Point") return false
    this.map.easeTo({ center: heap.geometry.coordinates as [number, number], zoom })
    return true
  }

  /** Which layers are drawn. `near`: single cases instead of cells' heaps. */
  show(way: Way, level: Level, near = this.near): void {
    ;[this.way, this.level, this.near] = [way, level, near]
    for (const [layer, is] of visibleIn(way, level, near)) {
      this.map.setLayoutProperty(layer, "visibility", is ? "visible" : "none")
    }
  }

  /** Colours cells by their classes; those not named have none. */
  fill(classes: ReadonlyMap<string, number>): void {
    for (const code of this.filled.keys()) if (!classes.has(code)) this.map.setFeatureState({ source: "cells", id: code }, { k: 0 })
    for (const [code, k] of classes) {
      if (this.filled.get(code) !== k) this.map.setFeatureState({ source: "cells", id: code }, { k })
    }
    this.filled = new Map(classes)
  }

  spots(all: readonly Spot[]): void {
    const data = collection(all, ({ at }) => at, ({ n, late, share }) => ({ n, late, share, urgent: 0 }))
    this.source("spots").setData(data)
    this.source("groups").setData(data)
  }

  cases(all: readonly Case[]): void {
    this.source("points").setData(collection(all, (one) => [one.longitude, one.latitude], (one) => ({
      number: one.number, n: 1, late: Number(one.late), urgent: Number(one.urgent),
    })))
  }

  marks(all: readonly Mark[]): void {
    this.source("marks").setData(collection(all, ([x, y]) => [x, y], ([, , text = ""]) => ({ text })))
  }

  choose(code: string): void {
    this.map.setFilter("chosen", ["==", ["get", "code"], code])
    if (this.ways.still) this.map.setFilter("chosen-ground", ["==", ["get", "code"], code]) // else it has a class's colour
  }

  /** Brings a part of the world into sight; a point with its surroundings. */
  go(box: Box): void {
    this.map.fitBounds([...box], { padding: MARGIN, maxZoom: NEAREST, animate: !matchMedia("(prefers-reduced-motion: reduce)").matches, duration: 400 })
  }

  zoom(by: 1 | -1): void {
    if (by > 0) this.map.zoomIn()
    else this.map.zoomOut()
  }

  box(): Box {
    const bounds = this.map.getBounds()
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
  }

  /** Takes the theme's colours up anew; what is shown stays. */
  recolour(): void {
    const next = styleOf(paletteNow(), this.base.tiles)
    for (const layer of next.layers) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) this.map.setPaintProperty(layer.id, name, value)
    }
  }

  end(): void {
    this.map.remove()
  }

  private source(name: string): GeoJSONSource {
    const found = this.map.getSource<GeoJSONSource>(name)
    if (!found) throw new Error(`the map has no source ${name}`)
    return found
  }
}
