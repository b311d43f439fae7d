/** The keys of the seat's page; each stands on its button. */
export type Act = "file" | "answer" | "merge" | "take" | "away" | "item1" | "item2" | "item3"

export const KEYS: Readonly<Record<Act, string>> = {
  file: "F2", answer: "F4", merge: "F8", take: "F9", away: "Alt+0",
  item1: "Alt+1", item2: "Alt+2", item3: "Alt+3",
}

const ACTS = new Map(Object.entries(KEYS).map(([act, key]) => [key, act as Act]))

/** What a key does here; by the key's place, for with Alt some keyboards write another sign. */
export function actOf(event: Pick<KeyboardEvent, "code" | "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">): Act | null {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return null
  const name = event.altKey ? `Alt+${event.code.replace(/^(Digit|Numpad)/, "")}` : event.key
  return ACTS.get(name) ?? null
}
