"""Facts -> figures: calls, parts and agents' time shared out over intervals and groups."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from callcenter.agents.numbers.figure import Figure, Value, compute
from callcenter.agents.numbers.fold import CALL_FACTS, fold
from callcenter.agents.numbers.periods import Interval, begins
from callcenter.agents.numbers.scope import (
    CaseMove,
    Reached,
    Scope,
    SeatOffer,
    SeatPart,
    Stretch,
)
from callcenter.agents.numbers.staff import Roster, Span, spans, standing
from callcenter.agents.numbers.table import FIGURES
from callcenter.agents.numbers.told import Told
from callcenter.facts import (
    AgentMoved,
    CallFact,
    CategoryCorrected,
    Fact,
    PhoneSeen,
    SeatMoved,
    TicketMoved,
)

By = Literal["all", "line", "queue", "skill", "seat", "agent"]

STAFF_FACTS: Final = ("agent_moved", "ticket_moved", "category_corrected")
SEAT_FACTS: Final = ("seat_moved", "phone_seen")  # hold until the next, be it months
FACTS: Final = (
    *CALL_FACTS,
    *STAFF_FACTS,
    *SEAT_FACTS,
)  # the names of all facts that figures are made of
SEAT_MOVES: Final = ("answer", "file")


@dataclass(frozen=True)
class Wanted:
    """Which figures: of what time, and of which line, queue, seat or agent (None: of all)."""

    since: datetime
    until: datetime
    now: datetime
    interval: Interval = "whole"
    by: By = "all"
    line: str | None = None
    queue: str | None = None
    seat: str | None = None
    agent: str | None = None

    @property
    def keyed_by(self) -> By:
        """What names the rows: a skill is a queue, and an agent has it who may serve that."""
        return "queue" if self.by == "skill" else self.by

    def has(self, figure: Figure) -> bool:
        """Whether the figure means anything for this choice."""
        if figure.about == "line":
            return not (self.seat or self.agent or self.keyed_by in ("seat", "agent"))
        if figure.about == "case":
            return not (self.queue or self.line or self.keyed_by in ("queue", "line"))
        return True

    @property
    def figures(self) -> list[Figure]:
        """The figures that mean something for this choice."""
        return [figure for figure in FIGURES.values() if self.has(figure)]


@dataclass(frozen=True)
class Row:
    """The figures of one interval and one line, queue, seat or agent ("": of all)."""

    since: datetime
    until: datetime
    key: str
    scope: Scope

    def values(self, figures: Iterable[Figure]) -> dict[str, Value]:
        """The figures by their names, not rounded."""
        return {figure.name: compute(figure, self.scope) for figure in figures}


@dataclass
class Counted:
    """All calls, agents' stretches and seats' moves that the facts tell of."""

    calls: dict[str, Told]
    spans: list[Span] = field(default_factory=list)
    moves: list[CaseMove] = field(default_factory=list)
    roster: Roster = field(default_factory=lambda: Roster(()))

    def reached(self) -> Reached:
        """Who got through when."""
        found = Reached()
        for call in self.calls.values():
            if not call.parts:
                continue
            at = call.parts[0].at
            if call.origin:
                found.by_origin.setdefault(call.origin, []).append(at)
            if call.caller:
                found.by_caller.setdefault(call.caller, []).append(at)
        return found

    def seat_talks(self, now: datetime) -> dict[str, list[Stretch]]:
        """Every seat's talks, by when they began."""
        found: defaultdict[str, list[Stretch]] = defaultdict(list)
        for call in self.calls.values():
            for part in call.parts:
                since, until = part.stretch
                found[part.seat].append((since, until or max(since, now)))
        for talks in found.values():
            talks.sort()
        return dict(found)


def counted(facts: Iterable[Fact]) -> Counted:
    """What the facts tell; any order, doubled, and facts of other kinds passed over."""
    every = list(facts)
    found = spans(fact for fact in every if isinstance(fact, AgentMoved))
    roster = Roster(found)
    stood = standing((f for f in every if isinstance(f, SeatMoved | PhoneSeen)), found)
    calls = fold(fact for fact in every if isinstance(fact, CallFact))
    return Counted(calls, [*found, *stood], list(_moves(every, roster)), roster)


def rows(every: Counted, wanted: Wanted) -> list[Row]:
    """One row an interval and group, in that order; every interval has one, also an empty one."""
    return list(_Sharing(every, wanted).run())


def _moves(facts: list[Fact], roster: Roster) -> Iterator[CaseMove]:
    known: set[tuple[str, str]] = set()
    calls = {f.ticket_number: f.call_id for f in facts if isinstance(f, TicketMoved) and f.call_id}
    for fact in facts:
        if isinstance(fact, TicketMoved) and fact.move in SEAT_MOVES:
            what, identity = fact.move, (fact.ticket_number, str(fact.number))
        elif isinstance(fact, CategoryCorrected):
            what, identity = "correct", (fact.ticket_number, str(fact.at))
        else:
            continue
        if identity not in known:
            known.add(identity)
            seat, agent = roster.seat_and_agent(fact.actor, fact.at)
            yield CaseMove(fact.at, what, seat, agent, calls.get(fact.ticket_number))


