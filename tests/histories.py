"""Ticket histories for tests: each row as callcenter.tickets.moving would write it."""

from datetime import datetime, timedelta

from callcenter.tickets.evaluation.case import Case, Moved, Rated
from callcenter.tickets.evaluation.count import Count, Wanted, behind
from callcenter.tickets.evaluation.periods import COUNTY_TIME
from callcenter.tickets.steps import MOVES, Move, Step

BEGAN = datetime(2026, 10, 1, tzinfo=COUNTY_TIME)
LIMITS = {
    "take": lambda at: at + timedelta(hours=1),
    "file": lambda at: at + timedelta(hours=1),
    "dispatch": lambda at: at + timedelta(hours=2),
    "respond": lambda at: at + timedelta(hours=24),
    "verify": lambda at: at + timedelta(hours=24),
    "close": lambda at: at + timedelta(hours=240),
}
SENT_FOR = timedelta(hours=48)  # a unit's time, where a test does not say


def at(hours: float) -> datetime:
    """So many hours after October began."""
    return BEGAN + timedelta(hours=hours)


class AHistory:
    """A ticket as it goes, move by move: `AHistory("1").then(0, "open").then(1, "file")`."""

    def __init__(self, number: str = "1", *, line: str = "12345", item: str | None = "113",
                 cell: str | None = "140728101001001") -> None:  # fmt: skip
        self.number, self.line, self.item, self.cell = number, line, item, cell
        self.moves: list[Moved] = []
        self.ratings: list[Rated] = []
        self.corrected: list[datetime] = []
        self.step: Step | None = None
        self.unit: str | None = None
        self.due_at: datetime | None = None
        self._asked: datetime | None = None
        self._rested: datetime | None = None

    def then(self, hours: float, move: str, unit: str | None = None, *, by: str = "seat-01",
             due: float | None = None, other: str | None = None) -> "AHistory":  # fmt: skip
        """The next move, so many hours after October began; `due` likewise."""
        moment, name, before = at(hours), Move(move), self.step
        self.step = self._after(name)
        due_at = None if due is None else at(due)
        if name in (Move.DISPATCH, Move.FORWARD, Move.ESCALATE):
            self.unit, self.due_at = unit, due_at or moment + SENT_FOR
        elif name is Move.ASK_EXTENSION:
            self._asked = due_at
        elif name is Move.GRANT_EXTENSION:
            self.due_at = self._asked or due_at
        elif name is Move.SUSPEND:
            self._rested = moment
        elif name is Move.RESUME and self.due_at and self._rested:
            self.due_at += moment - self._rested
        row = Moved(len(self.moves) + 1, moment, name, before, self.step, by, self.unit,
                    self.due_at, other)  # fmt: skip
        self.moves.append(row)
        return self

    def rated(self, hours: float, rating: int, solved: bool = True) -> "AHistory":
        """The citizen's word when called back."""
        self.ratings.append(Rated(at(hours), rating, solved))
        return self

    def corrected_at(self, hours: float) -> "AHistory":
        """A person chose another item."""
        self.corrected.append(at(hours))
        return self

    @property
    def case(self) -> Case:
        """The ticket as evaluation reads it."""
        return Case(self.number, self.line, self.item, self.cell, tuple(self.moves),
                    tuple(self.ratings), tuple(self.corrected))  # fmt: skip

    def _after(self, move: Move) -> Step:
        if move is Move.OPEN:
            return Step.DRAFT
        if move is Move.UNMERGE:
            merge = next(row for row in reversed(self.moves) if row.move is Move.MERGE)
            return Step(merge.from_step or "draft")
        return self.step if move is Move.RELOCATE and self.step else MOVES[self.step, move]


def wanted(since: float = 0, until: float = 744, **more: object) -> Wanted:
    """October, as it stood at its end."""
    return Wanted(at(since), at(until), now=at(100_000), **more)


def figures(histories: list[AHistory], want: Wanted | None = None) -> dict[str, float | None]:
    """The one row's figures."""
    return next(iter(table(histories, want or wanted()).values()))


def table(histories: list[AHistory], want: Wanted) -> dict[str, dict[str, float | None]]:
    """Rows by their keys (or by their beginnings where nothing is told apart), and figures."""
    count = Count(want, LIMITS)
    for history in histories:
        count.take(history.case)
    found = {}
    for row in count.rows():
        key = f"{row.scope.since:%m-%d}" if want.by == "all" else row.key
        values = row.values(want.figures)
        found[key] = {name: value.value for name, value in values.items()}
    return found


def list_behind(histories: list[AHistory], name: str, want: Wanted | None = None):
    """The entries of a list."""
    cases = (history.case for history in histories)
    return [one.entry for one in behind(cases, want or wanted(), LIMITS, name)]
