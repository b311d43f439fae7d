/** Commands of whoever leads or administers: one at a time, each with what came of it. */
import { ref, shallowRef } from "vue"
import { type Fault, type Form, faultOf } from "@/faults"
import { noteRefusal } from "@/session"

/** Gives commands; the refusal of the newest one stays until the next. */
export function useOrders(form: Form = "centre") {
  const busy = ref(false)
  const refusal = shallowRef<Fault | null>(null)

  /** What the command gave; null where it was refused. */
  async function give<T>(command: () => Promise<T>): Promise<T | null> {
    busy.value = true
    refusal.value = null
    try {
      return await command()
    } catch (error) {
      noteRefusal(error)
      refusal.value = faultOf(error, form)
      return null
    } finally {
      busy.value = false
    }
  }
  return { busy, refusal, give }
}
