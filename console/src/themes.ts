/** The colours there are, and which are shown. */
export const THEMES = ["auto", "light", "dark", "contrast"] as const
export type Theme = (typeof THEMES)[number]
export type Shown = Exclude<Theme, "auto">

/** The colours for a choice on a system that has wishes of its own. */
export function shownTheme(chosen: Theme, wants: { dark: boolean; contrast: boolean }): Shown {
  if (chosen !== "auto") return chosen
  if (wants.contrast) return "contrast"
  return wants.dark ? "dark" : "light"
}
