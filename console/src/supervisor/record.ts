/** What is kept of a call: its words, and its voices once somebody asks to hear them. */
import { shallowRef } from "vue"
import { Problem, type Schemas, ask, client, problemOf } from "@/api/client"
import { type Fault, faultOf } from "@/faults"
import { noteRefusal } from "@/session"

export type Words = Schemas["CallTranscript"]
export type Recording = Schemas["RecordingShown"]

/** Where one side's voice is had. */
export const voiceAddress = (callId: string, side: string): string =>
  `/api/v1/calls/${encodeURIComponent(callId)}/recordings/${side}`

async function fetched(callId: string, side: string): Promise<ArrayBuffer> {
  const asked = fetch(voiceAddress(callId, side)).then(async (response) => {
    if (response.ok) return { data: await response.arrayBuffer(), response }
    const body: unknown = await response.json().catch(() => null)
    return { error: problemOf(response, body), response }
  })
  return ask<ArrayBuffer>(asked)
}

export function useRecord(callId: string) {
  const path = { call_id: callId }
  const words = shallowRef<Words | null>(null)
  const recordings = shallowRef<readonly Recording[] | null>(null)
  const wordsFault = shallowRef<Fault | null>(null)
  const fault = shallowRef<Fault | null>(null)

  async function look(): Promise<void> {
    const list = ask(client.GET("/api/v1/calls/{call_id}/recordings", { params: { path } }))
    const said = ask(client.GET("/api/v1/calls/{call_id}/transcript", { params: { path } }))
    const [one, other] = await Promise.allSettled([list, said])
    if (one.status === "fulfilled") recordings.value = one.value
    else fault.value = told(one.reason)
    if (other.status === "fulfilled") words.value = other.value
    else wordsFault.value = told(other.reason)
  }
  /** The voices that are still kept. @throws Problem: refused, or nobody answered. */
  async function voices(): Promise<{ side: string; bytes: ArrayBuffer }[]> {
    const kept = (recordings.value ?? []).filter((one) => one.is_kept)
    return Promise.all(kept.map(async ({ side }) => ({ side, bytes: await fetched(callId, side) })))
  }
  function told(error: unknown): Fault {
    noteRefusal(error)
    if (!(error instanceof Problem)) throw error
    return faultOf(error, "centre")
  }
  void look()
  return { words, recordings, wordsFault, fault, voices, told }
}
