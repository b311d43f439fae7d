/** Keeps what says the same, so that a page draws only what a fact has changed. */

/** Whether two views have the same in every field; fields are compared as they are, not looked into. */
const isSame = <T extends object>(one: T, other: T): boolean => {
  const names = Object.keys(one) as (keyof T)[]
  return names.length === Object.keys(other).length && names.every((name) => Object.is(one[name], other[name]))
}

/**
 * The fresh views, each as it was known where it says the same in the same place; the known list
 * itself where all do. For a `computed`, whose readers are told only of another value.
 */
export function steady<T extends object>(fresh: readonly T[], known: readonly T[] = []): readonly T[] {
  const kept = fresh.map((one, place) => {
    const before = known[place]
    return before && isSame(before, one) ? before : one
  })
  return kept.length === known.length && kept.every((one, place) => one === known[place]) ? known : kept
}
