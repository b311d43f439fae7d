import { expect, test } from "vitest"
import { type Picture, heightOf, optionOf, valueText } from "@/charts/picture"
import {
  type Evaluation, changed, closed, fileOf, fromHash, monthOf, noChoice, opened, periodOf, toHash, toListQuestion, toQuestion, within,
} from "@/evaluation/choice"
import { pageOf, pictureOf, text } from "@/evaluation/shown"
import type { Numbers } from "@/supervisor/figures"
import { history, keyOf } from "@/supervisor/history"

const LOOK = { ink: "i", soft: "s", edge: "e", card: "c", font: "f", marks: ["a", "b"] }
const FIGURE = { name: "handled_rate", kind: "rate", unit: "%" } as Evaluation["figures"][number]
const row = (since: string, key: string, value: number | null): Evaluation["rows"][number] =>
  ({ since, until: since, key, name: `n${key}`, tickets: "", values: { handled_rate: { value, top: 1, bottom: 2 } } })

test("a choice of evaluation goes into the address and comes back", () => {
  const choice = { ...noChoice, month: "2026-10", by: "township", interval: "week", item: "113", show: "handled" }
  expect(fromHash(toHash(choice))).toEqual(choice)
  expect(toQuestion(choice)).toEqual({ ...toQuestion(noChoice), month: "2026-10", by: "township", interval: "week", item: "113" })
  expect(toQuestion({ ...noChoice, by: "x", interval: "x", month: "2026-13" })).toMatchObject({ by: "unit", interval: "whole" })
  expect(periodOf({ ...choice, from: "2026-10-05", to: "2026-10-11" })).toEqual({ from: "2026-10-05", to: "2026-10-12" })
  expect(monthOf(Date.parse("2026-10-31T16:00:00Z"))).toBe("2026-11") // the county's
})

test("a new period puts away the other way of choosing one, and every list", () => {
  const choice = { ...noChoice, month: "2026-10", figure: "handled", list: "unit=A", page: "3" }
  expect(changed(choice, "from", "2026-10-05")).toEqual({ ...noChoice, from: "2026-10-05" })
  expect(changed({ ...noChoice, from: "2026-10-05" }, "month", "2026-09")).toEqual({ ...noChoice, month: "2026-09" })
})

test("a number opens the list that its row names, also of what has no unit", () => {
  const address = "/api/v1/evaluation/tickets?from=2026-10-01T00%3A00%3A00%2B08%3A00&to=b&unit=&figure={figure}"
  const choice = opened(noChoice, address, "handled_rate", "bottom")
  expect(fromHash(decodeURIComponent(toHash(choice)))).toEqual(choice) // as a router gives it
  expect(toListQuestion(fromHash(toHash(choice)))).toEqual({
    from: "2026-10-01T00:00:00+08:00", to: "b", unit: "", figure: "handled_rate", of: "bottom", offset: 0, limit: 100,
  })
  expect([closed(choice), toListQuestion(noChoice)]).toEqual([noChoice, null])
  expect(toListQuestion({ ...choice, offset: "x" })?.offset).toBe(0)
})

test("a row is looked into by its next smaller part", () => {
  expect(within({ ...noChoice, by: "township" }, "140728101")).toMatchObject({ township: "140728101", by: "cell" })
  expect(within({ ...noChoice, by: "unit" }, "")).toEqual({ ...noChoice, by: "unit" })
})

test("the same question is had as a file", () => {
  expect(fileOf("/e", { by: "unit", offset: 0, cell: undefined }, "svg", { figure: "taken" })).toBe("/e?by=unit&offset=0&figure=taken&format=svg")
})

test("figures are written by their kind, and none where nothing was divided", () => {
  expect(text({ value: 0.9512, top: 1, bottom: 2 }, { kind: "rate" })).toBe("95.1%")
  expect(text({ value: 94_323, top: 1, bottom: 2 }, { kind: "mean" })).toBe("26:12:03")
  expect([text({ value: null, top: 0, bottom: 0 }, { kind: "rate" }), text(undefined, { kind: "count" })]).toEqual(["–", "–"])
})

test("many columns come page by page", () => {
  const rows = Array.from({ length: 25 }, (_, n) => n)
  expect([pageOf(rows, ""), pageOf(rows, "3").rows, pageOf(rows, "9").page, pageOf([], "2").pages]).toEqual([
    { rows: rows.slice(0, 12), page: 1, pages: 3 }, [24], 3, 1,
  ])
})

test("rows beside each other are bars, the most first; intervals are lines with gaps", () => {
  const draw = (...rows: Evaluation["rows"]) => pictureOf({ rows } as Evaluation, FIGURE, (one) => one.name, (one) => one.since)
  expect(draw(row("1", "A", 0.5), row("1", "B", 0.9), row("1", "C", null))).toEqual({
    kind: "bars", percent: true, labels: ["nB", "nA"], series: [{ name: "handled_rate", values: [0.9, 0.5] }],
  })
  expect(draw(row("1", "A", 0.5), row("2", "A", 0.6), row("2", "B", 1))).toEqual({
    kind: "lines", percent: true, labels: ["1", "2"],
    series: [{ name: "nA", values: [0.5, 0.6] }, { name: "nB", values: [null, 1] }],
  })
})

test("a chart is told without movement, and in drawn words instead of markup", () => {
  const picture: Picture = { kind: "lines", percent: true, labels: ["1"], series: [{ name: "a", values: [0.9512] }, { name: "b", values: [null] }] }
  const option = optionOf(picture, LOOK)
  expect([option.animation, option.tooltip.renderMode, option.legend.show]).toEqual([false, "richText", true])
  expect(option.series.map((one) => one.data)).toEqual([[95.1], [null]])
  expect(heightOf({ ...picture, kind: "bars" })).toBeGreaterThan(0)
  expect([valueText(0.9512, true), valueText(12.34, false), valueText(null, false)]).toEqual(["95.1%", "12.3", "–"])
})

test("the numbers' history is drawn of one key over time, or of all as a whole", () => {
  const figure = (name: string, unit: string) => ({ name, unit }) as Numbers["figures"][number]
  const at = (since: string, key: string, answered: number) =>
    ({ since, key, values: { answered: { value: answered }, within_15: { value: 0.5 } } }) as unknown as Numbers["rows"][number]
  const told = (interval: Numbers["interval"]) =>
    ({ interval, by: "line", figures: [figure("answered", "calls"), figure("within_15", "%")], rows: [at("1", "110", 1), at("1", "12345", 2), at("2", "110", 3)] }) as Numbers
  const words = { figure: (one: { name: string }) => one.name, key: (one: { key: string }) => one.key, moment: (one: { since: string }) => one.since }
  const over = history(told("hour"), "", words)
  expect(over.counted).toEqual({ kind: "lines", percent: false, labels: ["1", "2"], series: [{ name: "answered", values: [1, 3] }] })
  expect([over.rates.percent, history(told("whole"), "", words).counted.labels]).toEqual([true, ["110", "12345", "110"]])
  expect([keyOf(told("hour"), "12345"), keyOf(told("hour"), "x")]).toEqual(["12345", "110"])
})
