/** What a seat typed during a call, until it is filed; see typed.ts for how long it is kept. */
import { type Typed as Kept, textsOf, typedHere } from "@/typed"
import type { Typed } from "./form"
import { FIELDS } from "./form"

const AWAY = "away"

/** What was typed during a call; nothing where nothing was, or what is kept is not ours. */
export const kept = (who: string, call: string, at: Kept = typedHere()): Typed => textsOf(at.get(who, call), FIELDS)

/** Keeps what is typed; typing nothing keeps nothing. */
export const keep = (who: string, call: string, typed: Typed, at: Kept = typedHere()): void =>
  at.set(who, call, Object.keys(typed).length === 0 ? null : JSON.stringify(typed))

/** What was written for a draft before another call took the page; "" where the case is no draft. */
export const keptSummary = (who: string, one: { call_id?: string | null; step: string }, at: Kept = typedHere()): string =>
  one.call_id && one.step === "draft" ? (kept(who, one.call_id, at).summary ?? "") : ""

/** The call whose page was put away last. */
export const keptAway = (who: string, at: Kept = typedHere()): string => at.get(who, AWAY) ?? ""
export const keepAway = (who: string, call: string, at: Kept = typedHere()): void => at.set(who, AWAY, call)