class _Sharing:
    """Shares everything out over the wanted intervals and groups, in one walk."""

    def __init__(self, every: Counted, wanted: Wanted) -> None:
        self._every, self._wanted = every, wanted
        self._begins = begins(wanted.since, wanted.until, wanted.interval)
        self._reached = every.reached()
        self._seat_talks = every.seat_talks(wanted.now)
        self._scopes: dict[tuple[int, str], Scope] = {}

    def run(self) -> Iterator[Row]:
        if self._wanted.by == "all":
            self._scopes = {
                (place, ""): self._made(place, "") for place in range(len(self._begins))
            }
        for call in self._every.calls.values():
            self._share_call(call)
            self._share_parts(call)
            self._share_offers(call)
        for span in self._every.spans:
            self._share_span(span)
        for move in self._every.moves:
            self._share_move(move)
        for (_, key), scope in sorted(self._scopes.items(), key=lambda pair: pair[0]):
            yield Row(scope.since, scope.until, key, scope)

    def _share_call(self, call: Told) -> None:
        wanted = self._wanted
        if wanted.line and call.line != wanted.line:
            return
        if wanted.queue and wanted.queue not in call.queues:
            return
        keys = {
            "all": [""],
            "line": [str(call.line or "")],
            "queue": [wanted.queue] if wanted.queue else list(call.queues),
        }.get(wanted.keyed_by, [])
        for scope in self._at(call.at, keys):
            (scope.placed if call.placed else scope.calls).append(call)

    def _share_parts(self, call: Told) -> None:
        for part in call.parts:
            if not part.is_seats or not self._is_of(call, part.queue):
                continue
            agent = self._every.roster.agent_at(part.seat, part.at)
            if not self._is_wanted(part.seat, agent):
                continue
            one = SeatPart(call, part, agent)
            keys = self._keys(part.seat, agent, part.queue, call)
            for scope in self._at(part.at, keys):
                scope.parts.append(one)
            since, until = part.stretch
            for scope in self._during(since, until, keys):
                scope.talks.append(one)

    def _share_offers(self, call: Told) -> None:
        for offer in call.offers:
            queue = next((v.queue for v in reversed(call.visits) if v.at <= offer.at), "")
            agent = self._every.roster.agent_at(offer.seat, offer.at)
            if self._is_of(call, queue) and self._is_wanted(offer.seat, agent):
                keys = self._keys(offer.seat, agent, queue, call)
                for scope in self._at(offer.at, keys):
                    scope.offers.append(SeatOffer(call, offer, agent))

    def _share_span(self, span: Span) -> None:
        wanted = self._wanted
        if not span.agent and wanted.keyed_by == "agent":
            return
        queues = {queue for queue in (wanted.queue, wanted.line) if queue}
        if not queues <= set(span.queues) or not self._is_wanted(span.seat, span.agent):
            return
        keys = self._keys(span.seat, span.agent)
        if wanted.keyed_by in ("queue", "line"):
            keys = [wanted.queue] if wanted.queue else list(span.queues)
        for scope in self._during(span.since, span.until, keys):
            scope.spans.append(span)

    def _share_move(self, move: CaseMove) -> None:
        known = self._wanted.keyed_by in ("all", "seat", "agent")
        if known and self._is_wanted(move.seat, move.agent):
            for scope in self._at(move.at, self._keys(move.seat, move.agent)):
                scope.moves.append(move)

    def _is_of(self, call: Told, queue: str) -> bool:
        wanted = self._wanted
        return wanted.queue in (None, queue) and (not wanted.line or call.line == wanted.line)

    def _is_wanted(self, seat: str, agent: str | None) -> bool:
        wanted = self._wanted
        return wanted.seat in (None, seat) and wanted.agent in (None, agent)

    def _keys(
        self, seat: str, agent: str | None, queue: str = "", call: Told | None = None
    ) -> list[str]:
        line = str(call.line or "") if call else ""
        return [
            {"all": "", "line": line, "queue": queue, "seat": seat, "agent": agent or ""}[
                self._wanted.keyed_by
            ]
        ]

    def _at(self, at: datetime, keys: Iterable[str]) -> Iterator[Scope]:
        if self._wanted.since <= at < self._wanted.until:
            place = bisect_right(self._begins, at) - 1
            for key in keys:
                yield self._scope(place, key)

    def _during(self, since: datetime, until: datetime | None, keys: list[str]) -> Iterator[Scope]:
        end = min(until or self._wanted.now, self._wanted.until)
        place = max(0, bisect_right(self._begins, since) - 1)
        while place < len(self._begins) and self._begins[place] < end:
            for key in keys:
                yield self._scope(place, key)
            place += 1

    def _scope(self, place: int, key: str) -> Scope:
        scope = self._scopes.get((place, key))
        if scope is None:
            scope = self._scopes[place, key] = self._made(place, key)
        return scope

    def _made(self, place: int, key: str) -> Scope:
        wanted = self._wanted
        after = [*self._begins[place + 1 : place + 2], wanted.until][0]
        queue = key if wanted.keyed_by == "queue" else wanted.queue
        since = self._begins[place]
        return Scope(since, after, wanted.now, queue, self._reached, self._seat_talks)
