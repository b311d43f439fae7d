/** What happens at one's seat, as the server tells it part by part; see api/seat.py. */
import { onScopeDispose, shallowRef } from "vue"
import type { Schemas } from "@/api/client"
import { openFeed } from "@/live/socket"
import { lookWho } from "@/session"

export type Now = Schemas["SeatPage"]
export type Call = Schemas["CallAtSeat"]
export type Caller = Schemas["KnownCaller"]
export type Ticket = Schemas["TicketView"]
export type Phase = "out" | "idle" | "ringing" | "talking" | "after"

export const nothing: Now = { agent: null, call: null, words: [], speaking: {}, tickets: [], caller: null }

/** What is known after a message; each part that it names is set, and `whole` forgets the rest. */
export function told(now: Now, parts: Partial<Now>, whole: boolean): Now {
  const next = { ...(whole ? { ...nothing, caller: now.caller } : now), ...parts }
  return next.caller?.call_id === next.call?.call_id ? next : { ...next, caller: null }
}

/** What goes on at the seat; `away` is the call whose page was put away. */
export function phaseOf(now: Now, away: string): Phase {
  if (!now.agent?.seat) return "out"
  const call = now.call
  if (!call) return "idle"
  if (talks(call)) return "talking"
  if (call.state === "ringing") return "ringing"
  return call.call_id === away ? "idle" : "after"
}

const talks = (call: Call): boolean => call.mine !== null && call.mine.ended_at === null && call.ended_at === null

/** The ticket that the call opened; null until it has one. */
export const ownTicket = (now: Now): Ticket | null =>
  now.tickets?.find((one) => one.call_id === now.call?.call_id) ?? null

/** Since when the phase that is shown goes on, for the clock beside it. */
export function sinceOf(now: Now, phase: Phase): string | null {
  const moments = now.call && SINCE[phase]?.(now.call)
  return moments?.find((at) => at !== null && at !== undefined) ?? null
}

const SINCE: Readonly<Partial<Record<Phase, (call: Call) => (string | null | undefined)[]>>> = {
  ringing: (call) => [call.queued_at, call.arrived_at],
  talking: (call) => [call.mine?.began_at],
  after: (call) => [call.mine?.ended_at, call.ended_at],
}

const SOON_SECONDS = 10

/** How much of the wrap-up is left, and whether somebody should hurry; null: it has no end, or none goes on. */
export interface WrapUp {
  readonly seconds: number
  readonly mood: "act" | "warn" | "good"
  readonly key: "wrapLeft" | "wrapOver"
}

/** The wrap-up of the call that is shown: counting down, or over while its page still stands there. */
export function wrapUpOf(now: Now, phase: Phase, at: number): WrapUp | null {
  const agent = now.agent
  if (phase !== "after" || !agent) return null
  if (agent.state === "ready") return { seconds: 0, mood: "good", key: "wrapOver" }
  if (agent.state !== "wrap_up" || !agent.until) return null
  const seconds = Math.max(0, (Date.parse(agent.until) - at) / 1000)
  return { seconds, mood: seconds > SOON_SECONDS ? "act" : "warn", key: "wrapLeft" }
}

/** Seconds as a clock shows them: 1:05. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`
}

/** The seat's feed for as long as the part that asks is shown. */
export function useSeat() {
  const now = shallowRef<Now>(nothing)
  const feed = openFeed<Partial<Now>>("/api/v1/seat/live", {
    first: (parts) => (now.value = told(now.value, parts, true)),
    then: (parts) => (now.value = told(now.value, parts, false)),
    refused: () => void lookWho(),
  })
  onScopeDispose(feed.close)
  return { now, standing: feed.standing }
}

/** A ticket's number in groups, as it is said: 12345 20261122 0001. */
export const spokenNumber = (number: string): string => number.replaceAll("-", " ")
