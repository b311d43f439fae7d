/** What may be answered on the spot: the county's answers for the item spoken of, or those looked for. */
import { computed, onScopeDispose, ref, shallowRef, watch } from "vue"
import { type Schemas, ask, client } from "@/api/client"
import { type Fault, faultOf } from "@/faults"
import { noteRefusal } from "@/session"
import type { Form } from "./page"

export type Answer = Schemas["AnswerShown"]

const SOON_MS = 250
const LONGEST = 300 // characters that the API takes
export const SEARCH_ID = "answers-words"

/** The summary with an answer behind it, cited by its key; none is put in twice. */
export function inserted(summary: string, answer: Pick<Answer, "key" | "answer">): string {
  const cited = `[答复 ${answer.key}]`
  if (summary.includes(cited)) return summary
  return [summary.trimEnd(), `${cited} ${answer.answer}`].filter(Boolean).join("\n")
}

/** The keys of the answers that a text cites. */
export const citedIn = (text: string): string[] => [...text.matchAll(/\[答复 (\d{3}-\d{1,4})\]/g)].map((one) => one[1] ?? "")

/** What is asked: what somebody looks for in all of them; else the item's, by what the citizen said. */
export const questionOf = (words: string, item: string, heard: string): Schemas["AnswersAsked"] | null => {
  if (words.trim()) return { words: words.trim().slice(0, LONGEST), item: "", limit: 8 }
  return item ? { words: heard.slice(0, LONGEST), item, limit: 8 } : null
}

/** The answer that is chosen after a step up or down; at the ends it stays. */
export const stepped = (at: number, by: 1 | -1, count: number): number => Math.max(0, Math.min(count - 1, at + by))

/** The answers beside the form. The item's are asked once for each item, so that nothing moves while one reads. */
export function useAnswers(form: Form) {
  const words = ref("")
  const found = shallowRef<readonly Answer[]>([])
  const at = ref(0)
  const fault = shallowRef<Fault | null>(null)
  const chosen = computed(() => found.value[at.value] ?? null)
  const cited = computed(() => citedIn(form.values.value.summary))
  let timer: number | undefined
  let newest = 0

  async function load(): Promise<void> {
    const mine = ++newest
    const question = questionOf(words.value, form.values.value.item, form.from.value.summary)
    try {
      const told = question ? await ask(client.POST("/api/v1/answers/search", { body: question })) : []
      if (mine !== newest) return
      found.value = told
      at.value = 0
      fault.value = null
    } catch (error) {
      noteRefusal(error)
      fault.value = faultOf(error, "case")
    }
  }
  watch([words, () => form.values.value.item], () => {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void load(), SOON_MS)
  })
  watch(form.call, () => (words.value = ""))
  onScopeDispose(() => window.clearTimeout(timer))
  void load()

  function insert(answer: Answer | null = chosen.value): void {
    if (answer && form.isOpen.value) form.type("summary", inserted(form.values.value.summary, answer))
  }

  function step(by: 1 | -1): void {
    at.value = stepped(at.value, by, found.value.length)
  }

  /** What the keys of the search field do; the arrows choose, Enter puts in, Esc goes back. */
  function pressed(event: Pick<KeyboardEvent, "key" | "isComposing" | "altKey" | "preventDefault">): void {
    const done = event.isComposing || event.altKey ? undefined : KEYS.get(event.key)
    if (!done) return
    event.preventDefault()
    done()
  }
  const KEYS = new Map<string, () => void>([
    ["ArrowDown", () => step(1)],
    ["ArrowUp", () => step(-1)],
    ["Enter", () => {
      insert()
      toSummary()
    }],
    ["Escape", () => {
      words.value = ""
      toSummary()
    }],
  ])

  return { words, found, at, chosen, cited, fault, insert, pressed }
}

export type Answers = ReturnType<typeof useAnswers>

/** Goes to the field in which answers are looked for. */
export const toSearch = (): void => document.getElementById(SEARCH_ID)?.focus()

/** Back to the form, where the answer now stands. */
export const toSummary = (): void => document.getElementById("seat-summary")?.focus()
