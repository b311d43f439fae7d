/** Who is signed in. Everything of a person's is forgotten when they leave. */
import { computed, readonly, shallowRef } from "vue"
import { Problem, type Schemas, ask, client } from "@/api/client"
import { typedHere } from "@/typed"

export type Person = Schemas["Signed"]
export type Standing = "asking" | "out" | "must_change" | "in" | "away"

const LONGEST_PAGE = 500 // that the API goes on to

/** After a sign-out: the site's provider keeps its own session, which only its person can end. */
export const providerGoesOn = shallowRef(false)

const person = shallowRef<Person | null>(null)
const standing = shallowRef<Standing>("asking")

export const me = readonly(person)
export const signedIn = readonly(standing)
export const rights = computed<readonly string[]>(() => person.value?.rights ?? [])

/** How somebody stands whom the server has let in. */
export const standingOf = (one: Pick<Person, "must_change">): Standing =>
  one.must_change ? "must_change" : "in"

function enter(one: Person): void {
  providerGoesOn.value = false
  typedHere().forget(one.name)
  typedHere().ask(one.name)
  person.value = one
  standing.value = standingOf(one)
}

/** Somebody signed in here: what others typed in this browser is wiped from all of its tabs. */
function enterAnew(one: Person): void {
  typedHere().wipe(one.name)
  enter(one)
}

/** Forgets who was here; the page then asks who is. */
export function leave(): void {
  person.value = null
  standing.value = "out"
}

/** Finds out who is signed in already. */
export async function lookWho(): Promise<void> {
  typedHere().wiped = () => void lookWho() // another tab signed out, or somebody else in
  try {
    enter(await ask(client.GET("/api/v1/session")))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.status === 401) leave()
    else standing.value = "away"
  }
}

/** Signs in. @throws Problem: name and password do not belong together, or too many tries. */
export async function signIn(name: string, password: string): Promise<void> {
  enterAnew(await ask(client.POST("/api/v1/session", { body: { name, password, kind: "cookie" } })))
}

/** Where to sign in at the site's provider and come back to this page; null where it has none. */
export async function providerLink(page: string): Promise<string | null> {
  try {
    const { openid } = await ask(client.GET("/api/v1/health"))
    const next = page.length > LONGEST_PAGE ? "/console/" : page
    return openid ? `/api/v1/session/openid?next=${encodeURIComponent(next)}` : null
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return null
  }
}

/** Enters by the code of a link. @throws Problem: it was used, or is too old. */
export async function enterByCode(code: string): Promise<void> {
  enterAnew(await ask(client.POST("/api/v1/session/code", { body: { code } })))
}

/** Another password. @throws Problem: the old one is wrong, or the new one is not good enough. */
export async function changePassword(old: string, chosen: string): Promise<void> {
  const body = { old, new: chosen }
  enter(await ask(client.POST("/api/v1/session/password", { body })))
}

/** Ends the session on the server and, where it was begun at the site's provider, there. @throws Problem */
export async function endSession(): Promise<void> {
  const told = await ask(client.DELETE("/api/v1/session"))
  providerGoesOn.value = told.provider_goes_on
  if (told.go_to) location.assign(told.go_to)
}

/** Signs out. What the server says to it changes nothing: here, nobody is signed in any more. */
export async function signOut(): Promise<void> {
  try {
    await endSession()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  } finally {
    typedHere().wipe("")
    leave()
  }
}

/** Ends the session here where the server says that it has ended. */
export function noteRefusal(error: unknown): void {
  if (error instanceof Problem && error.status === 401) leave()
}
