/** Whether the server answers: told by every request, and asked for when nothing else asks. */
import { readonly, ref } from "vue"

const AGAIN_MS = 15_000
const SOON_MS = 3_000

export type Reach = "here" | "away"

const state = ref<Reach>("here")
export const reach = readonly(state)

/** Takes down how a request ended; 0: nobody answered. */
export function noteAnswer(status: number): void {
  state.value = reachOf(status)
}

/** A gateway's 502, 503 and 504 say what silence says: nobody there now. */
export function reachOf(status: number): Reach {
  return status === 0 || (status >= 502 && status <= 504) ? "away" : "here"
}

/** Asks for the server's health for as long as the page lives; the answer is told to `noteAnswer`. */
export function watchReach(): () => void {
  let timer = 0
  const look = async (): Promise<void> => {
    try {
      noteAnswer((await fetch("/api/v1/health", { cache: "no-store" })).status)
    } catch {
      noteAnswer(0)
    }
    timer = window.setTimeout(look, state.value === "here" ? AGAIN_MS : SOON_MS)
  }
  const now = (): void => {
    window.clearTimeout(timer)
    void look()
  }
  window.addEventListener("online", now)
  window.addEventListener("offline", now)
  timer = window.setTimeout(look, AGAIN_MS)
  return () => {
    window.clearTimeout(timer)
    window.removeEventListener("online", now)
    window.removeEventListener("offline", now)
  }
}
