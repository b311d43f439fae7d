/**
 * What a supervisor sees now: the reducer of board.py, board_calls.py, board_tickets.py and
 * board_centre.py in the browser's tongue. Both are tested on tests/fixtures/board/*.json; change them together.
 *
 * Sets, never adds: a fact applied twice changes nothing. Pure: no clock, no page, no network.
 * Moments stay the server's UTC strings.
 */

const UTTERANCES = 200;
const MOVES = 20;
const CALLS = 60;
const TICKETS = 100;
const CALLBACKS = 60;
const PARKED = 20;
const MESSAGES = 20;
const MENDED = 20;

const SPOKEN_KEY = ["side", "source", "index", "start_ms"];

const OVER = ["abandoned", "ended"];
const SILENT = [...OVER, "parted"];

/** An empty board. */
export function emptyBoard() {
  return {
    calls: {}, tickets: {}, seats: {}, agents: {}, messages: {}, mended: {}, callbacks: {},
    tries: {}, links: {}, parked: {},
  };
}

/** A call of which nothing is known yet. */
export function emptyCall(callId) {
  return {
    call_id: callId, state: "arrived", line: null, caller: null, queue: null, key_pressed: null,
    ringing_seat: null, seat: null, waited_seconds: null, cause: null,
    arrived_at: null, queued_at: null, offered_at: null, missed_at: null, out_of_queue_at: null,
    answered_at: null, parted_at: null, abandoned_at: null, ended_at: null, talks: {},
    transcript: [], transcript_source: "live", transcript_model: null,
    heard_at: {}, speaking: {}, recordings: {}, tickets: [],
  };
}

/** An agent of whom nothing is known yet. */
export function emptyAgent(agent) {
  return {
    agent, number: 0, state: "signed_out", seat: null, queues: [], until: null, since: null,
    reason: "", since_number: 0,
  };
}

/** A ticket of which nothing is known yet. */
export function emptyTicket(number) {
  return {
    number, call_id: null, step: null, unit: null, due_at: null, opened_at: null, seen_at: null,
    history: [], category: null, correction: null, located: null, duplicates: null,
    rating: null,
  };
}

/** The board after a fact, or after words still being spoken (`partial: true`). */
export function apply(board, shown) {
  if (shown.partial) return withCall(board, shown.call_id, speaking, shown);
  if (shown.fact in TICKET) return withTicket(board, shown);
  if (shown.fact in CALL) return withCall(board, shown.call_id, CALL[shown.fact], shown);
  if (shown.fact in SYSTEM) return SYSTEM[shown.fact](board, shown);
  return board; // a fact of a newer server; the page is reloaded sooner or later
}

/** Less than, equal to or greater than 0 as the first UTC moment is before, at or after the second. */
export function compareMoments(one, other) {
  const [a, b] = [one.replace("Z", ""), other.replace("Z", "")];
  return a < b ? -1 : Number(a > b);
}

/** 13800000001 becomes 138****0001; the server has done it already, and twice changes nothing. */
export function mask(number) {
  if (number === null) return null;
  if (number.length >= 11) return `${number.slice(0, 3)}****${number.slice(-4)}`;
  return number.length >= 7 ? `****${number.slice(-3)}` : "****";
}

/** Names a call-back task among all, from its fact or its row. */
export const callbackKey = ({ why, call_id: callId, ticket_number: ticket, round }) =>
  `${why}|${callId ?? ""}|${ticket ?? ""}|${round}`;

const after = (one, other) => Boolean(one && other) && compareMoments(one, other) > 0;
const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name] ?? null]));

function withCall(board, callId, fold, shown) {
  const known = board.calls[callId] ?? emptyCall(callId);
  return { ...board, calls: newestCalls({ ...board.calls, [callId]: fold(known, shown) }) };
}

function withTicket(board, fact) {
  const number = fact.ticket_number;
  const known = board.tickets[number] ?? emptyTicket(number);
  const seenAt = after(known.seen_at, fact.at) ? known.seen_at : fact.at;
  const ticket = { ...TICKET[fact.fact](known, fact), seen_at: seenAt };
  const tickets = newest({ ...board.tickets, [number]: ticket }, TICKETS, "seen_at");
  const next = { ...board, tickets };
  if (!fact.call_id) return next;
  return withCall(next, fact.call_id, (call) =>
    having(call, { tickets: [...new Set([...call.tickets, number])].sort() }));
}

// --- a call ---------------------------------------------------------------------------------------

function having(call, values) {
  const next = { ...call, ...values };
  Object.assign(next, whoTalks(next));
  next.state = stateOf(next);
  if (SILENT.includes(next.state)) next.speaking = {};
  return next;
}

/** The seat that is shown, and when it came and the last went. */
function whoTalks(call) {
  const talks = Object.values(call.talks).filter((talk) => talk.began_at);
  if (!talks.length) return {};
  const goingOn = talks.filter((talk) => !talk.ended_at);
  const order = (a, b) => compareMoments(a.began_at, b.began_at) || (a.seat < b.seat ? -1 : 1);
  const shown = (goingOn.length ? goingOn : talks).sort(order).at(-1);
  const ends = talks.map((talk) => talk.ended_at).filter(Boolean).sort(compareMoments);
  const partedAt = goingOn.length ? null : ends.at(-1) ?? null;
  return { seat: shown.seat, answered_at: shown.began_at, parted_at: partedAt };
}

