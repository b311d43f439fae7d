import { expect, test, vi } from "vitest"
import { citedIn, inserted, questionOf, stepped } from "@/seat/answers"
import { type Offer, apart, lacking, offersOf, orderOf, runnerUps, warningOf, written } from "@/seat/filing"
import { type Typed, beside, shown, suggested, toTake, withTaken, withTyped } from "@/seat/form"
import { keep, keepAway, kept, keptAway, keptSummary } from "@/seat/keep"
import { actOf } from "@/seat/keys"
import { type Call, type Now, type Ticket, clockOf, nothing, ownTicket, phaseOf, sinceOf, told, wrapUpOf } from "@/seat/now"
import { guessesOf, pointsOf } from "@/seat/places"
import { tabs } from "./tabs"
import { type Spoken, linesOf, pieces, summaryOf } from "@/seat/words"

const spoken = (side: "citizen" | "seat", text: string, start_ms: number): Spoken => ({
  side, source: "live", index: 0, start_ms, end_ms: start_ms + 900, text,
})
const words = [spoken("seat", "您好请讲", 0), spoken("citizen", "南大街路灯坏了", 1000), spoken("citizen", "三天了", 3000)]
const category = {
  revision: 2, item: "113", item_name: "市容市政", score: 3, kind: "投诉", urgency: "ordinary", outcome: null,
  runner_ups: [{ item: "209", name: "水电气暖", score: 1 }, { item: "205", name: "物业管理", score: 0.5 }],
  words: [{ text: "路灯", weight: 2, utterance: 1, start: 3, end: 5, certainty: 1 }],
}
const located = {
  revision: 3, cell: "140728100001001", cell_name: "第1网格", place: "南大街", detail: "130号", longitude: 1, latitude: 2,
  score: 0.9, level: 4, words: [{ text: "南大街", certainty: 1, utterance: 0, start: 0, end: 3 }], question: "", forward_to: "",
  candidates: ["南大街", "南大街菜市场"].map((place, at) => ({ place, level: 4, cell: `14072810000100${at + 1}`, cell_name: "", longitude: 1, latitude: 2, score: 0.5 })),
}
const ticket = {
  number: "12345-20261122-0001", call_id: "n1-7.0", step: "draft", history: [{ number: 2 }], category, located, correction: null, duplicates: null,
} as unknown as Ticket
const call = (parts: Partial<Call>): Call => ({ call_id: "n1-7.0", state: "talking", mine: null, ended_at: null, ...parts }) as Call
const now = (parts: Partial<Now>): Now => ({ ...nothing, agent: { agent: "li", seat: "seat-01" } as Now["agent"], ...parts })
const part = (ended_at: string | null) => ({ seat: "seat-01", began_at: "2026-03-02T02:00:05Z", ended_at })

test("the phase follows the call: rings, talks, is over, was put away", () => {
  expect(phaseOf(nothing, "")).toBe("out")
  expect(phaseOf(now({}), "")).toBe("idle")
  expect(phaseOf(now({ call: call({ state: "ringing" }) }), "")).toBe("ringing")
  expect(phaseOf(now({ call: call({ mine: part(null) }) }), "")).toBe("talking")
  const over = now({ call: call({ state: "ended", mine: part("2026-03-02T02:01:00Z") }) })
  expect([phaseOf(over, ""), phaseOf(over, "n1-7.0"), phaseOf(over, "n1-1.0")]).toEqual(["after", "idle", "after"])
  expect([sinceOf(over, "talking"), sinceOf(over, "after"), sinceOf(over, "idle")]).toEqual([
    "2026-03-02T02:00:05Z", "2026-03-02T02:01:00Z", null,
  ])
  expect([clockOf(65.9), clockOf(-3)]).toEqual(["1:05", "0:00"])
})

