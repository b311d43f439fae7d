/** One case: the ticket, its history, clocks, files and possible moves, kept current. */
import { computed, onScopeDispose, readonly, ref, shallowRef } from "vue"
import { Problem, type Schemas, ask, client } from "@/api/client"
import { type Fault, faultOf } from "@/faults"
import { noteRefusal, rights } from "@/session"
import { type Draft, type Possible, commandOf } from "./command"

export type Whole = Schemas["TicketWithHistory"]
export type Clock = Schemas["ClockShown"]
export type File = Schemas["Attachment"]
export type Outcome = "done" | "conflict" | "refused"

const LOOK_MS = 5_000

/** The case of this number. Asks whether it has moved as long as the page is in sight. */
export function useCase(number: string) {
  const at = { params: { path: { number } } }
  const whole = shallowRef<Whole | null>(null)
  const moves = shallowRef<readonly Possible[]>([])
  const clocks = shallowRef<readonly Clock[]>([])
  const files = shallowRef<readonly File[]>([])
  const fault = shallowRef<Fault | null>(null) // of looking
  const refusal = shallowRef<Fault | null>(null) // of the newest command
  const busy = ref(false)
  const mayMove = computed(() => rights.value.includes("move_tickets"))
  const steps = computed(() => whole.value?.ticket.steps ?? 0)

  async function load(): Promise<void> {
    try {
      const [one, possible, running, kept] = await Promise.all([
        ask(client.GET("/api/v1/tickets/{number}", at)),
        mayMove.value ? ask(client.GET("/api/v1/tickets/{number}/moves", at)) : null,
        ask(client.GET("/api/v1/tickets/{number}/clocks", at)),
        ask(client.GET("/api/v1/tickets/{number}/attachments", at)),
      ])
      whole.value = one
      moves.value = possible?.moves ?? []
      clocks.value = running
      files.value = kept
      fault.value = null
    } catch (error) {
      noteRefusal(error)
      fault.value = faultOf(error, "case")
    }
  }

  /** Asks for the number of steps only, which no audit counts as reading a citizen's case. */
  async function look(): Promise<void> {
    if (document.visibilityState !== "visible" || busy.value || !mayMove.value) return
    try {
      const told = await ask(client.GET("/api/v1/tickets/{number}/moves", at))
      if (told.steps !== steps.value || fault.value) await load()
    } catch (error) {
      noteRefusal(error)
      if (!(error instanceof Problem)) throw error // away: the next look will tell
    }
  }

  /** Gives the command; a conflict brings the case as it stands now, and the draft stays. */
  async function give(one: Possible, draft: Draft, seen: number): Promise<Outcome> {
    busy.value = true
    refusal.value = null
    try {
      const body = commandOf(one, draft, seen)
      await ask(client.POST("/api/v1/tickets/{number}/moves", { ...at, body }))
      await load()
      return "done"
    } catch (error) {
      noteRefusal(error)
      if (error instanceof Problem && error.status === 409) {
        await load()
        return "conflict"
      }
      refusal.value = faultOf(error, "case")
      return "refused"
    } finally {
      busy.value = false
    }
  }

  const timer = window.setInterval(() => void look(), LOOK_MS)
  const seen = (): void => void look()
  document.addEventListener("visibilitychange", seen)
  onScopeDispose(() => {
    window.clearInterval(timer)
    document.removeEventListener("visibilitychange", seen)
  })
  void load()
  return { whole, moves, clocks, files, fault, refusal, busy: readonly(busy), steps, load, give }
}
