"""A ticket's history -> what was owed by whom from when to when, and what happened.

A **duty** is owed from one move to another: to respond, to dispatch, to handle, to verify, to
close. Each has a deadline, which extensions and suspensions move. An **event** is one move that is
counted by itself. How a figure follows from both is lists.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from callcenter.tickets.evaluation.case import Case, Moved
from callcenter.tickets.steps import OVER, Move, Step

Owed = Literal["respond", "dispatch", "handle", "verify", "close"]
Limited = Literal["take", "file", "respond", "dispatch", "verify", "close"]
Limits = Mapping[Limited, Callable[[datetime], datetime]]  # from a beginning to its deadline

SENDING = frozenset({Move.DISPATCH, Move.FORWARD, Move.ESCALATE})
ON = frozenset({Move.FORWARD, Move.ESCALATE})  # away from a unit, though not finished
TO_DISPATCH = frozenset({Step.FILED, Step.REOPENED})
WITH_UNIT = frozenset({Step.DISPATCHED, Step.HANDLING, Step.SUSPENDED, Step.RETURNED})
RESTING = frozenset({Step.SUSPENDED, Step.RETURNED})  # no deadline runs out meanwhile


class Version(NamedTuple):
    """How a duty stands from a moment on; without a deadline it cannot become overdue."""

    at: datetime
    due_at: datetime | None
    unit: str


@dataclass(slots=True)
class Duty:
    """Something owed. `ended_at` None: still owed; `done`: it was fulfilled, else taken away."""

    kind: Owed
    number: int  # the move that began it
    begun_at: datetime
    versions: list[Version]
    is_again: bool = False  # after a rejection or a reopening
    is_joint: bool = False  # a share of a unit that is not the lead
    is_sent: bool = False  # began by sending the ticket to the unit
    ended_at: datetime | None = None
    end_number: int = 0
    done: bool = False
    passed_on: bool = False  # forwarded or escalated, not finished
    extended_at: datetime | None = None
    again_at: datetime | None = None  # when its handling first was rejected or not enough
    returned_at: datetime | None = None
    wrong_at: datetime | None = None  # of a dispatch: when it proved wrong
    rested_seconds: float = 0.0

    def as_of(self, end: datetime) -> Version:
        """How it stood just before a moment after its beginning."""
        return next((one for one in reversed(self.versions) if one.at < end), self.versions[0])


class Event(NamedTuple):
    """A move that is counted by itself."""

    name: str
    at: datetime
    number: int
    unit: str
    what: str = ""
    due_at: datetime | None = None
    wrong_at: datetime | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Trail:
    """What a ticket's history comes to."""

    case: Case
    reporter: str  # who opened it: a seat, a patroller, another channel
    taken_at: datetime | None = None
    taken_by: str = ""
    duties: list[Duty] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def seat(self, end: datetime) -> str:
        """Who took it in, filing or answering it; who opened it where nobody had by then."""
        return self.taken_by if self.taken_at and self.taken_at < end else self.reporter


def trail_of(case: Case, limits: Limits) -> Trail:
    """What the ticket's history comes to; moves of no effect are passed over."""
    return _Folding(case, limits).run()


