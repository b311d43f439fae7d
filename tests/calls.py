"""Calls as facts, in seconds since ten in the morning of a Monday in the county."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from callcenter.agents.numbers.count import Wanted, counted, rows
from callcenter.agents.numbers.figure import Value
from callcenter.agents.numbers.scope import Item
from callcenter.agents.numbers.table import FIGURES
from callcenter.facts import (
    AgentMoved,
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallFact,
    CallOffered,
    CallQueued,
    Fact,
    Line,
    TalkEnded,
)

TEN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return TEN + timedelta(seconds=seconds)


class ACall:
    """One citizen's call, told step by step."""

    def __init__(self, name: str, began: float = 0, line: str = "12345", caller: str = "") -> None:
        self.id, self.now, self.visit, self.facts = f"n1-{name}.0", began, 0, list[Fact]()
        self.line = Line(line)
        self.add(
            CallArrived,
            line=self.line,
            node="n1",
            caller_number=caller or None,
            caller_channel=f"PJSIP/trunk-{name}",
        )

    def add(self, kind: type[CallFact], **values: Any) -> "ACall":
        self.facts.append(kind(at=at(self.now), call_id=self.id, **values))
        return self

    def then(self, seconds: float) -> "ACall":
        self.now += seconds
        return self

    def queued(self, queue: str = "", after: float = 0) -> "ACall":
        self.visit += 1
        self.queue = queue or self.line
        return self.then(after).add(CallQueued, queue=self.queue, position=1, visit=self.visit)

    def offered(self, seat: str) -> "ACall":
        return self.add(CallOffered, seat=seat, seat_leg=self._leg(seat))

    def answered(self, seat: str, waited: float, via: str = "queue") -> "ACall":
        self.then(waited)
        queue = self.queue if via == "queue" else ""
        return self.add(
            CallAnswered,
            queue=queue,
            seat=seat,
            seat_leg=self._leg(seat),
            seat_channel="",
            caller_channel="",
            waited_seconds=waited,
            via=via,
        )

    def parted(self, seat: str, talked: float) -> "ACall":
        return self.then(talked).ended_part(seat, talked)

    def ended_part(self, seat: str, talked: float) -> "ACall":
        return self.add(TalkEnded, seat=seat, seat_leg=self._leg(seat), talked_seconds=talked)

    def gives_up(self, waited: float) -> "ACall":
        self.then(waited)
        visit = {"queue": self.queue, "visit": self.visit, "waited_seconds": waited}
        return self.add(CallAbandoned, **visit).ended()

    def ended(self, cause: int = 16) -> "ACall":
        return self.add(CallEnded, cause=cause)

    def _leg(self, seat: str) -> str:
        return f"{self.id}-{seat}"


def moved(
    agent: str, number: int, seconds: float, to_state: str, seat: str | None, **more: Any
) -> AgentMoved:
    told = {"move": "move", "from_state": "", "actor": agent, "queues": ("12345",), **more}
    return AgentMoved(
        at=at(seconds), agent=agent, number=number, to_state=to_state, seat=seat, **told
    )


def facts_of(*calls: ACall) -> list[Fact]:
    return [fact for call in calls for fact in call.facts]


def wanted(since: float = -3600, until: float = 7200, now: float = 7200, **more: Any) -> Wanted:
    return Wanted(at(since), at(until), at(now), **more)


def figures(facts: Iterable[Fact], want: Wanted | None = None) -> dict[str, Value]:
    """The figures of the one row there is."""
    (row,) = rows(counted(facts), want or wanted())
    return row.values((want or wanted()).figures)


def table(facts: Iterable[Fact], want: Wanted) -> list[tuple[datetime, str, dict[str, Value]]]:
    """The figures of every row."""
    found = rows(counted(facts), want)
    return [(row.since, row.key, row.values(want.figures)) for row in found]


def items(facts: Iterable[Fact], name: str, want: Wanted | None = None) -> list[Item]:
    """What stands behind a figure."""
    (row,) = rows(counted(facts), want or wanted())
    return FIGURES[name].top(row.scope)
