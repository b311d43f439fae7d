/** What the big screen shows, kept current for weeks: asked for again and again, the last answer stays. */
import { computed, onScopeDispose, ref, shallowRef } from "vue"
import { Problem, type Schemas, ask, client } from "@/api/client"
import { useNow } from "@/now"
import { noteRefusal } from "@/session"

export type Now = Schemas["ScreenShown"]
export type Cases = Schemas["ScreenCases"]

export const NOW_MS = 2_000
export const CASES_MS = 60_000
const FRESH_MS = 86_400_000 // then the page is loaded anew: a server that was updated has another one
const STALE_MS = 10_000 // without an answer so long, what is shown is no longer now

/**
 * Asks as long as the scope lives, each time after the last answer has come; never twice at once.
 * @param question is not asked while nobody is signed in: that ends the page anyway.
 */
export function keepAsking(question: () => Promise<void>, pause: number): { stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let over = false
  const go = async (): Promise<void> => {
    try {
      await question()
    } catch (error) {
      noteRefusal(error)
      if (!(error instanceof Problem)) throw error // away: asked again
    } finally {
      if (!over) timer = setTimeout(() => void go(), pause)
    }
  }
  void go()
  return {
    stop: () => {
      over = true
      clearTimeout(timer)
    },
  }
}

/** Whether a page that was loaded then is to be loaded anew, as it has just been answered. */
export const isOld = (loaded: number, now: number): boolean => now - loaded >= FRESH_MS

/** The centre and its cases, now. Once a day, right after an answer, so that there is a server, the page is loaded anew. */
export function useScreen() {
  const loaded = Date.now()
  const centre = shallowRef<Now | null>(null)
  const cases = shallowRef<Cases | null>(null)
  const heard = ref(0) // when the newest answer came, by this machine's clock
  const now = useNow()
  const asking = [
    keepAsking(async () => {
      centre.value = await ask(client.GET("/api/v1/screen"))
      heard.value = Date.now()
      if (isOld(loaded, heard.value)) location.reload()
    }, NOW_MS),
    keepAsking(async () => {
      cases.value = await ask(client.GET("/api/v1/screen/cases"))
    }, CASES_MS),
  ]
  onScopeDispose(() => asking.forEach((one) => one.stop()))
  const isStale = computed(() => now.value > 0 && (Date.now() - heard.value > STALE_MS || centre.value?.live === false))
  return { centre, cases, isStale, now }
}
