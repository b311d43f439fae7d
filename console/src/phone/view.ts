/** What the bar shows and what can be done now: pure, from the picture, the line and the tab. */
import type { LineState } from "./line"
import type { Picture } from "./orders"
import type { Tab } from "./tab"

/** Where the seat's voice is: this browser, or a telephone of its own on the desk. */
export type Voice = "browser" | "desk"

export interface Seen {
  readonly picture: Picture | null
  readonly line: LineState
  readonly tab: Tab
  readonly voice: Voice
  readonly consults: boolean // this page asked for a consultation, and not for a hold
}

export type Mode =
  | "none" // nobody's telephone: no agent of this name, or nothing known yet
  | "out"
  | "ringing"
  | "talking"
  | "held"
  | "wrapUp"
  | "paused"
  | "ready"
  | "away" // signed in, and no telephone is registered
  | "leaving"

export type Deed =
  | "answer" | "refuse" | "hangUp" | "hold" | "resume" | "mute" | "unmute" | "transfer" | "complete"
  | "threeWay" | "police" | "pause" | "ready" | "extend" | "endWrapUp" | "signIn" | "signOut" | "takeHere"

/** Each deed's key; two deeds with one key are never possible at once. */
export const KEYS: Readonly<Partial<Record<Deed, string>>> = {
  answer: "F2", refuse: "Shift+F2", hangUp: "Shift+F2", hold: "F4", resume: "F4", mute: "F8",
  unmute: "F8", transfer: "F9", complete: "F9", threeWay: "Shift+F9", police: "F7",
  pause: "Shift+F4", ready: "Shift+F4", extend: "Shift+F7", endWrapUp: "Shift+F8",
} // prettier-ignore

/** The key of an event as KEYS writes it. */
export const keyOf = (event: Pick<KeyboardEvent, "key" | "shiftKey">): string =>
  `${event.shiftKey ? "Shift+" : ""}${event.key}`

/** The deed that a key stands for among those possible. */
export const deedOf = (key: string, deeds: readonly Deed[]): Deed | null =>
  deeds.find((deed) => KEYS[deed] === key) ?? null

/** How it stands; what the telephone says of a call is known before the centre's word of it. */
export function modeOf(seen: Seen): Mode {
  const agent = seen.picture?.agent
  if (!agent) return "none"
  return callOf(seen) ?? restOf(agent.state, agent.shown)
}

function callOf({ picture, line, voice }: Seen): Mode | null {
  const call = picture?.call
  if (isRinging(line)) return "ringing"
  if (call?.held) return "held"
  if (line.call === "talking") return "talking"
  return call && voice === "desk" ? call.state : null
}

const isRinging = ({ call }: LineState): boolean => call === "ringing" || call === "answering"

function restOf(state: string, shown: string): Mode {
  if (state === "signed_out") return "out"
  if (shown === "phone_lost" || shown === "unknown") return "away"
  if (state === "wrap_up") return "wrapUp"
  return state === "paused" || state === "leaving" ? state : "ready"
}

/** What can be done now, the likeliest first. */
export function deedsOf(seen: Seen): readonly Deed[] {
  const mode = modeOf(seen)
  if (mode === "none") return []
  if (mode === "out") return ["signIn"]
  if (seen.voice === "browser" && isElsewhere(seen)) return ["takeHere", "signOut"]
  return DEEDS[mode](seen)
}

/** Whether another page has the telephone. */
export const isElsewhere = ({ tab, line }: Seen): boolean =>
  tab === "elsewhere" || line.letGo === "taken"

const soundDeeds = ({ line }: Seen): Deed[] =>
  line.call === "talking" ? [line.muted ? "unmute" : "mute"] : []

const DEEDS: Readonly<Record<Exclude<Mode, "none" | "out">, (seen: Seen) => readonly Deed[]>> = {
  ringing: ({ voice }) => (voice === "browser" ? ["answer", "refuse"] : []),
  talking: (seen) => (seen.picture?.call
    ? ["hold", ...soundDeeds(seen), ...passing(seen), "hangUp"]
    : [...soundDeeds(seen), "hangUp"]),
  held: (seen) => (seen.consults
    ? ["complete", "threeWay", "resume", ...soundDeeds(seen)]
    : ["resume", ...soundDeeds(seen), "hangUp"]),
  wrapUp: ({ picture }) => [
    "endWrapUp", ...(picture?.agent?.extended ? [] : (["extend"] as const)), "pause", "signOut",
  ],
  paused: () => ["ready", "signOut"],
  ready: () => ["pause", "signOut"],
  away: () => ["pause", "signOut"],
  leaving: () => ["ready"],
} // prettier-ignore

/** Whom the citizen may be passed on to; where three talk, nobody. */
function passing({ picture }: Seen): Deed[] {
  const call = picture?.call
  if (!call || call.others?.length) return []
  return call.line === "110" ? ["transfer"] : ["transfer", "police"]
}

/** Whole seconds between two moments, never less than none. */
export const secondsBetween = (from: string | number, to: number): number =>
  Math.max(0, Math.floor((to - (typeof from === "number" ? from : Date.parse(from))) / 1000))

/** 75 as 1:15. */
export const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
