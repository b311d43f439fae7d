/** What keys and buttons of the seat's page do. */
import { type Ref, computed, onScopeDispose, ref, watch } from "vue"
import { me } from "@/session"
import { useTyped } from "@/typed"
import { type Answers, toSearch } from "./answers"
import { offersOf, runnerUps } from "./filing"
import { toTake } from "./form"
import { keepAway, keptAway } from "./keep"
import { type Act, actOf } from "./keys"
import { type Now, phaseOf } from "./now"
import type { Form } from "./page"

/** The form's field that has the focus, by its id; "" where none has. */
const focused = (): string => /^seat-(\w+)$/.exec(document.activeElement?.id ?? "")?.[1] ?? ""

export function useActs(now: Readonly<Ref<Now>>, form: Form, answers: Pick<Answers, "insert">) {
  const who = computed(() => me.value?.name ?? "")
  const away = ref(keptAway(who.value))
  const chosen = ref("") // the ticket that the next press joins
  const phase = computed(() => phaseOf(now.value, away.value))
  watch(form.call, () => (chosen.value = ""))
  useTyped(() => (away.value = keptAway(who.value)))

  /** The first press chooses, the second joins: it is the one thing here that ends the draft at once. */
  async function merge(number: string): Promise<void> {
    if (chosen.value !== number) chosen.value = number
    else if (await form.give("merge", number)) chosen.value = ""
  }

  function putAway(): void {
    if (phase.value !== "after") return
    away.value = form.call.value
    keepAway(who.value, away.value)
  }

  function choose(index: number): void {
    const up = runnerUps(form.ticket.value, form.values.value.item)[index]
    if (up && form.isOpen.value) form.type("item", up.item)
  }

  function take(): void {
    const field = toTake(form.typed.value, form.from.value, focused())
    if (field && form.isOpen.value) form.take(field)
  }

  const DO: Readonly<Record<Act, () => void>> = {
    file: () => void form.give("file"),
    answer: () => void form.give("answer"),
    merge: () => {
      const first = chosen.value || offersOf(form.ticket.value).find((one) => !one.closed_at)?.ticket_number
      if (first) void merge(first)
    },
    take,
    away: putAway,
    find: toSearch,
    insert: () => answers.insert(),
    item1: () => choose(0),
    item2: () => choose(1),
    item3: () => choose(2),
  }
  const act = (wanted: Act): void => DO[wanted]()
  const pressed = (event: KeyboardEvent): void => {
    const wanted = actOf(event)
    if (!wanted || phase.value === "out" || phase.value === "idle" || event.repeat) return
    event.preventDefault()
    act(wanted)
  }
  window.addEventListener("keydown", pressed)
  onScopeDispose(() => window.removeEventListener("keydown", pressed))
  return { phase, chosen, act, merge }
}
