/** The page: one view of board, clock and choice, drawn again whenever one of them changes. */

import { callView } from "./call.js";
import { card, walk } from "./case.js";
import { patch } from "./dom.js";
import { header, strip } from "./header.js";
import { lists } from "./lists.js";
import { emptyBoard } from "./live_board.js";
import { followLive } from "./live_feed.js";
import { drawGrid, mapCard } from "./map.js";
import { enter, signOut, signedIn } from "./session.js";
import { newerWall } from "./wall.js";
import { wordsOf } from "./words.js";

const ASK_MS = 15_000;
const SOON_MS = 300;

const page = {
  board: emptyBoard(), wall: null, formulas: {}, connection: "connecting", health: null, grid: null, county: "",
  itemNames: {}, unitNames: {}, names: {}, tasks: [], who: null, pinned: null, wide: false, clockOffset: 0,
  language: new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh",
};
const parts = Object.fromEntries(["header", "strip", "lists", "walk", "call", "case"]
  .map((id) => [id, document.getElementById(id)]));
let drawing = false;
let askSoon = 0;

function change(values) {
  Object.assign(page, values);
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    draw();
  });
}

function draw() {
  const words = wordsOf(page.language);
  const chosen = page.pinned ?? newest(page.board);
  const view = {
    ...page, words, chosen, now: Date.now() + page.clockOffset, following: page.pinned === null,
    onFollow: () => change({ pinned: page.pinned ? null : chosen }),
    onChoose: (choice) => change({ pinned: choice, wide: false }),
    onLanguage: switchLanguage,
    onSignOut: () => signOut().then((told) => told.go_to || location.reload()),
    onWide: () => change({ wide: !page.wide }),
  };
  patch(parts.header, header(view));
  patch(parts.strip, strip(view));
  patch(parts.lists, lists(view));
  patch(parts.walk, walk(view));
  keepingToTheEnd(() => patch(parts.call, callView(view)));
  patch(parts.case, card(view), mapCard(view));
  document.documentElement.lang = page.language === "en" ? "en" : "zh-CN";
  document.title = words.title;
  document.querySelector(".skip").textContent = words.skip;
}

/** New words scroll into view, unless somebody has scrolled back to read. */
function keepingToTheEnd(redraw) {
  const before = parts.call.querySelector(".words");
  const atEnd = !before || before.scrollHeight - before.scrollTop - before.clientHeight < 40;
  redraw();
  const after = parts.call.querySelector(".words");
  if (after && (atEnd || after !== before)) after.scrollTop = after.scrollHeight;
}

/** What to show while nobody has chosen: the newest talk, else what something happened to last. */
function newest(board) {
  const calls = Object.values(board.calls).filter((call) => call.arrived_at);
  const talks = calls.filter((call) => call.state === "talking");
  const latest = (some, at) => some.reduce((a, b) => (a && at(a) >= at(b) ? a : b), null);
  const call = latest(talks, (one) => one.answered_at) ?? latest(calls, (one) => lastSeen(one, board));
  return { callId: call?.call_id ?? null, ticket: call?.tickets.at(-1) ?? null };
}

function lastSeen(call, board) {
  const tickets = call.tickets.map((number) => board.tickets[number]?.seen_at ?? "");
  const moments = [call.arrived_at, call.answered_at, call.ended_at, ...tickets];
  return moments.filter(Boolean).sort().at(-1);
}

function switchLanguage() {
  const language = page.language === "en" ? "zh" : "en";
  history.replaceState(null, "", language === "en" ? "?lang=en" : location.pathname);
  change({ language });
}

async function ask(path) {
  const answer = await fetch(`/api/v1/${path}`);
  return answer.json();
}

async function askAgain() {
  try {
    const asked = [ask("health"), ask("callbacks"), ask("agents")];
    const [health, tasks, agents] = await Promise.all(asked);
    change({ health, tasks, names: namesOf(agents) });
  } catch {
    change({ health: null }); // the server is away; the connection's pill says so
  }
}

const namesOf = (agents) =>
  Object.fromEntries(agents.map((agent) => [agent.name, agent.display_name]));

/** Some facts say that something changed that only the server knows whole: it is asked soon. */
const ASKED_FOR = ["callbacks", "tries", "mended"];

function takeBoard(board) {
  const before = page.board;
  change({ board });
  const isNew = Object.keys(board.agents).some((agent) => !(agent in page.names));
  if (isNew || ASKED_FOR.some((part) => board[part] !== before[part])) {
    clearTimeout(askSoon);
    askSoon = setTimeout(askAgain, SOON_MS);
  }
}

async function askOnce() {
  const asked = [ask("names"), ask("grid"), ask("numbers/figures")];
  const answers = await Promise.all(asked).catch(() => null);
  if (!answers) return; // the server left again; asked at the next connection
  const [names, geojson, figures] = answers;
  const county = geojson.features.find((feature) => feature.properties.level === 1);
  change({
    itemNames: names.items, unitNames: names.units, grid: drawGrid(geojson),
    county: county?.properties.name ?? "",
    formulas: Object.fromEntries(figures.map((figure) => [figure.name, figure])),
  });
}

/** What the page shows once somebody is signed in who may watch. */
function begin(who) {
  change({ who });
  setInterval(() => change({}), 1000);
  setInterval(askAgain, ASK_MS);
  follow();
}

/** Whoever was signed out meanwhile signs in again; while the server is away it is asked again. */
async function mayGoOn() {
  const who = await signedIn();
  if (who === null) location.reload();
  return who !== null;
}

const follow = () => followLive(`${location.origin.replace(/^http/, "ws")}/api/v1/live`, {
  onBoard: takeBoard,
  onWall: (wall) => change({ wall: newerWall(page.wall, wall) }),
  onState(connection) {
    change({ connection });
    if (connection === "live") {
      askAgain();
      if (!page.grid) askOnce();
    }
  },
  onClock: (now) => change({ clockOffset: Date.parse(now) - Date.now() }),
  mayGoOn,
});

enter(page.language).then(begin);
