/** Drafts that are not in force yet: kept while somebody is signed in, so that going elsewhere loses none. */
import { type Ref, type ShallowRef, onScopeDispose, shallowRef, watch } from "vue"
import { signedIn } from "@/session"

const kept = new Map<string, ShallowRef<unknown>>()
watch(signedIn, (now) => {
  if (now === "out") kept.clear()
})

/** The draft of this name, as it was left; at first what is given. */
export function useDraft<T>(name: string, at_first: T): ShallowRef<T> {
  const found = kept.get(name) as ShallowRef<T> | undefined
  if (found) return found
  const made = shallowRef(at_first) as ShallowRef<T>
  kept.set(name, made)
  return made
}

/** A file's draft: goes with what is in force until somebody changes it, and stays theirs from then on. */
export function useTextDraft(name: string, inForce: Readonly<Ref<string>>): ShallowRef<string> {
  const text = useDraft(name, "")
  watch(inForce, (now, before) => {
    if (text.value === before) text.value = now
  })
  onScopeDispose(() => {
    if (text.value === inForce.value) text.value = "" // nobody's
  })
  return text
}
