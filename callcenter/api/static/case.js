/** The ticket: its seven steps as a walk, and the card with what was understood and who handles it. */

import { h } from "./dom.js";
import { fill, moment, span } from "./words.js";

const OVER = ["closed", "declined", "merged", "void"];
const RUNNING = ["dispatched", "returned", "handling"]; // steps in which the unit's own clock runs

/** The seven steps: which are done, which one is now, and who did them when. */
export function walk({ board, words, now, language, chosen }) {
  const ticket = board.tickets[chosen.ticket];
  const steps = walked(ticket);
  const last = steps.findLastIndex((step) => step.done);
  const current = ticket && !OVER.includes(ticket.step) ? last + 1 : -1;
  return [
    h("h2.hidden", {}, words.walk),
    h("ol", {}, words.loop.map((name, index) => {
      const { row, done } = steps[index];
      const mood = done ? "done" : index === current ? "now" : index < last ? "skipped" : "open";
      return h("li", { key: name, "data-mood": mood, "aria-current": mood === "now" ? "step" : null },
        h("i.disc", { "aria-hidden": "true" }, done ? "✓" : index + 1),
        h("b", {}, name),
        h("span.soft.number", {}, row && (done || mood === "now")
          ? moment(row.at, now, language) : words[mood] ?? ""));
    })),
  ];
}

/** For each of the seven steps the history's row and whether it is done. */
function walked(ticket) {
  const history = ticket?.history ?? [];
  const again = history.findLastIndex((row) => row.to_step === "reopened");
  const row = (steps, rows) => rows.findLast((one) => steps.includes(one.to_step));
  const round = history.slice(again + 1);
  const collected = row(["draft"], history);
  const filed = row(["filed"], history);
  const dispatched = ["filed", "draft"].includes(ticket?.step) ? null : row(["dispatched"], round);
  const handled = row(["handling"], round);
  const reported = ticket?.step === "handling" ? null : row(["reported"], round);
  const closed = row(["closed"], round);
  const rated = again < 0 || closed ? ticket?.rating : null;
  return [
    { row: collected, done: Boolean(collected) && ticket.step !== "draft" },
    { row: filed, done: Boolean(filed) },
    { row: dispatched, done: Boolean(dispatched) },
    { row: handled, done: Boolean(reported) },
    { row: reported, done: Boolean(reported) },
    { row: closed ?? row(["verified"], round), done: Boolean(closed) },
    { row: rated && closed, done: Boolean(rated) },
  ];
}

/** The ticket's card. */
export function card(view) {
  const { board, words, chosen, itemNames } = view;
  const ticket = board.tickets[chosen.ticket];
  if (!ticket) return h("div.card.ticket", {}, h("p.soft", {}, words.noTicket));
  const category = ticket.category;
  return h("div.card.ticket", { "data-class": itemOf(ticket)?.[0] },
    h("div.top", {}, h("div", {}, h("span.soft", {}, words.ticket),
      h("p.number.big", {}, ticket.number)),
    h("span.step", { "data-step": ticket.step }, words.step[ticket.step] ?? ticket.step)),
    h("div.item", {},
      h("p.big", {}, itemOf(ticket) && h("span.code.number", {}, itemOf(ticket)), " ",
        itemName(ticket, itemNames) || words.undecided),
      ticket.history[0]?.actor === "voicemail" && h("span.tag", {}, words.voicemail),
      ticket.correction && h("span.tag", {}, words.corrected),
      category && h("span.tag", {}, words.kind[category.kind] ?? category.kind),
      category?.urgency === "urgent" && h("span.tag.urgent", {}, words.urgent)),
    outcome(category, board.calls[ticket.call_id]?.line, words),
    category && deciding(category, words),
    ticket.step === "draft" && ticket.located?.question && h("p.ask", {},
      h("span.soft", {}, words.ask), " ", h("b", { lang: "zh-CN" }, ticket.located.question)),
    ticket.step === "draft" && duplicates(ticket, view),
    facts(ticket, view));
}

