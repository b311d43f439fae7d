import { expect, test } from "vitest"
import { type Judgement, type Question, answersInForce, answersOf, blank, filledBy, mayAppeal, missing, moodOf, scoreSoFar, sections } from "@/quality/form"

const QUESTIONS: Question[] = [
  { key: "greeting", section: "A", text: "g", points: 10, knock_out: false, optional: false },
  { key: "rude", section: "B", text: "r", points: 0, knock_out: true, optional: false },
  { key: "answer", section: "A", text: "a", points: 30, knock_out: false, optional: true },
]
const filled = (greeting: string, answer: string, more: object = {}) => ({
  greeting: { points: greeting, left: false, failed: false }, rude: { points: "", left: false, failed: false },
  answer: { points: answer, left: false, failed: false }, ...more,
})
const left = { answer: { points: "", left: true, failed: false } }
const rude = { rude: { points: "", left: false, failed: true } }

test("sections stand in the order of their first question", () => {
  expect(sections(QUESTIONS).map((one) => [one.name, one.questions.map((question) => question.key)])).toEqual([
    ["A", ["greeting", "answer"]], ["B", ["rude"]],
  ])
})

test("what has no fitting points is missing, and what does not apply is not", () => {
  const lacks = (fields: ReturnType<typeof filled>) => missing(QUESTIONS, fields).map((one) => one.key)
  expect(missing(QUESTIONS, blank(QUESTIONS)).map((one) => one.key)).toEqual(["greeting", "answer"])
  expect([lacks(filled("11", "30")), lacks(filled("1.5", "0")), lacks(filled("10", "", left))]).toEqual([["greeting"], ["greeting"], []])
})

test("the score so far is of what is answered, and nothing is left of it by a knock-out", () => {
  expect(scoreSoFar(QUESTIONS, filled("8", "15"))).toBe(57.5)
  expect(scoreSoFar(QUESTIONS, filled("8", "", left))).toBe(80)
  expect([scoreSoFar(QUESTIONS, filled("10", "30", rude)), scoreSoFar(QUESTIONS, blank(QUESTIONS))]).toEqual([0, null])
})

test("answers go to the server and come back into the same fields", () => {
  const fields = filled("8", "", { ...left, ...rude })
  const answers = answersOf(QUESTIONS, fields)
  expect(answers).toEqual([
    { question: "greeting", points: 8, failed: false }, { question: "rude", points: null, failed: true }, { question: "answer", points: null, failed: false },
  ])
  expect(filledBy(QUESTIONS, answers)).toEqual(fields)
})

test("an appeal is possible once, in time; the newest answers are in force", () => {
  const row = { state: "seen", knocked_out: false, appeal_until: "2026-11-29T00:00:00Z" } as Judgement
  const [before, after] = [Date.parse("2026-11-28T23:59:59Z"), Date.parse("2026-11-29T00:00:00Z")]
  expect([mayAppeal(row, before), mayAppeal(row, after), mayAppeal({ ...row, state: "decided" }, before)]).toEqual([true, false, false])
  expect([moodOf(row), moodOf({ ...row, state: "appealed" }), moodOf({ ...row, knocked_out: true })]).toEqual(["still", "warn", "bad"])
  const [first, anew] = [[{ question: "greeting", points: 1 }], [{ question: "greeting", points: 2 }]]
  const steps = [{ answers: first }, { answers: [] }, { answers: anew }] as unknown as Judgement["steps"]
  expect([answersInForce({ ...row, steps }), answersInForce({ ...row, steps: steps.slice(0, 2) })]).toEqual([anew, first])
})
