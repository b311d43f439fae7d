/** A command to a case: which fields it has, what is missing in them, and what is sent. */
import type { Schemas } from "@/api/client"
import { countyMoment } from "./time"

export type Possible = Schemas["Possible"]
export type Command = Schemas["MoveCommand"]
export type FieldName = "reason" | "unit" | "other" | "due"
export type OtherIs = "other" | "leader" | "otherUnit"

export interface Draft {
  reason: string
  unit: string
  other: string
  due: string // of a datetime-local field, the county's time
  attachments: number[]
}

export const emptyDraft = (): Draft => ({ reason: "", unit: "", other: "", due: "", attachments: [] })

const OTHER_IS: Readonly<Record<string, OtherIs>> = {
  supervise: "leader",
  join: "otherUnit",
  part: "otherUnit",
  contribute: "otherUnit",
}

/** What `other` names: a ticket, a leader or a unit. */
export const otherIs = (move: string): OtherIs => OTHER_IS[move] ?? "other"

/** The units that `other` can name: where the case says which, only these. */
export const unitsOf = (one: Possible, all: Readonly<Record<string, string>>): readonly string[] =>
  one.others.length ? one.others : Object.keys(all)

/** Whether there may be a deadline or a unit besides what must be: the table has one of its own. */
export const mayNameUnit = (one: Possible): boolean => one.unit || one.move === "escalate"

/** Whether a field holds what it must. */
const FILLED: Readonly<Record<FieldName, (draft: Draft) => boolean>> = {
  unit: (draft) => draft.unit !== "",
  other: (draft) => draft.other.trim() !== "",
  due: (draft) => countyMoment(draft.due) !== null,
  reason: (draft) => draft.reason.trim() !== "",
}
const IN_ORDER = ["unit", "other", "due", "reason"] as const

/** The first field that must be filled and is not. */
export const missing = (one: Possible, draft: Draft): FieldName | null =>
  IN_ORDER.find((name) => one[name] && !FILLED[name](draft)) ?? null

/** What is sent: only what the move can take, so that nothing typed for another one slips in. */
export function commandOf(one: Possible, draft: Draft, expected: number): Command {
  return {
    move: one.move,
    reason: draft.reason.trim(),
    unit: mayNameUnit(one) && draft.unit ? draft.unit : null,
    other: one.other ? draft.other.trim() : null,
    due_at: one.due ? countyMoment(draft.due) : null,
    attachments: draft.attachments,
    expected,
  }
}
