import { expect, test } from "vitest"
import { contract, expand, months, ownOf, turned, withYear, yearText } from "@/admin/calendar"
import { type Fault, lineOf, spanOf, textOf } from "@/admin/county"
import { FIELDS, type Prompt, filled, lasting, lookedAt, samples, statesOf } from "@/admin/prompts"
import { cellsOf, featureOf, levelsOf, pictureOf } from "@/admin/picture"

const fault = (where: string, said: string, spot: [number, number] | null = null): Fault => ({
  where, said, longitude: spot?.[0] ?? null, latitude: spot?.[1] ?? null, area_m2: null,
})
const square = (code: string, west: number, east: number) => ({
  type: "Feature", properties: { code, name: "x" },
  geometry: { type: "Polygon", coordinates: [[[west, 37], [east, 37], [east, 38], [west, 38], [west, 37]]] },
})
const GRID = JSON.stringify({ features: [square("140728", 112, 114), square("140728100", 112, 113), square("140728101", 113, 114), { bad: 1 }] })

test("a fault's line is found wherever it is told, and chosen in the text", () => {
  expect(lineOf(fault("units.csv, line 8", "cell"))).toBe(8)
  expect(lineOf(fault("dispatch.toml", "cannot be used: line 4: rule 1"))).toBe(4)
  expect(lineOf(fault("county.toml", "cannot be read"))).toBeNull()
  expect(spanOf("ab\ncde\nf", 2)).toEqual([3, 6])
})

test("a file that is not in UTF-8 is refused before it is sent", async () => {
  expect(await textOf(new Blob(["网格"]))).toBe("网格")
  await expect(textOf(new Blob([new Uint8Array([0xc3, 0x28])]))).rejects.toThrow(TypeError)
})

test("cells are read as far as they can be", () => {
  const cells = cellsOf(GRID)
  expect(cells.map((one) => [one.feature, one.code, one.level, one.rings.length])).toEqual([
    [1, "140728", 1, 1], [2, "140728100", 2, 1], [3, "140728101", 2, 1], [4, "", 0, 0],
  ])
  expect(levelsOf(cells)).toEqual([0, 1, 2])
  expect([cellsOf("{"), cellsOf("[]"), cellsOf('{"features": 3}')]).toEqual([[], [], []])
})

test("the picture marks wrong cells and spots, wherever they lie", () => {
  const faults = [fault("grid.geojson, feature 2 (140728100)", "overlaps", [113, 37.5]), fault("grid.geojson", "one county")]
  expect(faults.map(featureOf)).toEqual([2, null])
  const level1 = pictureOf(cellsOf(GRID), faults, 1)
  expect(level1?.paths.map((one) => [one.feature, one.isBad])).toEqual([[1, false], [2, true]])
  expect(level1?.spots).toHaveLength(1)
  expect(level1?.spots[0]?.x).toBeCloseTo(500, 0)
  expect(pictureOf(cellsOf(GRID), [], 2)?.paths[0]?.d).toMatch(/^M0 [\d.]+L.*Z$/)
  expect(pictureOf([], faults, 1)).toBeNull()
})

test("a year's days are taken apart and written back", () => {
  expect(expand(["2027-02-06..2027-02-08", "2027-01-01"])).toEqual(["2027-01-01", "2027-02-06", "2027-02-07", "2027-02-08"])
  expect(contract(["2027-02-08", "2027-02-06", "2027-02-07", "2027-01-01", "2027-01-02"])).toEqual(["2027-01-01", "2027-01-02", "2027-02-06..2027-02-08"])
  const own = ownOf({ holidays: ["2027-01-01"], workdays: [], complete: true, source: "通知" })
  expect(yearText(2027, own)).toBe('[2027]\nsource = "通知"\ncomplete = true\nholidays = ["2027-01-01"]')
  expect(ownOf(null)).toEqual({ holidays: [], workdays: [], complete: false, source: "" })
})

test("a day is turned over, and back again", () => {
  const none = ownOf(null)
  const off = turned(none, { day: "2027-03-02", works: true })
  expect(off.holidays).toEqual(["2027-03-02"])
  expect(turned(off, { day: "2027-03-02", works: false })).toEqual(none)
  expect(turned(none, { day: "2027-03-06", works: false }).workdays).toEqual(["2027-03-06"])
})

test("another year's section and remarks stay as they are written", () => {
  const text = '# ours\n[2026]\nholidays = ["2026-01-01"]\n\n[2027]\nworkdays = ["2027-02-13"]\n'
  const changed = withYear(text, 2027, { ...ownOf(null), holidays: ["2027-01-01"] })
  expect(changed).toContain('# ours\n[2026]\nholidays = ["2026-01-01"]\n')
  expect(changed).toContain('[2027]\nholidays = ["2027-01-01"]')
  expect(changed).not.toContain("workdays")
  expect(withYear("", 2027, ownOf(null))).toBe("[2027]\n")
  expect(withYear("# ours\n", 2027, ownOf(null))).toBe("# ours\n\n[2027]\n")
})

test("months begin on a Monday", () => {
  const days = ["2027-01-01", "2027-01-02", "2027-02-01"].map((day) => ({ day, works: true, is_told: false }))
  const [january, february] = months(days)
  expect(january?.slice(0, 5)).toEqual([null, null, null, null, days[0]])
  expect(february).toEqual([days[2]])
})

test("a recording is looked at before it is sent", async () => {
  expect(await lookedAt(new Blob(["RIFF\0\0\0\0WAVEfmt "]))).toBe("")
  expect(await lookedAt(new Blob(["ID3 something else"]))).toBe("noWav")
  expect(await lookedAt(new Blob([new Uint8Array(10 * 1024 * 1024 + 1)]))).toBe("tooLarge")
  expect([lasting(null), lasting(3.24)]).toEqual(["–", "3.2 s"])
})

test("a sentence is played with the samples that were chosen", () => {
  const chosen = { ...samples(Date.parse("2026-11-22T10:00:00Z")), unit: "U1002" }
  expect(Object.keys(chosen).sort()).toEqual(Object.keys(FIELDS).sort())
  const one = { name: "progress-due", text: "", gaps: ["unit", "moment"] }
  expect(filled(one, chosen)).toEqual(["unit=U1002", "moment=2026-11-24T18:00"])
  const prompts = [{ name: "goodbye", text: "再见" }, { name: "state-handling", text: "正在办理" }] as Prompt[]
  expect(filled({ ...one, gaps: ["place"] }, { place: 7 })).toEqual(["place=7"])
  expect(statesOf(prompts)).toEqual([["handling", "正在办理"]])
})
