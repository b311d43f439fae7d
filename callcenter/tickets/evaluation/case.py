"""One ticket as evaluation reads it: its history, its ratings, and what it is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

TOWNSHIP_DIGITS = 9


class Moved(NamedTuple):
    """A line of the history: what was done, and how the ticket stood from then on."""

    number: int
    at: datetime
    move: str
    from_step: str | None
    to_step: str
    actor: str
    unit: str | None
    due_at: datetime | None
    other: str | None


class Rated(NamedTuple):
    """What the citizen said when called back: 1 非常满意 to 4 不满意, and whether it is solved."""

    at: datetime
    rating: int
    solved: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket; line, item and cell as they are known now, whatever was thought before."""

    number: str
    line: str
    item: str | None  # three digits
    cell: str | None  # grid code of any level
    moves: tuple[Moved, ...]  # by their numbers
    ratings: tuple[Rated, ...] = ()
    corrected: tuple[datetime, ...] = ()  # when a person changed the item

    @property
    def township(self) -> str:
        """Nine digits, or empty where the place is not known so closely."""
        return township_of(self.cell or "")


def township_of(cell: str) -> str:
    """A cell's township, or empty where the cell is a larger one."""
    return cell[:TOWNSHIP_DIGITS] if len(cell) >= TOWNSHIP_DIGITS else ""
