/** When the phone looks and sends again: at the start, when a network comes, when the page is seen anew. */
import { watch } from "vue"
import { noteAnswer, reach, watchReach } from "@/reach"
import { Problem } from "@/api/client"
import { codeFrom } from "@/links"
import { enterByCode, signedIn } from "@/session"
import { useField } from "./field"

const OFTEN_MS = 5 * 60_000
const SOON_MS = 5_000

/** A link's code signs in; one that is used up leaves its reader at the sign-in. */
async function enter(code: string): Promise<void> {
  try {
    if (code) await enterByCode(code)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}

/** Begins, and goes on until it is told to stop; `entered` is the fragment of the address it was opened by. */
export function watchField(entered: string): () => void {
  const { begin, lookAgain, look, sendAll, queue } = useField()
  const stopReach = watchReach()
  const offline = (): void => noteAnswer(0)
  const seen = (): void => void (document.visibilityState === "visible" && lookAgain())
  const waiting = (): boolean => queue.value.some((one) => one.state === "waiting")
  const again = (): void => void (reach.value === "here" && waiting() && (signedIn.value === "in" ? sendAll() : lookAgain()))
  const stops = [
    watch(reach, (now) => void (now === "here" && lookAgain())),
    watch(signedIn, (now) => void (now === "in" && lookAgain())),
  ]
  const timers = [window.setInterval(() => void look(), OFTEN_MS), window.setInterval(again, SOON_MS)]
  window.addEventListener("offline", offline)
  document.addEventListener("visibilitychange", seen)
  if (!navigator.onLine) offline()
  void enter(codeFrom(entered)).then(begin)
  return () => {
    stopReach()
    for (const stop of stops) stop()
    for (const timer of timers) window.clearInterval(timer)
    window.removeEventListener("offline", offline)
    document.removeEventListener("visibilitychange", seen)
  }
}
