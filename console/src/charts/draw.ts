/** The door to ECharts: only what our charts need, drawn as SVG; asked for when a chart is shown. */
import { BarChart, LineChart } from "echarts/charts"
import { GridComponent, LegendPlainComponent, TooltipComponent } from "echarts/components"
import { init, use } from "echarts/core"
import { SVGRenderer } from "echarts/renderers"
import type { Look, Picture } from "./picture"
import { heightOf, optionOf } from "./picture"

use([BarChart, LineChart, GridComponent, LegendPlainComponent, TooltipComponent, SVGRenderer])

export interface Drawn {
  show(picture: Picture, look: Look): void
  fit(): void
  end(): void
}

/** It empties what it drew by `innerHTML`, which trusted types refuse: such an element empties itself by its nodes. */
function emptied(element: Element): void {
  Object.defineProperty(element, "innerHTML", { set: () => element.replaceChildren() })
}

/** A chart in this box, as wide as the box. */
export function draw(box: HTMLElement): Drawn {
  const chart = init(box, null, { renderer: "svg", width: box.clientWidth || 1, height: 1 })
  for (const element of [box, ...box.querySelectorAll("svg")]) emptied(element)
  let height = 1
  const fit = (): void => chart.resize({ width: Math.max(1, box.clientWidth), height })
  return {
    show(picture, look) {
      height = heightOf(picture)
      fit()
      chart.setOption(optionOf(picture, look), { notMerge: true })
    },
    fit,
    end: () => chart.dispose(),
  }
}
