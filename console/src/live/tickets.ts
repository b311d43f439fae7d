/**
 * One ticket on the board, as api/board_tickets.py has it: moves are kept by their number,
 * classifications and places by their revision, ratings by their round; the highest counts.
 */
import { type Folds, type Of, type Ticket, after, on, picked } from "./told"

const MOVES = 20 // kept a ticket, the newest

/** A ticket of which nothing is known yet. */
export const emptyTicket = (number: string): Ticket => ({
  number, call_id: null, step: null, unit: null, due_at: null, opened_at: null, seen_at: null,
  history: [], category: null, correction: null, located: null, duplicates: null, rating: null,
})

function moved(ticket: Ticket, fact: Of<"ticket_moved">): Ticket {
  const step = picked(fact, ["number", "move", "to_step", "actor", "unit", "due_at", "at"])
  const others = ticket.history.filter((old) => old.number !== fact.number)
  const history = [...others, step].sort((a, b) => a.number - b.number).slice(-MOVES)
  return {
    ...ticket,
    history,
    step: history.at(-1)?.to_step ?? null,
    unit: lastOf(history, "unit") ?? ticket.unit,
    due_at: lastOf(history, "due_at") ?? ticket.due_at,
    opened_at: fact.number === 1 ? fact.at : ticket.opened_at,
    call_id: ticket.call_id ?? fact.call_id,
  }
}

/** What the last move says that names it. */
const lastOf = (history: Ticket["history"], name: "unit" | "due_at"): string | null =>
  history.findLast((move) => move[name])?.[name] ?? null

function classified(ticket: Ticket, fact: Of<"call_classified">): Ticket {
  if (ticket.category && ticket.category.revision > fact.revision) return ticket
  const told = picked(fact, [
    "revision", "item", "item_name", "score", "urgency", "outcome", "runner_ups", "words",
  ])
  return { ...ticket, category: { ...told, kind: fact.call_kind }, call_id: ticket.call_id ?? fact.call_id }
}

function located(ticket: Ticket, fact: Of<"ticket_located">): Ticket {
  if (ticket.located && ticket.located.revision > fact.revision) return ticket
  const where = picked(fact, [
    "revision", "cell", "cell_name", "place", "detail", "longitude", "latitude", "score", "level",
    "words", "candidates", "question", "forward_to",
  ])
  return { ...ticket, located: where, call_id: ticket.call_id ?? fact.call_id }
}

function proposed(ticket: Ticket, fact: Of<"duplicates_proposed">): Ticket {
  if (ticket.duplicates && ticket.duplicates.revision > fact.revision) return ticket
  const duplicates = picked(fact, ["revision", "offers"])
  return { ...ticket, duplicates, call_id: ticket.call_id ?? fact.call_id }
}

function corrected(ticket: Ticket, fact: Of<"category_corrected">): Ticket {
  if (ticket.correction && after(ticket.correction.at, fact.at)) return ticket
  return { ...ticket, correction: { item: fact.to_item, actor: fact.actor, at: fact.at } }
}

function rated(ticket: Ticket, fact: Of<"feedback_received">): Ticket {
  if (ticket.rating && ticket.rating.round > fact.round) return ticket
  return { ...ticket, rating: picked(fact, ["round", "rating", "solved", "by"]) }
}

export const TICKET: Folds<Ticket> = new Map([
  on("ticket_moved", moved),
  on("call_classified", classified),
  on("ticket_located", located),
  on("duplicates_proposed", proposed),
  on("category_corrected", corrected),
  on("feedback_received", rated),
])