function answered(call, fact) {
  const ended = call.talks[fact.seat_leg]?.ended_at ?? null;
  const talk = { seat: fact.seat, began_at: fact.at, ended_at: ended };
  const counts = fact.queue && !call.abandoned_at && !after(call.out_of_queue_at, fact.at);
  const waited = counts ? { waited_seconds: fact.waited_seconds, out_of_queue_at: fact.at } : {};
  return having(call, { talks: { ...call.talks, [fact.seat_leg]: talk }, ...waited });
}

function parted(call, fact) {
  const began = call.talks[fact.seat_leg]?.began_at ?? null;
  const talk = { seat: fact.seat, began_at: began, ended_at: fact.at };
  return having(call, { talks: { ...call.talks, [fact.seat_leg]: talk } });
}

function stateOf(call) {
  if (call.abandoned_at) return "abandoned";
  if (call.ended_at) return "ended";
  const { queued_at: queued, offered_at: offered, answered_at: answered } = call;
  if (answered && !after(queued, answered)) {
    return call.parted_at ? "parted" : "talking";
  }
  if (offered && !after(queued, offered)) {
    return call.missed_at && !after(offered, call.missed_at) ? "queued" : "ringing";
  }
  return queued ? "queued" : "arrived";
}

/** A fold that sets fields unless a later fact of the same kind has set them. */
const unlessLater = (moment, values) => (call, fact) =>
  after(call[moment], fact.at) ? call : having(call, { [moment]: fact.at, ...values(fact) });

function speaking(call, partial) {
  const { side, text, at } = partial;
  const known = [call.heard_at[side], call.speaking[side]?.at].filter(Boolean);
  if (known.some((moment) => compareMoments(moment, at) >= 0)) return call;
  return having(call, { speaking: { ...call.speaking, [side]: { text, at } } });
}

function heard(call, fact) {
  if (call.transcript_model && fact.source !== call.transcript_source) return call;
  const spoken = pick(fact, ["side", "source", "index", "start_ms", "end_ms", "text"]);
  const others = call.transcript.filter((old) =>
    SPOKEN_KEY.some((name) => old[name] !== fact[name]));
  const still = Object.entries(call.speaking)
    .filter(([side, words]) => side !== fact.side || after(words.at, fact.at));
  const known = call.heard_at[fact.side];
  return having(call, {
    transcript: inOrder([...others, spoken]),
    heard_at: { ...call.heard_at, [fact.side]: after(known, fact.at) ? known : fact.at },
    speaking: Object.fromEntries(still),
  });
}

function inOrder(transcript) {
  const side = (spoken) => (spoken.side === "citizen" ? 0 : 1);
  return transcript
    .sort((a, b) => a.start_ms - b.start_ms || side(a) - side(b) || a.index - b.index)
    .slice(-UTTERANCES);
}

const CALL = {
  call_arrived: (call, fact) => having(call, {
    line: fact.line, caller: mask(fact.caller_number), arrived_at: fact.at,
  }),
  menu_chosen: (call, fact) => having(call, { key_pressed: fact.key_pressed }),
  call_queued: unlessLater("queued_at", (fact) => ({ queue: fact.queue })),
  call_abandoned: (call, fact) => having(call, {
    abandoned_at: fact.at, waited_seconds: fact.waited_seconds,
  }),
  call_offered: unlessLater("offered_at", (fact) => ({ ringing_seat: fact.seat })),
  offer_missed: unlessLater("missed_at", () => ({})),
  call_answered: answered,
  talk_ended: parted,
  call_ended: (call, fact) => having(call, { ended_at: fact.at, cause: fact.cause }),
  utterance_heard: heard,
  recording_stored: (call, fact) => having(call, {
    recordings: {
      ...call.recordings, [fact.side]: pick(fact, ["seconds", "talk_seconds", "complete"]),
    },
  }),
  transcript_completed: (call, fact) => having(call, {
    transcript: call.transcript.filter((spoken) => spoken.source === fact.source),
    transcript_source: fact.source, transcript_model: fact.model,
  }),
};

// --- a ticket -------------------------------------------------------------------------------------

const lastOf = (history, name) => history.map((move) => move[name]).filter(Boolean).at(-1);

