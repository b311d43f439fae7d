/** The form: what the words suggest, and what the seat typed, which nothing overwrites. */
import type { Caller, Now, Ticket } from "./now"
import { summaryOf } from "./words"

export const FIELDS = ["item", "kind", "urgency", "place", "contact", "summary"] as const
export type Field = (typeof FIELDS)[number]
export type Values = Readonly<Record<Field, string>>
/** What was typed; a field that is not in it follows the words. */
export type Typed = Readonly<Partial<Values>>

const placed = (ticket: Ticket | null): string => {
  const at = ticket?.located
  if (!at?.place) return ""
  return [at.place, at.detail, at.cell_name && `(${at.cell_name})`].filter(Boolean).join(" ")
}

const itemOf = (ticket: Ticket | null): string => ticket?.correction?.item ?? ticket?.category?.item ?? ""

/** What the words so far suggest for each field. */
export function suggested(now: Pick<Now, "words">, ticket: Ticket | null, caller: Caller | null): Values {
  const { kind, urgency } = ticket?.category ?? { kind: "", urgency: "ordinary" }
  const number = caller?.number
  return {
    item: itemOf(ticket),
    kind,
    urgency,
    place: placed(ticket),
    contact: number ?? "",
    summary: summaryOf(now.words ?? [], ticket),
  }
}

/** What the form shows: what was typed, else what the words suggest. */
export const shown = (typed: Typed, from: Values): Values => ({ ...from, ...typed })

/** The form after somebody typed: the field is theirs from now on, also where it is empty. */
export const withTyped = (typed: Typed, field: Field, value: string): Typed => ({ ...typed, [field]: value })

/** The form after a suggestion was taken: the field follows the words again. */
export const withTaken = (typed: Typed, field: Field): Typed =>
  Object.fromEntries(Object.entries(typed).filter(([name]) => name !== field))

/** What stands beside a field that was typed into: a suggestion that says something else; else "". */
export const beside = (typed: Typed, from: Values, field: Field): string =>
  typed[field] !== undefined && typed[field] !== from[field] ? from[field] : ""

/** The field whose suggestion a key takes: the one typed in, else the first that has one. */
export function toTake(typed: Typed, from: Values, focused: string): Field | null {
  const open = FIELDS.filter((field) => beside(typed, from, field) !== "")
  return open.find((field) => field === focused) ?? open[0] ?? null
}
