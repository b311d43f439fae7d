/**
 * The centre itself on the board, as api/board_centre.py has it: seats, agents, messages, links,
 * call-backs, what was mended. Of two views under one key the later one counts; an agent's is folded
 * by the numbers of their moves.
 */
import { type Agent, type Board, type Folds, type Of, after, keepNewest, on, picked } from "./told"

const CALLBACKS = 60
const OTHERS = 20
const WHOLE = 1000 // of what has an end of its own, such as seats

/** The views with this one, unless a later one stands there; the oldest above `most` go. */
function put<View extends { at: string }>(
  views: Readonly<Record<string, View>>,
  key: string,
  view: View,
  most: number,
): Record<string, View> {
  if (after(views[key]?.at, view.at)) return { ...views }
  const next = { ...views, [key]: view }
  return keepNewest(next, Object.keys(next), most, (one) => one.at)
}

/** An agent of whom nothing is known yet. */
export const emptyAgent = (agent: string): Agent => ({
  agent, number: 0, state: "signed_out", seat: null, queues: [], until: null, since: null,
  reason: "", since_number: 0,
})

/** The agent after a move; moves come in any order. */
function moved(known: Agent, fact: Of<"agent_moved">): Agent {
  const newest = { ...picked(fact, ["number", "seat", "queues", "until"]), state: fact.to_state }
  const agent: Agent = fact.number >= known.number ? { ...known, ...newest } : known
  const begins = fact.from_state !== fact.to_state || fact.move === "pause"
  if (!begins || fact.number < agent.since_number) return agent
  const reason = fact.to_state === "paused" ? fact.reason : ""
  return { ...agent, since: fact.at, reason, since_number: fact.number }
}

/** Names a call-back task among all, from its fact or its row. */
export const callbackKey = (task: {
  why: string
  call_id: string | null
  ticket_number: string | null
  round: number
}): string => `${task.why}|${task.call_id ?? ""}|${task.ticket_number ?? ""}|${task.round}`

function message(board: Board, fact: Of<"seats_told">): Board {
  const view = picked(fact, ["actor", "seats", "text", "at"])
  return { ...board, messages: put(board.messages, `${fact.actor}|${fact.at}`, view, OTHERS) }
}

function mended(board: Board, fact: Of<"picture_mended">): Board {
  const key = `${fact.node}|${fact.subject}|${fact.name}|${fact.at}`
  const view = picked(fact, ["node", "subject", "name", "ours", "asterisks", "side_mended", "at"])
  return { ...board, mended: put(board.mended, key, view, OTHERS) }
}

function link(board: Board, fact: Of<"link_lost"> | Of<"link_restored">): Board {
  const reason = fact.fact === "link_lost" ? fact.reason : ""
  const view = { node: fact.node, up: fact.fact === "link_restored", reason, at: fact.at }
  return { ...board, links: put(board.links, fact.node, view, WHOLE) }
}

function due(board: Board, fact: Of<"callback_due">): Board {
  const view = picked(fact, ["why", "call_id", "ticket_number", "round", "at"])
  return { ...board, callbacks: put(board.callbacks, callbackKey(fact), view, CALLBACKS) }
}

function tried(board: Board, fact: Of<"callback_tried">): Board {
  const view = picked(fact, ["task", "attempt", "outcome", "at"])
  return { ...board, tries: put(board.tries, String(fact.task), view, CALLBACKS) }
}

function parked(board: Board, fact: Of<"fact_parked">): Board {
  const view = picked(fact, ["parked_id", "handler", "error", "at"])
  return { ...board, parked: put(board.parked, `${fact.parked_id}|${fact.handler}`, view, OTHERS) }
}

export const CENTRE: Folds<Board> = new Map([
  on("seat_seen", (board: Board, fact) => {
    const view = picked(fact, ["seat", "status", "paused", "at"])
    return { ...board, seats: put(board.seats, fact.seat, view, WHOLE) }
  }),
  on("agent_moved", (board: Board, fact) => {
    const known = board.agents[fact.agent] ?? emptyAgent(fact.agent)
    return { ...board, agents: { ...board.agents, [fact.agent]: moved(known, fact) } }
  }),
  on("seats_told", message),
  on("picture_mended", mended),
  on("link_lost", link),
  on("link_restored", link),
  on("callback_due", due),
  on("callback_tried", tried),
  on("fact_parked", parked),
])
