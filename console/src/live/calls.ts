/**
 * One call on the board: a fold over its facts that no order and no repetition changes, as
 * api/board_calls.py has it. Every field is set by the latest fact that speaks of it.
 */
import { type Call, type Folds, type Of, type Partial, type Spoken, after, compareMoments, on, picked } from "./told"

const UTTERANCES = 200 // kept a call, the newest
const SPOKEN = ["side", "source", "index", "start_ms", "end_ms", "text"] as const
const SPOKEN_KEY = ["side", "source", "index", "start_ms"] as const

export const OVER: readonly Call["state"][] = ["abandoned", "ended"]
const SILENT: readonly Call["state"][] = [...OVER, "parted"]

/** A call of which nothing is known yet. */
export const emptyCall = (callId: string): Call => ({
  call_id: callId, state: "arrived", line: null, caller: null, queue: null, key_pressed: null,
  ringing_seat: null, seat: null, waited_seconds: null, cause: null,
  arrived_at: null, queued_at: null, offered_at: null, missed_at: null, out_of_queue_at: null,
  answered_at: null, parted_at: null, abandoned_at: null, ended_at: null, talks: {},
  transcript: [], transcript_source: "live", transcript_model: null,
  heard_at: {}, speaking: {}, recordings: {}, tickets: [],
})

/** 13800000001 becomes 138****0001; the server has done it already, and twice changes nothing. */
export function mask(number: string | null): string | null {
  if (number === null) return null
  if (number.length >= 11) return `${number.slice(0, 3)}****${number.slice(-4)}`
  return number.length >= 7 ? `****${number.slice(-3)}` : "****"
}

/** The call with these fields set and its state drawn from its moments again. */
export function having(call: Call, values: { [K in keyof Call]?: Call[K] }): Call {
  const set: Call = { ...call, ...values }
  const next: Call = { ...set, ...whoTalks(set) }
  const state = stateOf(next)
  return { ...next, state, speaking: SILENT.includes(state) ? {} : next.speaking }
}

/** The seat that is shown, and when it came and the last went. */
function whoTalks(call: Call): { seat?: string; answered_at?: string; parted_at?: string | null } {
  const talks = Object.values(call.talks).flatMap(({ seat, began_at, ended_at }) =>
    began_at === null ? [] : [{ seat, began: began_at, ended: ended_at }],
  )
  const goingOn = talks.filter((talk) => talk.ended === null)
  const inOrder = (goingOn.length ? goingOn : talks).sort(
    (a, b) => compareMoments(a.began, b.began) || (a.seat < b.seat ? -1 : 1),
  )
  const shown = inOrder.at(-1)
  if (!shown) return {}
  const ends = talks.flatMap((talk) => (talk.ended === null ? [] : [talk.ended])).sort(compareMoments)
  return { seat: shown.seat, answered_at: shown.began, parted_at: goingOn.length ? null : (ends.at(-1) ?? null) }
}

function stateOf(call: Call): Call["state"] {
  if (call.abandoned_at) return "abandoned"
  return call.ended_at ? "ended" : goingOn(call)
}

function goingOn(call: Call): Call["state"] {
  const { queued_at: queued, offered_at: offered, answered_at: answered } = call
  if (answered && !after(queued, answered)) return call.parted_at ? "parted" : "talking"
  if (offered && !after(queued, offered)) return isMissed(call, offered) ? "queued" : "ringing"
  return queued ? "queued" : "arrived"
}

const isMissed = (call: Call, offered: string): boolean =>
  call.missed_at !== null && !after(offered, call.missed_at)

function answered(call: Call, fact: Of<"call_answered">): Call {
  const ended_at = call.talks[fact.seat_leg]?.ended_at ?? null
  const talk = { seat: fact.seat, began_at: fact.at, ended_at }
  const counts = fact.queue && !call.abandoned_at && !after(call.out_of_queue_at, fact.at)
  const waited = counts ? { waited_seconds: fact.waited_seconds, out_of_queue_at: fact.at } : {}
  return having(call, { talks: { ...call.talks, [fact.seat_leg]: talk }, ...waited })
}

function parted(call: Call, fact: Of<"talk_ended">): Call {
  const began_at = call.talks[fact.seat_leg]?.began_at ?? null
  const talk = { seat: fact.seat, began_at, ended_at: fact.at }
  return having(call, { talks: { ...call.talks, [fact.seat_leg]: talk } })
}

/** Words still being spoken; those that came too late are dropped. */
export function speaking(call: Call, partial: Partial): Call {
  const { side, text, at } = partial
  const known = [call.heard_at[side], call.speaking[side]?.at]
  if (known.some((moment) => moment !== undefined && compareMoments(moment, at) >= 0)) return call
  return having(call, { speaking: { ...call.speaking, [side]: { text, at } } })
}

function heard(call: Call, fact: Of<"utterance_heard">): Call {
  if (call.transcript_model && fact.source !== call.transcript_source) return call
  const spoken: Spoken = picked(fact, SPOKEN)
  const others = call.transcript.filter((old) => SPOKEN_KEY.some((name) => old[name] !== spoken[name]))
  const still = Object.entries(call.speaking).filter(
    ([side, words]) => side !== fact.side || after(words.at, fact.at),
  )
  const known = call.heard_at[fact.side]
  return having(call, {
    transcript: inOrder([...others, spoken]),
    heard_at: { ...call.heard_at, [fact.side]: known !== undefined && after(known, fact.at) ? known : fact.at },
    speaking: Object.fromEntries(still),
  })
}

/** The newest in order of time; at one moment the citizen comes first. */
function inOrder(transcript: Spoken[]): Spoken[] {
  const side = (spoken: Spoken): number => (spoken.side === "citizen" ? 0 : 1)
  return transcript
    .sort((a, b) => a.start_ms - b.start_ms || side(a) - side(b) || a.index - b.index)
    .slice(-UTTERANCES)
}

const recorded = (call: Call, fact: Of<"recording_stored">): Call => {
  const kept = picked(fact, ["seconds", "talk_seconds", "complete"])
  return having(call, { recordings: { ...call.recordings, [fact.side]: kept } })
}

export const CALL: Folds<Call> = new Map([
  on("call_arrived", (call: Call, fact) =>
    having(call, { line: fact.line, caller: mask(fact.caller_number), arrived_at: fact.at })),
  on("menu_chosen", (call: Call, fact) => having(call, { key_pressed: fact.key_pressed })),
  on("call_queued", (call: Call, fact) =>
    after(call.queued_at, fact.at) ? call : having(call, { queue: fact.queue, queued_at: fact.at })),
  on("call_abandoned", (call: Call, fact) =>
    having(call, { abandoned_at: fact.at, waited_seconds: fact.waited_seconds })),
  on("call_offered", (call: Call, fact) =>
    after(call.offered_at, fact.at) ? call : having(call, { ringing_seat: fact.seat, offered_at: fact.at })),
  on("offer_missed", (call: Call, fact) =>
    after(call.missed_at, fact.at) ? call : having(call, { missed_at: fact.at })),
  on("call_answered", answered),
  on("talk_ended", parted),
  on("call_ended", (call: Call, fact) => having(call, { ended_at: fact.at, cause: fact.cause })),
  on("utterance_heard", heard),
  on("recording_stored", recorded),
  on("transcript_completed", (call: Call, fact) =>
    having(call, {
      transcript: call.transcript.filter((spoken) => spoken.source === fact.source),
      transcript_source: fact.source,
      transcript_model: fact.model,
    })),
])
