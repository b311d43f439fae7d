/**
 * Alarms by threshold: what is wrong now, from board and wall. The thresholds are the person's own and
 * stay in this browser (localStorage), like the language: each supervisor looks after other things.
 */
import type { Board, Wall } from "@/live/told"
import type { Place } from "./seats"
import { LINES, figureOf, longestSince, waitingOn } from "./wall"

export const KINDS = ["wait", "waiting", "within", "connected", "paused", "wrapUp", "talk", "phone", "line"] as const
export type Kind = (typeof KINDS)[number]
export const SETTINGS = [...KINDS, "least"] as const
export type Setting = (typeof SETTINGS)[number]
/** Seconds, callers, per cent or minutes; 0: no such alarm. `least`: so many calls a rate must be of to be one. */
export type Thresholds = Readonly<Record<Setting, number>>

export interface Alarm {
  readonly key: string // the same as long as it lasts
  readonly kind: Kind
  readonly what: string // the line, the seat or the node
  readonly n: number
}

/**
 * 15 s and 95 % are GB/T 33358-2016's; the others are where somebody should look. Of fewer than 20 calls a single
 * one that was lost is more than the twentieth that 95 % allow.
 */
export const USUAL: Thresholds = {
  wait: 15, waiting: 3, within: 80, connected: 95, paused: 15, wrapUp: 5, talk: 20, phone: 1, line: 1, least: 20,
}
export const MOST: Thresholds = {
  wait: 3600, waiting: 99, within: 100, connected: 100, paused: 600, wrapUp: 600, talk: 600, phone: 1, line: 1, least: 9999,
}
const KEPT = "console.alarms"
const SECOND = 1000
const MINUTE = 60 * SECOND

/** What was kept, as far as it makes sense; the usual for the rest. */
export function readThresholds(kept: string | null): Thresholds {
  const told: unknown = parsed(kept)
  const one = (kind: Setting): number => {
    const value: unknown = typeof told === "object" && told !== null ? Reflect.get(told, kind) : undefined
    const fits = typeof value === "number" && value >= 0 && value <= MOST[kind]
    return fits ? value : USUAL[kind]
  }
  return Object.fromEntries(SETTINGS.map((name) => [name, one(name)])) as Record<Setting, number>
}

function parsed(kept: string | null): unknown {
  try {
    return JSON.parse(kept ?? "null")
  } catch {
    return null
  }
}

export const loadThresholds = (): Thresholds => readThresholds(localStorage.getItem(KEPT))
export const keepThresholds = (chosen: Thresholds): void => localStorage.setItem(KEPT, JSON.stringify(chosen))

/** Everything that is beyond its threshold now. */
export function alarms(
  { links, wall, seats }: { links: Board["links"]; wall: Wall | null; seats: readonly Place[] },
  limits: Thresholds,
  now: number,
): Alarm[] {
  const found = [
    ...LINES.flatMap((line) => ofLine(wall, line, limits, now)),
    ...seats.flatMap((place) => ofSeat(place, limits, now)),
    ...Object.values(links).flatMap((link) => (link.up ? [] : [{ kind: "line" as const, what: link.node, n: 0 }])),
  ]
  return found.filter((one) => limits[one.kind] > 0).map((one) => ({ ...one, key: `${one.kind}|${one.what}` }))
}

type Found = Omit<Alarm, "key">

function ofLine(wall: Wall | null, line: string, limits: Thresholds, now: number): Found[] {
  const longest = longestSince(wall, line)
  const waited = longest === null ? 0 : Math.floor((now - Date.parse(longest)) / SECOND)
  const waiting = waitingOn(wall, line).length
  const found: Found[] = []
  if (waited > limits.wait) found.push({ kind: "wait", what: line, n: waited })
  if (waiting >= limits.waiting) found.push({ kind: "waiting", what: line, n: waiting })
  return [...found, ...RATES.flatMap((rate) => ofRate(rate, wall, line, limits))]
}

function ofRate([kind, stretch, name]: (typeof RATES)[number], wall: Wall | null, line: string, limits: Thresholds): Found[] {
  const told = figureOf(wall, line, stretch, name)
  if (typeof told?.value !== "number" || (told.bottom ?? 0) < limits.least) return []
  const share = told.value * 100
  return share < limits[kind] ? [{ kind, what: line, n: share }] : []
}

const RATES = [["within", "hour", "within_15"], ["connected", "day", "connected_rate"]] as const

function ofSeat(place: Place, limits: Thresholds, now: number): Found[] {
  const kind = OF_SEAT[place.does]
  if (!kind) return []
  if (kind === "phone") return place.agent ? [{ kind, what: place.seat, n: 0 }] : []
  const minutes = place.since === null ? 0 : (now - Date.parse(place.since)) / MINUTE
  return minutes > limits[kind] ? [{ kind, what: place.seat, n: Math.floor(minutes) }] : []
}

const OF_SEAT: Readonly<Partial<Record<Place["does"], "paused" | "wrapUp" | "talk" | "phone">>> = {
  paused: "paused", wrap_up: "wrapUp", talking: "talk", phone_lost: "phone",
}

/** Those seen that still last; what has ended and comes again is new again. */
export const stillSeen = (seen: ReadonlySet<string>, lasting: readonly Alarm[]): Set<string> =>
  new Set(lasting.map((one) => one.key).filter((key) => seen.has(key)))
