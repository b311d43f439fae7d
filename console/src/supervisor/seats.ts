/** Who sits where and does what, from the board alone: the phone's word first, then the agent's. */
import { type Agent, type Board, type Call, type Seat, after } from "@/live/told"

export type Does =
  | "unknown" | "phone_lost" | "ringing" | "talking" | "ready" | "paused" | "wrap_up" | "leaving" | "empty"

export interface Place {
  readonly seat: string
  readonly does: Does
  readonly since: string | null
  readonly agent: Agent | null
  readonly callId: string | null // that rings there or is talked to
}

const GONE = ["unavailable", "invalid"]
const BUSY = ["in_use", "busy"]
const OF_AGENT: readonly Does[] = ["ready", "paused", "wrap_up", "leaving"]

/** Every seat that Asterisk or an agent has spoken of, in their order. */
export function places(board: Board): Place[] {
  const agents = new Map<string, Agent>()
  for (const agent of Object.values(board.agents)) {
    if (agent.state !== "signed_out" && agent.seat !== null) agents.set(agent.seat, agent)
  }
  const names = new Set([...Object.keys(board.seats), ...agents.keys()])
  return [...names].sort().map((seat) => placeOf(seat, agents.get(seat) ?? null, board))
}

/** How many seats do each thing, in the order of `Does`; what none does is left out. */
export function counted(all: readonly Place[]): [Does, number][] {
  const order: Does[] = ["talking", "ringing", "wrap_up", "ready", "empty", "paused", "leaving", "phone_lost", "unknown"]
  return order
    .map((does): [Does, number] => [does, all.filter((one) => one.does === does).length])
    .filter(([, n]) => n > 0)
}

function placeOf(name: string, agent: Agent | null, board: Board): Place {
  const seat = board.seats[name]
  const known = seat && !isUnknown(seat, board) ? ofPhone(seat, agent, board) : { does: "unknown" as const }
  return { seat: name, agent, since: seat?.at ?? null, callId: null, ...known }
}

type Standing = Pick<Place, "does"> & { since?: string | null; callId?: string }

function ofPhone(seat: Seat, agent: Agent | null, board: Board): Standing {
  const call = callAt(seat.seat, board)
  if (GONE.includes(seat.status)) return { ...call, does: "phone_lost", since: seat.at }
  if (call) return call
  if (BUSY.includes(seat.status)) return { does: "talking" }
  return seat.status === "ringing" ? { does: "ringing" } : ofAgent(seat, agent)
}

function ofAgent(seat: Seat, agent: Agent | null): Standing {
  const does = OF_AGENT.find((one) => one === agent?.state)
  if (agent && does) return { does, since: agent.since }
  return { does: seat.paused ? "paused" : "empty" }
}

function callAt(seat: string, board: Board): { does: Does; since: string | null; callId: string } | null {
  const calls = Object.values(board.calls)
  for (const call of calls) {
    const talk = call.state === "talking" ? talkOf(seat, call) : undefined
    if (talk) return { does: "talking", since: talk.began_at, callId: call.call_id }
  }
  const rings = calls.find((call) => call.state === "ringing" && call.ringing_seat === seat)
  return rings ? { does: "ringing", since: rings.offered_at, callId: rings.call_id } : null
}

/** The seat's part of a call that goes on; of a three-way call each seat has one. */
const talkOf = (seat: string, call: Call) =>
  Object.values(call.talks).find((talk) => talk.seat === seat && talk.began_at && !talk.ended_at)

/** What Asterisk said of a seat counts only while the link to it has not been lost since. */
const isUnknown = (seat: Seat, board: Board): boolean =>
  seat.status === "unknown" || Object.values(board.links).some((link) => !link.up && after(link.at, seat.at))
