/** The way back to the list as it was left: with its filters. */
import { watch } from "vue"
import { signedIn } from "@/session"

let left = ""
let visited = ""

watch(signedIn, () => {
  visited = ""
  left = "" // they may hold a citizen's words, and the next person is another one
})

export const noteList = (hash: string): void => {
  left = hash
}
export const toCases = () => ({ path: "/cases", hash: left })

export const noteCase = (number: string): void => {
  visited = number
}
/** The case that was looked at last; the list shows how it stands now. */
export const lastCase = (): string => visited