/** Danger on either line; what belongs to 12345 only where 110 took it. */
function outcome(category, line, words) {
  const text = category?.outcome && words.outcomeOf[category.outcome][line];
  return text && h("p.outcome", { "data-outcome": category.outcome, role: "status" }, text);
}

/** Tickets that may be about the same matter, likeliest first, each with its reasons. */
function duplicates(ticket, { words, now }) {
  const offers = ticket.duplicates?.offers ?? [];
  return offers.length > 0 && h("div.duplicates", { role: "status" },
    h("span.soft", {}, words.duplicates),
    h("ul", {}, offers.map((one) => h("li", { key: one.ticket_number },
      h("b.number", {}, one.ticket_number), " ", one.item_name, " ",
      h("span", { lang: "zh-CN" }, one.place || one.cell_name), " ",
      h("span.soft", {}, fill(words.ago, { s: age(one, now, words) }), " · ",
        fill(words.points, { n: Math.round(one.score) })), " ",
      one.closed_at && h("span.tag", {}, words.isClosed),
      h("p.soft", {}, one.why.map((why) => likeness(why, words)).filter(Boolean).join(" · "))))));
}

const age = (offer, now, words) =>
  span(Math.max(0, (now - Date.parse(offer.opened_at)) / 1000), words);

function likeness(why, words) {
  const text = fill(words.likeness[why.how] ?? "", { n: why.amount });
  return why.words.length > 0 ? `${text} ${why.words.join(" ")}` : text;
}

const itemOf = (ticket) => ticket.correction?.item ?? ticket.category?.item;

function itemName(ticket, names) {
  const code = itemOf(ticket);
  return code === ticket.category?.item ? ticket.category?.item_name : names[code] ?? code;
}

function deciding(category, words) {
  const most = Math.max(category.score, ...category.runner_ups.map((one) => one.score), 0.001);
  const texts = [...new Set(category.words.map((word) => word.text))];
  return [
    texts.length > 0 && h("p.why", { key: "why" }, h("span.soft", {}, words.decidedBy), " ",
      texts.map((text) => h("mark", { key: text }, text))),
    category.runner_ups.length > 0 && h("div.others", { key: "others" },
      h("span.soft", {}, words.runnerUps),
      h("ul", {}, category.runner_ups.slice(0, 3).map((one) => h("li", { key: one.item },
        h("span", {}, one.name),
        h("meter", { min: 0, max: most, value: one.score, "aria-label": one.name }))))),
  ];
}

function facts(ticket, { words, now, language, unitNames }) {
  const rows = [
    [words.unit, ticket.unit && (unitNames[ticket.unit] ?? ticket.unit)],
    [words.due, ticket.due_at && deadline(ticket, words, now, language)],
    [words.place, ticket.located?.place && [ticket.located.place, " ",
      h("span.soft", {}, ticket.located.detail)]],
    [words.cell, ticket.located?.cell && [h("span.number", {}, ticket.located.cell), " ",
      ticket.located.cell_name]],
    [words.forward, ticket.located?.forward_to],
    [words.otherPlaces, ticket.located?.candidates.length > 0
      && ticket.located.candidates.map((one) => `${one.place} (${one.cell_name})`).join(", ")],
    [words.rating, ticket.rating && [h("b", {}, words.ratings[ticket.rating.rating]), " · ",
      ticket.rating.solved ? words.solved : words.unsolved]],
  ];
  const known = rows.filter(([, value]) => value);
  return known.length > 0 && h("dl", {}, known.map(([name, value]) =>
    h("div", { key: name }, h("dt", {}, name), h("dd", {}, value))));
}

function deadline(ticket, words, now, language) {
  const seconds = (Date.parse(ticket.due_at) - now) / 1000;
  const day = h("span.number", {}, moment(ticket.due_at, now, language));
  if (!RUNNING.includes(ticket.step)) return day;
  const late = seconds < 0;
  const text = fill(late ? words.overdue : words.left, { s: span(Math.abs(seconds), words) });
  return [day, " ", h(late ? "span.tag.urgent" : "span.tag", {}, text)];
}
