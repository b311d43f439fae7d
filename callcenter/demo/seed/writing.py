"""Many rows at one stroke: COPY on PostgreSQL, executemany on SQLite.

A row is a dict of its fields. A column that a row does not name gets the model's own default: a
table may grow a column without anything here changing. Rows are packed without a database, so that
another process can do it, and written by who has the connection.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Float, Integer, Uuid, make_url
from sqlalchemy.engine import Dialect
from sqlmodel import SQLModel

from callcenter.store import UtcDateTime

Row = Mapping[str, Any]
DIALECTS = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}
ESCAPED = re.compile(r"[\\\n\r\t]")
ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})
NULL = r"\N"
PLAIN = (Boolean, Float, Integer, UtcDateTime, Uuid)  # what is written as it is
SAME_AGAIN = 50_000  # moments of which what the database is given is kept at hand


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows as their database takes them, with the statement."""

    statement: str
    rows: list[tuple[Any, ...]] | bytes


@cache
def dialect_of(name: str) -> Dialect:
    """How a kind of database wants its values, "sqlite" or "postgresql", without one."""
    made: Dialect = make_url(DIALECTS[name]).get_dialect()()
    return made


class Form:
    """Packs rows of one table."""

    def __init__(self, dialect: Dialect, model: type[SQLModel], named: Iterable[str]) -> None:
        """Take the columns that rows name and those that have a default.

        Args:
            dialect: Of the database.
            model: The table's.
            named: Columns that every row names; two at least.
        """
        self._copies = dialect.name == "postgresql"
        table = model.__table__  # type: ignore[attr-defined]
        columns = tuple(named)
        self._values: Callable[[Row], tuple[Any, ...]] = itemgetter(*columns)
        rest = {
            name: model.model_fields[name].get_default(call_default_factory=True)
            for name in set(table.columns.keys()) - set(columns)
        }
        same = {name: value for name, value in sorted(rest.items()) if value is not None}
        binders = {name: _binder(dialect, table.columns[name].type) for name in (*columns, *same)}
        self._binders = [binders[name] for name in columns]
        self._is_plain = [isinstance(table.columns[name].type, PLAIN) for name in columns]
        self._same = tuple(
            bind(value) if (bind := binders[name]) else value for name, value in same.items()
        )
        names = ", ".join(f'"{name}"' for name in (*columns, *same))
        places = ", ".join("?" * len(binders))
        self._statement = (
            f'COPY "{table.name}" ({names}) FROM STDIN'
            if self._copies
            else f'INSERT INTO "{table.name}" ({names}) VALUES ({places})'
        )

    def pack(self, rows: Iterable[Row]) -> Packed:
        """The rows, ready to be written."""
        return self.pack_columns(list(zip(*map(self._values, rows), strict=True)))

    def pack_columns(self, given: Sequence[Sequence[Any]]) -> Packed:
        """The same of values, column by column as they were named.

        A column is bound, and escaped, at one stroke: what is done for each value costs most.
        """
        if not given:
            return Packed(self._statement, b"" if self._copies else [])
        many = len(given[0])
        columns = [
            [None if value is None else bind(value) for value in column] if bind else column
            for bind, column in zip(self._binders, given, strict=True)
        ]
        if not self._copies:
            columns += [[value] * many for value in self._same]
            return Packed(self._statement, list(zip(*columns, strict=True)))
        texts = [*map(_copied, columns, self._is_plain)]
        texts += [[_escaped(str(value))] * many for value in self._same]
        lines = map("\t".join, zip(*texts, strict=True))
        return Packed(self._statement, ("\n".join(lines) + "\n").encode())


def write(connection: Connection, packed: Packed) -> None:
    """Add the rows.

    Args:
        connection: Of a writing transaction.
        packed: Made for this kind of database.
    """
    if isinstance(packed.rows, bytes):
        with connection.connection.cursor().copy(packed.statement) as copy:
            copy.write(packed.rows)
    elif packed.rows:
        connection.exec_driver_sql(packed.statement, packed.rows)


def _binder(dialect: Dialect, kind: Any) -> Callable[[Any], Any] | None:
    """What SQLAlchemy does to a value on the way in; COPY takes text, so JSON is text too."""
    if isinstance(kind, JSON):
        return json.dumps
    if isinstance(kind, UtcDateTime):
        return _moments(dialect)
    if isinstance(kind, Uuid):
        return None  # facts give theirs as digits, which either database takes
    bind: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return bind


@cache
def _moments(dialect: Dialect) -> Callable[[Any], Any]:
    """Most moments are written several times: in a step, in its fact, in the next step."""
    bind: Any = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
    if dialect.name == "postgresql":
        return lru_cache(SAME_AGAIN)(lambda moment: str(bind(moment)))
    return lru_cache(SAME_AGAIN)(bind)


def _copied(column: Sequence[Any], is_plain: bool) -> Sequence[str]:
    """A column as COPY reads it. Source: PostgreSQL 15, COPY, "Text Format"."""
    if is_plain:
        return [NULL if value is None else str(value) for value in column]
    if None not in column:
        return [*map(_escaped, column)] if ESCAPED.search("".join(column)) else column
    return [NULL if value is None else _escaped(value) for value in column]


def _escaped(text: str) -> str:
    return text.translate(ESCAPES) if ESCAPED.search(text) else text
