import { createApp, watchEffect } from "vue"
import { createI18n } from "vue-i18n"
import { publicEn, publicZh } from "@/i18n/public"
import PublicPage from "@/pages/Public.vue"
import { language, startIn } from "./language"
import "@/styles/tokens.css"
import "@/styles/base.css"
import "@/styles/public.css"

const i18n = createI18n<[typeof publicZh], "zh" | "en", false>({
  legacy: false,
  locale: "zh",
  fallbackLocale: "zh",
  messages: { zh: publicZh, en: publicEn },
})

startIn(new URLSearchParams(location.search).get("lang"), navigator.language)
watchEffect(() => {
  i18n.global.locale.value = language.value
  document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en"
  document.title = i18n.global.t("title")
})
createApp(PublicPage).use(i18n).mount("#app")
