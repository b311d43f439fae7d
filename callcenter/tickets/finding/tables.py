"""Where a ticket's words and callers are kept for finding, and the indexes that finding needs.

`ticketwords_fts` is SQLite's full-text index (FTS5) over `ticketwords`, kept by triggers; on
PostgreSQL a GIN index over the same column serves. Both are written by hand, here for an empty
database and in revision 0005 for one that has rows.
"""

from datetime import datetime

from sqlalchemy import DDL, BigInteger, Index, Integer, event
from sqlmodel import Field, SQLModel, col

from callcenter.facts import Line
from callcenter.tickets.ticket import Ticket

A_MILLISECOND = 1_000_000  # running numbers of one day have room in it
POLICE_FROM = 500_000


class TicketWords(SQLModel, table=True):
    """The pieces of all that was said and written about a ticket; their order is lost."""

    __tablename__ = "ticketwords"

    id: int = Field(
        sa_type=BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
    )  # `place_in_time`
    ticket_number: str
    words: str


class TicketCaller(SQLModel, table=True):
    """Who called about a ticket, as `CallerKey.hash` gives it."""

    __tablename__ = "ticketcaller"

    caller: str = Field(primary_key=True)
    ticket_number: str = Field(primary_key=True, index=True)


def place_in_time(opened_at: datetime, number: str) -> int:
    """A whole number that grows with the time of opening: the full-text index answers in its order.

    Args:
        opened_at: To the millisecond.
        number: The ticket's; of one millisecond, its line and running number decide.
    """
    line, _, running = number.split("-")
    offset = POLICE_FROM if line == Line.POLICE else 0
    return first_place(opened_at) + offset + int(running) % POLICE_FROM


def first_place(at: datetime) -> int:
    """The place of the first ticket that could have been opened in this millisecond."""
    return int(at.timestamp() * 1000) * A_MILLISECOND


NEWEST = (col(Ticket.opened_at), col(Ticket.number))
Index("ix_ticket_newest", *NEWEST)
Index("ix_ticket_unit_newest", col(Ticket.unit), *NEWEST)
Index("ix_ticket_step_newest", col(Ticket.step), *NEWEST)
Index("ix_ticket_item_newest", col(Ticket.item), *NEWEST)
Index("ix_ticket_cell_newest", col(Ticket.cell), *NEWEST)

PIECES = "array_to_tsvector(string_to_array(words, ' '))"
FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE ticketwords_fts USING fts5(words, content='ticketwords',"
        " content_rowid='id', detail=none, columnsize=0, tokenize='ascii')",
        "CREATE TRIGGER ticketwords_added AFTER INSERT ON ticketwords BEGIN"
        " INSERT INTO ticketwords_fts(rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER ticketwords_gone AFTER DELETE ON ticketwords BEGIN"
        " INSERT INTO ticketwords_fts(ticketwords_fts, rowid, words)"
        " VALUES ('delete', old.id, old.words); END",
        "CREATE TRIGGER ticketwords_changed AFTER UPDATE ON ticketwords"
        " WHEN old.words IS NOT new.words BEGIN"
        " INSERT INTO ticketwords_fts(ticketwords_fts, rowid, words)"
        " VALUES ('delete', old.id, old.words);"
        " INSERT INTO ticketwords_fts(rowid, words) VALUES (new.id, new.words); END",
    ),
    "postgresql": (f"CREATE INDEX ticketwords_gin ON ticketwords USING gin ({PIECES})",),
}
for _dialect, _statements in FULL_TEXT.items():
    for _statement in _statements:
        event.listen(
            TicketWords.__table__,  # type: ignore[attr-defined]
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
        )
