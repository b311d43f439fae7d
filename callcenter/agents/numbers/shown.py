"""Figures as they are shown: rounded half up, and nothing divided by nothing as nothing."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from callcenter.agents.numbers.figure import Figure, Mark, Value

DECIMALS: Final = {"count": 0, "sum": 0, "longest": 0, "mean": 1, "rate": 4}
NO_FIGURE: Final = "–"


def rounded(figure: Figure, value: float | None) -> float | int | None:
    """The value as the API gives it: rates are fractions with four decimals."""
    if value is None:
        return None
    places = DECIMALS[figure.kind]
    exact = half_up(value, places)
    return float(exact) if places else int(exact)


def text_of(figure: Figure, value: float | None) -> str:
    """The value as people read it, without its unit but for %: 95.1%, 12.5, 1:02:03."""
    if value is None:
        return NO_FIGURE
    if figure.kind == "rate":
        return f"{half_up(value * 100, 1)}%"
    if figure.kind == "sum" and figure.unit == "s":
        whole = int(half_up(value, 0))
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return str(half_up(value, DECIMALS[figure.kind]))


def half_up(value: float, places: int) -> Decimal:
    """The value with so many decimals; what a float means by its shortest writing is rounded."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def mark_on(figure: Figure, line: str | None) -> Mark | None:
    """The mark that somebody asks for on this line."""
    return next((mark for mark in figure.marks if mark.line == line), None)


def is_met(mark: Mark, value: Value) -> bool | None:
    """Whether the mark is met, before any rounding; None where there is no figure."""
    return None if value.value is None else value.value >= mark.share
