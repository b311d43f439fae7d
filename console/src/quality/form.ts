/** The form by which a call's handling is judged, while it is filled in. Pure. */
import type { Schemas } from "@/api/client"

export type Question = Schemas["Question"]
export type Answer = Schemas["Answer"]
export type Note = Schemas["Note"]
export type Judgement = Schemas["JudgementShown"]
export type Line = Schemas["JudgementLine"]

/** What stands in the fields of one question; points "" are not given yet. */
export interface Field {
  readonly points: string
  readonly left: boolean // does not apply
  readonly failed: boolean
}
export type Fields = Readonly<Record<string, Field>>

const EMPTY: Field = { points: "", left: false, failed: false }

export const blank = (questions: readonly Question[]): Fields =>
  Object.fromEntries(questions.map((one) => [one.key, EMPTY]))

/** The fields as a judgement answered them. */
export function filledBy(questions: readonly Question[], answers: readonly Answer[]): Fields {
  const given = new Map(answers.map((one) => [one.question, one]))
  const field = (one: Question): Field => {
    const answer = given.get(one.key)
    if (!answer) return EMPTY
    const points = answer.points ?? null
    return { points: points === null ? "" : String(points), left: !one.knock_out && points === null, failed: answer.failed ?? false }
  }
  return Object.fromEntries(questions.map((one) => [one.key, field(one)]))
}

/** The form's sections in the order of their first question. */
export function sections(questions: readonly Question[]): { name: string; questions: Question[] }[] {
  const names = [...new Set(questions.map((one) => one.section))]
  return names.map((name) => ({ name, questions: questions.filter((one) => one.section === name) }))
}

const worth = (one: Question): number => one.points ?? 0

/** The points of a field; null where it is left out; undefined where there is no fitting number. */
function pointsOf(question: Question, field: Field = EMPTY): number | null | undefined {
  if (field.left) return null
  const points = field.points === "" ? Number.NaN : Number(field.points)
  return Number.isInteger(points) && points >= 0 && points <= worth(question) ? points : undefined
}

/** Questions that have no fitting answer yet. */
export const missing = (questions: readonly Question[], fields: Fields): Question[] =>
  questions.filter((one) => !one.knock_out && pointsOf(one, fields[one.key]) === undefined)

/** An answer to each question, for those that have one. */
export const answersOf = (questions: readonly Question[], fields: Fields): Answer[] =>
  questions.map((one) =>
    one.knock_out
      ? { question: one.key, points: null, failed: fields[one.key]?.failed ?? false }
      : { question: one.key, points: pointsOf(one, fields[one.key]) ?? null, failed: false },
  )

/** What it comes to so far, out of 100; null where nothing is answered. The server's word counts. */
export function scoreSoFar(questions: readonly Question[], fields: Fields): number | null {
  if (questions.some((one) => one.knock_out && fields[one.key]?.failed)) return 0
  const known = questions.flatMap((one) => {
    const points = one.knock_out ? null : pointsOf(one, fields[one.key])
    return typeof points === "number" ? [{ points, most: worth(one) }] : []
  })
  const most = known.reduce((sum, one) => sum + one.most, 0)
  return most ? Math.round((1000 * known.reduce((sum, one) => sum + one.points, 0)) / most) / 10 : null
}

/** The answers in force: those of the newest step that has any. */
export const answersInForce = (row: Judgement): readonly Answer[] =>
  row.steps.findLast((step) => step.answers.length > 0)?.answers ?? []

/** Whether its agent may appeal now. */
export const mayAppeal = (row: Line, now: number): boolean =>
  (row.state === "judged" || row.state === "seen") && now < Date.parse(row.appeal_until)

/** How a score is to be looked at. */
export const moodOf = (row: Pick<Line, "knocked_out" | "state">): "bad" | "warn" | "still" =>
  row.knocked_out ? "bad" : row.state === "appealed" ? "warn" : "still"
