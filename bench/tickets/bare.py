"""The limit: the same done by statements written out by hand, with nothing of ours between."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from callcenter.tickets.finding.tables import PIECES
from callcenter.tickets.finding.words import looked_for

NEWEST = "ORDER BY opened_at DESC, number DESC LIMIT 50"


class Bare:
    """Statements in the words of the database behind a session."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        self._sqlite = self._connection.dialect.name == "sqlite"

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows; `?` stands for a value."""
        return list(self.run(statement, values))

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The cursor's result."""
        said = statement if self._sqlite else statement.replace("?", "%s")
        return self._connection.exec_driver_sql(said, tuple(values))

    def newest(self, column: str, value: str) -> list[Any]:
        """A page of tickets in a state, of an item."""
        return self.ask(f"SELECT * FROM ticket WHERE {column} = ? {NEWEST}", [value])  # noqa: S608

    def within(self, cell: str) -> list[Any]:
        """A page of tickets in a part of the grid."""
        upto = str(int(cell) + 1)
        return self.ask(f"SELECT * FROM ticket WHERE cell >= ? AND cell < ? {NEWEST}", [cell, upto])

    def caller(self, caller: str) -> list[Any]:
        """A page of tickets of somebody who called."""
        return self.ask(
            "SELECT t.* FROM ticketcaller c JOIN ticket t ON t.number = c.ticket_number "
            f"WHERE c.caller = ? {NEWEST}",
            [caller],
        )

    def words(self, question: str) -> list[Any]:
        """A page of tickets with these words."""
        pieces = looked_for(question)
        if self._sqlite:
            return self.ask(
                "SELECT t.* FROM ticketwords_fts f JOIN ticketwords w ON w.id = f.rowid "
                "JOIN ticket t ON t.number = w.ticket_number WHERE ticketwords_fts MATCH ? "
                "ORDER BY f.rowid DESC LIMIT 50",
                [" ".join(f'"{piece}"' for piece in pieces)],
            )
        return self.ask(
            "SELECT t.* FROM ticketwords w JOIN ticket t ON t.number = w.ticket_number "
            f"WHERE {PIECES} @@ CAST(? AS tsquery) ORDER BY w.id DESC LIMIT 50",
            [" & ".join(f"'{piece}'" for piece in pieces)],
        )

    def one(self, number: str) -> list[Any]:
        """A ticket with its history."""
        found = self.ask("SELECT * FROM ticket WHERE number = ?", [number])
        steps = "SELECT * FROM ticketstep WHERE ticket_number = ? ORDER BY number"
        return found + self.ask(steps, [number])

    def moves(self, since: datetime, until: datetime) -> list[Any]:
        """How often each move was made in each unit between two moments."""
        return self.ask(
            "SELECT unit, move, count(*) FROM ticketstep WHERE at >= ? AND at < ? "
            "GROUP BY unit, move",
            self._moments(since, until),
        )

    def taken(self, since: datetime, until: datetime) -> list[Any]:
        """How many were filed or answered between two moments, by item and township."""
        return self.ask(
            "SELECT t.item, substr(t.cell, 1, 9), count(*) FROM ticketstep s "
            "JOIN ticket t ON t.number = s.ticket_number WHERE s.at >= ? AND s.at < ? "
            "AND s.move IN ('file', 'answer') GROUP BY 1, 2",
            self._moments(since, until),
        )

    def map(self, since: datetime, until: datetime, seconds: int) -> list[Any]:
        """How many were opened in each village and stretch of time, and how many are open."""
        epoch = "CAST(strftime('%s', opened_at) AS INTEGER)"
        if not self._sqlite:
            epoch = "CAST(floor(extract(epoch FROM opened_at)) AS INTEGER)"
        return self.ask(
            f"SELECT substr(cell, 1, 12), ({epoch} - ?) / {seconds}, count(*), "
            "sum(CASE WHEN step NOT IN ('closed', 'declined', 'merged', 'void') THEN 1 ELSE 0 END) "
            "FROM ticket WHERE opened_at >= ? AND opened_at < ? GROUP BY 1, 2",
            [int(since.timestamp()), *self._moments(since, until)],
        )

    def steps(self) -> list[Any]:
        """How many stand in each step, and the first twenty of one."""
        counts = "SELECT step, count(*), sum(steps) FROM ticket GROUP BY step"
        first = "SELECT * FROM ticket WHERE step = 'handling' ORDER BY due_at, opened_at LIMIT 20"
        return self.ask(counts) + self.ask(first)

    def _moments(self, *moments: datetime) -> list[Any]:
        if self._sqlite:  # as SQLAlchemy writes them
            return [f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" for at in moments]
        return [at.astimezone(UTC) for at in moments]

    def note(self, number: str, actor: str) -> None:
        """A step, its fact, and the ticket's length."""
        rows = self.ask("SELECT steps, step, unit FROM ticket WHERE number = ?", [number])
        steps, step, unit = rows[0]
        self.run("UPDATE ticket SET steps = ? WHERE number = ?", [steps + 1, number])
        self.run(
            "INSERT INTO ticketstep (ticket_number, number, at, move, from_step, to_step, actor, "
            "reason, unit, attachments) VALUES (?, ?, '2026-01-01', 'note', ?, ?, ?, 'x', ?, '[]')",
            [number, steps + 1, step, step, actor, unit],
        )
        self._fact("ticket_moved", number)

    def opened(self, like: str, call_id: str) -> None:
        """A draft with its number, its call, its first step and its fact."""
        line, day = like.split("-")[:2]
        taken = self.ask(
            "INSERT INTO numberseries (line, day, last) VALUES (?, ?, 1) "
            "ON CONFLICT (line, day) DO UPDATE SET last = numberseries.last + 1 RETURNING last",
            [line, day],
        )
        new = f"{line}-{day}-{taken[0][0]:04}"
        copied = ("line", "of_call", "opened_at", "round", "revision", "item_name", "item_by")
        more = ("urgency", "cell_name", "place", "extensions", "urged", "supervised", "supervisor")
        kept = ", ".join((*copied, *more))
        self.run(
            f"INSERT INTO ticket (number, call_id, step, steps, {kept}) "
            f"SELECT ?, ?, 'draft', 1, {kept} FROM ticket WHERE number = ?",
            [new, call_id, like],
        )
        self.run(
            "INSERT INTO ticketstep (ticket_number, number, at, move, to_step, actor, reason, "
            "attachments) VALUES (?, 1, '2026-01-01', 'open', 'draft', 'bench', '', '[]')",
            [new],
        )
        self.run(
            "INSERT INTO ticketcall (ticket_number, call_id, why, at, actor) "
            "VALUES (?, ?, 'opened', '2026-01-01', 'bench')",
            [new, call_id],
        )
        self._fact("ticket_moved", new)

    def _fact(self, name: str, number: str) -> None:
        fact = uuid4()
        self.run(
            "INSERT INTO ledger (id, name, ticket_number, at, body, published) "
            "VALUES (?, ?, ?, '2026-01-01', '{}', ?)",
            [fact.hex if self._sqlite else fact, name, number, True],
        )
