/** What is sent to file a case, answer it on the spot, or join it to another. */
import type { Schemas } from "@/api/client"
import type { Values } from "./form"
import type { Ticket } from "./now"
import { guessNamed } from "./places"

export type Way = "file" | "answer" | "merge"
export type Offer = Schemas["DuplicateOffer"]
type Command = Schemas["MoveCommand"]

export interface Order {
  readonly item: string | null // a person's choice against the rules: they learn from it
  readonly command: Command
}

const MOST = 2_000 // characters of a reason
const LABELS = { kind: "诉求类型", urgency: "缓急", place: "地点", contact: "联系方式" } as const
const URGENCIES: Readonly<Record<string, string>> = { ordinary: "普通", urgent: "特急" }

/** The field without which this cannot be done; null: nothing is missing. */
export function lacking(way: Way, values: Values): "item" | "summary" | null {
  if (way === "merge") return null
  if (!values.item) return "item"
  return values.summary.trim() ? null : "summary"
}

/** The history's line: the summary, who is to be rung, and what the seat put right. */
export function written(values: Values, from: Values): string {
  const put = (["kind", "urgency", "place"] as const).filter((field) => values[field] && values[field] !== from[field])
  const lines = [...put, "contact" as const]
    .filter((field) => values[field].trim() !== "")
    .map((field) => `${LABELS[field]}:${URGENCIES[values[field]] ?? values[field].trim()}`)
  return [values.summary.trim(), ...lines].filter(Boolean).join("\n").slice(0, MOST)
}

/** How many steps the ticket has, as the server wants to be told. */
export const stepsOf = (ticket: Ticket): number => ticket.history?.at(-1)?.number ?? 1

/** What the seat says otherwise than it was heard; a place only where it is a known one. */
export function putRight(ticket: Ticket, values: Values, from: Values): Command["put_right"] {
  const guess = guessNamed(ticket.located ?? null, values.place)
  const own = (field: "kind" | "urgency"): string | null => (values[field] === from[field] ? null : values[field] || null)
  const kind = own("kind") as Schemas["Kind"] | null
  const urgency = own("urgency") as Schemas["Urgency"] | null
  if (!guess && !kind && !urgency) return null
  return { kind, urgency, place: guess ? { place: guess.place, cell: guess.cell } : null }
}

/** What is sent. */
export function orderOf(way: Way, ticket: Ticket, values: Values, from: Values, other: string | null): Order {
  const chosen = values.item !== "" && values.item !== from.item
  return {
    item: chosen && way !== "merge" ? values.item : null,
    command: {
      move: way,
      reason: written(values, from),
      other: way === "merge" ? other : null,
      attachments: [],
      put_right: way === "merge" ? null : putRight(ticket, values, from),
      expected: stepsOf(ticket),
    },
  }
}

/** Offers that can still be joined first; the likeliest first within. */
export const offersOf = (ticket: Ticket | null): Offer[] =>
  [...(ticket?.duplicates?.offers ?? [])].sort(
    (a, b) => Number(a.closed_at !== null) - Number(b.closed_at !== null) || b.score - a.score,
  )

const COARSE = { hours: { how: "days", from: 48, unit: 24 }, metres: { how: "kilometres", from: 2000, unit: 1000 } } as const

/** How far apart two matters are, in the unit one would say: days for many hours, kilometres for many metres. */
export function apart(how: string, amount: number | null | undefined): { how: string; n: number | string } {
  const coarse = how === "hours" || how === "metres" ? COARSE[how] : null
  if (amount == null) return { how, n: "" }
  if (!coarse) return { how, n: amount }
  return amount < coarse.from ? { how, n: Math.round(amount) } : { how: coarse.how, n: Math.round((amount / coarse.unit) * 10) / 10 }
}

/** Runner-ups that a key chooses: the rules' own item first where the seat chose another. */
export function runnerUps(ticket: Ticket | null, item: string): { item: string; name: string }[] {
  const category = ticket?.category
  if (!category) return []
  const first = category.item ? [{ item: category.item, name: category.item_name }] : []
  return [...first, ...category.runner_ups].filter((one) => one.item !== item).slice(0, 3)
}

/** What the words say of the line the call is on, where it is the wrong one. */
export function warningOf(ticket: Ticket | null, line: string | null): "needs110" | "belongs12345" | null {
  const outcome = ticket?.category?.outcome
  if (outcome === "needs_110_now" && line !== "110") return "needs110"
  return outcome === "belongs_to_12345" && line === "110" ? "belongs12345" : null
}
