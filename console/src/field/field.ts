/** The field page's state: who is here, what there is to do, what is still to be sent. */
import { computed, readonly, ref, shallowRef } from "vue"
import { Problem, ask, client } from "@/api/client"
import { type Fault, faultOf } from "@/faults"
import { reach } from "@/reach"
import { endSession, lookWho, leave, me, noteRefusal, signedIn } from "@/session"
import { type Entry, type Told as New, afterFailure, confirmed, endsRound, entryOf, isUnsure, open, sendable } from "./queue"
import { send } from "./sending"
import * as store from "./store"

const LASTS_MS = 12 * 3_600_000 // as long as a session: then tasks are forgotten, even without a network
const LEAVING = "field.leaving"

const told = shallowRef<store.Told | null>(null)
const all = shallowRef<readonly Entry[]>([])
const fault = shallowRef<Fault | null>(null)
const sending = ref(false)
const looking = ref(false)
const sent = ref(0) // since the page was opened

/** Whoever is signed in; without a network, who was. */
export const person = computed(() => me.value ?? (signedIn.value === "away" ? (told.value?.person ?? null) : null))
const mine = computed(() => all.value.filter((one) => one.owner === person.value?.name))

async function put(...those: Entry[]): Promise<void> {
  await store.keepEntries(those)
  const fresh = new Map(those.map((one) => [one.id, one]))
  const kept = all.value.map((one) => fresh.get(one.id) ?? one)
  const known = new Set(kept.map((one) => one.id))
  all.value = [...kept, ...those.filter((one) => !known.has(one.id))]
}

async function drop(entry: Entry): Promise<void> {
  await store.dropEntry(entry.id)
  all.value = all.value.filter((one) => one.id !== entry.id)
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("")

/** Puts something into the queue; once this is over it survives whatever happens to the phone. */
async function add(one: Omit<New, "owner">): Promise<void> {
  if (!person.value) return
  const id = hex(crypto.getRandomValues(new Uint8Array(16)))
  await put(entryOf({ ...one, owner: person.value.name }, id, Date.now()))
  void sendAll()
}

/** Sends what can be sent, one after the other; of two tabs only one does. */
async function sendAll(): Promise<void> {
  if (sending.value || signedIn.value !== "in") return
  sending.value = true
  try {
    await (navigator.locks?.request("callcenter-field", round) ?? round())
  } finally {
    sending.value = false
  }
  await look()
}

async function round(): Promise<void> {
  all.value = await store.entries()
  for (let next = sendable(mine.value)[0]; next; next = sendable(mine.value)[0])
    if (!(await tryOne(next))) return
}

/** Whether to go on with the next one. */
async function tryOne(entry: Entry): Promise<boolean> {
  if (isUnsure(entry, Date.now())) {
    await put({ ...entry, state: "unsure" })
    return true
  }
  let now = entry
  try {
    const done = await send(entry, async (one) => {
      now = one
      await put(one)
    })
    await drop(done)
    sent.value += 1
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    noteRefusal(error)
    await put(afterFailure(now, error, Date.now()))
    return !endsRound(error)
  }
}

/** Asks what there is to do; what was told before stays where nobody answers. */
async function look(): Promise<void> {
  if (looking.value || signedIn.value !== "in" || !me.value) return
  looking.value = true
  try {
    const [answer, names] = await Promise.all([
      ask(client.GET("/api/v1/field/tasks")),
      ask(client.GET("/api/v1/names")),
    ])
    if (!me.value) return
    const plain = JSON.parse(JSON.stringify(me.value)) as store.Person // no proxy can be kept
    told.value = { person: plain, ...answer, names, at: Date.now() }
    await store.keepTold(told.value)
    fault.value = null
  } catch (error) {
    noteRefusal(error)
    fault.value = faultOf(error, "case")
  } finally {
    looking.value = false
  }
}

/** A case as it stands now; null where the server does not say. */
async function lookAt(number: string): Promise<store.Task | null> {
  try {
    return await ask(client.GET("/api/v1/field/tasks/{number}", { params: { path: { number } } }))
  } catch (error) {
    noteRefusal(error)
    if (!(error instanceof Problem)) throw error
    return null
  }
}

/** The person has seen how it stands and means it: it is sent again, as a new request. */
async function confirm(entry: Entry, steps: number): Promise<void> {
  await put(...confirmed(entry, steps, mine.value))
  void sendAll()
}

async function forgetTasks(): Promise<void> {
  told.value = null
  await store.forgetTold()
}

/** Takes up what the phone kept, then asks who is here; call it once, and again when a network comes. */
async function begin(): Promise<void> {
  if (localStorage.getItem(LEAVING)) await goOnLeaving()
  all.value = await store.entries()
  told.value = (await store.told()) ?? null
  if (told.value && Date.now() - told.value.at > LASTS_MS) await forgetTasks()
  await lookAgain()
}

async function lookAgain(): Promise<void> {
  if (signedIn.value !== "in") await lookWho()
  if (signedIn.value === "out") await forgetTasks()
  if (signedIn.value === "in" && told.value && told.value.person.name !== me.value?.name) await forgetTasks()
  await sendAll()
}

/** Signs out and wipes the phone, also without a network: the server is told as soon as there is one. */
async function signOut(): Promise<void> {
  localStorage.setItem(LEAVING, "1")
  await store.wipe()
  all.value = []
  told.value = null
  await goOnLeaving()
  leave()
}

async function goOnLeaving(): Promise<void> {
  try {
    await endSession()
    localStorage.removeItem(LEAVING)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.status === 401) localStorage.removeItem(LEAVING)
  }
}

/** How the queue stands, as a key of the words. */
const standing = computed(() => {
  const waiting = open(mine.value)
  const n = waiting.length
  const ask = waiting.filter((one) => one.state !== "waiting").length
  const key = ask ? "look" : !n ? (sent.value ? "sent" : "none") : sending.value ? "sending" : reach.value === "here" ? "waiting" : "offline"
  return { key, n: key === "look" ? ask : key === "sent" ? sent.value : n }
})

export const useField = () => ({
  told, queue: computed(() => open(mine.value)), standing, fault,
  looking: readonly(looking), begin, lookAgain, look, lookAt, add, drop, confirm, sendAll, signOut,
})
