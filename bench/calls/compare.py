"""Our figures beside the ledger's: counts exact, times as exact as whole seconds allow."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bench.calls.ledger import Entry
from bench.calls.ours import Told

# Asterisk tells HoldTime and TalkTime in whole seconds, as a difference of two clocks that were cut
# to the second: off by up to one. Half a second more for a machine that is busy.
OFF_SECONDS = 1.5
MEAN_OFF_SECONDS = 0.5  # of many calls the errors cancel out
SOON_SECONDS = 15  # GB/T 33358-2016: answered within

LINES = ("12345", "110")


@dataclass(frozen=True)
class Figure:
    """One figure, told by both; the ledger's is a range where the edge of a second decides."""

    name: str
    ours: float
    least: float
    most: float

    @property
    def is_equal(self) -> bool:
        """Whether both say the same."""
        return self.least <= self.ours <= self.most

    @property
    def ledgers(self) -> str:
        """The ledger's value as text."""
        return _text(self.least) if self.least == self.most else (
            f"{_text(self.least)} to {_text(self.most)}"
        )  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """A call that the two tell differently."""

    call_id: str
    number: str
    field: str
    ours: object
    ledger: object


def figures(ours: Iterable[Told], ledger: Iterable[Entry]) -> list[Figure]:
    """Figures of lines and seats, from our facts and rows alone."""
    ours, ledger = list(ours), [entry for entry in ledger if entry.reached]
    told = [figure for line in LINES for figure in _of_line(line, ours, ledger)]
    seats = sorted({o.seat for entry in ledger for o in entry.offers})
    return told + [figure for seat in seats for figure in _of_seat(seat, ours, ledger)]


def differences(
    ours: Iterable[Told], ledger: Iterable[Entry], late_seconds: float = 0.0
) -> Iterator[Difference]:
    """Call by call, field by field.

    Takes `late_seconds` for a machine driven to its end: a talk may be told longer by what the
    other phone waited for its BYE, up to that; and a wait shorter by that, since the ledger only
    knows how long the greeting is, not how long a busy Asterisk takes over it.
    """
    ours = list(ours)
    by_number = {one.number: one for one in ours}
    for entry in ledger:
        one = by_number.pop(entry.number, None)
        if one and entry.reached:
            yield from _of_call(one, entry, late_seconds)
        elif one or entry.reached:
            yield Difference(one.call_id if one else "", entry.number, "known", bool(one), not one)
    for one in by_number.values():
        yield Difference(one.call_id, one.number, "known", True, False)
    for number, times in Counter(one.number for one in ours).items():
        if times > 1:
            yield Difference("", number, "times told", times, 1)


def _of_call(one: Told, entry: Entry, late_seconds: float) -> Iterator[Difference]:
    rows: list[tuple[str, object, object]] = [
        ("line", one.line, entry.line),
        ("outcome", one.outcome, entry.outcome),
        ("seats", [seat for seat, _ in one.parts], [part.seat for part in entry.parts]),
        ("missed", list(one.missed), sorted(o.seat for o in entry.offers if o.missed)),
        ("open", one.is_open, False),
    ]
    yield from (Difference(one.call_id, one.number, *row) for row in rows if row[1] != row[2])
    waited = None if entry.outcome == "short" else entry.waited
    if not near(one.waited, waited, less=late_seconds):
        yield Difference(one.call_id, one.number, "waited", one.waited, waited)
    for (seat, talked), part in zip(one.parts, entry.parts, strict=False):
        if not near(talked, part.seconds(), min(part.release_seconds, late_seconds)):
            name = f"talked with {seat}"
            yield Difference(one.call_id, one.number, name, talked, part.seconds())


def near(ours: float | None, ledgers: float | None, more: float = 0.0, less: float = 0.0) -> bool:
    """Whether two times say the same; ours may be so much more, or less, than the ledger's."""
    if ours is None or ledgers is None:
        return ours is None and ledgers is None
    return -OFF_SECONDS - less <= ours - ledgers <= OFF_SECONDS + more


def _of_line(line: str, ours: list[Told], ledger: list[Entry]) -> Iterator[Figure]:
    mine = [one for one in ours if one.line == line]
    theirs = [entry for entry in ledger if entry.line == line]
    yield _exact(f"{line} offered", len(mine), len(theirs))
    for outcome in ("answered", "abandoned", "short"):
        yield _exact(
            f"{line} {outcome}",
            sum(one.outcome == outcome for one in mine),
            sum(entry.outcome == outcome for entry in theirs),
        )
    answered = [entry.waited or 0.0 for entry in theirs if entry.outcome == "answered"]
    soon = sum(one.outcome == "answered" and (one.waited or 0) <= SOON_SECONDS for one in mine)
    yield Figure(f"{line} answered within {SOON_SECONDS} s", soon, *_soon(answered))
    given_up = [entry.waited or 0.0 for entry in theirs if entry.outcome == "abandoned"]
    for outcome, waits in (("answered", answered), ("abandoned", given_up)):
        own = [one.waited or 0.0 for one in mine if one.outcome == outcome]
        yield _times(f"{line} {outcome}: seconds waited", own, waits)
        yield _longest(f"{line} {outcome}: longest wait", own, waits)


def _of_seat(seat: str, ours: list[Told], ledger: list[Entry]) -> Iterator[Figure]:
    mine = [talked for one in ours for name, talked in one.parts if name == seat]
    theirs = [part.seconds() for entry in ledger for part in entry.parts if part.seat == seat]
    yield _exact(f"{seat} answered", len(mine), len(theirs))
    yield _exact(
        f"{seat} missed",
        sum(one.missed.count(seat) for one in ours),
        sum(o.seat == seat and o.missed for entry in ledger for o in entry.offers),
    )
    yield _times(f"{seat} seconds talked", [s or 0.0 for s in mine], [s or 0.0 for s in theirs])


def _exact(name: str, ours: int, ledgers: int) -> Figure:
    return Figure(name, ours, ledgers, ledgers)


def _soon(waits: list[float]) -> tuple[int, int]:
    """How many for certain and how many at most waited no longer than the mark."""
    sure = sum(wait <= SOON_SECONDS - OFF_SECONDS for wait in waits)
    return sure, sum(wait <= SOON_SECONDS + OFF_SECONDS for wait in waits)


def _times(name: str, ours: list[float], ledgers: list[float]) -> Figure:
    off, total = OFF_SECONDS + MEAN_OFF_SECONDS * len(ledgers), sum(ledgers)
    return Figure(name, sum(ours), max(total - off, 0.0), total + off)


def _longest(name: str, ours: list[float], ledgers: list[float]) -> Figure:
    longest = max(ledgers, default=0.0)
    off = OFF_SECONDS if ledgers else 0.0
    return Figure(name, max(ours, default=0.0), max(longest - off, 0.0), longest + off)


def _text(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def table(figures: Iterable[Figure], say: Callable[[str], None]) -> int:
    """Print them; how many are not equal."""
    say(f"{'figure':38}{'ours':>10}  {'ledger':>20}  equal")
    wrong = 0
    for figure in figures:
        wrong += not figure.is_equal
        equal = "yes" if figure.is_equal else "NO"
        say(f"{figure.name:38}{_text(figure.ours):>10}  {figure.ledgers:>20}  {equal}")
    return wrong
