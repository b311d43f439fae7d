/** The words of both speakers, with those marked that decided the item and the place. */
import type { Schemas } from "@/api/client"
import type { Now, Ticket as SeatTicket } from "./now"

export type Spoken = Schemas["Spoken"]
/** What of a ticket the words decided; the seat's and the board's both have it. */
type Ticket = Pick<SeatTicket, "category" | "located">
export type For = "item" | "place"

export interface Piece {
  readonly text: string
  readonly for: For | null
}

export interface Line {
  readonly key: string
  readonly side: "citizen" | "seat"
  readonly pieces: readonly Piece[]
  readonly open: boolean // still being spoken
}

interface Mark {
  readonly start: number
  readonly end: number
  readonly for: For
}

const SUMMARY = 300 // characters

const inOrder = (marks: readonly Mark[]): Mark[] => [...marks].sort((a, b) => a.start - b.start || b.end - a.end)

/** A text in pieces; of marks that lie over each other the first one counts. */
export function pieces(text: string, marks: readonly Mark[]): Piece[] {
  const cut: Piece[] = []
  let at = 0
  for (const mark of inOrder(marks)) {
    if (mark.start < at || mark.end > text.length || mark.end <= mark.start) continue
    if (mark.start > at) cut.push({ text: text.slice(at, mark.start), for: null })
    cut.push({ text: text.slice(mark.start, mark.end), for: mark.for })
    at = mark.end
  }
  if (at < text.length) cut.push({ text: text.slice(at), for: null })
  return cut
}

const decidingWords = (ticket: Ticket | null) => ticket?.category?.words ?? []
const placeWords = (ticket: Ticket | null) => ticket?.located?.words ?? []

/** Marks by the line they stand in: item words count all lines, place words the citizen's own. */
export function marksOf(words: readonly Spoken[], ticket: Ticket | null): ReadonlyMap<number, Mark[]> {
  const found = new Map<number, Mark[]>()
  const add = (line: number | undefined, mark: Mark): void => {
    if (line !== undefined) found.set(line, [...(found.get(line) ?? []), mark])
  }
  const citizens = words.flatMap((one, index) => (one.side === "citizen" ? [index] : []))
  for (const { utterance, start, end } of decidingWords(ticket)) add(utterance, { start, end, for: "item" })
  for (const { utterance, start, end } of placeWords(ticket)) add(citizens[utterance], { start, end, for: "place" })
  return found
}

/** What was said, line by line, and behind it what is being said. */
export function linesOf(now: Pick<Now, "words" | "speaking">, ticket: Ticket | null): Line[] {
  const words = now.words ?? []
  const marks = marksOf(words, ticket)
  const said = words.map((one, index) => ({
    key: `${one.side} ${one.source} ${one.index} ${one.start_ms}`,
    side: one.side,
    pieces: pieces(one.text, marks.get(index) ?? []),
    open: false,
  }))
  const open = Object.entries(now.speaking ?? {}).map(([side, words]) => ({
    key: `${side} open`,
    side: side as Line["side"],
    pieces: [{ text: words.text, for: null }],
    open: true,
  }))
  return [...said, ...open]
}

/** The words that decided, each once: for the line that says what they speak for. */
export const decidedBy = (ticket: Ticket | null, what: For): string[] => [
  ...new Set((what === "item" ? decidingWords(ticket) : placeWords(ticket)).map((word) => word.text)),
]

/** The citizen's own sentences in which something was decided: what the summary begins with. */
export function summaryOf(words: readonly Spoken[], ticket: Ticket | null): string {
  const marks = marksOf(words, ticket)
  const telling = words.filter((one, index) => one.side === "citizen" && marks.has(index)).map((one) => one.text)
  let summary = ""
  for (const text of telling) if (summary.length + text.length < SUMMARY) summary += (summary ? ";" : "") + text
  return summary
}
