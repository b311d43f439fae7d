/** What this browser remembers of the telephone, and what this tab does. */
import type { Tab } from "./tab"

export type Kept = "microphone" | "speaker" | "voice" | "seat"
const HERE = "phone.here" // whether this tab has the telephone

export const kept = (what: Kept): string => localStorage.getItem(`phone.${what}`) ?? ""
export const keep = (what: Kept, value: string): void => localStorage.setItem(`phone.${what}`, value)
export const noteTab = (tab: Tab): void => sessionStorage.setItem(HERE, tab === "here" ? "yes" : "no")

/** Whether this page is the tab's that had the telephone, loaded anew. */
export function hadIt(): boolean {
  const [how] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[]
  return how?.type === "reload" && sessionStorage.getItem(HERE) === "yes"
}
