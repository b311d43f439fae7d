/** The theme's colours and font for a chart: only tokens.css names colours. */
import type { Look } from "./picture"

const MARKS = ["--mark-1", "--mark-2", "--mark-3", "--mark-4", "--mark-5", "--mark-6"] as const

export function lookOf(root: HTMLElement): Look {
  const told = getComputedStyle(root)
  const token = (name: string): string => told.getPropertyValue(name).trim()
  return {
    ink: token("--ink"),
    soft: token("--soft"),
    edge: token("--edge"),
    card: token("--card"),
    font: getComputedStyle(document.body).fontFamily,
    marks: MARKS.map(token),
  }
}
