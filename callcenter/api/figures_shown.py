"""What the API tells of any figure, of lines and seats (numbers.py) or of tickets (evaluation)."""

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel


class FigureTold(BaseModel):
    """A row of a table of figures."""

    name: str
    chinese: str
    english: str
    unit: str
    kind: str
    formula: str
    formula_chinese: str


class ValueTold(BaseModel):
    """A figure's value, rounded; None where there is nothing to divide by."""

    value: float | int | None
    top: float
    bottom: float | None


class RowTold(BaseModel):
    """Of which interval and which line, unit and so on ("": of all, or unknown) figures are."""

    since: datetime
    until: datetime  # the first moment left out; the last one known where that is earlier
    key: str


Told = TypeVar("Told", bound=FigureTold)


def told_as(model: type[Told], figure: object) -> Told:
    """A figure's row of its table.

    Args:
        model: Which names the fields.
        figure: Has them as attributes.
    """
    return model(**{name: getattr(figure, name) for name in model.model_fields})
