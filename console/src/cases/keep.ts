/** A command that somebody began to write on a case's page: kept until it is given or put away. */
import { type Typed as Kept, textsOf, typedHere } from "@/typed"
import { type Draft, type Possible, emptyDraft } from "./command"

const FIELDS = ["reason", "unit", "other", "due"] as const

/** The command that was being written. */
export interface Begun {
  readonly move: Possible
  readonly draft: Draft
}

const keyOf = (number: string): string => `case ${number}`

/** What was begun for this case, where it is possible still; null where nothing was. */
export function begun(who: string, number: string, moves: readonly Possible[], at: Kept = typedHere()): Begun | null {
  const kept = at.get(who, keyOf(number))
  const { move } = textsOf(kept, ["move"])
  const possible = moves.find((one) => one.move === move)
  return possible ? { move: possible, draft: { ...emptyDraft(), ...textsOf(kept, FIELDS) } } : null
}

/** Keeps what is being written; with no words nothing. */
export function keepBegun(who: string, number: string, one: Begun | null, at: Kept = typedHere()): void {
  const texts = FIELDS.flatMap((name) => (one?.draft[name] ? [[name, one.draft[name]] as const] : []))
  const kept = one && texts.length ? JSON.stringify({ move: one.move.move, ...Object.fromEntries(texts) }) : null
  at.set(who, keyOf(number), kept)
}
