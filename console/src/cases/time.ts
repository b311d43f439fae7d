/** How long it still is, or has been too long. */
export type Mood = "still" | "act" | "good" | "warn" | "bad"

export interface Remaining {
  readonly late: boolean
  readonly parts: readonly { readonly unit: "day" | "hour" | "minute"; readonly n: number }[]
  readonly mood: Mood
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SOON = 4 * HOUR

/** What is left until a moment, in its two largest units; none: less than a minute. */
export function remaining(due: string, now: number): Remaining {
  const left = Date.parse(due) - now
  const span = Math.abs(left)
  const all = [
    { unit: "day", n: Math.floor(span / DAY) },
    { unit: "hour", n: Math.floor((span % DAY) / HOUR) },
    { unit: "minute", n: Math.floor((span % HOUR) / MINUTE) },
  ] as const
  const first = all.findIndex((part) => part.n > 0)
  const parts = first < 0 ? [] : all.slice(first, first + 2).filter((part) => part.n > 0)
  const late = left < 0
  return { late, parts, mood: late ? "bad" : left < SOON ? "warn" : "still" }
}

const PLACE = "Asia/Shanghai" // the county's; a seat's own zone would tell another day

type Written = "zh" | "en"
const made = new Map<string, Intl.DateTimeFormat>()

/** Made once for each way of writing: making one takes longer than drawing the row it is for. */
function formatOf(language: Written, withYear: boolean): Intl.DateTimeFormat {
  const name = `${language} ${withYear}`
  const format = made.get(name) ?? new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    year: withYear ? "numeric" : undefined,
    month: language === "zh" ? "long" : "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: PLACE,
  })
  made.set(name, format)
  return format
}

const YEAR = new Intl.DateTimeFormat("en", { year: "numeric", timeZone: PLACE })

/** A moment as people write it: 11月22日 16:32, or Nov 22, 16:32; of another year, with the year. */
export function written(at: string, language: string, now: number): string {
  const moment = Date.parse(at)
  return formatOf(language === "zh" ? "zh" : "en", YEAR.format(moment) !== YEAR.format(now)).format(moment)
}

/** A `datetime-local` field's moment, read as the county's time, in UTC; null where it is none. */
export function countyMoment(field: string): string | null {
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(field) ? Date.parse(`${field}:00+08:00`) : Number.NaN
  return Number.isNaN(moment) ? null : new Date(moment).toISOString()
}
