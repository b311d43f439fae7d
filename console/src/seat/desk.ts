/** What is this seat's to do while no call is there; asked for as long as it is shown. */
import { onScopeDispose, ref, shallowRef } from "vue"
import { type Schemas, ask, client } from "@/api/client"
import { type Fault, faultOf } from "@/faults"
import { noteRefusal } from "@/session"

export type Task = Schemas["CallbackShown"]
export type Mine = Schemas["MineToDo"]

const AGAIN_MS = 15_000

/** Tasks that somebody still has to ring, the oldest first. */
export const openTasks = (tasks: readonly Task[]): Task[] =>
  tasks.filter((one) => one.state === "due" || one.state === "ringing").sort((a, b) => a.task - b.task)

export function useDesk() {
  const mine = shallowRef<Mine | null>(null)
  const tasks = shallowRef<readonly Task[]>([])
  const fault = shallowRef<Fault | null>(null)
  const rung = ref(0) // the task that is being rung

  async function load(): Promise<void> {
    try {
      const [own, all] = await Promise.all([ask(client.GET("/api/v1/seat/mine")), ask(client.GET("/api/v1/callbacks"))])
      mine.value = own
      tasks.value = openTasks(all)
      fault.value = null
    } catch (error) {
      noteRefusal(error)
      fault.value = faultOf(error, "case")
    }
  }

  /** Rings the citizen of a task: this seat's telephone first. */
  async function ring(task: number, seat: string): Promise<void> {
    rung.value = task
    try {
      await ask(client.POST("/api/v1/callbacks/{task}/call", { params: { path: { task } }, body: { seat } }))
      await load()
    } catch (error) {
      noteRefusal(error)
      fault.value = faultOf(error, "case")
    } finally {
      rung.value = 0
    }
  }

  const look = (): void => {
    if (document.visibilityState === "visible" && rung.value === 0) void load()
  }
  const timer = window.setInterval(look, AGAIN_MS)
  onScopeDispose(() => window.clearInterval(timer))
  void load()
  return { mine, tasks, fault, rung, ring, load }
}
