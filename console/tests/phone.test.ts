import { expect, test } from "vitest"
import { IDLE, type LineState } from "@/phone/line"
import type { Agent, Call, Picture } from "@/phone/orders"
import type { PhoneState } from "@/phone/phone"
import { letGoBy, placeOf } from "@/phone/socket"
import { levelOf, micFault } from "@/phone/sound"
import { type Locks, OneTab, type Tab } from "@/phone/tab"
import { KEYS, clock, deedOf, deedsOf, keyOf, modeOf } from "@/phone/view"
import { spentWord, wordsOf } from "@/phone/words"

const AGENT: Agent = {
  name: "wang", display_name: "王坐席", skills: ["12345"], queues: ["12345"], state: "ready", shown: "ready",
  since: "2026-11-22T08:00:00Z", reason: "", until: null, extended: false, number: 3,
}
const CALL: Call = {
  call_id: "n1-1.0", state: "talking", line: "12345", queue: "12345", caller: "138****0001",
  waiting_since: "2026-11-22T08:00:00Z", waited_seconds: 12, answered_at: "2026-11-22T08:00:12Z", held: null, others: [],
}
const SEAT = { name: "seat-01", state: "ready", phone: "web", may_dial_out: false } as const

interface Given {
  agent?: Partial<Agent>
  call?: Partial<Call>
  line?: Partial<LineState>
  phone?: Partial<PhoneState>
}

function seen({ agent, call, line, phone }: Given = {}): PhoneState {
  const picture: Picture = {
    agent: { ...AGENT, ...agent }, seat: SEAT, call: call ? { ...CALL, ...call } : null, pause_reasons: ["用餐"],
  }
  return {
    picture, line: { ...IDLE, link: "ready", ...line }, tab: "here", voice: "browser", consults: false, mic: null,
    fault: null, number: null, server: "here", microphone: "", speaker: "", ...phone,
  }
}

test.each<[string, Given, string, readonly string[]]>([
  ["signed out", { agent: { state: "signed_out" } }, "out", ["signIn"]],
  ["ready", {}, "ready", ["pause", "signOut"]],
  ["rings before the centre says so", { line: { call: "ringing" } }, "ringing", ["answer", "refuse"]],
  ["talks", { call: {}, line: { call: "talking" } }, "talking", ["hold", "mute", "transfer", "police", "hangUp"]],
  ["talks on 110", { call: { line: "110" }, line: { call: "talking", muted: true } }, "talking", ["hold", "unmute", "transfer", "hangUp"]],
  ["is consulted by a colleague", { line: { call: "talking" } }, "talking", ["mute", "hangUp"]],
  ["three talk", { call: { others: ["seat-02"] }, line: { call: "talking" } }, "talking", ["hold", "mute", "hangUp"]],
  ["on hold", { call: { held: "consult" }, line: { call: "talking" } }, "held", ["resume", "mute", "hangUp"]],
  ["consults", { call: { held: "consult" }, line: { call: "talking" }, phone: { consults: true } }, "held", ["complete", "threeWay", "resume", "mute"]],
  ["wraps up", { agent: { state: "wrap_up" } }, "wrapUp", ["endWrapUp", "extend", "pause", "signOut"]],
  ["has extended", { agent: { state: "wrap_up", extended: true } }, "wrapUp", ["endWrapUp", "pause", "signOut"]],
  ["pauses", { agent: { state: "paused" } }, "paused", ["ready", "signOut"]],
  ["has no telephone", { agent: { shown: "phone_lost" } }, "away", ["pause", "signOut"]],
  ["is on another page", { phone: { tab: "elsewhere" } }, "ready", ["takeHere", "signOut"]],
  ["was taken by another computer", { line: { letGo: "taken" } }, "ready", ["takeHere", "signOut"]],
  ["talks at a desk phone", { call: {}, phone: { voice: "desk" } }, "talking", ["hold", "transfer", "police", "hangUp"]],
])("who %s", (_, given, mode, deeds) => {
  const state = seen(given)
  expect(modeOf(state)).toBe(mode)
  expect(deedsOf(state)).toEqual(deeds)
  const keys = deedsOf(state).map((deed) => KEYS[deed]).filter(Boolean)
  expect(new Set(keys).size, "no key has two meanings").toBe(keys.length)
})

