/**
 * A numbered feed over a WebSocket, as api/live.py tells it: the whole first, then what changes.
 * A gap in the numbers, or three beats without a word, and it connects again.
 */
import { type Ref, readonly, ref } from "vue"
import { noteServerTime } from "@/now"

export const BEAT_MS = 5_000 // api/live.py: BEAT_SECONDS
const SILENT_MS = 3 * BEAT_MS
const SOONEST_MS = 500
const LATEST_MS = 15_000
const NOT_ALLOWED = 1008 // the session has ended, or the right is gone

/** "connecting" at first, "here" from the first message on, "lost" between tries, "refused" for good. */
export type Standing = "connecting" | "here" | "lost" | "refused"

/** What both sides of a socket need to have for us; a browser's WebSocket is one. */
export interface Wire {
  onmessage: ((event: MessageEvent<unknown>) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  close(): void
}

export interface Told<Message> {
  /** Hears the first message of each connection: everything as it is. */
  first: (message: Message) => void
  /** Hears each later one; beats are not told. */
  then: (message: Message) => void
  /** Called once when the server will not have us; then it is over. */
  refused?: () => void
}

export interface Feed {
  readonly standing: Readonly<Ref<Standing>>
  close(): void
}

/** How long to wait before a try, counted from 0: twice as long each time, a fifth of it by chance. */
export const pauseMs = (tries: number, chance = Math.random()): number =>
  Math.min(LATEST_MS, SOONEST_MS * 2 ** tries) * (0.8 + 0.2 * chance)

/** The WebSocket address of a path on the server that this page came from. */
export const addressOf = (path: string, page: Pick<Location, "protocol" | "host">): string =>
  `${page.protocol === "https:" ? "wss" : "ws"}://${page.host}${path}`

interface Numbered {
  n: number
  now?: string
}

/** Keeps a feed open until it is closed. */
export function openFeed<Message extends object>(
  path: string,
  told: Told<Message>,
  connect: (path: string) => Wire = (wanted) => new WebSocket(addressOf(wanted, location)),
): Feed {
  const standing = ref<Standing>("connecting")
  let wire: Wire | null = null
  let heard = 0 // the newest number of this connection
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const after = (ms: number, what: () => void): void => {
    clearTimeout(timer)
    timer = setTimeout(what, ms)
  }
  const drop = (): void => {
    clearTimeout(timer)
    if (!wire) return
    wire.onmessage = wire.onclose = null
    wire.close()
    wire = null
  }
  const again = (): void => {
    drop()
    standing.value = "lost"
    after(pauseMs(tries++), begin)
  }
  const hear = (data: unknown): void => {
    const message = JSON.parse(String(data)) as Numbered & Message
    if (message.n !== heard + 1) return again()
    heard = message.n
    after(SILENT_MS, again)
    if (message.now !== undefined) noteServerTime(message.now)
    if (heard === 1) {
      standing.value = "here"
      tries = 0
      told.first(message)
    } else if (!isBeat(message)) told.then(message)
  }
  const close = (to: Standing): void => {
    drop()
    standing.value = to
    globalThis.removeEventListener?.("online", soon)
  }
  const begin = (): void => {
    heard = 0
    wire = connect(path)
    wire.onmessage = (event) => hear(event.data)
    wire.onclose = ({ code }) => {
      if (code !== NOT_ALLOWED) return again()
      close("refused")
      told.refused?.()
    }
    after(SILENT_MS, again)
  }
  const soon = (): void => {
    if (standing.value !== "lost" || wire) return
    clearTimeout(timer)
    begin()
  }
  globalThis.addEventListener?.("online", soon)
  begin()
  return { standing: readonly(standing), close: () => close("lost") }
}

const isBeat = (message: object): boolean => Object.keys(message).every((key) => key === "n" || key === "now")
