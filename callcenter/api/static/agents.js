/** Who works at the seats now, what supervisors told them, and what was mended of our picture. */

import { h } from "./dom.js";
import { seatName, statusOf, talkOf } from "./header.js";
import { clock, fill, moment } from "./words.js";

const GONE = ["unavailable", "invalid"];

/** The table of everybody who is signed in; of what Asterisk and the agent say, the phone's word first. */
export function agentTable(view) {
  const { board, words, wall } = view;
  const signedIn = Object.values(board.agents).filter((one) => one.state !== "signed_out");
  signedIn.sort((a, b) => ((a.seat ?? "") < (b.seat ?? "") ? -1 : 1));
  const title = h("h2", {}, words.agents, " ",
    signedIn.length > 0 && h("span.count", {}, signedIn.length));
  if (!signedIn.length) {
    return h("section.list", { key: "agents" }, title, h("p.soft", {}, words.noAgents));
  }
  return h("section.list", { key: "agents" }, title, h("table.agents", {},
    h("thead", {}, h("tr", {}, words.agentColumns.map((name, index) =>
      h("th", { key: name, scope: "col", class: index > 1 ? "number" : null }, name)))),
    h("tbody", {}, signedIn.map((one) => agentRow(one, wall?.agents?.[one.agent], view)))));
}

function agentRow(agent, figures, view) {
  const { words, now, names } = view;
  const { shown, since } = standing(agent, view);
  const reason = shown === "paused" && agent.reason ? words.pauseReason[agent.reason] ?? agent.reason : "";
  const occupied = figures?.occupancy?.value;
  return h("tr", { key: agent.agent, "data-shown": shown },
    h("th", { scope: "row", title: agent.queues.join(" ") }, names[agent.agent] ?? agent.agent),
    h("td", {}, h("span.state", {}, h("i.dot", {}), words.agentState[shown], reason && ` ${reason}`)),
    h("td.number", {}, since ? clock((now - Date.parse(since)) / 1000) : "–"),
    h("td.number", { title: seatName(agent.seat ?? "", words) }, (agent.seat ?? "–").replace(/^seat-/, "")),
    h("td.number", {
      title: occupied === undefined || occupied === null
        ? null : fill(words.occupied, { share: `${(occupied * 100).toFixed(1)}%` }),
    }, figures?.parts?.value ?? 0));
}

/** What an agent does, and since when: as `shown_state` in agents/agent.py, from the board alone. */
function standing(agent, { board }) {
  const seat = board.seats[agent.seat];
  const status = seat ? statusOf(seat, board) : "unknown";
  const calls = Object.values(board.calls);
  const talk = seat && talkOf(seat, calls);
  if (status === "unknown") return { shown: "unknown", since: seat?.at };
  if (GONE.includes(status)) return { shown: "phone_lost", since: seat.at };
  if (talk) return { shown: "talking", since: talk.began_at };
  const rings = calls.find((call) => call.state === "ringing" && call.ringing_seat === agent.seat);
  if (rings) return { shown: "ringing", since: rings.offered_at };
  if (["in_use", "busy", "ringing"].includes(seat.status)) {
    return { shown: seat.status === "ringing" ? "ringing" : "talking", since: seat.at };
  }
  return { shown: agent.state, since: agent.since };
}

const newestFirst = (a, b) => (a.at < b.at ? 1 : -1);

/** What supervisors told seats; nothing where nobody did. */
export function messageList({ board, words, names, now, language }) {
  const told = Object.entries(board.messages).sort(([, a], [, b]) => newestFirst(a, b));
  if (!told.length) return null;
  return h("section.list", { key: "messages" }, h("h2", {}, words.messages),
    h("ul", {}, told.map(([key, one]) => h("li.message", { key },
      h("p", {}, one.text),
      h("p.soft", {}, `${names[one.actor] ?? one.actor} → ${
        one.seats.length ? one.seats.map((seat) => seatName(seat, words)).join(" ") : words.allSeats}`,
      " ", h("span.number", {}, moment(one.at, now, language)))))));
}

/** Differences from Asterisk's picture that were mended: how many in 24 h, and the newest. */
export function mendedList({ board, words, health, now, language }) {
  const mended = Object.entries(board.mended).sort(([, a], [, b]) => newestFirst(a, b));
  if (!mended.length) return null;
  return h("section.list", { key: "mended" },
    h("h2", {}, words.mended, " ", health?.mended > 0 && h("span.count", {}, health.mended)),
    h("ul", {}, mended.map(([key, one]) => h("li.message.mended", { key },
      h("p", {}, `${words.subject[one.subject]} ${one.subject === "call" ? "" : one.name}`),
      h("p.soft", {}, fill(words.mendedSide[one.side_mended], one), " ",
        h("span.number", {}, moment(one.at, now, language)))))));
}