test("keys are those shown, and only where the deed is possible", () => {
  expect(keyOf({ key: "F2", shiftKey: true })).toBe("Shift+F2")
  expect(deedOf("F2", ["answer", "refuse"])).toBe("answer")
  expect(deedOf("F2", ["hangUp"])).toBeNull()
})

test("what is wrong is said with what helps", () => {
  const keys = (given: Given): string[] => wordsOf(seen(given)).map((one) => one.key)
  expect(keys({})).toEqual([])
  expect(keys({ phone: { mic: "denied" } })).toEqual(["phone.mic.denied"])
  expect(keys({ line: { link: "away" } })).toEqual(["phone.link.away"])
  expect(keys({ line: { link: "away" }, phone: { server: "away" } })).toEqual(["phone.link.server"])
  expect(keys({ phone: { tab: "elsewhere" } })).toEqual(["phone.link.elsewhere"])
  expect(keys({ line: { letGo: "taken" } })).toEqual(["phone.link.taken"])
  expect(keys({ line: { link: "away" }, phone: { voice: "desk" } })).toEqual([])
})

test.each([
  ["NotAllowedError", "denied"], ["NotFoundError", "missing"], ["NotReadableError", "taken"], ["Insecure", "insecure"], ["Odd", "other"],
])("a microphone's %s is %s", (name, fault) => {
  expect(micFault(Object.assign(new Error("no"), { name }))).toBe(fault)
})

test("levels go from silence to full", () => {
  expect(levelOf(new Float32Array(64))).toBe(0)
  expect(levelOf(new Float32Array(64).fill(1))).toBe(1)
  expect(levelOf(new Float32Array(64).fill(0.03))).toBeCloseTo(0.49, 1)
})

test("time stands as people read it", () => {
  expect(clock(75)).toBe("1:15")
  const now = Date.parse("2026-11-22T08:01:00Z")
  expect(spentWord(seen(), now)).toEqual({ key: "phone.since", values: { time: "1:00" } })
  const wraps = seen({ agent: { state: "wrap_up", until: "2026-11-22T08:01:30Z" } })
  expect(spentWord(wraps, now)).toEqual({ key: "phone.left", values: { time: "0:30" } })
  expect(spentWord(seen({ line: { call: "ringing" } }), now)).toBeNull()
})

test("the server's close codes are its words; the address says whether a call is held", () => {
  expect([4403, 4409, 4422, 1006, 1013].map(letGoBy)).toEqual(["noSeat", "taken", "noSeat", null, null])
  expect(placeOf({ protocol: "https:", host: "h" }, true)).toBe("wss://h/api/v1/phone/sip?holds=true")
  expect(placeOf({ protocol: "http:", host: "h:8000" }, false)).toBe("ws://h:8000/api/v1/phone/sip?holds=false")
})

/** One lock, as browsers keep it for all tabs of an origin. */
class FakeLocks {
  private stolen: ((reason: Error) => void) | null = null
  name: string | null = null

  request = async (name: string, how: LockOptions, run: (lock: object | null) => unknown): Promise<unknown> => {
    if (this.name && !how.steal) return run(null)
    this.stolen?.(new Error("AbortError"))
    this.name = name
    const over = new Promise((_, reject) => {
      this.stolen = reject
    })
    return Promise.race([Promise.resolve(run({ name })).then(() => this.free()), over])
  }

  query = async () => ({ held: this.name ? [{ name: this.name }] : [] })

  free(): void {
    this.name = this.stolen = null
  }
}

test("one tab has the telephone; another takes it, or gets it once nobody has had it for a while", async () => {
  const locks = new FakeLocks()
  const told: [string, Tab][] = []
  const tab = (name: string) => new OneTab((one) => told.push([name, one]), locks as unknown as Locks)
  const [first, second] = [tab("first"), tab("second")]
  await first.take()
  await second.look()
  await second.take()
  await new Promise((done) => setTimeout(done))
  expect(told).toEqual([["first", "here"], ["second", "here"], ["first", "elsewhere"]])
  locks.free()
  await first.look()
  expect(told).toHaveLength(3) // it may only be loading anew
  await first.look()
  expect(told.at(-1)).toEqual(["first", "here"])
})
