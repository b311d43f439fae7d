"""Deletes what is due of some calls or tickets, wherever it lies, and leaves the trace.

Files go first and the database after: killed in between, the next run finds files that are gone
and finishes. All else of a chunk is one transaction.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from callcenter.agents.talks.supervision import Supervision
from callcenter.facts import RecordingStored, VoicemailLeft, read_fact
from callcenter.ivr.call import Call
from callcenter.ivr.callback import CallbackTask
from callcenter.pipeline import make_findable
from callcenter.privacy.due import Sort
from callcenter.privacy.redacting import names_of, redacted
from callcenter.privacy.rows import Deletion, Subject
from callcenter.privacy.standing import tokens
from callcenter.privacy.terms import Kept
from callcenter.quality.rows import Judgement, JudgementStep
from callcenter.settings import Settings
from callcenter.speech.recordings import forget as forget_recording
from callcenter.store import LedgerRow, facts_of_call, rewrite
from callcenter.tickets import attachments
from callcenter.tickets.calls import tickets_of
from callcenter.tickets.exchange.rows import ExchangeMessage
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.notices.rows import SETTLED, Notice
from callcenter.tickets.ticket import Ticket, history, locked
from callcenter.tickets.written import Written

CALL_FILES = ("citizen", "seat", "message")


@dataclass(frozen=True)
class Site:
    """What deleting knows of the place: where files lie, and by what callers are looked up."""

    settings: Settings
    key: CallerKey


@dataclass
class Gone:
    """What was deleted of one subject."""

    pieces: int = 0
    trace: list[dict[str, Any]] | None = None


def delete(
    session: Session, sort: Sort, subjects: Iterable[str], rule: str, site: Site, at: datetime
) -> int:
    """Delete the class of these subjects, within `may_delete`; how many pieces it were.

    Args:
        session: A writing session, in which `holds.take_turn` was said.
        sort: Of which class, kind and line.
        subjects: Calls' ids or tickets' numbers, of that line.
        rule: By which rule, for the trace.
        site: Where it lies.
        at: Now.
    """
    pieces = 0
    for subject in subjects:
        gone = _DELETES[sort.kept, sort.kind](session, subject, site)
        pieces += gone.pieces
        steps = locked(session, subject).steps if sort.kind is Subject.TICKET else 0
        session.add(
            Deletion(
                kept=sort.kept,
                kind=sort.kind,
                subject=subject,
                steps=steps,
                line=sort.line,
                rule=rule,
                at=at,
                pieces=gone.pieces,
                trace=gone.trace or [],
            )
        )
    return pieces


def _recordings(session: Session, call_id: str, site: Site) -> Gone:
    """Both sides' files and the message's; length and hash are in the ledger and in the trace."""
    told = facts_of_call(session, call_id, "recording_stored", "voicemail_left")
    stored = {one.path: one for one in told if isinstance(one, RecordingStored)}
    names = dict.fromkeys([*stored, *(f"{call_id}-{what}.wav" for what in CALL_FILES)])
    names |= {one.path: None for one in told if isinstance(one, VoicemailLeft)}
    trace = []
    for name in names:
        was_there = forget_recording(name, site.settings)
        if one := stored.get(name):
            trace.append({"side": one.side, "sha256": one.sha256, "seconds": one.seconds})
        elif was_there:
            trace.append({"side": "message" if "message" in name else "unknown"})
    return Gone(len(trace), trace)


def _words_of_call(session: Session, call_id: str, site: Site) -> Gone:
    of_call = col(LedgerRow.call_id) == call_id
    pieces = _redact(session, of_call, Kept.WORDS, of_ticket=False)
    rows = session.exec(select(Supervision).where(Supervision.call_id == call_id)).all()
    pieces += sum(_blank(session, row, reason="") for row in rows)
    judged = select(JudgementStep).join(Judgement).where(Judgement.call_id == call_id)
    pieces += sum(_blank(session, one, reason="", notes=[]) for one in session.exec(judged).all())
    _find_anew(session, _tickets_of(session, call_id), site)
    return Gone(pieces)


def _words_of_ticket(session: Session, number: str, site: Site) -> Gone:
    ticket = locked(session, number)
    of_ticket = col(LedgerRow.ticket_number) == number
    pieces = _redact(session, of_ticket, Kept.WORDS, of_ticket=True)
    pieces += sum(_blank(session, step, reason="") for step in history(session, number))
    notices = select(Notice).where(Notice.ticket_number == number)
    for notice in session.exec(notices.where(col(Notice.state).in_(SETTLED))).all():
        pieces += _blank(session, notice, subject="", text="")
    told = select(ExchangeMessage).where(ExchangeMessage.ticket_number == number)
    pieces += sum(_blank(session, message, detail="") for message in session.exec(told).all())
    if written := session.get(Written, number):
        pieces += _blank(session, written, description="", media_url="", attributes={})
    _find_anew(session, [ticket], site)
    return Gone(pieces)


def _numbers_of_call(session: Session, call_id: str, site: Site) -> Gone:
    tickets = _tickets_of(session, call_id)
    of_call = col(LedgerRow.call_id) == call_id
    call = session.get_one(Call, call_id)
    with tokens(session, call.arrived_at) as token:
        pieces = _redact(session, of_call, Kept.NUMBERS, of_ticket=False, token=token)
        pieces += _blank(session, call, caller_number=None)
        tasks = session.exec(select(CallbackTask).where(CallbackTask.call_id == call_id)).all()
        pieces += sum(_blank(session, task, number=None, place="") for task in tasks)
    _find_anew(session, tickets, site)
    return Gone(pieces)


def _numbers_of_ticket(session: Session, number: str, site: Site) -> Gone:
    ticket = locked(session, number)
    of_ticket = col(LedgerRow.ticket_number) == number
    pieces = _redact(session, of_ticket, Kept.NUMBERS, of_ticket=True)
    pieces += _blank(session, ticket, place="", longitude=None, latitude=None)
    if written := session.get(Written, number):
        out = dict.fromkeys(("address", "first_name", "last_name", "email", "phone"), "")
        pieces += _blank(session, written, **out, longitude=None, latitude=None)
    _find_anew(session, [ticket], site)
    return Gone(pieces)


def _attachments(session: Session, number: str, site: Site) -> Gone:
    locked(session, number)
    gone = attachments.forget(session, number, site.settings.attachments_dir)
    trace = [{"number": one.number, "sha256": one.sha256, "bytes": one.bytes} for one in gone]
    return Gone(len(gone), trace)


_DELETES: Mapping[tuple[Kept, Subject], Callable[[Session, str, Site], Gone]] = {
    (Kept.RECORDINGS, Subject.CALL): _recordings,
    (Kept.WORDS, Subject.CALL): _words_of_call,
    (Kept.WORDS, Subject.TICKET): _words_of_ticket,
    (Kept.NUMBERS, Subject.CALL): _numbers_of_call,
    (Kept.NUMBERS, Subject.TICKET): _numbers_of_ticket,
    (Kept.ATTACHMENTS, Subject.TICKET): _attachments,
}


def redact_rows(
    session: Session, rows: Iterable[LedgerRow], kept: Kept, token: Callable[[str], str] = str
) -> int:
    """Take the class out of these facts; of how many."""
    pieces = 0
    for row in rows:
        fact = redacted(read_fact(row.body), kept, token)
        if fact is not None:
            rewrite(session, row.seq or 0, fact)
            pieces += 1
    return pieces


def _redact(
    session: Session,
    whose: ColumnElement[bool],
    kept: Kept,
    *,
    of_ticket: bool,
    token: Callable[[str], str] = str,
) -> int:
    names = names_of(kept, of_ticket=of_ticket)
    rows = session.exec(select(LedgerRow).where(whose, col(LedgerRow.name).in_(names))).all()
    return redact_rows(session, rows, kept, token)


def _blank(session: Session, row: Any, **out: Any) -> int:
    """Put these in place of what a row has; 1 where it had something else."""
    changed = {name: value for name, value in out.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        session.add(row)
        session.flush()
    return int(bool(changed))


def _tickets_of(session: Session, call_id: str) -> list[Ticket]:
    """The call's tickets, locked in the order of their numbers."""
    numbers = sorted({link.ticket_number for link in tickets_of(session, call_id)})
    return [locked(session, number) for number in numbers]


def _find_anew(session: Session, tickets: Iterable[Ticket], site: Site) -> None:
    """The index of words and callers is filled again with what is left."""
    for ticket in tickets:
        make_findable(session, ticket, site.key)
