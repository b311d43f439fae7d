/** What a seat typed, kept under the call's id in this tab until it is filed or they sign out. */
import type { Typed } from "./form"
import { FIELDS } from "./form"

const PREFIX = "console.seat."
const AWAY = "away"

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">

const keyOf = (who: string, call: string): string => `${PREFIX}${who} ${call}`

/** What was typed during a call; nothing where nothing was, or what is kept is not ours. */
export function kept(who: string, call: string, at: Kept = sessionStorage): Typed {
  try {
    const read: unknown = JSON.parse(at.getItem(keyOf(who, call)) ?? "{}")
    if (typeof read !== "object" || read === null) return {}
    const found = FIELDS.flatMap((field): [string, string][] => {
      const value: unknown = Reflect.get(read, field)
      return typeof value === "string" ? [[field, value]] : []
    })
    return Object.fromEntries(found)
  } catch {
    return {}
  }
}

/** Keeps what is typed; typing nothing keeps nothing. */
export function keep(who: string, call: string, typed: Typed, at: Kept = sessionStorage): void {
  if (Object.keys(typed).length === 0) at.removeItem(keyOf(who, call))
  else at.setItem(keyOf(who, call), JSON.stringify(typed))
}

/** What was written for a draft before another call took the page; "" where the case is no draft. */
export const keptSummary = (who: string, one: { call_id?: string | null; step: string }, at: Kept = sessionStorage): string =>
  one.call_id && one.step === "draft" ? (kept(who, one.call_id, at).summary ?? "") : ""

/** The call whose page was put away last. */
export const keptAway = (who: string, at: Kept = sessionStorage): string => at.getItem(keyOf(who, AWAY)) ?? ""
export const keepAway = (who: string, call: string, at: Kept = sessionStorage): void =>
  at.setItem(keyOf(who, AWAY), call)

/** Forgets what everybody else typed in this tab; with "" everybody's. */
export function forget(but: string, at: Kept = sessionStorage): void {
  const keys = Array.from({ length: at.length }, (_, index) => at.key(index) ?? "")
  for (const key of keys)
    if (key.startsWith(PREFIX) && !(but && key.startsWith(`${PREFIX}${but} `))) at.removeItem(key)
}
