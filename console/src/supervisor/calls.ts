/** Calls as a supervisor looks at them: which go on, who talks, what was said. */
import type { Board, Call, Spoken, Ticket } from "@/live/told"
import { seatNumber } from "./shown"

const GOES_ON: readonly Call["state"][] = ["talking", "parted", "ringing", "queued", "arrived"]
const SHOWN = 40

/** Calls that go on, the newest first, then those that are over. */
export function inOrder(board: Board): Call[] {
  const known = Object.values(board.calls).filter((call) => call.arrived_at !== null)
  const rank = (call: Call): number => Number(!GOES_ON.includes(call.state))
  const newer = (a: Call, b: Call): number => ((a.arrived_at ?? "") < (b.arrived_at ?? "") ? 1 : -1)
  return known.sort((a, b) => rank(a) - rank(b) || newer(a, b)).slice(0, SHOWN)
}

export const goesOn = (call: Call): boolean => GOES_ON.includes(call.state)

/** Seats that talk in the call now. */
export const talking = (call: Call): string[] => [
  ...new Set(Object.values(call.talks).flatMap((talk) => (talk.began_at && !talk.ended_at ? [talk.seat] : []))),
]

/** A call as the list has it: only what is written there, so that its words change nothing of it. */
export interface Listed extends Pick<Call, "call_id" | "line" | "caller" | "state"> {
  readonly where: string | null // the seats that talk, else the queue
  readonly since: string | null // null: it is over
}

export const listed = (call: Call): Listed => ({
  call_id: call.call_id,
  line: call.line,
  caller: call.caller,
  state: call.state,
  where: talking(call).map(seatNumber).join(" ") || call.queue,
  since: goesOn(call) ? standsSince(call) : null,
})

/** One source for the whole call, never a mixture: live words while there are any. */
export function words(call: Call): Spoken[] {
  const live = call.transcript.filter((spoken) => spoken.source === "live")
  return live.length && !call.transcript_model ? live : call.transcript
}

/** Since when the call stands as it does. */
export function standsSince(call: Call): string | null {
  if (call.state === "talking") return call.answered_at
  if (call.state === "ringing" || call.state === "queued") return call.queued_at ?? call.arrived_at
  return call.ended_at ?? call.parted_at ?? call.arrived_at
}

/** The ticket that the call opened, else the first that it has to do with. */
export function ticketOf(board: Board, call: Call): Ticket | null {
  const own = call.tickets.flatMap((number) => board.tickets[number] ?? [])
  return own.find((one) => one.call_id === call.call_id) ?? own[0] ?? null
}
