/** Where a key leads in a list of so many rows; null: it is no key of the list's. */
export function nextRow(key: string, chosen: number, count: number): number | null {
  if (count === 0) return null
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: chosen + 1, ArrowUp: chosen - 1, j: chosen + 1, k: chosen - 1,
    PageDown: chosen + 10, PageUp: chosen - 10, Home: 0, End: count - 1,
  }
  const wanted = steps[key]
  return wanted === undefined ? null : Math.min(Math.max(wanted, 0), count - 1)
}
