/** Seats and agents as an administrator keeps them: forms, what they lack, what is sent. */
import { type Schemas, ask, client } from "@/api/client"
import { QUEUES } from "./accounts"

export type Seat = Schemas["SeatShown"]
export type Agent = Schemas["AgentShown"]
export type Secret = Schemas["SeatWithSecret"]
type Queue = (typeof QUEUES)[number]

export interface SeatDraft {
  name: string
  queues: Queue[]
  overflow: boolean
  may_dial_out: boolean
}

export interface AgentDraft {
  name: string
  display_name: string
  skills: Queue[]
}

const inOrder = (queues: readonly string[]): Queue[] => QUEUES.filter((one) => queues.includes(one))

/** The next seat's name: the lowest number that no seat ever had. */
export function nextSeat(seats: readonly Pick<Seat, "name">[]): string {
  const taken = new Set(seats.map((one) => one.name))
  const name = (n: number): string => `seat-${String(n).padStart(2, "0")}`
  let number = 1
  while (taken.has(name(number))) number++
  return name(number)
}

/** The form for a seat; for a new one, as most are. */
export function seatDraft(seat: Seat | null, free = ""): SeatDraft {
  const usual = { name: free, queues: ["12345", "110"], penalty_class: "normal", may_dial_out: false }
  const { name, queues, penalty_class, may_dial_out } = seat ?? usual
  return { name, queues: inOrder(queues), overflow: penalty_class === "overflow", may_dial_out }
}

/** What a seat's form lacks, as a key of its words; "" where nothing. */
export const lackingInSeat = (draft: SeatDraft): "" | "noSeat" =>
  /^seat-\d{2,3}$/.test(draft.name) ? "" : "noSeat"

const given = (draft: SeatDraft) => ({
  queues: inOrder(draft.queues),
  penalty_class: draft.overflow ? ("overflow" as const) : ("normal" as const),
  may_dial_out: draft.may_dial_out,
})

export const seats = () => ask(client.GET("/api/v1/seats"))
export const agents = () => ask(client.GET("/api/v1/agents"))
export const queues = () => ask(client.GET("/api/v1/queues"))

/** Makes a seat; its telephone's password is in the answer, this once. @throws Problem */
export const create = (draft: SeatDraft) =>
  ask(client.POST("/api/v1/seats", { body: { name: draft.name, ...given(draft) } }))

/** Changes what a seat serves and may. @throws Problem */
export const change = (draft: SeatDraft) =>
  ask(client.PATCH("/api/v1/seats/{name}", { params: { path: { name: draft.name } }, body: given(draft) }))

/** A new password for the seat's telephone. @throws Problem */
export const renew = (name: string) =>
  ask(client.POST("/api/v1/seats/{name}/secret", { params: { path: { name } }, body: {} }))

/** Nobody registers there any more. @throws Problem: somebody is signed in, or talks */
export const close = (name: string) =>
  ask(client.POST("/api/v1/seats/{name}/close", { params: { path: { name } }, body: {} }))

/** The form for an agent. */
export const agentDraft = (one: Agent | null): AgentDraft => ({
  name: one?.name ?? "",
  display_name: one?.display_name ?? "",
  skills: inOrder(one?.skills ?? ["12345"]),
})

/** What an agent's form lacks, as a key of its words; "" where nothing. */
export function lackingInAgent(draft: AgentDraft): "" | "noName" | "noDisplayName" | "noSkill" {
  if (!/^[a-z0-9._-]{1,40}$/.test(draft.name)) return "noName"
  if (!draft.display_name.trim()) return "noDisplayName"
  return draft.skills.length ? "" : "noSkill"
}

/** Registers an agent, or changes name and skills of one who is not signed in. @throws Problem */
export const register = (draft: AgentDraft) =>
  ask(client.PUT("/api/v1/agents/{name}", {
    params: { path: { name: draft.name } },
    body: { display_name: draft.display_name.trim(), skills: inOrder(draft.skills) },
  }))
