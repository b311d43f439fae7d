"""What a figure is: a name, a formula for people, and the one or two lists it follows from."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, NamedTuple

Kind = Literal["count", "rate", "mean"]

UNITS: Final = {"tickets": "件", "times": "次", "s": "秒", "%": "%"}
NO_FIGURE: Final = "—"


@dataclass(frozen=True)
class Figure:
    """One figure. A count is the sum of `top`, a rate top ÷ bottom, a mean top ÷ its length."""

    name: str
    chinese: str
    english: str
    unit: str
    kind: Kind
    formula: str
    formula_chinese: str
    top: str  # a list of lists.py
    bottom: str | None = None
    of_units: bool = True  # False: it happens before any unit is named


class Sum(NamedTuple):
    """A list's length and the sum of its amounts."""

    items: int = 0
    amount: float = 0.0


class Value(NamedTuple):
    """A figure's value: None where there is nothing to divide by, which is neither 0 nor 100 %."""

    value: float | None
    top: float
    bottom: float | None


def compute(figure: Figure, sums: dict[str, Sum]) -> Value:
    """The figure, not rounded."""
    top = sums.get(figure.top, NONE)
    if figure.kind == "count":
        return Value(top.amount, top.amount, None)
    if figure.kind == "mean":
        mean = top.amount / top.items if top.items else None
        return Value(mean, top.amount, float(top.items))
    bottom = sums.get(figure.bottom or "", NONE)
    rate = top.amount / bottom.amount if bottom.amount else None
    return Value(rate, top.amount, bottom.amount)


def rounded(figure: Figure, value: float | None) -> float | int | None:
    """The value as the API gives it: rates with four decimals, means as whole seconds."""
    if value is None:
        return None
    return float(half_up(value, 4)) if figure.kind == "rate" else int(half_up(value, 0))


def text_of(figure: Figure, value: float | None) -> str:
    """The value as people read it: 95.1%, 26:12:03 (hours), 17."""
    if value is None:
        return NO_FIGURE
    if figure.kind == "rate":
        return f"{half_up(value * 100, 1)}%"
    whole = int(half_up(value, 0))
    if figure.kind == "mean":
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return str(whole)


def half_up(value: float, places: int) -> Decimal:
    """The value with so many decimals; what a float means by its shortest writing is rounded."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


NONE: Final = Sum()
