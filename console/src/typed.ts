/**
 * What people typed and nobody was sent yet: kept in the tab, by who typed it and for what, and the
 * same in each tab of this browser. No disk holds it longer than its tabs; whoever signs out or in
 * anew wipes it from all of them.
 */
import { onScopeDispose } from "vue"

const PREFIX = "console.typed."
const CHANNEL = "callcenter.typed"

export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">
type Entry = readonly [key: string, value: string | null] // null: it was sent, or taken back

/** What tabs say to each other. */
type Word =
  | { readonly set: Entry }
  | { readonly ask: string } // whose
  | { readonly have: readonly Entry[] }
  | { readonly wipe: string } // but whose; "": everybody's

/** The way to the other tabs, as much of a BroadcastChannel as we need. */
export interface Way {
  postMessage(word: Word): void
  onmessage: ((event: { data: Word }) => void) | null
}

const keyOf = (who: string, what: string): string => `${PREFIX}${who} ${what}`

/** One tab's part of it. */
export class Typed {
  private readonly listeners = new Set<() => void>()
  /** Called when another tab has wiped everything: somebody left, or another came. */
  wiped: () => void = () => undefined

  constructor(
    private readonly at: Store,
    private readonly way: Way,
  ) {
    way.onmessage = ({ data }) => this.hear(data)
  }

  /** What was typed for this; null where nothing was. */
  get(who: string, what: string): string | null {
    return this.at.getItem(keyOf(who, what))
  }

  /** Keeps it, here and in the other tabs; null keeps nothing. */
  set(who: string, what: string, value: string | null): void {
    const key = keyOf(who, what)
    if (value === this.at.getItem(key)) return
    this.put(key, value)
    this.way.postMessage({ set: [key, value] })
  }

  /** Asks the other tabs what this person typed there; what they have comes to who listens. */
  ask(who: string): void {
    this.way.postMessage({ ask: who })
  }

  /** Forgets in this tab what everybody else typed; with "" everybody's. */
  forget(but: string): void {
    for (const key of this.keys()) if (!(but && key.startsWith(keyOf(but, "")))) this.at.removeItem(key)
  }

  /** Forgets it in all tabs. */
  wipe(but: string): void {
    this.forget(but)
    this.way.postMessage({ wipe: but })
  }

  /** Has it called when another tab changed something; gives what ends that. */
  listen(changed: () => void): () => void {
    this.listeners.add(changed)
    return () => this.listeners.delete(changed)
  }

  private hear(word: Word): void {
    if ("set" in word) this.put(...word.set)
    else if ("have" in word) for (const [key, value] of word.have) this.fill(key, value)
    else if ("ask" in word) return this.answer(word.ask)
    else {
      this.forget(word.wipe)
      return this.wiped()
    }
    for (const changed of this.listeners) changed()
  }

  /** What this tab has itself is newer. */
  private fill(key: string, value: string | null): void {
    if (this.at.getItem(key) === null) this.put(key, value)
  }

  private put(key: string, value: string | null): void {
    if (value === null) this.at.removeItem(key)
    else this.at.setItem(key, value)
  }

  private answer(who: string): void {
    const have = this.keys().filter((key) => key.startsWith(keyOf(who, "")))
    if (have.length) this.way.postMessage({ have: have.map((key): Entry => [key, this.at.getItem(key)]) })
  }

  private keys(): string[] {
    const all = Array.from({ length: this.at.length }, (_, index) => this.at.key(index) ?? "")
    return all.filter((key) => key.startsWith(PREFIX))
  }
}

let here: Typed | null = null

/** This tab's. */
export const typedHere = (): Typed => (here ??= new Typed(sessionStorage, new BroadcastChannel(CHANNEL) as Way))

/** Has it called when another tab of this browser changed what was typed, while the part that asks is shown. */
export const useTyped = (changed: () => void): void => onScopeDispose(typedHere().listen(changed))

/** An object out of what was kept: its fields of these names that are texts. */
export function textsOf<Name extends string>(kept: string | null, names: readonly Name[]): Partial<Record<Name, string>> {
  try {
    const read: unknown = JSON.parse(kept ?? "{}")
    if (typeof read !== "object" || read === null) return {}
    const found: Partial<Record<Name, string>> = {}
    for (const name of names) {
      const value: unknown = Reflect.get(read, name)
      if (typeof value === "string") found[name] = value
    }
    return found
  } catch {
    return {}
  }
}
