/** Classes and terms of retention in the reader's language. */
import { useI18n } from "vue-i18n"
import { termOf } from "./privacy"

export function useTerms() {
  const { t, te } = useI18n()
  /** The class's word; one that has none, as it is. */
  const kept = (name: string): string => (te(`records.class.${name}`) ? t(`records.class.${name}`) : name)
  const term = (text: string): string => {
    const one = termOf(text)
    if (!one) return text
    return one.n ? t(`records.${one.unit}`, { n: one.n }) : t("records.forEver")
  }
  return { kept, term }
}
