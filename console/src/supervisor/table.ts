/** The table of figures: each one's name, unit and formula; asked for once. */
import { computed, shallowRef } from "vue"
import { Problem, ask, client } from "@/api/client"
import { language } from "@/preferences"
import type { FigureTold } from "./figures"

const known = shallowRef<readonly FigureTold[]>([])
let asking: Promise<void> | null = null

async function load(): Promise<void> {
  try {
    known.value = await ask(client.GET("/api/v1/numbers/figures"))
  } catch (error) {
    asking = null
    if (!(error instanceof Problem)) throw error
  }
}

export const nameOf = (one: Pick<FigureTold, "chinese" | "english">): string =>
  language.value === "zh" ? one.chinese : one.english
export const formulaOf = (one: Pick<FigureTold, "formula" | "formula_chinese">): string =>
  language.value === "zh" ? one.formula_chinese : one.formula

/** Units and formulas by the figures' names, as far as they are known. */
export function useFigures() {
  asking ??= load()
  const units = computed(() => Object.fromEntries(known.value.map((one) => [one.name, one.unit])))
  const formulas = computed(() => Object.fromEntries(known.value.map((one) => [one.name, formulaOf(one)])))
  return { units, formulas }
}
