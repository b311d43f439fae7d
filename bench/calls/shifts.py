"""Agents' time, and whether a queue rang who was away: journal and phones' logs beside ours."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.calls.compare import OFF_SECONDS, Figure
from bench.calls.journal import Ordered, orders_of
from bench.calls.ledger import Entry
from bench.calls.numbers import Values
from bench.calls.people import AGENTS

SETTLED_SECONDS = 0.5  # from our answer to an order until Asterisk rings nobody there any more


@dataclass(frozen=True)
class Stretch:
    """A time that began and ended by an order; each moment lies between two (s since 1970)."""

    began: tuple[float, float]
    ended: tuple[float, float]

    @property
    def least(self) -> float:
        """Seconds it lasted for certain."""
        return max(self.ended[0] - self.began[1], 0.0)

    @property
    def most(self) -> float:
        """Seconds it lasted at most."""
        return self.ended[1] - self.began[0]


def shifts_beside(
    agents: dict[str, Values], journal: list[Ordered], ledger: Iterable[Entry]
) -> Iterator[Figure]:
    """What each agent's time was, and how often a queue rang somebody who was away."""
    entries = list(ledger)
    for name, seat in AGENTS.items():
        values = agents.get(name, {})
        mine = [one for one in journal if one.seat == seat]
        paused = list(stretches(mine, "pause", ("resume", "sign_out")))
        signed_in = list(stretches(mine, "sign_in", ("sign_out",)))
        talks = [talk for entry in entries for talk in _talks(entry, seat)]
        yield _seconds(f"{name} paused", values, "paused", paused)
        yield _seconds(f"{name} signed in", values, "signed_in", signed_in, _overtime(mine, talks))
        rang = [o.began_at for entry in entries for o in entry.offers if o.seat == seat]
        away = [*paused, *stretches(mine, "sign_out", ("sign_in",))]
        wrong = sum(_lies_in(at, stretch) for at in rang for stretch in away)
        yield Figure(f"{name} rung while away", wrong, 0, 0)


def stretches(mine: list[Ordered], begin: str, ends: tuple[str, ...]) -> Iterator[Stretch]:
    """From each order that begins one to the next that ends it."""
    began: Ordered | None = None
    for one in orders_of(mine, "sign_in", "sign_out", "pause", "resume"):
        if one.what == begin and began is None:
            began = one
        elif one.what in ends and began is not None:
            yield Stretch((began.at, began.done_at), (one.at, one.done_at))
            began = None


def _talks(entry: Entry, seat: str) -> Iterator[tuple[float, float | None]]:
    """Each talk of the seat from its ring on: who signs out while it rings may still answer."""
    for part in entry.parts:
        if part.seat == seat:
            rang = [o.began_at for o in entry.offers
                    if o.seat == seat and o.began_at <= part.began_at]  # fmt: skip
            yield max(rang, default=part.began_at), part.ended_at


def _overtime(mine: list[Ordered], talks: list[tuple[float, float | None]]) -> float:
    """Seconds from orders to sign out until the talk then going on was over."""
    late = 0.0
    for one in orders_of(mine, "sign_out"):
        ends = [end for begin, end in talks if end and begin < one.done_at and end > one.at]
        late += max(ends, default=one.at) - one.at
    return late


def _seconds(name: str, values: Values, key: str, told: list[Stretch], more: float = 0.0) -> Figure:
    ours = float(values.get(key, {}).get("top") or 0.0)
    off = OFF_SECONDS * max(len(told), 1)
    least = sum(stretch.least for stretch in told)
    most = sum(stretch.most for stretch in told) + more
    return Figure(name, ours, max(least - off, 0.0), most + off)


def _lies_in(at: float, stretch: Stretch) -> bool:
    return stretch.began[1] + SETTLED_SECONDS < at < stretch.ended[0]
