/**
 * What a supervisor sees now: the fold of api/board.py in the browser's tongue.
 *
 * Sets, never adds: a fact applied twice changes nothing, and facts in another order lead to the
 * same board. Pure: no clock, no page, no network; moments stay the server's UTC strings. The
 * scenarios' tapes and tests/fixtures/board/*.json hold it to Python's: change both together.
 */
import { CALL, OVER, emptyCall, having, speaking } from "./calls"
import { CENTRE } from "./centre"
import { TICKET, emptyTicket } from "./tickets"
import { type Board, type Call, type Fact, type Partial, type Ticket, type Wall, after, keepNewest } from "./told"

const CALLS = 60 // kept when over; those that are not over come on top
const TICKETS = 100

/** An empty board. */
export const emptyBoard = (): Board => ({
  calls: {}, tickets: {}, seats: {}, agents: {}, messages: {}, mended: {}, callbacks: {},
  tries: {}, links: {}, parked: {},
})

/** The board after a fact, or after words still being spoken. */
export function apply(board: Board, shown: Fact | Partial): Board {
  if ("partial" in shown) return withCall(board, shown.call_id, (call) => speaking(call, shown))
  return ofTicket(board, shown) ?? ofCall(board, shown) ?? CENTRE.get(shown.fact)?.(board, shown) ?? board
}

const numberOf = (fact: Fact): string | null => ("ticket_number" in fact ? fact.ticket_number : null)
const callOf = (fact: Fact): string | null => ("call_id" in fact ? fact.call_id : null)

/** The board after a fact of a ticket; null: it is of none. */
function ofTicket(board: Board, fact: Fact): Board | null {
  const [fold, number] = [TICKET.get(fact.fact), numberOf(fact)]
  return fold && number ? withTicket(board, number, (one) => fold(one, fact), fact) : null
}

/** The board after a fact of a call alone; null: it is of none. */
function ofCall(board: Board, fact: Fact): Board | null {
  const [fold, callId] = [CALL.get(fact.fact), callOf(fact)]
  return fold && callId ? withCall(board, callId, (one) => fold(one, fact)) : null
}

/** Of two walls the one that was computed later; the same in api/board_wall.py. */
export const newerWall = (known: Wall | null, told: Wall): Wall =>
  known && Date.parse(told.computed_at) < Date.parse(known.computed_at) ? known : told

function withCall(board: Board, callId: string, fold: (call: Call) => Call): Board {
  const known = board.calls[callId] ?? emptyCall(callId)
  return { ...board, calls: newestCalls({ ...board.calls, [callId]: fold(known) }) }
}

function withTicket(board: Board, number: string, fold: (ticket: Ticket) => Ticket, fact: Fact): Board {
  const known = board.tickets[number] ?? emptyTicket(number)
  const seen_at = after(known.seen_at, fact.at) ? known.seen_at : fact.at
  const tickets = { ...board.tickets, [number]: { ...fold(known), seen_at } }
  const next = {
    ...board,
    tickets: keepNewest(tickets, Object.keys(tickets), TICKETS, (one) => one.seen_at ?? ""),
  }
  const callId = callOf(fact)
  if (!callId) return next
  return withCall(next, callId, (call) =>
    having(call, { tickets: [...new Set([...call.tickets, number])].sort() }))
}

function newestCalls(calls: Record<string, Call>): Record<string, Call> {
  const over = Object.values(calls).filter((call) => OVER.includes(call.state) || !call.arrived_at)
  return keepNewest(calls, over.map((call) => call.call_id), CALLS, (call) => call.arrived_at ?? "")
}
