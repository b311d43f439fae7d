/**
 * What a person did on the spot and the server has not got yet. Pure: an entry goes
 *
 *     waiting -> done                     sent, and answered
 *     waiting -> waiting                  no network, or no answer: again, with the same key
 *     waiting -> conflict                 the case has moved: the person looks, and confirms or drops it
 *     waiting -> refused                  it cannot be taken so: the person changes or drops it
 *     waiting -> unsure                   sent a day ago, never answered: the server's memory of keys is over
 *
 * The key of a request is the entry's, so one that was sent twice is done once (api/idempotent.py).
 */
import type { Problem, Schemas } from "@/api/client"

export type Command = Schemas["MoveCommand"]
export type Report = Schemas["SpotReport"]
export type State = "waiting" | "conflict" | "refused" | "unsure" | "done"

export interface Photo {
  readonly name: string
  readonly bytes: ArrayBuffer
  readonly file: number | null // as the server numbers it, once it is there
}

export interface Entry {
  readonly id: string
  readonly owner: string
  readonly at: number
  readonly number: string // the case; "" until a report is filed
  readonly command: Command | null
  readonly report: Report | null
  readonly photos: readonly Photo[]
  readonly round: number // of its key: another body needs another
  readonly state: State
  readonly tried: number | null // sent then, and no answer came
  readonly why: string // the server's words for a refusal
}

export type Told = Pick<Entry, "owner" | "number" | "command" | "report" | "photos">

export const REMEMBERED_MS = 23 * 3_600_000 // the server remembers a key for a day
export const OPEN_STATES: readonly State[] = ["waiting", "conflict", "refused", "unsure"]

/** A new entry, not sent yet. */
export const entryOf = (told: Told, id: string, at: number): Entry => ({
  ...told, id, at, round: 1, state: "waiting", tried: null, why: "",
})

/** The idempotency key of one of its requests: "" the command or report itself, else a photo's. */
export const keyOf = (entry: Entry, part = ""): string => `${entry.id}.${entry.round}${part && `.${part}`}`

/** What is still to be sent or looked at, oldest first. */
export const open = (entries: readonly Entry[]): Entry[] =>
  entries.filter((one) => one.state !== "done").sort((a, b) => a.at - b.at)

/** What can be sent now: of each case the oldest, and nothing behind one that a person must look at. */
export function sendable(entries: readonly Entry[]): Entry[] {
  const before = new Set<string>()
  return open(entries).filter((one) => {
    const isFirst = one.number === "" || !before.has(one.number)
    if (one.number) before.add(one.number)
    return isFirst && one.state === "waiting"
  })
}

/** The entry as it goes on after a request that failed. */
export function afterFailure(entry: Entry, problem: Problem, now: number): Entry {
  if (problem.status === 0 || problem.status >= 500) return { ...entry, tried: entry.tried ?? now }
  if (problem.status === 401 || problem.status === 429) return entry
  if (problem.status === 409) return problem.retryAfter ? entry : { ...entry, state: "conflict", why: problem.code }
  return { ...entry, state: "refused", why: problem.detail }
}

/** Whether a failure ends this round of sending: nothing else would get through either. */
export const endsRound = (problem: Problem): boolean =>
  problem.status === 0 || problem.status >= 500 || problem.status === 401 || problem.retryAfter !== null

/** Whether nobody can know any more if it was done. */
export const isUnsure = (entry: Entry, now: number): boolean =>
  entry.tried !== null && now - entry.tried > REMEMBERED_MS

/** How many steps the case will have once all before this is sent: what a new command must expect. */
export const expectedSteps = (steps: number, number: string, entries: readonly Entry[]): number =>
  steps + open(entries).filter((one) => one.number === number && one.command).length

/**
 * Confirmed by the person who has seen how it stands now; what is queued behind it expects on from there.
 * @returns the entries that are others than before.
 */
export function confirmed(entry: Entry, steps: number, entries: readonly Entry[]): Entry[] {
  const behind = open(entries).filter((one) => one.number === entry.number && one.at >= entry.at && one.command)
  const renewed = behind.length ? behind : [entry]
  return renewed.map((one, place) => ({
    ...one,
    command: one.command && { ...one.command, expected: steps + place },
    round: one.round + 1,
    state: one.id === entry.id ? "waiting" : one.state,
    tried: null,
    why: "",
  }))
}
