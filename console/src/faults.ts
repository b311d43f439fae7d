/** What went wrong, as a key of the words and what stands in them. */
import { Problem } from "@/api/client"

export interface Fault {
  readonly key: string
  readonly values: Record<string, string | number>
}

export type Form = "signIn" | "link" | "change" | "case" | "phone" | "centre" | "admin"

const OF_A_FORM: Record<Form, Readonly<Record<string, string>>> = {
  signIn: { sign_in_needed: "signIn.wrong" },
  link: { sign_in_needed: "signIn.linkOver" },
  change: { sign_in_needed: "signIn.wrong", bad_input: "signIn.weak" },
  case: {},
  phone: {
    impossible_move: "phone.fault.changed",
    bad_input: "phone.fault.changed",
    link_down: "phone.fault.noAsterisk",
    not_allowed: "phone.fault.notYours",
  },
  admin: { impossible_move: "fault.other", not_found: "fault.other", not_allowed: "fault.other", link_down: "supervisor.noLine" },
  centre: { impossible_move: "supervisor.refused", link_down: "supervisor.noLine" },
}
const OF_ALL: Readonly<Record<string, string>> = {
  away: "fault.away",
  store_away: "fault.away",
  not_allowed: "fault.not_allowed",
  not_found: "fault.not_found",
  bad_input: "fault.bad_input",
  impossible_move: "fault.impossible_move",
}

/** The words for a refusal of this form. @throws what is no refusal: a fault of ours. */
export function faultOf(error: unknown, form: Form): Fault {
  if (!(error instanceof Problem)) throw error
  if (error.status === 429) return { key: "signIn.tooMany", values: { n: error.retryAfter ?? 60 } }
  const key = OF_A_FORM[form][error.code] ?? OF_ALL[error.code] ?? "fault.other"
  return { key, values: { detail: error.detail } }
}
