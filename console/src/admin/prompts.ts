/** What callers hear: the catalogue, playing a prompt, recordings in the place of spoken ones. */
import { type Schemas, ask, client, problemOf } from "@/api/client"

export type Prompt = Schemas["PromptShown"]
export type Sentence = Schemas["Sentence"]
export type Samples = Record<string, string | number> // a field for numbers gives numbers
export type Language = "zh" | "en"

/** What is wrong with a chosen file before it is sent, as a key of its words; "" where nothing is. */
export async function lookedAt(file: Blob): Promise<"" | "noWav" | "tooLarge"> {
  if (file.size > 10 * 1024 * 1024) return "tooLarge"
  const head = new TextDecoder("latin1").decode(await file.slice(0, 12).arrayBuffer())
  return head.startsWith("RIFF") && head.endsWith("WAVE") ? "" : "noWav"
}

/** Seconds as people read them: 3.2 s; a dash where the prompt is not made yet. */
export const lasting = (seconds: number | null): string => (seconds === null ? "–" : `${seconds.toFixed(1)} s`)

export const list = (language: Language) => ask(client.GET("/api/v1/prompts", { params: { query: { language } } }))

/** The prompt is spoken again. @throws Problem */
export const restore = (name: string, language: Language) =>
  ask(client.POST("/api/v1/prompts/recording/restore", { params: { query: { name, language } } }))

/** What gaps are filled with until somebody chooses: a unit is chosen, the moment is the evening after the next day. */
export const samples = (now: number): Samples => {
  const day = new Date(now + 2 * 24 * 3_600_000).toISOString().slice(0, 10)
  return { duration: "3", place: "2", digits: "0007", state: "handling", unit: "", moment: `${day}T18:00` }
}

/** How a gap is asked for: by a number, from a list, as a moment, as digits. */
export const FIELDS: Readonly<Record<string, "number" | "state" | "unit" | "datetime-local" | "text">> = {
  duration: "number", place: "number", digits: "text", state: "state", unit: "unit", moment: "datetime-local",
}

/** The steps that a sentence can say, with their words: of the prompts, those that say a state. */
export const statesOf = (prompts: readonly Prompt[]): [string, string][] =>
  prompts.filter((one) => one.name.startsWith("state-")).map((one) => [one.name.slice("state-".length), one.text])

const place = (what: string, name: string, language: Language): string =>
  `/api/v1/prompts/${what}?${new URLSearchParams({ name, language })}`

/** Puts a recording in a prompt's place. @throws Problem: not fit, with what to do */
export async function record(name: string, language: Language, file: Blob): Promise<void> {
  const answer = await fetch(place("recording", name, language), {
    method: "POST", body: file, headers: { "Content-Type": "audio/wav" }, credentials: "same-origin",
  })
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => null))
}

/** What fills the gaps of a sentence, as it is sent. */
export const filled = (one: Sentence, values: Readonly<Samples>): string[] =>
  one.gaps.map((gap) => `${gap}=${String(values[gap] ?? "").trim()}`)

/**
 * A prompt's or, with gaps, a sentence's sound, decoded; our content security policy knows no media element.
 * @throws Problem
 */
export async function sound(name: string, language: Language, context: BaseAudioContext, gaps?: readonly string[]): Promise<AudioBuffer> {
  const more = (gaps ?? []).map((gap) => `&gap=${encodeURIComponent(gap)}`).join("")
  const answer = await fetch(place(gaps ? "sentence" : "sound", name, language) + more, { credentials: "same-origin" })
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => null))
  return context.decodeAudioData(await answer.arrayBuffer())
}
