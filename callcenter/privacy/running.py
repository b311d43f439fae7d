"""A whole run: everything that is due, in small transactions, so that calls go on beside it.

Killed anywhere, the next run goes on: what a chunk deleted has its trace, and what has none is due.
"""

import os
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, or_, select

from callcenter.errors import BadInputError, CannotStartError
from callcenter.people import audit
from callcenter.people.head import keep_head
from callcenter.privacy.deleting import Site, delete, redact_rows
from callcenter.privacy.due import Sort, look, sorts
from callcenter.privacy.files import OldFile, due_files
from callcenter.privacy.holds import Who, covered, take_turn
from callcenter.privacy.redacting import names_of_nobody
from callcenter.privacy.rows import DeletedFile, Hold, RetentionRun
from callcenter.privacy.terms import Kept, Terms, read_terms
from callcenter.settings import Settings
from callcenter.store import LedgerRow, Store
from callcenter.store.append_only import may_delete
from callcenter.tickets.finding.callers import CallerKey

ROWS = 1_000  # of staff's words in a transaction
SYSTEM = Who("retention")


@dataclass
class Ran:
    """What a run came to, by rule: subjects (or files), and what in them; `held` by holds."""

    subjects: Counter[str] = field(default_factory=Counter)
    pieces: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(
        default_factory=list
    )  # classes whose files this process cannot reach


