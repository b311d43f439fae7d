/** The left column: who waits, who works, calls, call-backs, tickets; calls and tickets can be chosen. */

import { agentTable, mendedList, messageList } from "./agents.js";
import { h } from "./dom.js";
import { seatName } from "./header.js";
import { callbackKey } from "./live_board.js";
import { abandonedRows, waitingRows } from "./wall.js";
import { clock, fill, moment } from "./words.js";

const LIVE = ["arrived", "queued", "ringing", "talking", "parted"];
const SHOWN = 30;

const newestFirst = (name) => (a, b) => (a[name] < b[name] ? 1 : -1);

/** The column's children. */
export function lists(view) {
  const { board, words, following, onFollow } = view;
  const calls = Object.values(board.calls).filter((call) => call.arrived_at);
  const live = (call) => LIVE.includes(call.state);
  calls.sort((a, b) => live(b) - live(a) || newestFirst("arrived_at")(a, b));
  const tickets = Object.values(board.tickets).sort(newestFirst("seen_at"));
  const [tasks, waiting] = [callbacks(view), waitingRows(view)];
  return [
    h("button.follow", { "aria-pressed": String(following), onClick: onFollow },
      following ? words.following : words.follow),
    list(words.waitingList, words.noWaiting, waiting.slice(0, SHOWN), waiting.length),
    agentTable(view),
    messageList(view),
    list(words.calls, words.noCalls, calls.slice(0, SHOWN).map((call) => callRow(call, view))),
    list(words.callbacks, words.noCallbacks, tasks, tasks.filter(isOpen).length),
    list(words.abandonedList, words.noAbandoned, abandonedRows(view)),
    list(words.tickets, words.noTickets, tickets.slice(0, SHOWN).map((one) => ticketRow(one, view))),
    mendedList(view),
  ];
}

const list = (title, none, rows, count = rows.length) => h("section.list", { key: title },
  h("h2", {}, title, " ", count > 0 && h("span.count", {}, count)),
  rows.length ? h("ul", {}, rows) : h("p.soft", {}, none));

const isOpen = (row) => ["due", "ringing"].includes(row.attributes["data-task"]);

function callRow(call, { board, words, now, chosen, onChoose }) {
  const ticket = board.tickets[call.tickets.at(-1)];
  const since = call.state === "talking" ? call.answered_at : call.queued_at ?? call.arrived_at;
  const running = LIVE.includes(call.state);
  return h("li", { key: call.call_id }, h("button.row", {
    "data-line": call.line, "data-state": call.state,
    "aria-current": call.call_id === chosen.callId ? "true" : null,
    onClick: () => onChoose({ callId: call.call_id, ticket: call.tickets.at(-1) ?? null }),
  },
  h("span.badge", {}, call.line),
  h("span.who.number", {}, call.caller ?? words.hidden),
  h("span.state", {}, running && h("i.dot", {}), words.state[call.state]),
  h("span.soft", {}, ticket?.category?.item_name || seatOf(call, words)),
  h("span.soft.number", {}, running ? clock((now - Date.parse(since)) / 1000) : lasted(call))));
}

const seatOf = (call, words) => (call.seat ? seatName(call.seat, words) : "");

function lasted(call) {
  const from = call.answered_at ?? call.arrived_at;
  const to = call.parted_at ?? call.ended_at ?? call.abandoned_at;
  return clock((Date.parse(to) - Date.parse(from)) / 1000);
}

function ticketRow(ticket, { words, chosen, onChoose }) {
  return h("li", { key: ticket.number }, h("button.row.ticket", {
    "data-step": ticket.step,
    "aria-current": ticket.number === chosen.ticket ? "true" : null,
    onClick: () => onChoose({ callId: ticket.call_id, ticket: ticket.number }),
  },
  h("span.who.number", {}, ticket.number),
  h("span.state", {}, words.step[ticket.step] ?? ticket.step),
  h("span.soft", {}, ticket.category?.item_name || words.undecided),
  ticket.category?.urgency === "urgent" && h("span.urgent", {}, words.urgent)));
}

/** Tasks from their facts; how far each has come from the rows that the server was asked for. */
function callbacks({ board, tasks, words, now, language }) {
  const due = Object.entries(board.callbacks).sort(([, a], [, b]) => newestFirst("at")(a, b));
  const rows = new Map(tasks.map((row) => [callbackKey(row), row]));
  return due.slice(0, SHOWN).map(([key, task]) => {
    const row = rows.get(key);
    const state = row?.state ?? "due";
    return h("li.task", { key, "data-task": state },
      h("span.who.number", {}, task.ticket_number ?? callerOf(board, task, row, words)),
      h("span.state", {}, h("i.dot", {}), words.task[state]),
      h("span.soft", {}, words.why[task.why]),
      h("span.soft.number", {}, outcome(board, task, row, words) || moment(task.at, now, language)));
  });
}

const callerOf = (board, task, row, words) =>
  row?.caller ?? board.calls[task.call_id]?.caller ?? words.hidden;

function outcome(board, task, row, words) {
  const rating = board.tickets[task.ticket_number]?.rating;
  if (rating && task.why === "feedback") return words.ratings[rating.rating];
  const attempt = row && board.tries[row.task];
  if (!attempt) return "";
  return `${fill(words.attempt, { n: attempt.attempt })} ${words.outcome[attempt.outcome]}`;
}
