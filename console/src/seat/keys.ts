/** The keys of the seat's page; each stands on its button. Function keys are the telephone's. */
export type Act = "file" | "answer" | "merge" | "take" | "away" | "find" | "insert" | "item1" | "item2" | "item3"

export const KEYS: Readonly<Record<Act, string>> = {
  file: "Alt+Enter", answer: "Alt+5", merge: "Alt+8", take: "Alt+9", away: "Alt+0",
  find: "Alt+6", insert: "Alt+7",
  item1: "Alt+1", item2: "Alt+2", item3: "Alt+3",
}

const ACTS = new Map(Object.entries(KEYS).map(([act, key]) => [key, act as Act]))

/** What a key does here; by the key's place, for with Alt some keyboards write another sign. */
export function actOf(event: Pick<KeyboardEvent, "code" | "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">): Act | null {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return null
  const name = event.altKey ? `Alt+${event.code.replace(/^(Digit|Numpad)/, "")}` : event.key
  return ACTS.get(name) ?? null
}
