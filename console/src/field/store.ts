/**
 * What the phone keeps, in IndexedDB: it survives a reload and a restart. Tasks are what the person who
 * is signed in was last told; they go when that person leaves. Nothing else of a citizen's is kept.
 */
import { type DBSchema, type IDBPDatabase, openDB } from "idb"
import type { Schemas } from "@/api/client"
import type { Entry, Photo } from "./queue"

export type Task = Schemas["Task"]
export type Person = Schemas["Signed"]

export interface Draft {
  readonly text: Readonly<Record<string, string>>
  readonly photos: readonly Photo[]
}

/** What was last told, and when. */
export interface Told {
  readonly person: Person
  readonly tasks: readonly Task[]
  readonly more: boolean
  readonly names: Schemas["Names"]
  readonly at: number
}

interface Kept extends DBSchema {
  told: { key: "told"; value: Told }
  queue: { key: string; value: Entry }
  drafts: { key: string; value: Draft }
}

const NAME = "callcenter-field"
let opened: Promise<IDBPDatabase<Kept>> | null = null

const database = (): Promise<IDBPDatabase<Kept>> =>
  (opened ??= openDB<Kept>(NAME, 1, {
    upgrade: (fresh) => {
      fresh.createObjectStore("told")
      fresh.createObjectStore("queue", { keyPath: "id" })
      fresh.createObjectStore("drafts")
    },
  }))

export const told = async (): Promise<Told | undefined> => (await database()).get("told", "told")
export const keepTold = async (one: Told): Promise<void> => {
  await (await database()).put("told", one, "told")
}

export const entries = async (): Promise<Entry[]> => (await database()).getAll("queue")
export const keepEntries = async (those: readonly Entry[]): Promise<void> => {
  const written = (await database()).transaction("queue", "readwrite", { durability: "strict" })
  await Promise.all([...those.map((one) => written.store.put(one)), written.done])
}
export const dropEntry = async (id: string): Promise<void> => (await database()).delete("queue", id)

export const draft = async (key: string): Promise<Draft | undefined> => (await database()).get("drafts", key)
export const keepDraft = async (key: string, one: Draft | null): Promise<void> => {
  const kept = await database()
  await (one ? kept.put("drafts", one, key) : kept.delete("drafts", key))
}

/** Forgets the tasks; what was not sent stays for its owner. */
export const forgetTold = async (): Promise<void> => (await database()).clear("told")

/** Forgets everything. */
export async function wipe(): Promise<void> {
  const kept = await database()
  await Promise.all([kept.clear("told"), kept.clear("queue"), kept.clear("drafts")])
}