test("the wrap-up counts down, hurries at its end, and says when it is over", () => {
  const at = Date.parse("2026-03-02T02:01:00Z")
  const agent = (state: string, until: string | null) => now({ agent: { agent: "li", seat: "seat-01", state, until } as Now["agent"] })
  const told = (state: string, until: string | null) => wrapUpOf(agent(state, until), "after", at)
  expect(told("wrap_up", "2026-03-02T02:01:24Z")).toEqual({ seconds: 24, mood: "act", key: "wrapLeft" })
  expect(told("wrap_up", "2026-03-02T02:01:09Z")?.mood).toBe("warn")
  expect(told("wrap_up", "2026-03-02T02:00:59Z")?.seconds).toBe(0)
  expect(told("ready", null)).toEqual({ seconds: 0, mood: "good", key: "wrapOver" })
  expect([told("paused", null), wrapUpOf(agent("wrap_up", "2026-03-02T02:01:24Z"), "talking", at)]).toEqual([null, null])
})

test("a message sets the parts that it names; the whole forgets all but the caller of the same call", () => {
  const caller = { call_id: "n1-7.0", line: "12345", number: "1", placed: "", earlier: [] } as const
  const before = now({ call: call({}), words, caller: caller as unknown as Now["caller"] })
  expect(told(before, { speaking: {} }, false).words).toBe(words)
  const whole = told(before, { call: call({}) }, true)
  expect([whole.words, whole.caller]).toEqual([[], caller])
  expect(told(before, { call: call({ call_id: "n1-8.0" }) }, false).caller).toBeNull()
})

test("the call's own ticket is the one that it opened", () => {
  const other = { ...ticket, number: "12345-20261121-0009", call_id: "n1-1.0" } as Ticket
  expect(ownTicket(now({ call: call({}), tickets: [other, ticket] }))).toBe(ticket)
  expect(ownTicket(now({ call: call({}), tickets: [other] }))).toBeNull()
})

test("deciding words are marked where they stand, place words among the citizen's own", () => {
  const lines = linesOf({ words, speaking: { citizen: { text: "喂", at: "" } } }, ticket)
  expect(lines[1]?.pieces).toEqual([{ text: "南大街", for: "place" }, { text: "路灯", for: "item" }, { text: "坏了", for: null }])
  expect([lines[0]?.pieces.length, lines[3]?.open, lines.length]).toEqual([1, true, 4])
})

test("marks that lie over each other or beyond the text break nothing", () => {
  const marks = [{ start: 2, end: 9, for: "item" }, { start: 0, end: 2, for: "item" }, { start: 1, end: 3, for: "place" }] as const
  expect(pieces("路灯坏", marks)).toEqual([{ text: "路灯", for: "item" }, { text: "坏", for: null }])
  expect(pieces("", marks)).toEqual([])
})

test("the summary begins with the citizen's sentences that decided something", () => {
  expect(summaryOf(words, ticket)).toBe("南大街路灯坏了")
  expect(summaryOf(words, null)).toBe("")
})

test("what was typed stays, whatever the words say next; the suggestion stands beside it", () => {
  const before = suggested({ words }, ticket, null)
  const typed = withTyped(withTyped({}, "summary", "路灯不亮,急"), "place", "")
  const after = { ...before, summary: "更多的话", item: "209" }
  expect(shown(typed, after)).toMatchObject({ summary: "路灯不亮,急", place: "", item: "209", kind: "投诉" })
  expect(beside(typed, after, "summary")).toBe("更多的话")
  expect(beside(typed, after, "item")).toBe("")
  expect(shown(withTaken(typed, "summary"), after).summary).toBe("更多的话")
})

test("the key takes the suggestion of the field one is in, else of the first that has one", () => {
  const from = suggested({ words }, ticket, null)
  const typed: Typed = { item: "209", summary: "x", place: from.place }
  expect([toTake(typed, from, "summary"), toTake(typed, from, "contact"), toTake({}, from, "item")]).toEqual(["summary", "item", null])
})

