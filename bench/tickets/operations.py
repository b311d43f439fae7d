"""What is measured: each operation as our code does it, and by hand."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from random import Random
from typing import NamedTuple

from sqlmodel import Session

from bench.tickets.bare import Bare
from callcenter.facts import Line
from callcenter.store import record
from callcenter.tickets.evaluation.count import By
from callcenter.tickets.evaluation.count import Wanted as Evaluation
from callcenter.tickets.evaluation.periods import Interval, midnight, month_of
from callcenter.tickets.evaluation.reading import evaluated, items_behind, spots
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.finding.boarded import by_step, next_due
from callcenter.tickets.finding.looking import Wanted, search
from callcenter.tickets.finding.mapped import counted, width_of
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import Ticket, history

YEAR = 2025
MONTH = month_of(YEAR, 11)
AFTER = midnight(date(YEAR + 1, 1, 1))
WHOLE = midnight(date(YEAR, 1, 1)), AFTER
PERIODS: dict[str, tuple[datetime, datetime, Interval, By]] = {  # a page of the evaluation each
    "month": (*MONTH, "whole", "unit"),
    "weeks": (*MONTH, "week", "unit"),
    "quarter": (month_of(YEAR, 10)[0], AFTER, "whole", "unit"),
    "year": (*WHOLE, "whole", "unit"),
    "its months": (*WHOLE, "month", "item"),
}
RULES = Rules()
QUESTIONS = ("暖气不热", "路灯", "噪音扰民", "医保", "停水 三天")
ITEMS = ("113", "209", "206", "311")
TOWNSHIP_DIGITS, CHANCE = 9, 0.01
Work = Callable[[Session], object]


class Known(NamedTuple):
    """What there is to ask for."""

    numbers: list[str]  # of tickets
    cells: list[str]
    callers: list[str]  # hashes


class Operation(NamedTuple):
    """Ours, by hand, and whether it writes; each makes what is done once."""

    ours: Callable[[], Work]
    bare: Callable[[], Work]
    writes: bool = False


def operations(known: Known) -> dict[str, Operation]:
    """All of them, by their names."""
    random = Random(1)
    number = partial(random.choice, known.numbers)
    return {**_found(known, random), **_one_ticket(number), **_pages()}


def _found(known: Known, random: Random) -> dict[str, Operation]:
    """Lists of tickets, found by this and that."""

    def asked(name: str, values: list[str]) -> Callable[[], Work]:
        def make() -> Work:
            wanted = Wanted(**{name: random.choice(values)})  # type: ignore[arg-type]
            return lambda session: search(session, wanted, after=None, limit=50)

        return make

    def by_hand(way: Callable[[Bare, str], object], values: list[str]) -> Callable[[], Work]:
        def make() -> Work:
            value = random.choice(values)
            return lambda session: way(Bare(session), value)

        return make

    towns = sorted({cell[:TOWNSHIP_DIGITS] for cell in known.cells})
    return {
        "list": Operation(lambda: _listed, lambda: lambda s: Bare(s).newest("step", "closed")),
        "search": Operation(asked("words", [*QUESTIONS]), by_hand(Bare.words, [*QUESTIONS])),
        "item": Operation(
            asked("item", [*ITEMS]), by_hand(lambda bare, item: bare.newest("item", item), [*ITEMS])
        ),
        "township": Operation(asked("cell", towns), by_hand(Bare.within, towns)),
        "cell": Operation(asked("cell", known.cells), by_hand(Bare.within, known.cells)),
        "caller": Operation(asked("caller", known.callers), by_hand(Bare.caller, known.callers)),
    }


def _one_ticket(number: Callable[[], str]) -> dict[str, Operation]:
    calls = count(1)
    return {
        "open": Operation(partial(_shown, number), partial(_shown_bare, number)),
        "new": Operation(
            lambda: partial(_drafted, next(calls)), partial(_drafted_bare, number), writes=True
        ),
        "move": Operation(partial(_noted, number), partial(_noted_bare, number), writes=True),
    }


def _pages() -> dict[str, Operation]:
    return {
        **{name: Operation(partial(_page, name), partial(_moves, name)) for name in PERIODS},
        "list behind": Operation(lambda: _behind, partial(_moves, "year")),
        "hot spots": Operation(lambda: _hot, lambda: lambda s: Bare(s).taken(*MONTH)),
        "map": Operation(lambda: _mapped, lambda: lambda s: Bare(s).map(*MONTH, 86_400)),
        "map, year": Operation(
            lambda: lambda s: _mapped(s, WHOLE), lambda: lambda s: Bare(s).map(*WHOLE, 604_800)
        ),
        "board": Operation(lambda: _boarded, lambda: lambda s: Bare(s).steps()),
    }


def _page(name: str) -> Work:
    since, until, interval, by = PERIODS[name]
    wanted = Evaluation(since, until, AFTER, interval=interval, by=by)

    def shown(session: Session) -> object:
        return [row.values(wanted.figures) for row in evaluated(session, wanted, RULES).rows]

    return shown


def _moves(name: str) -> Work:
    return lambda session: Bare(session).moves(*PERIODS[name][:2])


def _behind(session: Session) -> object:
    wanted = Evaluation(*WHOLE, AFTER)
    return items_behind(session, wanted, RULES, "filed", offset=0, limit=50)


def _hot(session: Session) -> object:
    return spots(session, *MONTH, TOWNSHIP_DIGITS, CHANCE)


def _mapped(session: Session, period: tuple[datetime, datetime] = MONTH) -> object:
    since, until = period
    width = width_of(until - since)
    wanted = Wanted(since=since, until=until)
    return counted(session, wanted, begin=since, width=width, digits=12)


def _boarded(session: Session) -> object:
    found = by_step(session, Wanted())
    return found, next_due(session, Wanted(), Step.HANDLING, limit=20)


def _listed(session: Session) -> object:
    return search(session, Wanted(step=Step.CLOSED), after=None, limit=50)


def _shown(number: Callable[[], str]) -> Work:
    asked = number()
    return lambda session: (session.get(Ticket, asked), history(session, asked))


def _shown_bare(number: Callable[[], str]) -> Work:
    asked = number()
    return lambda session: Bare(session).one(asked)


def _noted(number: Callable[[], str]) -> Work:
    asked = number()

    def note(session: Session) -> None:
        record(session, move(session, asked, Move.NOTE, actor="bench", reason="x"))

    return note


def _noted_bare(number: Callable[[], str]) -> Work:
    asked = number()
    return lambda session: Bare(session).note(asked, "bench")


def _drafted(call: int, session: Session) -> None:
    made = open_draft(
        session, f"bench-{time.time_ns()}-{call}", Line.SERVICE, at=datetime.now(UTC), actor="bench"
    )
    for fact in made:
        record(session, fact)


def _drafted_bare(number: Callable[[], str]) -> Work:
    asked = number()
    return lambda session: Bare(session).opened(asked, f"bare-{time.time_ns()}")