class _Folding:
    """One walk along the history."""

    def __init__(self, case: Case, limits: Limits) -> None:
        self._case, self._limits = case, limits
        first = case.moves[0].actor if case.moves else ""
        self.trail = Trail(case, first)
        self._open: dict[str, Duty] = {}  # by kind; joint shares by their unit
        self._has_shares = False  # or had
        self._opened_at: datetime | None = None
        self._filed: int | None = None  # where in events
        self._sent: Duty | None = None  # the last dispatch
        self._due_at: datetime | None = None  # of handling, after the last move
        self._unit: str | None = None  # likewise
        self._rest_began: datetime | None = None

    def run(self) -> Trail:
        """All moves, then what the citizens said."""
        last: datetime | None = None
        for told in self._case.moves:
            at = told.at if last is None or told.at > last else last  # never before the last one
            move = told if at is told.at else told._replace(at=at)
            last = at
            self._tell(move)
            self._owe(move)
            self._due_at, self._unit = move.due_at, move.unit
        self._rate()
        self._correct()
        return self.trail

    # --- events ----------------------------------------------------------------------------------

    def _tell(self, move: Moved) -> None:
        name = move.move
        if name == Move.OPEN:
            self._opened_at = move.at
            self._event("open", move)
        elif name in (Move.FILE, Move.ANSWER):
            self._take(move)
        elif name in TOLD:  # passing on is told of the unit that does it, not of the next one
            self._event(TOLD[name], move._replace(unit=self._unit) if name in ON else move, name)
        if name in (Move.DISCARD, Move.DECLINE):
            self._misfiled(move.at)
        if name in (Move.FORWARD, Move.UPHOLD_RETURN) and self._sent:
            self._sent.wrong_at = self._sent.wrong_at or move.at

    def _take(self, move: Moved) -> None:
        """受理: the centre made it a case, or answered it on the spot."""
        opened = self._opened_at or move.at
        seconds = (move.at - opened).total_seconds()
        if self.trail.taken_at is None:
            self.trail.taken_at, self.trail.taken_by = move.at, move.actor
        self._event("take", move, due_at=self._limits["take"](opened), seconds=seconds)
        if move.move == Move.ANSWER:
            self._event("answer", move)
            return
        self._filed = len(self.trail.events)
        self._event("file", move, due_at=self._limits["file"](opened))

    def _event(
        self,
        name: str,
        move: Moved,
        what: str = "",
        *,
        due_at: datetime | None = None,
        seconds: float = 0.0,
    ) -> None:
        event = Event(
            name, move.at, move.number, move.unit or "", what, due_at=due_at, seconds=seconds
        )
        self.trail.events.append(event)

    def _misfiled(self, at: datetime) -> None:
        if self._filed is not None:
            filed = self.trail.events[self._filed]
            if filed.wrong_at is None or at < filed.wrong_at:
                self.trail.events[self._filed] = filed._replace(wrong_at=at)

    def _rate(self) -> None:
        for rated in self._case.ratings:
            unit = next((m.unit for m in reversed(self._case.moves) if m.at <= rated.at), "") or ""
            what = "solved" if rated.solved else "unsolved"
            self.trail.events.append(Event(f"rated_{rated.rating}", rated.at, 0, unit, what))

    def _correct(self) -> None:
        for at in self._case.corrected:
            if self._filed is not None and at > self.trail.events[self._filed].at:
                self._misfiled(at)

    # --- duties ----------------------------------------------------------------------------------

    def _owe(self, move: Moved) -> None:
        self._owe_dispatch(move)
        if "respond" in self._open or move.move in SENDING:
            self._owe_response(move)
        if "handle" in self._open or move.to_step in WITH_UNIT:
            self._owe_handling(move)
        if self._has_shares or move.move == Move.JOIN:
            self._owe_shares(move)
        if "verify" in self._open or move.to_step == Step.REPORTED:
            self._owe_verification(move)
        self._owe_closing(move)

    def _owe_dispatch(self, move: Moved) -> None:
        if move.move == Move.DISPATCH:
            self._sent = self._end("dispatch", move, done=True, unit=move.unit or "")
        elif move.to_step not in TO_DISPATCH:
            self._end("dispatch", move)
        elif "dispatch" not in self._open:
            self._begin("dispatch", move, self._limits["dispatch"](move.at), unit="")

    def _owe_response(self, move: Moved) -> None:
        if move.move in SENDING:
            self._end("respond", move)
            self._begin("respond", move, self._limits["respond"](move.at))
        elif "respond" in self._open and move.move in (Move.ACCEPT, Move.RETURN):
            self._end("respond", move, done=True)
        elif move.to_step != Step.DISPATCHED:
            self._end("respond", move)

    def _owe_handling(self, move: Moved) -> None:
        if move.move in SENDING:
            self._end("handle", move, passed_on=move.move in ON)
        if move.to_step not in WITH_UNIT:
            self._end("handle", move, done=move.move == Move.REPORT)
            return
        duty = self._open.get("handle")
        if duty is None:
            duty = self._begin("handle", move, move.due_at)
            duty.is_again, duty.is_sent = move.move == Move.REJECT, move.move in SENDING
            return
        if move.move == Move.GRANT_EXTENSION:
            duty.extended_at = duty.extended_at or move.at
        elif move.move == Move.RETURN:
            duty.returned_at = duty.returned_at or move.at
        self._rest(duty, move)
        self._revise(duty, move, self._running(duty, move, move.due_at))

    def _rest(self, duty: Duty, move: Moved) -> None:
        """Time suspended is no time of handling."""
        if move.to_step == Step.SUSPENDED and self._rest_began is None:
            self._rest_began = move.at
        elif move.to_step != Step.SUSPENDED and self._rest_began is not None:
            duty.rested_seconds += (move.at - self._rest_began).total_seconds()
            self._rest_began = None

    @staticmethod
    def _running(duty: Duty, move: Moved, due_at: datetime | None) -> datetime | None:
        """No deadline runs out while suspended or in dispute; one that has run out stays so."""
        before = duty.versions[-1].due_at
        if move.to_step in RESTING and (before is None or before >= move.at):
            return None
        return before if move.to_step in RESTING else due_at

    def _owe_shares(self, move: Moved) -> None:
        """协办: a unit's share lasts until it contributes, leaves, or the lead has reported."""
        share = f"share {move.other}"
        if move.move == Move.JOIN:
            self._has_shares = True
            self._end(share, move)
            self._begin("handle", move, move.due_at, unit=move.other or "", key=share)
            return
        if move.move in (Move.CONTRIBUTE, Move.PART):
            self._end(share, move, done=move.move == Move.CONTRIBUTE)
        for key in [key for key in self._open if key.startswith("share ")]:
            if move.to_step not in WITH_UNIT:
                self._end(key, move)
                continue
            duty = self._open[key]
            self._revise(
                duty, move, self._running(duty, move, move.due_at), unit=duty.versions[0].unit
            )

    def _owe_verification(self, move: Moved) -> None:
        if move.to_step != Step.REPORTED:
            self._end("verify", move, done=move.move in (Move.VERIFY, Move.REJECT))
        elif "verify" not in self._open:
            self._begin("verify", move, self._limits["verify"](move.at))

    def _owe_closing(self, move: Moved) -> None:
        if move.to_step in OVER:
            self._end("close", move, done=move.move == Move.CLOSE)
            return
        duty = self._open.get("close")
        if duty is None:
            if move.to_step != Step.DRAFT:
                duty = self._begin("close", move, self._limits["close"](move.at))
                duty.is_again = move.move == Move.REOPEN
            return
        if move.move in (Move.REJECT, Move.REOPEN):
            duty.again_at = duty.again_at or move.at
        self._revise(duty, move, self._closing(duty, move))

    def _closing(self, duty: Duty, move: Moved) -> datetime | None:
        """The deadline, moved by as much as an extension or a suspension moved the handling's."""
        held = [one.due_at for one in duty.versions if one.due_at]
        due_at = held[-1] if held else None
        if move.to_step == Step.SUSPENDED and due_at and due_at >= move.at:
            return None
        moved = move.move in (Move.GRANT_EXTENSION, Move.RESUME)
        if moved and due_at and move.due_at and self._due_at:
            return due_at + (move.due_at - self._due_at)
        return due_at

    def _begin(
        self,
        kind: Owed,
        move: Moved,
        due_at: datetime | None,
        *,
        unit: str | None = None,
        key: str = "",
    ) -> Duty:
        whose = (move.unit or "") if unit is None else unit
        duty = Duty(kind, move.number, move.at, [Version(move.at, due_at, whose)])
        duty.is_joint = bool(key)
        self._open[key or kind] = duty
        self.trail.duties.append(duty)
        return duty

    def _revise(
        self, duty: Duty, move: Moved, due_at: datetime | None, unit: str | None = None
    ) -> None:
        last, whose = duty.versions[-1], (move.unit or "") if unit is None else unit
        if (last.due_at, last.unit) != (due_at, whose):
            duty.versions.append(Version(move.at, due_at, whose))

    def _end(
        self,
        key: str,
        move: Moved,
        *,
        done: bool = False,
        passed_on: bool = False,
        unit: str | None = None,
    ) -> Duty | None:
        duty = self._open.pop(key, None)
        if duty is None:
            return None
        duty.ended_at, duty.end_number = move.at, move.number
        duty.done, duty.passed_on = done, passed_on
        if key == "handle" and self._rest_began:
            duty.rested_seconds += (move.at - self._rest_began).total_seconds()
            self._rest_began = None
        if unit is not None:
            duty.versions.append(duty.versions[-1]._replace(at=move.at, unit=unit))
        return duty


TOLD: dict[str, str] = {  # the moves that are counted by themselves, and as what
    Move.DISCARD: "discard",
    Move.DECLINE: "decline",
    Move.MERGE: "merge",
    Move.RETURN: "return",
    Move.REOPEN: "rework",
    Move.REJECT: "rework",
    Move.GRANT_EXTENSION: "extend",
    Move.SUSPEND: "suspend",
    Move.FORWARD: "forward",
    Move.ESCALATE: "forward",
    Move.SUPERVISE: "supervise",
    Move.URGE: "urge",
    Move.JOIN: "join",
}
