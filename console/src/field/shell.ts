/** What the service worker answers by itself: the page and its files, and nothing of the API. Pure. */

export const PAGE = "/console/field"
export const CACHE = "callcenter-field-"

/** What a request is for: the page (kept, renewed with each build), one of its files, or not ours. */
export function partOf(address: URL, mode: string, origin: string, files: readonly string[]): "page" | "file" | "other" {
  if (address.origin !== origin) return "other"
  if (mode === "navigate") return address.pathname === PAGE ? "page" : "other"
  return files.includes(address.pathname) ? "file" : "other"
}

/** The caches of builds that are gone. */
export const stale = (names: readonly string[], current: string): string[] =>
  names.filter((name) => name.startsWith(CACHE) && name !== current)
