/** Where one can go in the console, and the right that each place needs; see api/rights.py. */
import type { Schemas } from "./api/client"

export type Role = Schemas["Role"]

export interface Place {
  readonly name: "seat" | "cases" | "map" | "supervisor" | "evaluation" | "quality" | "admin" | "wall"
  readonly path: string
  readonly right: string
}

export const PLACES: readonly Place[] = [
  { name: "seat", path: "/seat", right: "take_calls" },
  { name: "cases", path: "/cases", right: "see_tickets" },
  { name: "map", path: "/map", right: "see_tickets" },
  { name: "supervisor", path: "/supervisor", right: "watch" },
  { name: "wall", path: "/wall", right: "see_screen" },
  { name: "evaluation", path: "/evaluation", right: "see_figures" },
  { name: "quality", path: "/quality", right: "own_quality" },
  { name: "admin", path: "/admin", right: "run_system" },
]

/** The places for somebody with these rights, in their order. */
export const placesFor = (rights: readonly string[]): Place[] =>
  PLACES.filter((place) => rights.includes(place.right))

/** Who works on the spot: theirs is the field page, a page of its own. */
const ON_THE_SPOT: readonly Role[] = ["handler", "verifier", "patroller"]
export const FIELD_PAGE = "/console/field"
export const hasField = (roles: readonly Role[]): boolean => roles.some((role) => ON_THE_SPOT.includes(role))
