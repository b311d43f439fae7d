/** The conversation: both speakers' words as they come, the deciding words in the item's colour. */

import { h } from "./dom.js";
import { seatName } from "./header.js";
import { clock, fill } from "./words.js";

/** The middle column's children. */
export function callView({ board, words, now, chosen }) {
  const call = board.calls[chosen.callId];
  if (!call) {
    return h("div.nobody", {}, h("p.big", {}, words.nobody), h("p.soft", {}, words.nobodyHint));
  }
  const ticket = board.tickets[chosen.ticket];
  const transcript = readSource(call);
  const marks = marksOf(transcript, ticket?.category);
  return [
    head(call, words, now),
    h("div.words", {
      key: call.call_id, role: "log", tabindex: "0", "aria-label": words.heard,
      "data-class": ticket?.category?.item?.[0],
    },
    h("ol", {},
      transcript.map((spoken, index) =>
        bubble(spoken, marked(spoken.text, marks.get(index)), words)),
      Object.entries(call.speaking).sort()
        .map(([side, speaking]) => partial(side, speaking, words))),
    !transcript.length && !Object.keys(call.speaking).length
      && h("p.none.soft", {}, words.noWords)),
    foot(call, words),
  ];
}

function head(call, words, now) {
  return h("div.callhead", { "data-line": call.line, "data-state": call.state },
    h("span.badge", {}, call.line),
    h("h2.number", {}, call.caller ?? words.hidden),
    h("span.state", {}, h("i.dot", {}), words.state[call.state]),
    h("span.soft", {}, moments(call, words, now)));
}

function moments(call, words, now) {
  const seconds = (from, to) => (to ? Date.parse(to) : now) / 1000 - Date.parse(from) / 1000;
  const parts = [];
  if (call.queued_at) {
    const waited = call.waited_seconds ?? seconds(call.queued_at, call.ended_at);
    parts.push(fill(words.waited, { s: clock(waited) }));
  }
  if (call.state === "ringing") parts.push(`${seatName(call.ringing_seat, words)} ${words.ringingAt}`);
  if (call.answered_at) {
    const talked = seconds(call.answered_at, call.parted_at ?? call.ended_at);
    parts.push(seatName(call.seat, words), fill(words.talked, { s: clock(talked) }));
  }
  return parts.join(" · ");
}

function bubble(spoken, text, words) {
  const key = [spoken.side, spoken.source, spoken.index, spoken.start_ms].join(" ");
  return h("li.said", { key, "data-side": spoken.side },
    h("span.speaker", {}, words[spoken.side], " ", h("time.number", {}, clock(spoken.start_ms / 1000))),
    h("p", {}, text));
}

/** Pale words that still change; a screen reader waits for the finished ones. */
function partial(side, speaking, words) {
  return h("li.said.partial", { key: `${side} partial`, "data-side": side, "aria-hidden": "true" },
    h("span.speaker", {}, words[side], " ", words.speaking),
    h("p", {}, speaking.text, h("span.caret", {})));
}

function foot(call, words) {
  const sides = Object.entries(call.recordings).sort();
  return h("p.callfoot.soft", {},
    sides.length > 0 && [words.recordings, ": ", sides.map(([side, kept]) =>
      h(kept.complete ? "span" : "span.bad", {},
        `${words[side]} ${clock(kept.seconds)} ${kept.complete ? words.complete : words.short}  `))],
    call.transcript_model && `${words.transcript}: ${call.transcript_model}`);
}

/** One source for the whole call, never a mixture: live words while there are any. */
function readSource(call) {
  const live = call.transcript.filter((spoken) => spoken.source === "live");
  return live.length && !call.transcript_model ? live : call.transcript;
}

/**
 * Deciding words by their place in the shown transcript. A word's `utterance` counts from the
 * call's first one; where a long call's first ones are no longer shown, each side's lowest index
 * says how many are missing.
 */
function marksOf(transcript, category) {
  const first = ["citizen", "seat"].map((side) =>
    transcript.find((spoken) => spoken.side === side)?.index ?? 0);
  const missing = first[0] + first[1];
  const marks = new Map();
  for (const word of category?.words ?? []) {
    const index = word.utterance - missing;
    const found = spots(Array.from(transcript[index]?.text ?? ""), word);
    if (found.length) marks.set(index, [...(marks.get(index) ?? []), ...found]);
  }
  return marks;
}

/**
 * Where a word stands in an utterance: once, or each word of a combination (灯…不亮), or nowhere:
 * an utterance that came late moves the others until the next classification.
 */
function spots(letters, word) {
  const said = letters.slice(word.start, word.end);
  if (word.certainty < 1) return said.length === [...word.text].length ? [word] : [];
  if (said.join("") === word.text) return [word];
  return word.text.split("…").flatMap((part) => {
    const at = said.findIndex((_, from) => said.slice(from, from + part.length).join("") === part);
    if (at < 0) return [];
    const start = word.start + at;
    return [{ ...word, text: part, start, end: start + part.length }];
  });
}

function marked(text, found = []) {
  const letters = Array.from(text); // offsets count characters, as Python does
  const pieces = [];
  let done = 0;
  for (const word of [...found].sort((a, b) => a.start - b.start)) {
    if (word.start < done) continue;
    pieces.push(letters.slice(done, word.start).join(""));
    pieces.push(h(word.certainty < 1 ? "mark.sound" : "mark",
      { title: `${word.text} ${word.weight}` }, letters.slice(word.start, word.end).join("")));
    done = word.end;
  }
  return [...pieces, letters.slice(done).join("")].filter((piece) => piece !== "");
}
