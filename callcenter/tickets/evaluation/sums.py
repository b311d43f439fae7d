"""Sums of what is kept of a part: a year's page reads some thousand of them and not each ticket's.

A sum says how many lines of a run (kept.py) stand in the same lists, and their seconds, by one way
of telling tickets apart. It is made of lines and of nothing else: whoever takes lines away takes
them out of the sums, in the same transaction. So seconds are whole microseconds here, of which
nothing is lost however often some are added and taken out again.
Source: docs/decisions/0077-sums-of-parts-are-kept-beside-the-lines.md.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, Integer
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, delete

from callcenter.tickets.evaluation.case import township_of

Line = Mapping[Any, Any]  # the columns of a KeptLine
LARGE: Final = BigInteger().with_variant(Integer, "sqlite")
ROWS: Final = 2_000  # at one stroke
TOLD_APART: Final[dict[str, Callable[[Line], str]]] = {  # ways, and a line's key
    "unit": lambda line: line["unit"],
    "township": lambda line: township_of(line["cell"]),
    "cell": lambda line: line["cell"],
    "item": lambda line: line["item"],
    "seat": lambda line: line["seat"],
    "reporter": lambda line: line["reporter"],
    "line": lambda line: line["line"],
}  # fmt: skip


class KeptSum(SQLModel, table=True):
    """What the lines of a run that stand in the same lists for one unit, cell and so on come to."""

    __tablename__ = "evaluation_kept_sum"
    __table_args__ = ({"sqlite_with_rowid": False},)  # those of a page lie together

    part: str = Field(primary_key=True)
    way: str = Field(primary_key=True)  # of TOLD_APART
    key: str = Field(primary_key=True)
    since: str = Field(primary_key=True)
    is_joint: bool = Field(primary_key=True)
    lists: int = Field(primary_key=True)
    many: int  # lines
    taken_us: int = Field(sa_type=LARGE)  # microseconds of all of them
    handled_us: int = Field(sa_type=LARGE)


class Sums:
    """What is to be added to the sums of a part."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._found: dict[tuple[Any, ...], list[int]] = {}

    def take(self, lines: Iterable[Line], many: int = 1) -> None:
        """Add lines of the part, with the number of their lists; -1 takes them out."""
        for line in lines:
            taken = many * round(line["taken_seconds"] * 1e6)
            handled = many * round(line["handled_seconds"] * 1e6)
            rest = line["since"], line["is_joint"], line["lists"]
            for way, key in TOLD_APART.items():
                one = self._found.setdefault((way, key(line), *rest), [0, 0, 0])
                one[0] += many
                one[1] += taken
                one[2] += handled

    def write(self, session: Session) -> None:
        """Put all of it into the store; a sum of no line goes."""
        kind = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        new = kind.insert(KeptSum)
        added = {name: getattr(KeptSum, name) + new.excluded[name] for name in AMOUNTS}
        keys = [column.name for column in KeptSum.__table__.primary_key]  # type: ignore[attr-defined]
        adding = new.on_conflict_do_update(index_elements=keys, set_=added)
        rows = [
            {"part": self._part, **dict(zip(TOLD, key, strict=True)),
             **dict(zip(AMOUNTS, amounts, strict=True))}
            for key, amounts in self._found.items()
            if any(amounts)
        ]  # fmt: skip
        for start in range(0, len(rows), ROWS):
            session.connection().execute(adding, rows[start : start + ROWS])
        none = (col(KeptSum.part) == self._part) & (col(KeptSum.many) == 0)
        session.exec(delete(KeptSum).where(none))


OF_A_LINE: Final = (  # what a sum needs of it
    "unit", "cell", "item", "seat", "reporter", "line", "since", "is_joint", "lists",
    "taken_seconds", "handled_seconds",
)  # fmt: skip
TOLD: Final = ("way", "key", "since", "is_joint", "lists")
AMOUNTS: Final = ("many", "taken_us", "handled_us")
