/** The parts of a call to be judged, and what is given to them. */
import { shallowRef } from "vue"
import { type Schemas, ask, client } from "@/api/client"
import { useOrders } from "@/supervisor/orders"
import { useAnswer } from "@/supervisor/asking"
import type { Answer, Note } from "./form"

export type Part = Schemas["PartShown"]
export type Form = Schemas["FormShown"]

export function useCallQuality(callId: string) {
  const { answer: parts, fault, put } = useAnswer<Part[]>()
  const form = shallowRef<Form | null>(null)
  const { busy, refusal, give } = useOrders()
  const path = { call_id: callId }

  const look = (): Promise<void> =>
    put(async () => {
      form.value = await ask(client.GET("/api/v1/quality/form"))
      return ask(client.GET("/api/v1/quality/calls/{call_id}", { params: { path } }))
    })

  /** Whether it was taken. */
  async function judge(part: Part, answers: Answer[], notes: Note[]): Promise<boolean> {
    const body = { seat_leg: part.seat_leg, form: form.value?.revision ?? "", answers, notes }
    return done(await give(() => ask(client.POST("/api/v1/quality/calls/{call_id}", { params: { path }, body }))))
  }

  /** Decides an appeal; without answers it stands. */
  async function decide(judgement: number, reason: string, answers: Answer[] | null, notes: Note[]): Promise<boolean> {
    const of = { params: { path: { judgement } }, body: { reason, answers, notes } }
    return done(await give(() => ask(client.POST("/api/v1/quality/judgements/{judgement}/decision", of))))
  }

  async function done(row: unknown): Promise<boolean> {
    if (row !== null) await look()
    return row !== null
  }
  void look()
  return { parts, form, fault, busy, refusal, look, judge, decide }
}
