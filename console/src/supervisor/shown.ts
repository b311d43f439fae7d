/** How figures, spans and seats are written. */

/** Seconds as a clock tells them: 0:07, 12:05, 1:02:05. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const two = (n: number): string => String(n).padStart(2, "0")
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** How long it has been since a moment, as a clock tells it. */
export const since = (moment: string | null, now: number): string =>
  moment === null ? "–" : clock((now - Date.parse(moment)) / 1000)

export interface Figure {
  readonly value: number | null
  readonly top: number
  readonly bottom: number | null
}

/** A figure's value by its unit: shares as per cent, seconds as such, counts bare; a dash where there is none. */
export function figure(one: Figure | undefined, unit: string): string {
  if (one?.value === null || one?.value === undefined) return "–"
  if (unit === "%") return `${(one.value * 100).toFixed(1)}%`
  return unit === "s" ? `${plain(one.value)} s` : String(plain(one.value))
}

/** What a share was divided from: 19 ÷ 20. "" for what is no share. */
export const division = (one: Figure | undefined): string =>
  one === undefined || one.bottom === null ? "" : `${plain(one.top)} ÷ ${plain(one.bottom)}`

const plain = (n: number): number => Math.round(n * 10) / 10

/** 08 of seat-08. */
export const seatNumber = (seat: string | null): string => seat?.replace(/^seat-/, "") ?? "–"
