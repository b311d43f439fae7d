/** What the board does not hold and only the server knows whole: names, call-backs, queues, seats. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue"
import { Problem, type Schemas, ask, client } from "@/api/client"
import type { Board } from "@/live/told"
import { noteRefusal } from "@/session"

export type Queue = Schemas["QueueShown"]
export type Registered = Schemas["SeatShown"]
export type Worker = Schemas["AgentShown"]

const AGAIN_MS = 15_000
const SOON_MS = 300
const ASKED_FOR = ["callbacks", "tries", "agents"] as const

/** Asks at first, whenever the board says that something changed, and each quarter of a minute. */
export function usePeople(board: Readonly<ShallowRef<Board>>) {
  const tasks = shallowRef<Schemas["CallbackShown"][]>([])
  const agents = shallowRef<Worker[]>([])
  const seats = shallowRef<Registered[]>([])
  const queues = shallowRef<Queue[]>([])
  let timer: number | undefined

  async function look(): Promise<void> {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void look(), AGAIN_MS)
    try {
      const told = await Promise.all([
        ask(client.GET("/api/v1/callbacks")),
        ask(client.GET("/api/v1/agents")),
        ask(client.GET("/api/v1/seats")),
        ask(client.GET("/api/v1/queues")),
      ])
      ;[tasks.value, agents.value, seats.value, queues.value] = told
    } catch (error) {
      noteRefusal(error)
      if (!(error instanceof Problem)) throw error // away: asked again; the head says so
    }
  }
  watch(board, (now, before) => {
    if (ASKED_FOR.every((part) => now[part] === before[part])) return
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void look(), SOON_MS)
  })
  onScopeDispose(() => window.clearTimeout(timer))
  void look()
  const nameOf = (agent: string): string =>
    agents.value.find((one) => one.name === agent)?.display_name ?? agent
  return { tasks, agents, seats, queues, look, nameOf }
}
