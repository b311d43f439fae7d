/** The counts behind the map, and the single cases of what is in sight. */
import { onScopeDispose, shallowRef } from "vue"
import { type Schemas, ask, client } from "@/api/client"
import { toFiltered } from "@/cases/filters"
import { useAnswer } from "@/supervisor/asking"
import type { Shown } from "./asked"
import { toQuestion } from "./asked"
import type { Case } from "./drawing"
import type { Box } from "./grid"
import type { Counts } from "./heat"

const STILL_MS = 200 // the map has stood still so long: then its cases are asked for

/** What the filters count up to. */
export function useCounts() {
  const { answer, fault, loading, put } = useAnswer<Counts>()
  const look = (shown: Shown): Promise<void> =>
    put(() => ask(client.POST("/api/v1/tickets/map", { body: toQuestion(shown) })))
  return { counts: answer, fault, loading, look }
}

export interface Sight {
  readonly cases: readonly Case[]
  readonly more: boolean
}

/** The single cases in sight, asked for when the map has come to rest. */
export function useSight() {
  const { answer, put, forget } = useAnswer<Schemas["Points"]>()
  const wanted = shallowRef<number | undefined>(undefined)

  function look(shown: Shown, period: { since: string; until: string }, [west, south, east, north]: Box): void {
    window.clearTimeout(wanted.value)
    const within = { west: Math.max(-180, west), south: Math.max(-90, south), east: Math.min(180, east), north: Math.min(90, north) }
    const body = { ...toFiltered(shown.filters), ...period, ...within }
    wanted.value = window.setTimeout(() => void put(() => ask(client.POST("/api/v1/tickets/points", { body }))), STILL_MS)
  }
  function clear(): void {
    window.clearTimeout(wanted.value)
    forget()
  }
  onScopeDispose(clear)
  return { points: answer, look, clear }
}

/** The points as the map draws them. */
export const casesOf = (points: Schemas["Points"] | null): Case[] =>
  (points?.points ?? []).map((one) => ({
    number: one.number, longitude: one.longitude, latitude: one.latitude, late: one.late, urgent: one.urgency === "urgent",
  }))
