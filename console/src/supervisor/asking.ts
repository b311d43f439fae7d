/** An answer to the newest question; those to older ones are dropped. */
import { ref, shallowRef } from "vue"
import { type Fault, type Form, faultOf } from "@/faults"
import { noteRefusal } from "@/session"

export function useAnswer<T>(form: Form = "centre") {
  const answer = shallowRef<T | null>(null)
  const fault = shallowRef<Fault | null>(null)
  const loading = ref(false)
  let newest = 0

  async function put(question: () => Promise<T>): Promise<void> {
    const mine = ++newest
    loading.value = true
    fault.value = null
    try {
      const told = await question()
      if (mine === newest) answer.value = told
    } catch (error) {
      noteRefusal(error)
      if (mine === newest) [answer.value, fault.value] = [null, faultOf(error, form)]
    } finally {
      if (mine === newest) loading.value = false
    }
  }
  const forget = (): void => {
    newest++
    answer.value = fault.value = null
    loading.value = false
  }
  return { answer, fault, loading, put, forget }
}
