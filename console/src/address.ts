/** What is chosen on a page stands behind the `#` of its address, which no browser sends. */
export type Chosen<Name extends string> = Readonly<Record<Name, string>>

const MOST = 60

/**
 * The choice of an address; what it holds beside it is passed over. A router may have decoded it once already: a plus is a
 * plus (of a moment's zone), and no value may hold `&` or `=`.
 */
export function chosenIn<Name extends string>(names: readonly Name[], hash: string, most = MOST): Chosen<Name> {
  const told = new URLSearchParams(hash.replace(/^#/, "").replaceAll("+", "%2B"))
  return Object.fromEntries(names.map((name) => [name, (told.get(name) ?? "").slice(0, most)])) as Chosen<Name>
}

/** The address's part for this choice; "" where nothing is chosen. */
export function addressOf<Name extends string>(names: readonly Name[], choice: Chosen<Name>): string {
  const told = new URLSearchParams(names.filter((name) => choice[name]).map((name) => [name, choice[name]]))
  return told.size ? `#${told.toString()}` : ""
}

export const among = <T extends string>(all: readonly T[], value: string): T | undefined =>
  all.find((one) => one === value)
export const orNone = (value: string): string | undefined => value || undefined
export const isDay = (value: string): boolean => /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))
