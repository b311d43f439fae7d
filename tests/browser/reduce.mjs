// Folds the facts of a board fixture with the page's own reducer and prints the board as JSON.
// Run: node tests/browser/reduce.mjs FIXTURE.json
import { readFileSync } from "node:fs";
import { apply, emptyBoard } from "../../callcenter/api/static/live_board.js";

const fixture = JSON.parse(readFileSync(process.argv[2], "utf-8"));
process.stdout.write(JSON.stringify(fixture.facts.reduce(apply, emptyBoard())));
