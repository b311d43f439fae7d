/** One task and what is being done to it: the choice, the words, the photographs, into the queue. */
import { computed, ref } from "vue"
import { type Draft, type FieldName, type Possible, commandOf, missing } from "@/cases/command"
import { person, useField } from "./field"
import { type Place, written } from "./place"
import { possibleNow } from "./tasks"
import { useDraft } from "./useDraft"

/** Moves whose other party the phone knows: none, or one's own unit. */
const isForThePhone = (one: Possible): boolean => !one.unit && (!one.other || one.move === "contribute")

export function useTask(number: string) {
  const { told, queue, add } = useField()
  const kept = useDraft(number, { move: "", reason: "", due: "" })
  const lacking = ref<FieldName | null>(null)
  const done = ref("")
  const task = computed(() => told.value?.tasks.find((one) => one.ticket.number === number) ?? null)
  const now = computed(() => (task.value ? possibleNow(task.value, queue.value) : { moves: [], expected: 0, queued: [] }))
  const moves = computed(() => now.value.moves.filter(isForThePhone))
  const chosen = computed(() => moves.value.find((one) => one.move === kept.text.move) ?? null)

  /** Into the queue, where nothing is missing. `words` is what stands before the place. */
  async function put(place: Place | null, words: (at: string) => string): Promise<void> {
    const one = chosen.value
    if (!one) return
    const spoken = [kept.text.reason.trim(), place ? words(written(place)) : ""].filter(Boolean)
    const other = one.other ? (person.value?.unit ?? "") : ""
    const draft: Draft = { reason: kept.text.reason, due: kept.text.due, unit: "", other, attachments: [] }
    lacking.value = missing(one, draft)
    if (lacking.value) return
    const command = commandOf(one, { ...draft, reason: spoken.join("\n") }, now.value.expected)
    await add({ number, command, report: null, photos: kept.photos.value })
    done.value = one.move
    await kept.clear()
  }
  const choose = (move: string): void => {
    kept.text.move = kept.text.move === move ? "" : move
    done.value = ""
    lacking.value = null
  }
  return { ...kept, task, now, moves, chosen, lacking, done, put, choose }
}
