/** The head of the page: how the line, the page and the model stand; queues and seats below it. */

import { h } from "./dom.js";
import { compareMoments } from "./live_board.js";
import { wallFigures } from "./wall.js";
import { clock } from "./words.js";

const LINES = ["12345", "110"];

/** The header's children. */
export function header(view) {
  const { board, words, health, connection, county, now, language, onLanguage, who, onSignOut } = view;
  const time = new Date(now).toLocaleTimeString(language === "en" ? "en-GB" : "zh-CN", {
    timeZone: "Asia/Shanghai", hour12: false,
  });
  return [
    h("div.brand", {}, h("span.logo", { "aria-hidden": "true" }, "12345"),
      h("div", {}, h("h1", {}, words.title), h("p.soft", {}, county))),
    h("div.pills", { role: "status" },
      pill(connection === "live" ? "good" : "bad", words[connection]),
      linePill(board, words), modelPill(health, words),
      health?.mended > 0 && pill("warn", `${words.mended} ${health.mended}`),
      health?.parked > 0 && pill("bad", `${words.parked} ${health.parked}`)),
    h("time.now", {}, time),
    who && h("span.who", { title: words.signedInAs }, h("b", {}, who.display_name), " ",
      h("span.soft", {}, language === "en" ? who.roles.join(", ") : who.role_names.join("、"))),
    who && h("button.plain", { onClick: onSignOut }, words.signOut),
    h("button.plain", { onClick: onLanguage, lang: language === "en" ? "zh-CN" : "en" },
      words.language),
  ];
}

function linePill(board, words) {
  const links = Object.values(board.links);
  const down = links.filter((link) => !link.up).map((link) => link.node);
  if (down.length) return pill("bad", `${words.lineDown} ${down.join(" ")}`);
  return links.length ? pill("good", words.lineUp) : pill("dim", words.lineUnknown);
}

function modelPill(health, words) {
  if (!health) return null;
  if (!health.model) return pill("dim", words.noModel);
  return health.model_is_demo ? pill("warn", words.demoModel) : pill("dim", health.model);
}

const pill = (mood, text) => h(`span.pill.${mood}`, {}, h("i.dot", {}), text);

/** The strip's children: one card a line, then the seats. */
export function strip(view) {
  const { board, words, now } = view;
  const calls = Object.values(board.calls).filter((call) => call.arrived_at);
  return [
    ...LINES.map((line) => lineCard(line, calls.filter((call) => call.line === line), view)),
    h("div.card.seats", {}, h("h2", {}, words.seats, " ", byState(board, calls, words)),
      seats(board, calls, words, now)),
  ];
}

function lineCard(line, calls, view) {
  const { words, now } = view;
  const waiting = calls.filter((call) => ["queued", "ringing"].includes(call.state));
  const talking = calls.filter((call) => call.state === "talking").length;
  const since = waiting.map((call) => Date.parse(call.queued_at ?? call.arrived_at));
  const longest = since.length ? clock((now - Math.min(...since)) / 1000) : "–";
  return h("div.card.line", { "data-line": line, "data-waiting": String(waiting.length > 0) },
    h("h2", {}, h("b", {}, line), " ", words[line]),
    figure(waiting.length, words.waiting), figure(longest, words.longest),
    figure(talking, words.talkingNow), wallFigures(line, view));
}

const figure = (value, name) => h("p.figure", {}, h("b", {}, value), h("span.soft", {}, name));

function seats(board, calls, words, now) {
  const known = Object.values(board.seats).sort((a, b) => (a.seat < b.seat ? -1 : 1));
  if (!known.length) return h("p.soft", {}, words.noSeats);
  return h("ul", {}, known.map((seat) => {
    const talk = talkOf(seat, calls);
    const status = talk ? "in_use" : statusOf(seat, board);
    return h("li.seat", { key: seat.seat, "data-status": status },
      h("i.dot", {}), h("b", {}, seatName(seat.seat, words)),
      h("span", {}, words.status[status]),
      talk && h("span.soft.number", {}, clock((now - Date.parse(talk.began_at)) / 1000)));
  }));
}

/** A seat's part that goes on; of a three-way call each seat has one. */
export const talkOf = (seat, calls) => calls.filter((call) => call.state === "talking")
  .flatMap((call) => Object.values(call.talks))
  .find((talk) => talk.seat === seat.seat && talk.began_at && !talk.ended_at);

/** How many seats are in each state: "空闲 2 · 通话中 1". */
function byState(board, calls, words) {
  const counts = {};
  for (const seat of Object.values(board.seats)) {
    const status = talkOf(seat, calls) ? "in_use" : statusOf(seat, board);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  const told = Object.keys(words.status).filter((status) => counts[status])
    .map((status) => `${words.status[status]} ${counts[status]}`);
  return h("span.soft", { class: "states" }, told.join(" · "));
}

/** What Asterisk said of a seat counts only while the link to it has not been lost since. */
export function statusOf(seat, board) {
  const lost = Object.values(board.links)
    .some((link) => !link.up && compareMoments(link.at, seat.at) > 0);
  if (lost) return "unknown";
  return seat.paused ? "paused" : seat.status;
}

/** "seat-01" as people say it. */
export const seatName = (seat, words) => `${words.seat} ${seat.replace(/^seat-/, "")}`;
