/** The phone's place for a part of the page, while that is shown. */
import { ref, shallowRef } from "vue"
import { type NoPlace, type Place, wherePhoneIs } from "./place"

const REASONS: readonly unknown[] = ["denied", "unknown", "insecure"]
const isReason = (error: unknown): error is NoPlace => REASONS.includes(error)

export function usePlace() {
  const place = shallowRef<Place | null>(null)
  const why = ref<NoPlace | "">("")
  const busy = ref(false)

  async function find(): Promise<void> {
    busy.value = true
    why.value = ""
    try {
      place.value = await wherePhoneIs()
    } catch (error) {
      if (!isReason(error)) throw error
      why.value = error
    } finally {
      busy.value = false
    }
  }
  const forget = (): void => {
    place.value = null
  }
  return { place, why, busy, find, forget }
}