@dataclass(frozen=True)
class Retention:
    """What a run needs to know.

    Args:
        store: Prepared.
        settings: The site's.
        terms: The county's.
        key: By which callers are looked up.
    """

    store: Store
    settings: Settings
    terms: Terms
    key: CallerKey

    @classmethod
    def of(cls, store: Store, settings: Settings) -> "Retention":
        """The site's.

        Raises:
            CannotStartError: CALLCENTER_RETENTION_FILE cannot be used; one line that says why.
        """
        try:
            terms = read_terms(settings.retention_file)
        except BadInputError as error:
            told = f"CALLCENTER_RETENTION_FILE {settings.retention_file} cannot be used: {error}"
            raise CannotStartError(told) from error
        return cls(store, settings, terms, CallerKey.of(settings))

    def due(self, now: datetime) -> Ran:
        """What a run would delete now; nothing is changed."""
        ran = Ran()
        for sort in sorts(self.terms, now, self.settings.node):
            rule, after = self.terms.rule(sort.kept, sort.line), ""
            with self.store.reading() as session:
                holds = covered(session)
                while True:
                    found = look(session, sort, holds, self.key, after)
                    ran.subjects[rule] += len(found.due)
                    ran.held[rule] += found.held
                    if found.after is None:
                        break
                    after = found.after
                    session.expunge_all()
        for one in due_files(self.settings, self.terms, now):
            ran.subjects[f"{one.kept} {self.terms.of_file(one.kept)}"] += 1
        return ran

    def run(self, now: datetime, by: Who = SYSTEM) -> Ran:
        """Delete everything that is due."""
        ran = Ran(skipped=[kept.value for kept in Kept if not self._reaches(kept)])
        for sort in sorts(self.terms, now, self.settings.node):
            if sort.kept.value in ran.skipped:
                continue
            after: str | None = ""
            while after is not None:
                after = self._chunk(sort, after, now, ran)
        behind: int | None = 0
        while behind is not None:
            behind = self._staffs_words(behind, now, ran)
        self._old_holds(now)
        self._files(now, ran)
        self._clean(ran)
        self._audit(ran, by)
        return ran

    def _reaches(self, kept: Kept) -> bool:
        """Whether the class's files are deleted where they lie; else a trace would be a lie."""
        settings = self.settings
        if kept is Kept.RECORDINGS:
            there = settings.recordings_mark.is_file()
            return there and os.access(settings.recordings_dir, os.W_OK)
        if kept is Kept.ATTACHMENTS:
            return os.access(settings.attachments_dir, os.W_OK)
        return True

    def _chunk(self, sort: Sort, after: str, now: datetime, ran: Ran) -> str | None:
        rule = self.terms.rule(sort.kept, sort.line)
        with self.store.transaction() as session:
            take_turn(session)
            found = look(session, sort, covered(session), self.key, after)
            if found.due:
                site = Site(self.settings, self.key)
                with may_delete(session, rule):
                    pieces = delete(session, sort, found.due, rule, site, now)
                ran.subjects[rule] += len(found.due)
                ran.pieces[rule] += pieces
            ran.held[rule] += found.held
        return found.after

    def _staffs_words(self, after: int, now: datetime, ran: Ran) -> int | None:
        """Words of staff that belong to no matter, by their own age; where to go on, if at all.

        Those with a call go with the call, whose hold they share.
        """
        term = self.terms.of_staff_words()
        before = term.before(now)
        if before is None:
            return None
        emptied = (col(LedgerRow.body).like(f'%"{field}":""%') for field in ("reason", "text"))
        with self.store.transaction() as session:
            query = (
                select(LedgerRow)
                .where(col(LedgerRow.name).in_(names_of_nobody()), col(LedgerRow.at) < before)
                .where(col(LedgerRow.call_id).is_(None), col(LedgerRow.seq) > after)
                .where(~or_(*emptied))
                .order_by(col(LedgerRow.seq))
                .limit(ROWS)
            )
            rows = session.exec(query).all()
            if rows:
                with may_delete(session, "words of staff"):
                    ran.pieces[f"staff {term}"] += redact_rows(session, rows, Kept.WORDS)
        return rows[-1].seq if len(rows) == ROWS else None

    def _old_holds(self, now: datetime) -> None:
        """What was written for holds that are released, by the same term."""
        before = self.terms.of_staff_words().before(now)
        if before is None:
            return
        with self.store.transaction() as session:
            for hold in session.exec(select(Hold).where(col(Hold.released_at) < before)):
                hold.reason = hold.release_reason = ""
                session.add(hold)

    def _files(self, now: datetime, ran: Ran) -> None:
        """The trace goes first: a file that is gone could not be told of any more."""
        for one in due_files(self.settings, self.terms, now):
            rule = f"{one.kept} {self.terms.of_file(one.kept)}"
            if not os.access(one.path.parent, os.W_OK):
                continue
            with suppress(FileNotFoundError):  # another run was quicker
                self._trace(one, rule, now)
                one.path.unlink()
                ran.subjects[rule] += 1
                ran.pieces[rule] += 1

    def _trace(self, file: OldFile, rule: str, now: datetime) -> None:
        """One row for a file, also where a run was killed before it was gone."""
        sha256 = file.sha256()
        with self.store.transaction() as session:
            take_turn(session)
            there = select(DeletedFile).where(
                DeletedFile.rule == rule,
                DeletedFile.sha256 == sha256,
                DeletedFile.written_at == file.written_at,
            )
            if session.exec(there).first() is None:
                session.add(
                    DeletedFile(
                        rule=rule,
                        at=now,
                        sha256=sha256,
                        bytes=file.bytes,
                        written_at=file.written_at,
                    )
                )

    def _clean(self, ran: Ran) -> None:
        """SQLite keeps old words in its index's segments, and old pages in its log, for a while."""
        if not self.store.is_sqlite or not ran.pieces.total():
            return
        with self.store.transaction() as session:
            session.connection().execute(
                text("INSERT INTO ticketwords_fts(ticketwords_fts) VALUES ('optimize')")
            )
        self.store.fold_log()

    def _audit(self, ran: Ran, by: Who) -> None:
        told = {rule: count for rule, count in ran.subjects.items() if count}
        if not told:
            return
        with self.store.transaction() as session:
            audit.append(
                session, actor=by.name, what="deleted_by_term", detail=told, address=by.address
            )
        keep_head(self.settings, self.store)


def last_run(session: Session) -> datetime | None:
    """When a day's run last came to its end."""
    query = select(RetentionRun.ended_at).order_by(col(RetentionRun.day).desc())
    return session.exec(query.limit(1)).first()
