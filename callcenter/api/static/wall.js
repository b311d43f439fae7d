/**
 * The queue wall: figures of each line beside it, who waits, who gave up. The server counts and sends
 * a wall whole; here it is only shown, and each caller's wait runs on by the clock.
 */

import { h } from "./dom.js";
import { clock, fill, moment } from "./words.js";

const LISTS = "/api/v1/numbers/calls";
/** What stands beside a line: the figure, its stretch, and how the list behind it is asked for. */
const SHOWN = [
  ["within_15", "today", ""], ["within_15", "hour", "&last_hours=1"],
  ["connected_rate", "day", "&last_hours=24"], ["abandoned", "today", ""],
];

/** The wall that was computed later; the same in board_wall.py. */
export const newerWall = (known, told) =>
  (!known || Date.parse(told.computed_at) >= Date.parse(known.computed_at) ? told : known);

/** The figures of a line; each says its formula and leads to the list behind it. */
export function wallFigures(line, { wall, formulas, words, language }) {
  const stretches = wall?.lines[line];
  if (!stretches) return null;
  return SHOWN.map(([name, stretch, period]) => {
    const figure = stretches[stretch][name];
    const table = formulas[name];
    const parts = figure.bottom === null ? "" : ` = ${figure.top} ÷ ${figure.bottom}`;
    const formula = language === "en" ? table?.formula : table?.formula_chinese;
    return h("a.figure", {
      key: name + stretch, "data-figure": name, "data-stretch": stretch,
      "data-met": figure.met === null ? null : String(figure.met),
      title: `${formula ?? ""}${parts}`,
      href: `${LISTS}?figure=${name}&line=${line}${period}&format=csv`,
    }, h("b", {}, shownFigure(figure)), h("span.soft", {}, words.wall[name + stretch]));
  });
}

/** A rate as per cent with one decimal, anything else as it is; nothing where there is no figure. */
function shownFigure(figure) {
  if (figure.value === null) return "–";
  return figure.bottom === null ? figure.value : `${(figure.value * 100).toFixed(1)}%`;
}

/** Who waits now, longest first: rows for the left column. */
export function waitingRows({ wall, words, now }) {
  return (wall?.waiting ?? []).map((one) => h("li.task.caller", { key: one.call_id, "data-task": "due" },
    h("span.who.number", {}, one.caller ?? words.hidden),
    h("span.state.number", {}, clock((now - Date.parse(one.at)) / 1000)),
    h("span.soft", {}, `${one.queue} ${one.kept ? words.kept : ""}`)));
}

/** Who gave up in the last 24 hours, newest first, and how far ringing them back has come. */
export function abandonedRows({ wall, words, tasks, now, language }) {
  const states = new Map(tasks.filter((task) => task.why === "abandoned")
    .map((task) => [task.call_id, task.state]));
  return (wall?.abandoned ?? []).map((one) => {
    const state = one.reached ? "done" : states.get(one.call_id) ?? "none";
    const waited = one.waited === null ? words.unknownWait : clock(one.waited);
    return h("li.task.caller", { key: one.call_id, "data-task": state },
      h("span.who.number", {}, one.caller ?? words.hidden),
      h("span.state", {}, h("i.dot", {}), one.reached ? words.reached : words.task[state]),
      h("span.soft", {}, `${one.queue} ${fill(words.waited, { s: waited })}`),
      h("span.soft.number", {}, moment(one.at, now, language)));
  });
}
