/** What is said about the telephone besides its state: what is wrong, and what helps. */
import type { Fault } from "@/faults"
import type { Agent } from "./orders"
import type { PhoneState } from "./phone"
import { type Mode, clock, isElsewhere, modeOf, secondsBetween } from "./view"

const plain = (key: string): Fault => ({ key, values: {} })

/** The words to be read now, the most urgent first. */
export function wordsOf(state: PhoneState): Fault[] {
  const told: Fault[] = []
  if (state.mic) told.push(plain(`phone.mic.${state.mic}`))
  if (state.fault) told.push(state.fault)
  const link = linkWord(state)
  if (link) told.push(plain(link))
  if (state.picture && !state.picture.agent) told.push(plain("phone.noAgent"))
  return told
}

function linkWord(state: PhoneState): string | null {
  if (state.server === "away") return "phone.link.server"
  if (!state.picture?.seat || state.voice === "desk") return null
  if (isElsewhere(state)) return state.tab === "here" ? "phone.link.taken" : "phone.link.elsewhere"
  return state.line.link === "away" ? "phone.link.away" : null
}

/** How long it stands as it stands, or how much of the wrap-up is left; null where nobody asks. */
export function spentWord(state: PhoneState, now: number): Fault | null {
  const mode = modeOf(state)
  const agent = state.picture?.agent
  if (!agent || UNTIMED.includes(mode)) return null
  if (mode === "wrapUp") return spent("phone.left", secondsBetween(now, ending(agent, now)))
  return spent("phone.since", secondsBetween(state.picture?.call?.answered_at ?? agent.since, now))
}

const UNTIMED: readonly Mode[] = ["out", "ringing"]
const ending = ({ until }: Agent, now: number): number => (until ? Date.parse(until) : now)
const spent = (key: string, seconds: number): Fault => ({ key, values: { time: clock(seconds) } })
