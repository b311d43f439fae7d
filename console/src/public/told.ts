/** What the open page asks: each answer, or why there is none. */
import { readonly, ref, shallowRef } from "vue"
import createClient from "openapi-fetch"
import type { components, paths } from "@/generated/api"

export type Schemas = components["schemas"]
export type Case = Schemas["CaseShown"]
export type Month = Schemas["MonthShown"]

export const EXAMPLE = "12345-20261122-0001"
const client = createClient<paths>({ credentials: "omit", fetch: (request: Request) => globalThis.fetch(request) })

/** Something that is asked for once, and again where that failed. */
export function useTold<T>(ask: () => Promise<{ data?: T }>) {
  const told = shallowRef<T | null>(null)
  const failed = ref(false)
  async function load(): Promise<void> {
    failed.value = false
    try {
      const { data } = await ask()
      told.value = data ?? null
      failed.value = data === undefined
    } catch {
      failed.value = true // nobody answered
    }
  }
  void load()
  return { told, failed: readonly(failed), load }
}

export const useCentre = () => useTold(() => client.GET("/api/v1/public"))
export const useFigures = () => useTold(() => client.GET("/api/v1/public/figures"))

export type Fault = { key: "missing" | "unknown" | "failed" } | { key: "wait"; unit: "minutes" | "hours"; n: number }

/** How long to wait, as people say it. */
export const waitOf = (seconds: number): Fault =>
  seconds > 5400 ? { key: "wait", unit: "hours", n: Math.ceil(seconds / 3600) } : { key: "wait", unit: "minutes", n: Math.ceil(seconds / 60) }

/** Whether the question can be asked. */
export const isWhole = (number: string, digits: string): boolean => number.trim() !== "" && /^\d{4}$/.test(digits.trim())

/** How a case stands, or why that is not told. */
export async function askCase(number: string, digits: string): Promise<Case | Fault> {
  if (!isWhole(number, digits)) return { key: "missing" }
  try {
    const body = { number: number.trim().slice(0, 40), digits: digits.trim() }
    const { data, response } = await client.POST("/api/v1/public/case", { body })
    if (data) return data
    if (response.status === 429) return waitOf(Number(response.headers.get("Retry-After")) || 60)
    return { key: response.status >= 500 ? "failed" : "unknown" }
  } catch {
    return { key: "failed" }
  }
}

/** The widths of a month's bars, against its largest, in steps that the style sheet has. */
export function barOf(taken: number | null, all: readonly { taken: number | null }[]): number {
  const most = Math.max(1, ...all.map((one) => one.taken ?? 0))
  return Math.round(((taken ?? 0) / most) * 100)
}
