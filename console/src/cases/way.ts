/** The way back to the list, or the board, as it was left: with its filters. */
import { watch } from "vue"
import { signedIn } from "@/session"

let left = ""
let from = "/cases"
let visited = ""

watch(signedIn, () => {
  visited = ""
  from = "/cases"
  left = "" // they may hold a citizen's words, and the next person is another one
})

export const noteBack = (path: string, hash: string): void => {
  ;[from, left] = [path, hash]
}
export const toCases = () => ({ path: from, hash: left })

export const noteCase = (number: string): void => {
  visited = number
}
/** The case that was looked at last; the list shows how it stands now. */
export const lastCase = (): string => visited
