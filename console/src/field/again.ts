/** What was refused becomes a draft again, with its words and photographs, to be put right. */
import type { Draft } from "./store"
import type { Entry, Report } from "./queue"
import { keepDraft } from "./store"
import { REPORT } from "./useReport"

const NOTHING: Report = { item: "", words: "", address: "", longitude: null, latitude: null, cell: null, urgency: "ordinary" }

/** The draft of an entry. */
export function draftOf(entry: Entry): Draft {
  const photos = entry.photos.map((one) => ({ ...one, file: null }))
  if (entry.command) return { text: { move: entry.command.move, reason: entry.command.reason ?? "" }, photos }
  const { item, words, address, urgency, cell } = entry.report ?? NOTHING
  const urgent = urgency === "urgent" ? "1" : ""
  return { text: { item, words, address: address ?? "", urgent, own: cell ? "1" : "" }, photos }
}

/** Keeps it where the page it was written on finds it. */
export const again = (entry: Entry): Promise<void> =>
  keepDraft(entry.command ? entry.number : REPORT, draftOf(entry))
