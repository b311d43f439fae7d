/** Where one can go in the console, and the right that each place needs; see api/rights.py. */

export interface Place {
  readonly name: "seat" | "cases" | "supervisor"
  readonly path: string
  readonly right: string
}

export const PLACES: readonly Place[] = [
  { name: "seat", path: "/seat", right: "take_calls" },
  { name: "cases", path: "/cases", right: "see_tickets" },
  { name: "supervisor", path: "/supervisor", right: "watch" },
]

/** The places for somebody with these rights, in their order. */
export const placesFor = (rights: readonly string[]): Place[] =>
  PLACES.filter((place) => rights.includes(place.right))
