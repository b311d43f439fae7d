/** The API's client: typed by the API's own document, errors as `Problem`. */
import createClient from "openapi-fetch"
import type { components, paths } from "@/generated/api"
import { noteServerTime } from "@/now"
import { noteAnswer } from "@/reach"

export type Schemas = components["schemas"]
export type { paths }

export const client = createClient<paths>({
  credentials: "same-origin",
  fetch: (request: Request) => globalThis.fetch(request),
})

/** A refusal in the API's own words: `code` for us, `detail` for people (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfter: number | null = null,
  ) {
    super(`${status} ${code}`)
  }
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/**
 * What a request gives.
 * @throws Problem: refused, or nobody answered (`code` "away", status 0).
 */
export async function ask<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await request
  } catch {
    noteAnswer(0)
    throw new Problem(0, "away", "")
  }
  noteAnswer(answer.response.status)
  noteServerTime(answer.response.headers.get("Date"))
  if (answer.response.ok) return answer.data as T
  throw problemOf(answer.response, answer.error)
}

/** The refusal that an answer tells of, whatever its body is. */
export function problemOf(response: Response, body: unknown): Problem {
  const told = typeof body === "object" && body !== null ? body : {}
  const text = (name: string): string => {
    const value: unknown = Reflect.get(told, name)
    return typeof value === "string" ? value : ""
  }
  const later = Number(response.headers.get("Retry-After"))
  const code = text("code") || (response.status >= 500 ? "away" : "refused")
  return new Problem(response.status, code, text("detail"), later > 0 ? later : null)
}
