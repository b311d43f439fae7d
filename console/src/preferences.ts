/** What a person chose for this browser: colours and language. */
import { ref, watchEffect } from "vue"
import { type Language, LANGUAGES, i18n } from "@/i18n"
import { THEMES, type Theme, shownTheme } from "@/themes"

export { THEMES, shownTheme }

const read = <T extends string>(key: string, allowed: readonly T[], otherwise: T): T =>
  allowed.find((one) => one === localStorage.getItem(key)) ?? otherwise

export const theme = ref<Theme>("auto")
export const language = ref<Language>("zh")

/** Chooses colours; what is no theme changes nothing. */
export function chooseTheme(wanted: unknown): void {
  theme.value = THEMES.find((one) => one === wanted) ?? theme.value
}

/** Chooses a language; what is none changes nothing. */
export function chooseLanguage(wanted: unknown): void {
  language.value = LANGUAGES.find((one) => one === wanted) ?? language.value
}

/** Takes up what was chosen before and keeps the page to it; call it once, with the page's title. */
export function followPreferences(title: "shell.title" | "field.title" = "shell.title"): void {
  const dark = window.matchMedia("(prefers-color-scheme: dark)")
  const contrast = window.matchMedia("(prefers-contrast: more)")
  theme.value = read("console.theme", THEMES, "auto")
  language.value = read("console.language", LANGUAGES, "zh")
  const wants = ref({ dark: dark.matches, contrast: contrast.matches })
  const look = (): void => {
    wants.value = { dark: dark.matches, contrast: contrast.matches }
  }
  dark.addEventListener("change", look)
  contrast.addEventListener("change", look)
  watchEffect(() => {
    document.documentElement.dataset.theme = shownTheme(theme.value, wants.value)
    localStorage.setItem("console.theme", theme.value)
  })
  watchEffect(() => {
    i18n.global.locale.value = language.value
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en"
    document.title = i18n.global.t(title)
    localStorage.setItem("console.language", language.value)
  })
}
