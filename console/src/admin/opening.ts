/** The form over a table: which row it changes, and what was done with it. */
import { nextTick, ref, shallowRef } from "vue"

/**
 * Opens and closes a form; `chosen` null is a new row.
 * @param title is the id of the form's heading, which gets the focus.
 */
export function useOpening<Row>(title: string) {
  const chosen = shallowRef<Row | null>(null)
  const isOpen = ref(false)
  const said = ref("")

  async function open(row: Row | null): Promise<void> {
    chosen.value = row
    isOpen.value = true
    said.value = ""
    await nextTick()
    document.getElementById(title)?.focus()
  }
  function shut(words = said.value): void {
    isOpen.value = false
    said.value = words
  }
  return { chosen, isOpen, said, open, shut }
}
