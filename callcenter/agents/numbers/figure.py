"""What a figure is: a name, a formula for people, and the items that its value follows from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from callcenter.agents.numbers.scope import Item, Scope

Items = Callable[[Scope], list[Item]]
Kind = Literal["count", "sum", "rate", "mean", "longest"]
About = Literal["line", "seat", "case"]

UNITS: Final = {"calls": "通", "times": "次", "parts": "段", "s": "秒", "%": "%"}


class Mark(NamedTuple):
    """The least share that somebody asks for on a line."""

    line: str
    share: float
    whose: str


@dataclass(frozen=True)
class Figure:
    """One figure: what it is called, how it is computed, and from which items."""

    name: str
    chinese: str
    english: str
    unit: str
    kind: Kind
    about: About  # line: of callers; seat: of seats and agents; case: of what seats did to cases
    formula: str
    formula_chinese: str
    top: Items
    bottom: Items | None = None
    is_rebuilt: bool = True  # False: of the time without a link something stays unknown
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Value:
    """A figure's value: None where there is nothing to divide by, which is neither 0 nor 100 %."""

    value: float | None
    top: float
    bottom: float | None
    items: int
    breakdown: dict[str, float]


def compute(figure: Figure, scope: Scope) -> Value:
    """The figure over the scope, not rounded."""
    items = figure.top(scope)
    top = float(sum(item.amount for item in items))
    bottom: float | None = None
    value: float | None = top
    if figure.kind == "rate" and figure.bottom:
        bottom = float(sum(item.amount for item in figure.bottom(scope)))
        value = top / bottom if bottom else None
    elif figure.kind == "mean":
        bottom = float(len(items))
        value = top / bottom if bottom else None
    elif figure.kind == "longest":
        value = top = max((item.amount for item in items), default=0.0)
        value = top if items else None
    return Value(value, top, bottom, len(items), breakdown(items))


def breakdown(items: list[Item]) -> dict[str, float]:
    """The amounts by what their items tell apart; empty where they tell nothing apart."""
    found: dict[str, float] = {}
    for item in items:
        if item.what:
            found[str(item.what)] = found.get(item.what, 0.0) + item.amount
    return dict(sorted(found.items(), key=lambda pair: _in_order(pair[0])))


def _in_order(what: str) -> tuple[float, str]:
    """Stretches of seconds in their order, words after them."""
    first = what.partition("-")[0]
    return (float(first) if first.isdecimal() else float("inf"), what)
