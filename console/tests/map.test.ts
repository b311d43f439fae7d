import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec"
import { describe, expect, it } from "vitest"
import { noFilters, toFiltered } from "@/cases/filters"
import { behind, fromHash, toHash, toQuestion } from "@/map/asked"
import { type Feature, cellAt, gridOf, pathOf } from "@/map/grid"
import { type Counts, classOf, classesOf, legendOf, peakOf, ranked, rowsOf, slotsOf, spanOf, sumOf } from "@/map/heat"
import { classesOfRows, inSight, spotsOf } from "@/map/spots"
import { spanWritten } from "@/map/spans"
import { COLOURS, type Palette, styleOf, visibleIn } from "@/map/style"

const square = (code: string, level: number, parent: string, [w, s, e, n]: number[]): Feature => ({
  type: "Feature",
  properties: { code, level, name: `名${code.slice(-2)}`, parent },
  geometry: { type: "Polygon", coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] as never },
})
const grid = gridOf([
  square("140728", 1, "", [0, 0, 4, 4]),
  square("140728100", 2, "140728", [0, 0, 4, 4]),
  square("140728100001", 3, "140728100", [0, 0, 2, 4]),
  square("140728100002", 3, "140728100", [2, 0, 4, 4]),
])
const counts: Counts = {
  begin: "2026-11-19T16:00:00Z", end: "2026-11-22T16:00:00Z", slot_seconds: 86_400,
  areas: [
    { cell: "", slots: [1], total: [2], open: [2], late: [0], urgent: [0] },
    { cell: "140728100001", slots: [0, 2], total: [3, 1], open: [1, 1], late: [1, 0], urgent: [0, 1] },
    { cell: "140728100002", slots: [2], total: [9], open: [0], late: [0], urgent: [0] },
  ],
}

describe("counts", () => {
  it("are summed for all of the time, or for one stretch", () => {
    expect(slotsOf(counts)).toBe(3)
    expect(rowsOf(counts, null)[1]).toEqual({ cell: "140728100001", total: 4, open: 2, late: 1, urgent: 1 })
    expect(rowsOf(counts, 0).map((row) => row.cell)).toEqual(["140728100001"])
    expect(sumOf(rowsOf(counts, null))).toEqual({ total: 15, open: 4, late: 1, urgent: 1 })
    expect(ranked(rowsOf(counts, null), "late")[0]?.cell).toBe("140728100001")
    expect(ranked(rowsOf(counts, null), "total").map((row) => row.total)).toEqual([9, 4, 2])
  })

  it("have classes that widen, of which each number is in one", () => {
    expect(peakOf(counts, "total", false)).toBe(9)
    expect(peakOf(counts, "late", true)).toBe(1)
    for (const peak of [0, 1, 3, 9, 102, 5000]) {
      const classes = classesOf(peak)
      expect(classes[0]).toBe(1)
      expect([...classes].sort((a, b) => a - b)).toEqual(classes)
      expect(new Set(classes).size).toBe(classes.length)
      expect(classOf(0, classes)).toBe(0)
      const legend = legendOf(classes, peak)
      expect(legend.length).toBe(peak === 0 ? 0 : classOf(peak, classes))
    }
    expect(legendOf(classesOf(9), 9).map((one) => one.text)).toEqual(["1", "2", "3", "4–5", "6–9"])
  })

  it("stand in the middle of their cells, and those of no cell nowhere", () => {
    const rows = rowsOf(counts, null)
    expect(spotsOf(grid, rows, "total", 9).map((spot) => [spot.at, spot.n])).toEqual([[[1, 2], 4], [[3, 2], 9]])
    expect(spotsOf(grid, rows, "late", 1).map((spot) => spot.n)).toEqual([1])
    expect(classesOfRows(rows, "total", classesOf(9)).has("")).toBe(false)
    expect(inSight(grid, rows, [0, 0, 2, 4])).toBe(4)
  })
})

describe("the grid", () => {
  it("finds the cell of a point, and names its way down", () => {
    expect(cellAt(grid, 3, 1, 1)?.code).toBe("140728100001")
    expect(cellAt(grid, 3, 9, 9)).toBeNull()
    expect(pathOf(grid, "140728100002")).toBe("名00 · 名02")
    expect(pathOf(grid, "999")).toBe("999")
  })
})

describe("the address", () => {
  it("holds all that is shown, and nothing that is usual", () => {
    expect(toHash(fromHash(""))).toBe("")
    const hash = "#item=113&cell=140728100&from=2026-11-01&level=cell&way=heat&measure=late&chosen=140728100001"
    expect(toHash(fromHash(hash))).toBe(hash)
    expect(fromHash("#way=magic&chosen=x").way).toBe("areas")
    expect(toQuestion(fromHash(hash))).toMatchObject({ item: "113", level: "cell", since: "2026-10-31T16:00:00.000Z", until: null })
  })

  it("leads to the list of the same cases: same cell, measure and time", () => {
    const shown = fromHash("#measure=urgent&item=113")
    const whole = behind(shown, "140728100001", [Date.parse(counts.begin), Date.parse(counts.end)])
    expect(whole).toMatchObject({ item: "113", cell: "140728100001", from: "2026-11-20", to: "2026-11-22", standing: "open", urgency: "urgent" })
    expect(toFiltered(whole)).toMatchObject({ since: counts.begin.replace("Z", ".000Z"), until: counts.end.replace("Z", ".000Z") })
    const hour = Date.parse("2026-11-20T01:00:00Z")
    const hours = behind(shown, "", [hour, hour + 3_600_000])
    expect([hours.from, hours.to]).toEqual(["2026-11-20T09:00", "2026-11-20T10:00"])
    expect(toFiltered({ ...noFilters, ...hours })).toMatchObject({ since: "2026-11-20T01:00:00.000Z", until: "2026-11-20T02:00:00.000Z" })
  })

  it("writes stretches as people do", () => {
    expect(spanWritten(spanOf(counts, 0), "zh")).toBe("11月20日")
    expect(spanWritten([Date.parse(counts.begin), Date.parse(counts.end)], "en")).toBe("20 Nov – 22 Nov")
    const hour = Date.parse("2026-11-20T01:00:00Z")
    expect(spanWritten([hour, hour + 3_600_000], "zh")).toBe("11月20日 09:00 – 10:00")
  })
})

describe("the style", () => {
  const palette = Object.fromEntries(COLOURS.map((name) => [name, "#123456"])) as Palette
  const tiles = { url: "https://tiles.example/{z}/{x}/{y}.png", attribution: "", from_zoom: 0, to_zoom: 18 }

  it("is one that MapLibre takes, and asks nobody outside for anything unless the site has a tile server", () => {
    for (const one of [null, tiles]) expect(validateStyleMin(styleOf(palette, one))).toEqual([])
    const own = styleOf(palette, null)
    expect(JSON.stringify(own)).not.toContain("://")
    expect([own.glyphs, own.sprite]).toEqual([undefined, undefined])
  })

  it("draws one way at a time, and only layers that it has", () => {
    const layers = new Set(styleOf(palette, null).layers.map((layer) => layer.id))
    const drawn = (way: "areas" | "heat" | "cases", near: boolean): string[] =>
      [...visibleIn(way, "village", near)].flatMap(([layer, is]) => (is ? [layer] : []))
    expect([...visibleIn("areas", "village", false).keys()].filter((layer) => !layers.has(layer))).toEqual([])
    expect(drawn("areas", false)).toEqual(["fill-village"])
    expect(drawn("heat", true)).toEqual(["heat"])
    expect(drawn("cases", true)).toEqual(["points-heaps", "points-numbers", "points-singles"])
  })
})
