/** Places that the words may mean besides the one that is suggested. */
import type { Schemas } from "@/api/client"
import type { Mark } from "@/map/drawing"

type Located = Schemas["Located"]
type Guess = Schemas["PlaceGuess"]

const MOST = 4

/** The candidates that are not the suggestion itself, each once. */
export function guessesOf(located: Located | null): Guess[] {
  const seen = new Set([`${located?.place} ${located?.cell}`])
  const others = (located?.candidates ?? []).filter((one) => {
    const key = `${one.place} ${one.cell}`
    return !seen.has(key) && seen.add(key)
  })
  return others.slice(0, MOST)
}

/** The candidate that stands in the form so; null where it is the seat's own words. */
export const guessNamed = (located: Located | null, text: string): Guess | null =>
  guessesOf(located).find((one) => writtenGuess(one) === text) ?? null

/** A candidate as it stands in the form. */
export const writtenGuess = (guess: Pick<Guess, "place" | "cell_name">): string =>
  guess.cell_name ? `${guess.place} (${guess.cell_name})` : guess.place

/** Where candidates and suggestion lie, each candidate with its number in the list; those without a point are left out. */
export const pointsOf = (located: Located | null): Mark[] =>
  [...guessesOf(located).map((one, index) => ({ one, text: String(index + 1) })), { one: located, text: "" }].flatMap(({ one, text }) =>
    one?.longitude != null && one.latitude != null ? [[one.longitude, one.latitude, text] as const] : [])
