/** A county's calendar: a year's own days, changed one by one, and written back as the file has them. */
import { type Schemas, ask, client } from "@/api/client"
import { sectionText, withSection } from "./rules"

export type Shown = Schemas["CalendarShown"]
export type Day = Schemas["Day"]

export interface Own {
  readonly holidays: readonly string[] // ISO days, in order
  readonly workdays: readonly string[]
  readonly complete: boolean
  readonly source: string
}

const DAY_MS = 86_400_000
const next = (day: string): string => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10)

/** Days of a list that also has "first..last". */
export function expand(told: readonly string[]): string[] {
  const days = new Set<string>()
  for (const one of told) {
    const [first = "", last = first] = one.split("..").map((part) => part.trim())
    for (let day = first; day <= last && days.size < 400; day = next(day)) days.add(day)
  }
  return [...days].sort()
}

/** The same days as a list with "first..last" where three and more follow each other. */
export function contract(days: readonly string[]): string[] {
  const runs: string[][] = []
  for (const day of [...days].sort()) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (run && last && next(last) === day) run.push(day)
    else runs.push([day])
  }
  return runs.flatMap((run) => (run.length < 3 ? run : [`${run[0]}..${run.at(-1)}`]))
}

/** What the file says of a year; nothing where it says nothing. */
export function ownOf(told: Shown["told"]): Own {
  const { holidays = [], workdays = [], complete = false, source = "" } = told ?? {}
  return { holidays: expand(holidays), workdays: expand(workdays), complete, source }
}

/** With a day turned over: what the file said of it is taken out, else it says the contrary. */
export function turned(own: Own, day: Pick<Day, "day" | "works">): Own {
  const without = (days: readonly string[]): string[] => days.filter((one) => one !== day.day)
  if (own.holidays.includes(day.day)) return { ...own, holidays: without(own.holidays) }
  if (own.workdays.includes(day.day)) return { ...own, workdays: without(own.workdays) }
  return day.works
    ? { ...own, holidays: [...own.holidays, day.day].sort() }
    : { ...own, workdays: [...own.workdays, day.day].sort() }
}

const quoted = (days: readonly string[]): string => contract(days).map((one) => `"${one}"`).join(", ")

/** A year's section of calendar.toml. */
export function yearText(year: number, own: Own): string {
  const lines = [`[${year}]`]
  if (own.source.trim()) lines.push(`source = ${JSON.stringify(own.source.trim())}`)
  if (own.complete) lines.push("complete = true")
  if (own.holidays.length) lines.push(`holidays = [${quoted(own.holidays)}]`)
  if (own.workdays.length) lines.push(`workdays = [${quoted(own.workdays)}]`)
  return lines.join("\n")
}

/** The file with another section for a year; the rest of it stays as it is written. */
export function withYear(text: string, year: number, own: Own): string {
  const section = yearText(year, own)
  if (sectionText(text, String(year))) return withSection(text, String(year), `${section}\n`)
  return `${text.trimEnd()}${text.trim() ? "\n\n" : ""}${section}\n`
}

/** The days of a year by months, each beginning with empty places up to its first weekday, Monday first. */
export function months(days: readonly Day[]): (Day | null)[][] {
  return Array.from({ length: 12 }, (_, n) => {
    const mine = days.filter((one) => Number(one.day.slice(5, 7)) === n + 1)
    const first = mine[0] ? (new Date(mine[0].day).getUTCDay() + 6) % 7 : 0
    return [...Array.from({ length: first }, () => null), ...mine]
  })
}

/** A year by a draft of the calendar; none: by the one in force. @throws Problem */
export const look = (body: Schemas["DraftCalendar"]) => ask(client.POST("/api/v1/county/calendar", { body }))
