/** What a chart shows, and how ECharts is told: pure, so that it can be tested without a browser. */

export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
}

/** Values over labels: lying bars for things beside each other, lines for moments behind each other. */
export interface Picture {
  readonly kind: "bars" | "lines"
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  readonly percent: boolean // values are shares of 1
}

/** Colours and font as the theme in force has them. */
export interface Look {
  readonly ink: string
  readonly soft: string
  readonly edge: string
  readonly card: string
  readonly font: string
  readonly marks: readonly string[] // a series each; their forms differ as well
}

export const MOST_SERIES = 6 // more cannot be told apart
const FORMS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"] as const
const STROKES = ["solid", "dashed", "dotted", "solid", "dashed", "dotted"] as const
const BAR_PX = 30
const FRAME_PX = 90
const LINES_PX = 280
const DECIMALS = 10 // a tenth of a per cent

/** How high the chart is in pixels: bars grow with their number. */
export const heightOf = (picture: Picture): number =>
  picture.kind === "lines" ? LINES_PX : FRAME_PX + BAR_PX * picture.labels.length * Math.max(1, picture.series.length / 2)

/** A value as it is written in chart and table; a dash where there is none. */
export function valueText(value: number | null | undefined, percent: boolean): string {
  if (value === null || value === undefined) return "–"
  return percent ? `${(value * 100).toFixed(1)}%` : String(Math.round(value * DECIMALS) / DECIMALS)
}

const scaled = (value: number | null, percent: boolean): number | null =>
  value === null ? null : percent ? Math.round(value * 1000) / DECIMALS : value

const axisOf = (look: Look) => ({
  axisLine: { lineStyle: { color: look.edge } },
  axisLabel: { color: look.soft, fontSize: 13 },
  axisTick: { lineStyle: { color: look.edge } },
  splitLine: { lineStyle: { color: look.edge } },
})

/** The option for ECharts. Nothing moves by itself; what a pointer shows is drawn, for markup would need inline style. */
export function optionOf(picture: Picture, look: Look) {
  const { kind, labels, percent } = picture
  const values = { type: "value" as const, ...axisOf(look), max: percent ? 100 : undefined, min: 0, minInterval: 1 }
  const names = { type: "category" as const, ...axisOf(look), data: [...labels], splitLine: { show: false }, inverse: kind === "bars" }
  return {
    animation: false,
    color: [...look.marks],
    textStyle: { fontFamily: look.font, color: look.ink, fontSize: 13 },
    grid: { left: 8, right: 48, top: picture.series.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
    legend: { show: picture.series.length > 1, top: 0, textStyle: { color: look.ink, fontSize: 13 } },
    tooltip: {
      trigger: "axis" as const,
      renderMode: "richText" as const,
      backgroundColor: look.card,
      borderColor: look.edge,
      textStyle: { color: look.ink, fontSize: 13 },
      valueFormatter: (value: unknown) => (typeof value === "number" ? `${value}${percent ? "%" : ""}` : "–"),
    },
    xAxis: kind === "bars" ? values : names,
    yAxis: kind === "bars" ? names : values,
    series: picture.series.slice(0, MOST_SERIES).map((one, place) => seriesOf(one, place, picture, look)),
  }
}

function seriesOf(one: Series, place: number, { kind, percent, series }: Picture, look: Look) {
  const data = one.values.map((value) => scaled(value, percent))
  if (kind === "bars") {
    const label = { show: series.length === 1, position: "right" as const, color: look.ink, formatter: percent ? "{c}%" : "{c}" }
    return { type: "bar" as const, name: one.name, data, label, barMaxWidth: 18, itemStyle: { borderColor: look.ink, borderWidth: 0.5 } }
  }
  return {
    type: "line" as const, name: one.name, data, symbol: FORMS[place % FORMS.length], symbolSize: 7,
    lineStyle: { width: 2, type: STROKES[place % STROKES.length] },
  }
}
