/** Calls as a supervisor looks at them: which go on, who talks, what was said. */
import type { Board, Call, Spoken } from "@/live/told"

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
