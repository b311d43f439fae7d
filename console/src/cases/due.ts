/** When a case is due, wherever it is shown: in lists, on the board, on its page, in the field. */
import type { Ticket } from "./list"

const RUNNING: ReadonlySet<string> = new Set(["dispatched", "returned", "handling"]) // the unit's own clock

/** By its unit's deadline while that runs; what is suspended, at its review; else, as when it is reported, at no moment. */
export function dueOf(ticket: Pick<Ticket, "step" | "due_at" | "review_at">): string | null {
  if (ticket.step === "suspended") return ticket.review_at ?? null
  return RUNNING.has(ticket.step ?? "") ? (ticket.due_at ?? null) : null
}
