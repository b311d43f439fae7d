/** The centre as it is now: board and queue wall, kept current while the part that asks is shown. */
import { onScopeDispose, shallowRef } from "vue"
import { lookWho } from "@/session"
import { apply, emptyBoard, newerWall } from "./board"
import { openFeed } from "./socket"
import type { Board, Fact, Partial, Start, Wall } from "./told"

const PAINT_MS = 40 // between two paintings at most; a hundred facts a second are painted together

type Message = Start | { fact: Fact } | { partial: Partial } | { wall: Wall }

/**
 * Board and wall over `/api/v1/live`.
 * @param hear is told each fact as it comes, beside the board.
 */
export function useCentre(hear: (fact: Fact) => void = () => undefined) {
  const board = shallowRef<Board>(emptyBoard())
  const wall = shallowRef<Wall | null>(null)
  let [newest, newestWall] = [board.value, wall.value]
  let timer: number | undefined

  const paint = (): void => {
    timer = undefined
    board.value = newest
    wall.value = newestWall
  }
  function take(message: Message): void {
    if ("board" in message) {
      newest = message.board
      newestWall = message.wall
    } else if ("wall" in message) newestWall = newerWall(newestWall, message.wall)
    else if ("partial" in message) newest = apply(newest, message.partial)
    else {
      newest = apply(newest, message.fact)
      hear(message.fact)
    }
    timer ??= window.setTimeout(paint, PAINT_MS)
  }
  const feed = openFeed<Message>("/api/v1/live", { first: take, then: take, refused: () => void lookWho() })
  onScopeDispose(() => {
    feed.close()
    window.clearTimeout(timer)
  })
  return { board, wall, standing: feed.standing }
}
