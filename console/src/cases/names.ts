/** Names of items and units by their codes, asked for once while somebody is signed in. */
import { shallowRef, watch } from "vue"
import { Problem, type Schemas, ask, client } from "@/api/client"
import { signedIn } from "@/session"

export type Names = Schemas["Names"]

const known = shallowRef<Names>({ items: {}, units: {} })
let asking: Promise<void> | null = null

async function load(): Promise<void> {
  try {
    known.value = await ask(client.GET("/api/v1/names"))
  } catch (error) {
    asking = null
    if (!(error instanceof Problem)) throw error // codes stand in for names until it answers
  }
}

watch(signedIn, () => {
  asking = null
})

/** The names as far as they are known; codes stand in for them until then. */
export function useNames() {
  asking ??= load()
  return known
}
