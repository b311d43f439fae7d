/** The telephone for Vue: one for as long as the bar is shown. */
import { onMounted, onUnmounted, shallowRef } from "vue"
import { Phone, type PhoneState } from "@/phone/phone"

export function usePhone() {
  const state = shallowRef<PhoneState | null>(null)
  const phone = new Phone((one) => {
    state.value = one
  })
  onMounted(() => phone.start())
  onUnmounted(() => phone.stop())
  return { phone, state }
}
