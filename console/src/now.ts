/** The server's time, by which everything that counts is counted; a browser's clock may be wrong. */
import { onScopeDispose, readonly, ref } from "vue"

const TICK_MS = 1_000
const WRONG_MS = 2_000 // less is the whole second of the header, and the way

let ahead = 0

/** Takes up the moment that an answer's `Date` header tells. */
export function noteServerTime(header: string | null, here = Date.now()): void {
  const told = header === null ? Number.NaN : Date.parse(header)
  if (Number.isNaN(told)) return
  ahead = Math.abs(told - here) > WRONG_MS ? told - here : 0
}

/** The server's time in milliseconds since 1970. */
export const serverNow = (here = Date.now()): number => here + ahead

/** The server's time, each second, for as long as the part that asks is shown. */
export function useNow() {
  const now = ref(serverNow())
  const timer = window.setInterval(() => {
    now.value = serverNow()
  }, TICK_MS)
  onScopeDispose(() => window.clearInterval(timer))
  return readonly(now)
}
