/** What every map is drawn on: the grid, and the site's tiles where it has some. */
import { ask, client } from "@/api/client"
import { type Grid, theGrid } from "./grid"
import type { Tiles } from "./style"

export interface Base {
  readonly grid: Grid
  readonly tiles: Tiles | null
}

let asking: Promise<Base> | null = null

/** The ground of all maps, asked for once. @throws Problem */
export function theBase(): Promise<Base> {
  asking ??= load().catch((error: unknown) => {
    asking = null
    throw error
  })
  return asking
}

async function load(): Promise<Base> {
  const [grid, { tiles }] = await Promise.all([theGrid(), ask(client.GET("/api/v1/map"))])
  return { grid, tiles }
}
