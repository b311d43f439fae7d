/** How a stretch of time is written on the map, in the county's time. */
const PLACE = "Asia/Shanghai"
const DAY_MS = 86_400_000

/** 11月22日; 11月1日 – 11月7日; 11月22日 08:00 – 09:00. The end of a day is not told as the next one. */
export function spanWritten([begin, end]: readonly [number, number], language: string): string {
  const local = language === "zh" ? "zh-CN" : "en-GB"
  const day = (at: number): string =>
    new Intl.DateTimeFormat(local, { month: language === "zh" ? "long" : "short", day: "numeric", timeZone: PLACE }).format(at)
  const hour = (at: number): string =>
    new Intl.DateTimeFormat(local, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: PLACE }).format(at)
  if (end - begin < DAY_MS) return `${day(begin)} ${hour(begin)} – ${hour(end)}`
  const [first, last] = [day(begin), day(end - 1)]
  return first === last ? first : `${first} – ${last}`
}
