/** The form of the call that is shown: typed, kept, filed. */
import { type Ref, computed, ref, shallowRef, watch } from "vue"
import { Problem, ask, client } from "@/api/client"
import { type Fault, faultOf } from "@/faults"
import { me, noteRefusal } from "@/session"
import { useTyped } from "@/typed"
import { type Order, type Way, lacking, orderOf, warningOf } from "./filing"
import { type Field, type Typed, shown, suggested, withTaken, withTyped } from "./form"
import { keep, kept } from "./keep"
import { type Now, ownTicket } from "./now"

async function send(number: string, order: Order): Promise<void> {
  const at = { params: { path: { number } } }
  if (order.item) await ask(client.POST("/api/v1/tickets/{number}/category", { ...at, body: { item: order.item } }))
  await ask(client.POST("/api/v1/tickets/{number}/moves", { ...at, body: order.command }))
}

const faultOfFiling = (error: unknown): Fault =>
  error instanceof Problem && error.status === 409 ? { key: "seat.moved", values: {} } : faultOf(error, "case")

/** The form of the call at the seat. */
export function useForm(now: Readonly<Ref<Now>>) {
  const who = computed(() => me.value?.name ?? "")
  const call = computed(() => now.value.call?.call_id ?? "")
  const ticket = computed(() => ownTicket(now.value))
  const typed = shallowRef<Typed>({})
  const busy = ref(false)
  const fault = shallowRef<Fault | null>(null)
  const lacks = ref<"item" | "summary" | null>(null)
  const from = computed(() => suggested(now.value, ticket.value, now.value.caller ?? null))
  const values = computed(() => shown(typed.value, from.value))
  const warning = computed(() => warningOf(ticket.value, now.value.call?.line ?? null))
  const isOpen = computed(() => ticket.value?.step === "draft")

  watch(call, (id) => {
    typed.value = id ? kept(who.value, id) : {}
    fault.value = null
    lacks.value = null
  }, { immediate: true, flush: "sync" })

  useTyped(() => {
    if (call.value) typed.value = kept(who.value, call.value) // in another tab of this browser
  })

  watch(() => ticket.value?.step ?? "draft", (step) => {
    if (step !== "draft") keep(who.value, call.value, {}) // whoever filed it, and whether or not we heard the answer
  })

  function set(next: Typed): void {
    typed.value = next
    if (call.value) keep(who.value, call.value, next)
    lacks.value = null
  }

  /** Files, answers or joins; whatever refuses it, what was typed stays. */
  async function give(way: Way, other: string | null = null): Promise<boolean> {
    const one = ticket.value
    if (!one || !isOpen.value || busy.value) return false
    lacks.value = lacking(way, values.value)
    if (lacks.value) return false
    busy.value = true
    fault.value = null
    const id = call.value
    try {
      await send(one.number, orderOf(way, one, values.value, from.value, other))
      keep(who.value, id, {})
      return true
    } catch (error) {
      noteRefusal(error)
      fault.value = faultOfFiling(error)
      return false
    } finally {
      busy.value = false
    }
  }

  return {
    call, ticket, typed, from, values, warning, isOpen, busy, fault, lacks, give,
    type: (field: Field, value: string): void => set(withTyped(typed.value, field, value)),
    take: (field: Field): void => set(withTaken(typed.value, field)),
  }
}

export type Form = ReturnType<typeof useForm>