const TICKET = {
  ticket_moved(ticket, fact) {
    const step = pick(fact, ["number", "move", "to_step", "actor", "unit", "due_at", "at"]);
    const others = ticket.history.filter((old) => old.number !== fact.number);
    const history = [...others, step].sort((a, b) => a.number - b.number).slice(-MOVES);
    return {
      ...ticket,
      history,
      step: history.at(-1).to_step,
      unit: lastOf(history, "unit") ?? ticket.unit,
      due_at: lastOf(history, "due_at") ?? ticket.due_at,
      opened_at: fact.number === 1 ? fact.at : ticket.opened_at,
      call_id: ticket.call_id ?? fact.call_id ?? null,
    };
  },
  call_classified(ticket, fact) {
    if (ticket.category && ticket.category.revision > fact.revision) return ticket;
    const names = [
      "revision", "item", "item_name", "score", "urgency", "outcome", "runner_ups", "words",
    ];
    const category = { ...pick(fact, names), kind: fact.call_kind };
    return { ...ticket, category, call_id: ticket.call_id ?? fact.call_id ?? null };
  },
  duplicates_proposed(ticket, fact) {
    if (ticket.duplicates && ticket.duplicates.revision > fact.revision) return ticket;
    const duplicates = pick(fact, ["revision", "offers"]);
    return { ...ticket, duplicates, call_id: ticket.call_id ?? fact.call_id ?? null };
  },
  ticket_located(ticket, fact) {
    if (ticket.located && ticket.located.revision > fact.revision) return ticket;
    const located = pick(fact, [
      "revision", "cell", "cell_name", "place", "detail", "longitude", "latitude", "score", "level",
      "words", "candidates", "question", "forward_to",
    ]);
    return { ...ticket, located, call_id: ticket.call_id ?? fact.call_id ?? null };
  },
  category_corrected(ticket, fact) {
    if (ticket.correction && after(ticket.correction.at, fact.at)) return ticket;
    return { ...ticket, correction: { item: fact.to_item, actor: fact.actor, at: fact.at } };
  },
  feedback_received(ticket, fact) {
    if (ticket.rating && ticket.rating.round > fact.round) return ticket;
    return { ...ticket, rating: pick(fact, ["round", "rating", "solved", "by"]) };
  },
};

// --- the centre itself ----------------------------------------------------------------------------

const SYSTEM = {
  seat_seen: (board, fact) =>
    put(board, "seats", fact.seat, pick(fact, ["seat", "status", "paused", "at"])),
  agent_moved: (board, fact) => ({
    ...board,
    agents: { ...board.agents, [fact.agent]: moved(board.agents[fact.agent], fact) },
  }),
  seats_told: (board, fact) => put(
    board, "messages", `${fact.actor}|${fact.at}`, pick(fact, ["actor", "seats", "text", "at"]),
    MESSAGES,
  ),
  picture_mended: (board, fact) => put(
    board, "mended", `${fact.node}|${fact.subject}|${fact.name}|${fact.at}`,
    pick(fact, ["node", "subject", "name", "ours", "asterisks", "side_mended", "at"]), MENDED,
  ),
  link_lost: (board, fact) => put(board, "links", fact.node, {
    node: fact.node, up: false, reason: fact.reason, at: fact.at,
  }),
  link_restored: (board, fact) => put(board, "links", fact.node, {
    node: fact.node, up: true, reason: "", at: fact.at,
  }),
  callback_due(board, fact) {
    const task = pick(fact, ["why", "call_id", "ticket_number", "round", "at"]);
    return put(board, "callbacks", callbackKey(fact), task, CALLBACKS);
  },
  callback_tried: (board, fact) => put(
    board, "tries", String(fact.task), pick(fact, ["task", "attempt", "outcome", "at"]), CALLBACKS,
  ),
  fact_parked: (board, fact) => put(
    board, "parked", `${fact.parked_id}|${fact.handler}`,
    pick(fact, ["parked_id", "handler", "error", "at"]), PARKED,
  ),
};

/** The agent after a move; moves come in any order. */
function moved(known, fact) {
  let agent = known ?? emptyAgent(fact.agent);
  if (fact.number >= agent.number) {
    agent = { ...agent, ...pick(fact, ["number", "seat", "queues", "until"]), state: fact.to_state };
  }
  const begins = fact.from_state !== fact.to_state || fact.move === "pause";
  if (!begins || fact.number < agent.since_number) return agent;
  const reason = fact.to_state === "paused" ? fact.reason : "";
  return { ...agent, since: fact.at, reason, since_number: fact.number };
}

function put(board, part, key, view, most = 1000) {
  const known = board[part][key];
  if (known && after(known.at, view.at)) return board;
  return { ...board, [part]: newest({ ...board[part], [key]: view }, most, "at") };
}

// --- bounds ---------------------------------------------------------------------------------------

function newest(views, most, moment) {
  return keep(views, Object.keys(views), most, (key) => views[key][moment]);
}

function newestCalls(calls) {
  const over = Object.keys(calls)
    .filter((key) => OVER.includes(calls[key].state) || !calls[key].arrived_at);
  return keep(calls, over, CALLS, (key) => calls[key].arrived_at ?? "");
}

/** The views without the oldest candidates above `most`. */
function keep(views, candidates, most, momentOf) {
  if (candidates.length <= most) return views;
  const byAge = candidates.sort((a, b) =>
    compareMoments(momentOf(a), momentOf(b)) || (a < b ? -1 : 1));
  const gone = new Set(byAge.slice(0, -most));
  return Object.fromEntries(Object.entries(views).filter(([key]) => !gone.has(key)));
}
