/** What a supervisor orders of agents, queues and seats. */
import { ask, client } from "@/api/client"
import type { Worker } from "./people"

export const QUEUES = ["12345", "110", "dialect", "english", "business"] as const
export const ANNOUNCEMENT = "plan-closed" // the usual one; api/seats.py

export interface Transfer {
  readonly seat: string // "": stays
  readonly queues: readonly string[]
  readonly reason: string
}

/** The body of a move: what stays as it was is not sent. */
export function moveOf(one: Pick<Worker, "queues" | "number">, wanted: Transfer) {
  const isSame = [...one.queues].sort().join() === [...wanted.queues].sort().join()
  return {
    seat: wanted.seat || null,
    queues: isSame ? null : QUEUES.filter((queue) => wanted.queues.includes(queue)),
    reason: wanted.reason.trim(),
    number: one.number,
  }
}

/** What an order lacks, as a key of its words; "" where nothing. */
export function lackingIn(one: Worker, what: "move" | "signOut", wanted: Transfer): "" | "missing" | "noQueue" | "nothing" {
  if (!wanted.reason.trim()) return "missing"
  if (what === "signOut") return ""
  if (!wanted.queues.length) return "noQueue"
  const body = moveOf(one, wanted)
  return body.seat === null && body.queues === null ? "nothing" : ""
}

/** Has an agent sit or serve elsewhere. @throws Problem */
export const move = (one: Worker, wanted: Transfer) =>
  ask(client.POST("/api/v1/agents/{name}/move", { params: { path: { name: one.name } }, body: moveOf(one, wanted) }))

/** Signs an agent out; a call goes on to its end. @throws Problem */
export const signOut = (one: Worker, reason: string) =>
  ask(client.POST("/api/v1/agents/{name}/force-sign-out", {
    params: { path: { name: one.name } }, body: { reason: reason.trim(), number: one.number },
  }))

/** Callers hear the announcement instead of waiting. @throws Problem */
export const closeQueue = (queue: string, announcement: string, reason: string) =>
  ask(client.POST("/api/v1/queues/{queue}/close", {
    params: { path: { queue } }, body: { announcement, reason: reason.trim() },
  }))

/** Callers are queued again. @throws Problem */
export const openQueue = (queue: string) =>
  ask(client.POST("/api/v1/queues/{queue}/open", { params: { path: { queue } }, body: { reason: "" } }))

/** Tells seats something; none named: all of them. @throws Problem */
export const tell = (seats: readonly string[], text: string) =>
  ask(client.POST("/api/v1/messages", { body: { seats: [...seats], text: text.trim() } }))
