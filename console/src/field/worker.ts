/**
 * The field page without a network: its own files, and no citizen's data. vite.config.ts writes the list
 * of files in, so that each build is another worker; the newest takes over as soon as it is there.
 */
import { CACHE, PAGE, partOf, stale } from "./shell"

declare const __FIELD_FILES__: readonly string[]
declare const __FIELD_BUILD__: string

interface Extended extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Fetched extends Extended {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
interface Worker_ {
  readonly location: Location
  readonly clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
  addEventListener(name: "install" | "activate", take: (event: Extended) => void): void
  addEventListener(name: "fetch", take: (event: Fetched) => void): void
}

const here = globalThis as unknown as Worker_
const current = CACHE + __FIELD_BUILD__

here.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(current)
      .then((kept) => kept.addAll([PAGE, ...__FIELD_FILES__].map((one) => new Request(one, { cache: "reload" }))))
      .then(() => here.skipWaiting()),
  )
})

here.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(stale(names, current).map((name) => caches.delete(name))))
      .then(() => here.clients.claim()),
  )
})

here.addEventListener("fetch", (event) => {
  const { request } = event
  const part = request.method === "GET" ? partOf(new URL(request.url), request.mode, here.location.origin, __FIELD_FILES__) : "other"
  if (part === "other") return
  const kept = caches.match(part === "page" ? PAGE : request, { cacheName: current, ignoreSearch: part === "page" })
  event.respondWith(kept.then((found) => found ?? fetch(request)))
})
