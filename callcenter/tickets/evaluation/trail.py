"""A ticket's history -> what was owed by whom from when to when, and what happened.

A **duty** is owed from one move to another: to respond, to dispatch, to handle, to verify, to
close. Each has a deadline, which extensions and suspensions move. An **event** is one move that is
counted by itself. How a figure follows from both is lists.py.
"""

from datetime import datetime

from callcenter.tickets.evaluation.case import Case, Moved
from callcenter.tickets.evaluation.duty import Event, Limits, Trail
from callcenter.tickets.evaluation.owing import ON, Owing
from callcenter.tickets.steps import Move


def trail_of(case: Case, limits: Limits) -> Trail:
    """What the ticket's history comes to; moves of no effect are passed over."""
    return _Folding(case, limits).run()


class _Folding:
    """One walk along the history."""

    def __init__(self, case: Case, limits: Limits) -> None:
        self._case, self._limits = case, limits
        first = case.moves[0].actor if case.moves else ""
        self.trail = Trail(case, first)
        self._owing = Owing(limits)
        self._opened_at: datetime | None = None
        self._filed: int | None = None  # where in events
        self._unit: str | None = None  # after the last move

    def run(self) -> Trail:
        """All moves, then what the citizens said."""
        last: datetime | None = None
        for told in self._case.moves:
            at = told.at if last is None or told.at > last else last  # never before the last one
            move = told if at is told.at else told._replace(at=at)
            last = at
            self._tell(move)
            self._owing.owe(move)
            self._unit = move.unit
        self.trail.duties = self._owing.duties
        self._rate()
        self._correct()
        return self.trail

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
        sent = self._owing.sent
        if name in (Move.FORWARD, Move.UPHOLD_RETURN) and sent:
            sent.wrong_at = sent.wrong_at or move.at

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
