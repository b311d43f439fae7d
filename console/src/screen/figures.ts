/** What stands on the big screen, drawn from what it is told. Pure. */
import type { Board, Wall } from "@/live/told"
import { type Alarm, type Thresholds, USUAL, alarms } from "@/supervisor/alarms"
import { type Does, type Place, counted, places } from "@/supervisor/seats"
import type { Row } from "@/map/heat"
import type { Cases, Now } from "./screen"

/** Seats by what they do, as a wall reads it: those that can take a call first. */
const ORDER: readonly Does[] = ["ready", "talking", "ringing", "wrap_up", "paused", "leaving", "phone_lost", "unknown"]
const ALWAYS: readonly Does[] = ["ready", "talking", "wrap_up", "paused"]

export function seatsBy(all: readonly Place[]): { does: Does; n: number }[] {
  const found = new Map(counted(all))
  return ORDER.map((does) => ({ does, n: found.get(does) ?? 0 })).filter(({ does, n }) => n > 0 || ALWAYS.includes(does))
}

/** The board of what is told now, as the supervisor's page has it. */
export const boardOf = (now: Now): Board => now.board as Board
export const wallOf = (now: Now): Wall | null => now.wall as Wall | null

export interface Standing {
  readonly seats: { does: Does; n: number }[]
  readonly alarms: Alarm[]
}

/** Seats and alarms as they stand at a moment; the wall has the usual thresholds. */
export function standingAt(told: Now, moment: number, limits: Thresholds = USUAL): Standing {
  const [board, wall] = [boardOf(told), wallOf(told)]
  const seats = places(board)
  return { seats: seatsBy(seats), alarms: alarms({ links: board.links, wall, seats }, limits, moment) }
}

/** How an item stands against an average day: "up" where it is half as much again, and three more at least. */
export function trendOf(item: Cases["items"][number]): "up" | "same" | "down" {
  if (item.now >= 1.5 * item.usual && item.now - item.usual >= 3) return "up"
  return item.now * 1.5 <= item.usual && item.usual - item.now >= 3 ? "down" : "same"
}

/** The counts of the last 24 hours as the map's rows. */
export const rowsOf = (cases: Cases): Row[] =>
  cases.areas.map((area) => ({ cell: area.cell, total: area.total, open: 0, late: area.late, urgent: 0 }))

/** A whole number of per cent without its zero, so that it can be written larger. */
export const shortly = (figure: string): string => figure.replace(/\.0%$/, "%")

/** Units that are late, those with most first. */
export const lateUnits = (cases: Cases, most: number): Cases["units"] => cases.units.filter((unit) => unit.late > 0).slice(0, most)
