/** What the live socket of api/live.py tells. The types are made from our own facts and views. */
import type { Schemas } from "@/api/client"

export type Board = Schemas["LiveBoard"]
export type Call = Schemas["LiveCallView"]
export type Ticket = Schemas["LiveTicketView"]
export type Agent = Schemas["LiveAgentView"]
export type Seat = Schemas["LiveSeatView"]
export type Wall = Schemas["LiveWallView"]
export type WallFigure = Schemas["LiveWallFigure"]
export type WallCaller = Schemas["LiveWallCaller"]
export type Spoken = Schemas["LiveSpoken"]
export type Fact = Schemas["LiveFact"]
export type Partial = Schemas["LivePartial"]
export type Start = Schemas["LiveStart"]

export type Name = Fact["fact"]
export type Of<N extends Name> = Extract<Fact, { fact: N }>

/** How facts of each name change a view; what is no key here changes nothing. */
export type Folds<View> = ReadonlyMap<Name, (view: View, fact: Fact) => View>

const isA = <N extends Name>(fact: Fact, name: N): fact is Of<N> => fact.fact === name

/** A row of `Folds`: how this fact changes a view. */
export const on = <View, N extends Name>(
  name: N,
  fold: (view: View, fact: Of<N>) => View,
): [N, (view: View, fact: Fact) => View] => [name, (view, fact) => (isA(fact, name) ? fold(view, fact) : view)]

/** Less than, equal to or more than 0, as the first UTC moment is before, at or after the second. */
export function compareMoments(one: string, other: string): number {
  const [a, b] = [one.replace("Z", ""), other.replace("Z", "")] // .5Z is after Z, but not to a text
  return a < b ? -1 : Number(a > b)
}

/** Whether the first moment is known and after the second. */
export const after = (one: string | null | undefined, other: string): boolean =>
  one !== null && one !== undefined && compareMoments(one, other) > 0

/** The fields of these names. */
export function picked<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  const found: { [P in K]?: T[P] } = {}
  for (const name of names) found[name] = from[name]
  return found as Pick<T, K>
}

/** The views without the oldest candidates above `most`. */
export function keepNewest<View>(
  views: Readonly<Record<string, View>>,
  candidates: readonly string[],
  most: number,
  momentOf: (view: View) => string,
): Record<string, View> {
  if (candidates.length <= most) return { ...views }
  const moment = (key: string): string => {
    const view = views[key]
    return view === undefined ? "" : momentOf(view)
  }
  const byAge = [...candidates].sort((a, b) => compareMoments(moment(a), moment(b)) || (a < b ? -1 : 1))
  const gone = new Set(byAge.slice(0, -most))
  return Object.fromEntries(Object.entries(views).filter(([key]) => !gone.has(key)))
}
