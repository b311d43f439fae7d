/** The centre as it is now: board and queue wall, kept current while the part that asks is shown. */
import { nextTick, onScopeDispose, shallowRef } from "vue"
import { lookWho } from "@/session"
import { apply, emptyBoard, newerWall } from "./board"
import { openFeed } from "./socket"
import type { Board, Fact, Partial, Start, Wall } from "./told"

const FRAME_MS = 16 // between two paintings; what came meanwhile is painted together
const SHARE = 3 // a painting may take a third of the time: the rest is for keys and clicks

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
  let next = 0 // when the next painting may be

  const paint = async (): Promise<void> => {
    const begun = performance.now()
    board.value = newest
    wall.value = newestWall
    await nextTick()
    timer = undefined
    next = begun + Math.max(FRAME_MS, SHARE * (performance.now() - begun))
    if (board.value !== newest || wall.value !== newestWall) soon()
  }
  const soon = (): void => {
    timer ??= window.setTimeout(() => void paint(), Math.max(0, next - performance.now())) // at once after a pause
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
    soon()
  }
  const feed = openFeed<Message>("/api/v1/live", { first: take, then: take, refused: () => void lookWho() })
  onScopeDispose(() => {
    feed.close()
    window.clearTimeout(timer)
  })
  return { board, wall, standing: feed.standing }
}
