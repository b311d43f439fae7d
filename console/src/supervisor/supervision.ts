/** Being on somebody's call: asked for with a reason, then heard of by the facts of it. */
import { computed, onScopeDispose, ref, shallowRef } from "vue"
import { type Schemas, ask, client } from "@/api/client"
import type { Fact } from "@/live/told"
import { serverNow } from "@/now"
import { useOrders } from "./orders"

export type Supervision = Schemas["Supervision"]
export type Mode = Schemas["NewMode"]["mode"]
export const MODES: readonly Mode[] = ["listen", "whisper", "barge", "take_over"]

const SEAT_KEY = "console.supervisor.seat"
const LOOK_MS = 3_000 // while the telephone rings: that nobody picked up is no fact
const RINGS_MS = 60_000 // at most; what was asked for longer ago never came about

/** The supervision after a fact: changed where the fact is of it, else as it was. */
export function heard(one: Supervision | null, fact: Fact): Supervision | null {
  if (fact.fact !== "supervision_moved" || fact.supervision !== one?.id) return one
  return { ...one, state: fact.mode, since: fact.at, ended_at: fact.mode === "ended" ? fact.at : null }
}

/** Which modes can be changed to: none while it rings, after the end, or once the call is one's own. */
export const modesFrom = (state: Supervision["state"]): readonly Mode[] =>
  state === "listen" || state === "whisper" || state === "barge" ? MODES.filter((mode) => mode !== state) : []

/** The newest of these that goes on, or may still begin. */
export const goingOn = (rows: readonly Supervision[], now: number): Supervision | null =>
  rows.find(
    (row) => row.ended_at === null && (row.state !== "asked" || now - Date.parse(row.asked_at) < RINGS_MS),
  ) ?? null

/** My supervision that goes on, if one does, and the commands to it. */
export function useSupervision() {
  const one = shallowRef<Supervision | null>(null)
  const seat = ref(localStorage.getItem(SEAT_KEY) ?? "") // whose telephone is to ring
  const { busy, refusal, give } = useOrders()
  let timer: number | undefined
  onScopeDispose(() => window.clearTimeout(timer))
  const goesOn = computed(() => one.value !== null && one.value.state !== "ended")

  /** Looks which one goes on: after a reload, and while the telephone rings. */
  async function find(): Promise<void> {
    window.clearTimeout(timer)
    const rows = await give(() => ask(client.GET("/api/v1/supervision", { params: { query: { limit: 5 } } })))
    if (rows) take(goingOn(rows.map((row) => row.supervision), serverNow()))
  }
  function take(found: Supervision | null): void {
    one.value = found ?? (one.value ? { ...one.value, state: "ended" } : null)
    if (found?.state === "asked") timer = window.setTimeout(() => void find(), LOOK_MS)
  }
  async function begin(callId: string, listenTo: string | null, reason: string): Promise<void> {
    localStorage.setItem(SEAT_KEY, seat.value)
    const path = { call_id: callId }
    const body = { supervisor_seat: seat.value, seat: listenTo, reason }
    const asked = await give(() => ask(client.POST("/api/v1/calls/{call_id}/supervision", { params: { path }, body })))
    if (asked) take(asked)
  }
  async function change(mode: Mode): Promise<void> {
    if (!one.value) return
    const path = { supervision_id: one.value.id }
    await give(() => ask(client.PATCH("/api/v1/supervision/{supervision_id}", { params: { path }, body: { mode } })))
  }
  async function end(): Promise<void> {
    if (!one.value) return
    const path = { supervision_id: one.value.id }
    await give(() => ask(client.DELETE("/api/v1/supervision/{supervision_id}", { params: { path } })))
  }
  const hear = (fact: Fact): void => {
    one.value = heard(one.value, fact)
  }
  const forget = (): void => {
    one.value = null
  }
  return { one, seat, busy, refusal, goesOn, find, begin, change, end, hear, forget }
}