test("what is filed holds what the seat put right, and the item only where a person chose it", () => {
  const from = suggested({ words }, ticket, null)
  const values = shown({ summary: "路灯不亮", urgency: "urgent", contact: "王女士 138" }, from)
  expect(written(values, from)).toBe("路灯不亮\n缓急:特急\n联系方式:王女士 138")
  expect(orderOf("file", ticket, values, from, "x")).toEqual({
    item: null,
    command: { move: "file", reason: written(values, from), other: null, attachments: [], put_right: { kind: null, urgency: "urgent", place: null }, expected: 2 },
  })
  expect(orderOf("file", ticket, { ...values, item: "209" }, from, null).item).toBe("209")
  const other = orderOf("answer", ticket, { ...from, place: "南大街菜市场" }, from, null).command.put_right
  expect(other).toEqual({ kind: null, urgency: null, place: { place: "南大街菜市场", cell: "140728100001002" } })
  expect(orderOf("file", ticket, { ...from, place: "路口" }, from, null).command.put_right).toBeNull()
  expect(orderOf("merge", ticket, values, from, "12345-1").command.other).toBe("12345-1")
  expect([lacking("file", { ...values, item: "" }), lacking("answer", { ...values, summary: " " }), lacking("merge", { ...values, item: "" })])
    .toEqual(["item", "summary", null])
})

test("runner-ups leave out what is chosen and bring the rules' own item back", () => {
  expect(runnerUps(ticket, "113").map((one) => one.item)).toEqual(["209", "205"])
  expect(runnerUps(ticket, "209").map((one) => one.item)).toEqual(["113", "205"])
  expect(runnerUps(null, "")).toEqual([])
})

test("offers that can be joined come first, the likeliest first", () => {
  const offers = [["1", 90, "2026-01-01T00:00:00Z"], ["2", 60, null], ["3", 70, null]].map(
    ([ticket_number, score, closed_at]) => ({ ticket_number, score, closed_at }) as Offer,
  )
  expect(offersOf({ ...ticket, duplicates: { revision: 1, offers } } as Ticket).map((one) => one.ticket_number)).toEqual(["3", "2", "1"])
})

test("candidates leave out the suggestion itself", () => {
  expect(guessesOf(located as Parameters<typeof guessesOf>[0]).map((one) => one.place)).toEqual(["南大街菜市场"])
})

test("on the map each candidate has its number of the list, the suggestion none", () => {
  const [first] = located.candidates
  const second = { ...first, place: "南大街小学", longitude: null }
  const asked = { ...located, candidates: [...located.candidates, second] } as unknown as Parameters<typeof pointsOf>[0]
  expect(pointsOf(asked).map(([, , text]) => text)).toEqual(located.longitude == null ? ["1"] : ["1", ""])
})

test("a danger is told on the line that has to pass it on, and only there", () => {
  const at = (outcome: string) => ({ ...ticket, category: { ...category, outcome } }) as unknown as Ticket
  expect([warningOf(at("needs_110_now"), "12345"), warningOf(at("needs_110_now"), "110")]).toEqual(["needs110", null])
  expect(warningOf(at("belongs_to_12345"), "110")).toBe("belongs12345")
})

test("an answer goes behind what was written, once, and says which it is", () => {
  const answer = { key: "209-1", answer: "先看阀门。" }
  const once = inserted("暖气不热 ", answer)
  expect(once).toBe("暖气不热\n[答复 209-1] 先看阀门。")
  expect([inserted(once, answer), inserted("", answer)]).toEqual([once, "[答复 209-1] 先看阀门。"])
  expect(citedIn(`${once}\n[答复 x]`)).toEqual(["209-1"])
  expect([stepped(0, -1, 3), stepped(1, 1, 3), stepped(2, 1, 3), stepped(0, 1, 0)]).toEqual([0, 2, 2, 0])
  expect(questionOf("", "", "暖气")).toBeNull()
  expect(questionOf("", "209", "暖气")).toEqual({ words: "暖气", item: "209", limit: 8 })
  expect(questionOf(" 井盖 ", "209", "暖气")).toEqual({ words: "井盖", item: "", limit: 8 })
})

