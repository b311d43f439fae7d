/** What the seat asks of the API for itself and its call; each throws `Problem` where refused. */
import { type Schemas, ask, client } from "@/api/client"

export type Picture = Schemas["PhoneShown"]
export type Call = Schemas["PhoneCall"]
export type Agent = Schemas["PhoneAgent"]
export type Desk = Schemas["Desk"]
export type Queue = NonNullable<Schemas["callcenter__api__agents__SignIn"]["queues"]>[number]
export type TargetKind = Schemas["Target"]["kind"]

/** Whether it is the call of before, and whether its citizen waits no more. */
export function changeOf(before: Picture | null, after: Picture): { same: boolean; isBack: boolean } {
  const was = before?.call
  const same = was?.call_id === after.call?.call_id
  return { same, isBack: Boolean(was?.held) && !after.call?.held }
}

const of = (agent: Agent) => ({ params: { path: { name: agent.name } } })
const to = (call: Call) => ({ params: { path: { call_id: call.call_id } } })
/** What takes the agent away from callers is ordered on what was seen; what follows a call is not. */
const seen = (agent: Agent) => ({ number: agent.number })

export const look = (): Promise<Picture> => ask(client.GET("/api/v1/phone"))
export const account = () => ask(client.GET("/api/v1/phone/account"))
export const desks = (): Promise<Desk[]> => ask(client.GET("/api/v1/phone/desks"))
export const wholeNumber = (call: Call) => ask(client.GET("/api/v1/phone/calls/{call_id}/caller", to(call)))

export const signIn = (agent: Agent, seat: string, queues: Queue[]) =>
  ask(client.POST("/api/v1/agents/{name}/sign-in", { ...of(agent), body: { ...seen(agent), seat, queues } }))
export const signOut = (agent: Agent) =>
  ask(client.POST("/api/v1/agents/{name}/sign-out", { ...of(agent), body: seen(agent) }))
export const pause = (agent: Agent, reason: string) =>
  ask(client.POST("/api/v1/agents/{name}/pause", { ...of(agent), body: { ...seen(agent), reason } }))
export const ready = (agent: Agent) =>
  ask(client.POST("/api/v1/agents/{name}/resume", { ...of(agent), body: {} }))
export const extendWrapUp = (agent: Agent) =>
  ask(client.POST("/api/v1/agents/{name}/wrap-up/extend", { ...of(agent), body: {} }))
export const endWrapUp = (agent: Agent) =>
  ask(client.POST("/api/v1/agents/{name}/wrap-up/end", { ...of(agent), body: {} }))

export const hold = (call: Call, seat: string) =>
  ask(client.POST("/api/v1/calls/{call_id}/hold", { ...to(call), body: { seat } }))
export const resume = (call: Call, seat: string) =>
  ask(client.POST("/api/v1/calls/{call_id}/resume", { ...to(call), body: { seat } }))
export const hangUp = (call: Call, seat: string) =>
  ask(client.POST("/api/v1/calls/{call_id}/hang-up", { ...to(call), body: { seat } }))
export const complete = (call: Call, seat: string) =>
  ask(client.POST("/api/v1/calls/{call_id}/complete", { ...to(call), body: { seat } }))
export const threeWay = (call: Call, seat: string) =>
  ask(client.POST("/api/v1/calls/{call_id}/three-way", { ...to(call), body: { seat } }))
export const transfer = (call: Call, seat: string, kind: TargetKind, where: string) =>
  ask(client.POST("/api/v1/calls/{call_id}/transfer", { ...to(call), body: { seat, kind, to: where } }))
export const consult = (call: Call, seat: string, kind: TargetKind, where: string) =>
  ask(client.POST("/api/v1/calls/{call_id}/consult", { ...to(call), body: { seat, kind, to: where } }))
export const handOver = (call: Call, seat: string, line: "12345" | "110", form: "direct" | "three_way") =>
  ask(client.POST("/api/v1/calls/{call_id}/hand-over", { ...to(call), body: { seat, to_line: line, form, reason: "" } }))
