import { expect, test } from "vitest"
import { details, fromHash, toHash, toQuestion } from "@/admin/audit"
import { rowsOf, ruleOf, size, termOf, total } from "@/admin/privacy"
import { type Account, added, changed, draftOf, lackingIn } from "@/admin/accounts"
import { type Seat, agentDraft, lackingInAgent, lackingInSeat, nextSeat, seatDraft } from "@/admin/seats"
import { sectionOf, sectionsFor } from "@/admin/sections"
import { holds } from "@/admin/told"

const ACCOUNT: Account = {
  name: "li.na", display_name: "李娜", roles: ["supervisor"], unit: "", grid: "", queues: ["110", "12345"],
  is_open: true, has_password: true, must_change: false, made_at: "2026-11-22T08:00:00Z", password_at: null,
}

test("sections follow from rights, and an address names one of them", () => {
  expect(sectionsFor(["run_queues"]).map((one) => one.name)).toEqual(["queues"])
  expect(sectionOf("", ["run_seats", "run_queues"])?.name).toBe("seats")
  expect(sectionOf("queues", ["run_seats", "run_queues"])?.name).toBe("queues")
  expect(sectionOf("accounts", ["run_seats"])).toBeNull()
  expect(sectionOf("nonsense", ["run_seats"])).toBeNull()
})

test("only what differs of an account is sent", () => {
  expect(changed(ACCOUNT, draftOf(ACCOUNT))).toBeNull()
  const draft = { ...draftOf(ACCOUNT), display_name: " 李娜 ", grid: "140728100", queues: ["12345" as const] }
  expect(changed(ACCOUNT, draft)).toEqual({ grid: "140728100", queues: ["12345"] })
  expect(changed(ACCOUNT, { ...draftOf(ACCOUNT), roles: ["handler"], unit: "U1002" })).toEqual({ roles: ["handler"], unit: "U1002" })
})

test("an account's form says what it lacks, and a name to be shown may be left out", () => {
  const draft = draftOf(null)
  expect(lackingIn({ ...draft, name: "Li Na" })).toBe("noName")
  expect(lackingIn({ ...draft, name: "li.na" })).toBe("noRole")
  expect(lackingIn({ ...draft, name: "li.na", roles: ["handler"] })).toBe("noUnit")
  expect(lackingIn({ ...draft, name: "li.na", roles: ["supervisor"] })).toBe("noQueue")
  expect(lackingIn({ ...draft, name: "li.na", roles: ["seat"], grid: "14x" })).toBe("badGrid")
  expect(lackingIn({ ...draft, name: "li.na", roles: ["seat"] })).toBe("")
  expect(added({ ...draft, name: "li.na", roles: ["seat"] }).display_name).toBe("li.na")
})

test("a new seat is offered the lowest number that none ever had", () => {
  expect(nextSeat([])).toBe("seat-01")
  expect(nextSeat([{ name: "seat-01" }, { name: "seat-03" }])).toBe("seat-02")
  const seat = { name: "seat-03", queues: ["110"], penalty_class: "overflow", may_dial_out: true } as unknown as Seat
  expect(seatDraft(seat)).toEqual({ name: "seat-03", queues: ["110"], overflow: true, may_dial_out: true })
  expect([lackingInSeat(seatDraft(null, "seat-04")), lackingInSeat(seatDraft(null, "desk"))]).toEqual(["", "noSeat"])
})

test("an agent needs a name, a name to be shown and a skill", () => {
  const draft = agentDraft(null)
  expect(lackingInAgent(draft)).toBe("noName")
  expect(lackingInAgent({ ...draft, name: "li.na" })).toBe("noDisplayName")
  expect(lackingInAgent({ ...draft, name: "li.na", display_name: "李娜", skills: [] })).toBe("noSkill")
  expect(lackingInAgent({ ...draft, name: "li.na", display_name: "李娜" })).toBe("")
})

test("looking for letters does not mind their size", () => {
  expect([holds("LI", "li.na"), holds(" 娜", "x", "李娜"), holds("z", "li.na")]).toEqual([true, true, false])
})

test("the audit's filters stand in the address, and days are the county's", () => {
  const filters = { ...fromHash("#what=ticket_read&since=2026-11-01&until=2026-11-22&x=1"), actor: " li.na " }
  expect(toHash(fromHash("#what=ticket_read&x=1"))).toBe("#what=ticket_read")
  expect(toHash(fromHash(""))).toBe("")
  expect(toQuestion(filters, 7)).toEqual({
    actor: "li.na", what: "ticket_read", subject: undefined, before: 7, limit: 100,
    since: "2026-10-31T16:00:00.000Z", until: "2026-11-22T16:00:00.000Z",
  })
  expect(details({ detail: { roles: "seat", unit: "", n: 3, gone: null } })).toEqual([["roles", "seat"], ["n", "3"]])
})

test("terms, rules and sizes are taken apart", () => {
  expect([termOf("1 year"), termOf("90 days"), termOf("for ever"), termOf("soon")]).toEqual([
    { n: 1, unit: "year" }, { n: 90, unit: "day" }, { n: 0, unit: "day" }, null,
  ])
  expect(ruleOf("recordings 12345 1 year")).toEqual({ kept: "recordings", line: "12345", term: "1 year" })
  expect(ruleOf("exports 30 days")).toEqual({ kept: "exports", line: "", term: "30 days" })
  expect([size(0), size(1023), size(1536), size(5 * 1024 ** 3)]).toEqual(["0 B", "1023 B", "1.5 KB", "5.0 GB"])
  const ran = { dry_run: true, subjects: { a: 2, b: 0 }, held: { c: 1 }, skipped: [] }
  expect([total(ran), rowsOf(ran).map((row) => row.rule)]).toEqual([2, ["a", "c"]])
})
