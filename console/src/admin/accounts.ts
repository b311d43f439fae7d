/** Accounts: what a form holds, what of it is sent, and what it lacks. */
import { type Schemas, ask, client } from "@/api/client"

export type Account = Schemas["AccountShown"]
export type Role = Schemas["Role"]
export const ROLES = [
  "seat", "supervisor", "dispatcher", "handler", "verifier", "patroller", "evaluator", "administrator",
] as const satisfies readonly Role[]
export const QUEUES = ["12345", "110", "dialect", "english", "business"] as const
type Queue = (typeof QUEUES)[number]

export interface Draft {
  name: string
  display_name: string
  roles: Role[]
  unit: string
  grid: string
  queues: Queue[]
  has_password: boolean
}

const inOrder = (queues: readonly string[]): Queue[] => QUEUES.filter((one) => queues.includes(one))

const EMPTY = { name: "", display_name: "", roles: [], unit: "", grid: "", queues: [], has_password: true }

/** The form for an account; for a new one, empty. */
export function draftOf(account: Account | null): Draft {
  const { name, display_name, roles, unit, grid, queues, has_password } = account ?? EMPTY
  return { name, display_name, roles: [...roles], unit, grid, queues: inOrder(queues), has_password }
}

/** What a form lacks, as a key of its words; "" where nothing. The server looks again. */
export function lackingIn(draft: Draft): "" | "noName" | "noRole" | "noUnit" | "noQueue" | "badGrid" {
  if (!/^[a-z0-9][a-z0-9._-]{0,23}$/.test(draft.name)) return "noName"
  if (!draft.roles.length) return "noRole"
  if (draft.roles.includes("handler") && !draft.unit) return "noUnit"
  if (draft.roles.includes("supervisor") && !draft.queues.length) return "noQueue"
  return /^\d{0,15}$/.test(draft.grid) ? "" : "badGrid"
}

const same = (one: readonly string[], other: readonly string[]): boolean => one.join() === other.join()

/** What a change changes; null: nothing. What stays as it was is not sent. */
export function changed(one: Account, draft: Draft): Schemas["AccountFields"] | null {
  const fields: Schemas["AccountFields"] = {}
  if (draft.display_name.trim() !== one.display_name) fields.display_name = draft.display_name.trim()
  if (!same(draft.roles, one.roles)) fields.roles = draft.roles
  if (draft.unit !== one.unit) fields.unit = draft.unit
  if (draft.grid !== one.grid) fields.grid = draft.grid
  if (!same(inOrder(draft.queues), inOrder(one.queues))) fields.queues = inOrder(draft.queues)
  return Object.keys(fields).length ? fields : null
}

/** A new account's body; a name to be shown that was left empty is the account's. */
export const added = (draft: Draft): Schemas["NewAccount"] => ({
  ...draft,
  display_name: draft.display_name.trim() || draft.name,
  queues: inOrder(draft.queues),
})

export const list = () => ask(client.GET("/api/v1/accounts"))
export const rights = () => ask(client.GET("/api/v1/rights"))

/** Makes an account. @throws Problem */
export const add = (draft: Draft) => ask(client.POST("/api/v1/accounts", { body: added(draft) }))

/** Changes an account. @throws Problem */
export const change = (name: string, body: Schemas["AccountFields"]) =>
  ask(client.PATCH("/api/v1/accounts/{name}", { params: { path: { name } }, body }))

/** Nobody signs in with it any more. @throws Problem: it is the last administrator */
export const close = (name: string) =>
  ask(client.POST("/api/v1/accounts/{name}/close", { params: { path: { name } } }))

/** A new first password; the old one and all sessions end. @throws Problem */
export const renew = (name: string) =>
  ask(client.POST("/api/v1/accounts/{name}/password", { params: { path: { name } } }))
