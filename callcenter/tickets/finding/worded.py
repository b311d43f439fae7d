"""How either database is asked for words: the condition, the order, the rows that can be counted.

Words are ordered by a number that grows with the time of opening (`place_in_time`). On SQLite it
must be FTS5's own `rowid`: FTS5 answers in that order, and only of that column; ordered by the same
number in `ticketwords`, all that is found would be fetched and sorted for each page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, column, table, text
from sqlalchemy import select as select_columns
from sqlmodel import Session, col
from sqlmodel.sql.expression import SelectOfScalar

from callcenter.tickets.finding.tables import PIECES, TicketWords, first_place
from callcenter.tickets.finding.words import PREFIX, looked_for
from callcenter.tickets.ticket import Ticket

_FTS = table("ticketwords_fts", column("rowid"))


@dataclass(frozen=True)
class Worded:
    """A question for words, as this database is asked."""

    question: str
    since: datetime | None
    until: datetime | None
    fts5: bool

    @classmethod
    def on(
        cls, session: Session, question: str, since: datetime | None, until: datetime | None
    ) -> "Worded":
        """For the database behind a session."""
        return cls(question, since, until, session.get_bind().dialect.name == "sqlite")

    @property
    def place(self) -> ColumnElement[Any]:
        """What the found are ordered by."""
        if self.fts5:
            return _FTS.c.rowid
        return TicketWords.__table__.c.id  # type: ignore[attr-defined, no-any-return]

    def join(self, query: SelectOfScalar[Ticket]) -> SelectOfScalar[Ticket]:
        """The tickets of a query that have all the words."""
        query = query.join(TicketWords, col(TicketWords.ticket_number) == col(Ticket.number))
        if self.fts5:
            query = query.join(_FTS, _FTS.c.rowid == col(TicketWords.id))
        return query.where(*self._conditions())

    def rows(self) -> Select[Any]:
        """A row for each ticket that has all the words, without the tickets themselves."""
        return select_columns(self.place).where(*self._conditions())

    def _conditions(self) -> Iterator[ColumnElement[bool] | TextClause]:
        pieces = looked_for(self.question)
        if self.fts5:
            match = " ".join(f'"{p.rstrip(PREFIX)}"{PREFIX * p.endswith(PREFIX)}' for p in pieces)
            yield text("ticketwords_fts MATCH :pieces").bindparams(pieces=match)
        else:
            asked = " & ".join(f"'{p.rstrip(PREFIX)}'{':*' * p.endswith(PREFIX)}" for p in pieces)
            yield text(f"{PIECES} @@ CAST(:pieces AS tsquery)").bindparams(pieces=asked)
        if self.since:
            yield self.place >= first_place(self.since)
        if self.until:  # of its own millisecond some were before it: the ticket says which
            yield self.place < first_place(self.until + timedelta(milliseconds=1))