test("each key does one thing, and none with Ctrl", () => {
  const press = (key: string, code: string, altKey = false, ctrlKey = false) =>
    actOf({ key, code, altKey, ctrlKey, metaKey: false, shiftKey: false })
  expect([press("Enter", "Enter", true), press("¡", "Digit1", true), press("1", "Numpad1", true)]).toEqual(["file", "item1", "item1"])
  expect([press("1", "Digit1"), press("Enter", "Enter", true, true), press("Enter", "Enter")]).toEqual([null, null, null])
})

test("what is typed is kept for who typed it until it is filed, and is nobody else's", () => {
  const [at] = tabs(1)
  if (!at) throw new Error("no tab")
  at.store.set("console.theme", "dark")
  keep("li", "n1-7.0", { summary: "路灯" }, at.typed)
  keep("wang", "n1-8.0", { summary: "停水" }, at.typed)
  expect(kept("li", "n1-7.0", at.typed)).toEqual({ summary: "路灯" })
  expect([kept("wang", "n1-7.0", at.typed), kept("li", "n1-9.0", at.typed)]).toEqual([{}, {}])
  const draft = { call_id: "n1-7.0", step: "draft" }
  expect([keptSummary("li", draft, at.typed), keptSummary("li", { ...draft, step: "filed" }, at.typed)]).toEqual(["路灯", ""])
  at.typed.forget("li")
  expect([...at.store.keys()]).toEqual(["console.theme", "console.typed.li n1-7.0"])
  keep("li", "n1-7.0", {}, at.typed)
  expect([...at.store.keys()]).toEqual(["console.theme"])
  at.store.set("console.typed.li n1-1.0", '{"summary": 5, "other": "x"')
  expect(kept("li", "n1-1.0", at.typed)).toEqual({})
  at.typed.forget("")
  expect([...at.store.keys()]).toEqual(["console.theme"])
})

test("each tab has what was typed in another, also one that comes later, and none after a signing out", () => {
  const [one, two, late] = tabs(3)
  if (!one || !two || !late) throw new Error("no tabs")
  const changed = vi.fn()
  const wiped = vi.fn()
  two.typed.listen(changed)
  two.typed.wiped = wiped
  late.store.clear()
  keep("li", "n1-7.0", { summary: "路" }, one.typed)
  keepAway("li", "n1-6.0", one.typed)
  expect([kept("li", "n1-7.0", two.typed), keptAway("li", two.typed)]).toEqual([{ summary: "路" }, "n1-6.0"])
  late.store.clear() // as one that is opened only now
  keep("li", "n1-9.0", { summary: "新" }, late.typed)
  late.typed.ask("wang")
  expect(kept("li", "n1-7.0", late.typed)).toEqual({})
  late.typed.ask("li")
  expect(kept("li", "n1-7.0", late.typed)).toEqual({ summary: "路" })
  keep("li", "n1-7.0", {}, late.typed) // filed there
  expect(kept("li", "n1-7.0", one.typed)).toEqual({})
  const told = changed.mock.calls.length
  late.typed.wipe("")
  expect([one.store.size, two.store.size, late.store.size, wiped.mock.calls.length]).toEqual([0, 0, 0, 1])
  expect(changed.mock.calls.length).toBe(told)
})

test("how far apart two matters are is told in the unit one would say", () => {
  expect([apart("hours", 5.4), apart("hours", 135.2), apart("metres", 1087), apart("metres", 4210), apart("shared", null)]).toEqual([
    { how: "hours", n: 5 }, { how: "days", n: 5.6 }, { how: "metres", n: 1087 }, { how: "kilometres", n: 4.2 }, { how: "shared", n: "" },
  ]) // prettier-ignore
})
