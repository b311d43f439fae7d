"""Many rows at one stroke: COPY on PostgreSQL, executemany on SQLite.

A row is a dict of its fields. A column that a row does not name gets the model's own default: a
table may grow a column without anything here changing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection
from sqlmodel import SQLModel

Row = Mapping[str, Any]


class Bulk:
    """Writes rows of one table."""

    def __init__(self, connection: Connection, model: type[SQLModel], named: Iterable[str]) -> None:
        """Take the columns that rows name and those that have a default.

        Args:
            connection: Of a writing transaction.
            model: The table's.
            named: Columns that every row names.
        """
        self._connection, self._copies = connection, connection.dialect.name == "postgresql"
        table = model.__table__  # type: ignore[attr-defined]
        self._named = tuple(named)
        rest = {
            name: model.model_fields[name].get_default(call_default_factory=True)
            for name in set(table.columns.keys()) - set(self._named)
        }
        same = {name: value for name, value in rest.items() if value is not None}
        kinds = {name: self._binder(table.columns[name].type) for name in table.columns.keys()}  # noqa: SIM118
        self._bind = tuple(kinds[name] for name in self._named)
        self._same = tuple(self._bound(kinds[name], value) for name, value in same.items())
        names = (*self._named, *same)
        columns = ", ".join(f'"{name}"' for name in names)
        places = ", ".join("?" * len(names))
        self._copy = f'COPY "{table.name}" ({columns}) FROM STDIN'
        self._insert = f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})'

    def write(self, rows: Iterable[Row]) -> None:
        """Add the rows."""
        tuples = (self._tuple(row) for row in rows)
        if not self._copies:
            if some := list(tuples):
                self._connection.exec_driver_sql(self._insert, some)
            return
        cursor = self._connection.connection.cursor()
        with cursor.copy(self._copy) as copy:
            for one in tuples:
                copy.write_row(one)

    def _tuple(self, row: Row) -> tuple[Any, ...]:
        given = [
            value if bind is None or value is None else bind(value)
            for bind, value in zip(self._bind, map(row.__getitem__, self._named), strict=True)
        ]
        return (*given, *self._same)

    @staticmethod
    def _bound(bind: Callable[[Any], Any] | None, value: Any) -> Any:
        return bind(value) if bind else value

    def _binder(self, kind: Any) -> Callable[[Any], Any] | None:
        """What SQLAlchemy does to a value on the way in."""
        dialect = self._connection.dialect
        bind: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
        return bind
