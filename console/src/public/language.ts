/** The language of the open page: what its address asks for (?lang=en), else what the browser speaks. */
import { ref } from "vue"
import { type Shown, shownTheme } from "@/themes"

export type Language = "zh" | "en"
export const language = ref<Language>("zh")

/** Which one to begin in. */
export const languageOf = (asked: string | null, browser: string): Language => {
  if (asked === "zh" || asked === "en") return asked
  return browser.toLowerCase().startsWith("zh") ? "zh" : "en"
}

/** Begins, and follows the system's wishes for colours; nothing is kept in the browser. */
export function startIn(asked: string | null, browser: string): void {
  language.value = languageOf(asked, browser)
  const dark = window.matchMedia("(prefers-color-scheme: dark)")
  const contrast = window.matchMedia("(prefers-contrast: more)")
  const look = (): void => {
    const shown: Shown = shownTheme("auto", { dark: dark.matches, contrast: contrast.matches })
    document.documentElement.dataset.theme = shown
  }
  dark.addEventListener("change", look)
  contrast.addEventListener("change", look)
  look()
}

/** Chooses another; the address says so, and can be given on. */
export function choose(wanted: Language): void {
  language.value = wanted
  history.replaceState(history.state, "", `${location.pathname}?lang=${wanted}`)
}
