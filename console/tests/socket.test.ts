import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { BEAT_MS, type Feed, type Wire, addressOf, openFeed, pauseMs } from "@/live/socket"

interface Said {
  n: number
  word?: string
}

class FakeWire implements Wire {
  onmessage: Wire["onmessage"] = null
  onclose: Wire["onclose"] = null
  closed = false
  close(): void {
    this.closed = true
  }
  lose(code: number): void {
    this.onclose?.({ code } as CloseEvent)
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as MessageEvent<unknown>)
  }
}

let wires: FakeWire[] = []
let heard: string[] = []
let refused = 0
let feed: Feed

const last = (): FakeWire => wires.at(-1) as FakeWire
const open = (): Feed =>
  openFeed<Said>(
    "/api/v1/live",
    {
      first: (message) => heard.push(`first ${message.word}`),
      then: (message) => heard.push(`then ${message.word}`),
      refused: () => refused++,
    },
    () => {
      wires.push(new FakeWire())
      return last()
    },
  )

beforeEach(() => {
  vi.useFakeTimers()
  wires = []
  heard = []
  refused = 0
  feed = open()
})
afterEach(() => {
  feed.close()
  vi.useRealTimers()
})

test("the whole comes first, then what changes; a beat says nothing", () => {
  expect(feed.standing.value).toBe("connecting")
  last().say({ n: 1, word: "all", now: "2026-03-02T08:00:00Z" })
  last().say({ n: 2, now: "2026-03-02T08:00:05Z" })
  last().say({ n: 3, word: "more" })
  expect(heard).toEqual(["first all", "then more"])
  expect(feed.standing.value).toBe("here")
})

test("a missed number is not gone past: it connects again and hears the whole once more", () => {
  last().say({ n: 1, word: "all" })
  last().say({ n: 3, word: "late" })
  expect([heard, feed.standing.value, last().closed]).toEqual([["first all"], "lost", true])
  vi.advanceTimersByTime(pauseMs(0, 1))
  expect(wires.length).toBe(2)
  last().say({ n: 1, word: "anew" })
  expect([heard.at(-1), feed.standing.value]).toEqual(["first anew", "here"])
})

test("three beats without a word are too many, also before the first word", () => {
  vi.advanceTimersByTime(3 * BEAT_MS)
  expect(feed.standing.value).toBe("lost")
  vi.advanceTimersByTime(pauseMs(0, 1))
  last().say({ n: 1 })
  vi.advanceTimersByTime(3 * BEAT_MS - 1)
  expect(feed.standing.value).toBe("here")
  vi.advanceTimersByTime(1)
  expect(feed.standing.value).toBe("lost")
})

test("each try in vain doubles the pause, up to a quarter of a minute", () => {
  expect([0, 1, 2, 9].map((tries) => pauseMs(tries, 1))).toEqual([500, 1000, 2000, 15_000])
  for (let tries = 0; tries < 4; tries++) {
    last().lose(1006)
    vi.advanceTimersByTime(pauseMs(tries, 0) - 1)
    expect(wires.length).toBe(tries + 1)
    vi.advanceTimersByTime(pauseMs(tries, 1))
    expect(wires.length).toBe(tries + 2)
  }
})

test("who is not allowed any more does not try again; nor does who has closed", () => {
  last().say({ n: 1 })
  last().lose(1008)
  expect([feed.standing.value, refused]).toEqual(["refused", 1])
  const other = open()
  other.close()
  vi.advanceTimersByTime(60_000)
  expect(wires.length).toBe(2)
})

test("the address follows the page's own", () => {
  expect(addressOf("/api/v1/live", { protocol: "https:", host: "a:1" })).toBe("wss://a:1/api/v1/live")
  expect(addressOf("/api/v1/live", { protocol: "http:", host: "a:1" })).toBe("ws://a:1/api/v1/live")
})
