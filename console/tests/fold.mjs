// Folds facts onto boards with the console's own reducer, for the tests in Python. Each line in:
// {"board", "facts"}, out: the board after them. Run: node console/tests/fold.mjs
import { createInterface } from "node:readline"
import { build } from "vite"

const entry = decodeURIComponent(new URL("../src/live/board.ts", import.meta.url).pathname)
const [bundle] = await build({
  configFile: false,
  logLevel: "silent",
  build: { write: false, minify: false, lib: { entry, formats: ["es"] } },
})
const { apply, emptyBoard } = await import(`data:text/javascript,${encodeURIComponent(bundle.output[0].code)}`)

for await (const line of createInterface({ input: process.stdin })) {
  const { board, facts } = JSON.parse(line)
  process.stdout.write(`${JSON.stringify(facts.reduce(apply, board ?? emptyBoard()))}\n`)
}
