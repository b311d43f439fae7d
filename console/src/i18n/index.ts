import { createI18n } from "vue-i18n"
import { en } from "./en"
import { type Messages, zh } from "./zh"

export const LANGUAGES = ["zh", "en"] as const
export type Language = (typeof LANGUAGES)[number]

export const i18n = createI18n<[Messages], Language, false>({
  legacy: false,
  locale: "zh",
  fallbackLocale: "zh",
  messages: { zh, en },
})
