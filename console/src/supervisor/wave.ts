/** A recording's form: what a canvas draws of it, and where a moment lies. */

/** The largest loudness of each of so many equal parts, 0 to 1. */
export function peaks(samples: Float32Array, parts: number): number[] {
  const size = Math.max(1, Math.ceil(samples.length / Math.max(1, parts)))
  return Array.from({ length: Math.min(parts, Math.ceil(samples.length / size)) }, (_, part) => {
    let most = 0
    const end = Math.min(samples.length, (part + 1) * size)
    for (let at = part * size; at < end; at++) most = Math.max(most, Math.abs(samples[at] ?? 0))
    return most
  })
}

/** The line that is spoken at a moment, or was last; -1 before the first. */
export function lineAt(lines: readonly { start_ms: number }[], seconds: number): number {
  return lines.findLastIndex((line) => line.start_ms <= seconds * 1000)
}

/** A moment within the recording. */
export const within = (seconds: number, whole: number): number => Math.min(Math.max(0, seconds), whole)

/** Where a key leads from a moment; null: the key means nothing here. */
export function nextMoment(key: string, at: number, whole: number): number | null {
  const to: Readonly<Record<string, number>> = {
    ArrowLeft: at - 5, ArrowRight: at + 5, PageUp: at - 30, PageDown: at + 30, Home: 0, End: whole,
  }
  const wanted = to[key]
  return wanted === undefined ? null : within(wanted, whole)
}
