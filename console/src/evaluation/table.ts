/** Evaluation's table of figures by their names; asked for once. */
import { shallowRef } from "vue"
import { Problem, ask, client } from "@/api/client"
import type { FigureTold } from "./choice"

const known = shallowRef<Readonly<Record<string, FigureTold>>>({})
let asking: Promise<void> | null = null

async function load(): Promise<void> {
  try {
    const told = await ask(client.GET("/api/v1/evaluation/figures"))
    known.value = Object.fromEntries(told.map((one) => [one.name, one]))
  } catch (error) {
    asking = null
    if (!(error instanceof Problem)) throw error // their names in code stand in until it answers
  }
}

/** The figures as far as they are known. */
export function useEvaluationFigures() {
  asking ??= load()
  return known
}
