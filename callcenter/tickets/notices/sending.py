"""Claims a notice before anything leaves, and settles it afterwards: nothing is sent twice.

A claim and its try are committed before the port is asked. Where a worker dies in between, the
claim ends by itself and the port's own rule says what follows: who knows the key is asked again
with the same key, of anything else a person decides.
Source: docs/decisions/0042-a-notice-is-claimed-first.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from callcenter.errors import NotFoundError
from callcenter.facts import NoticeDecided, NoticeSettled
from callcenter.machine import step
from callcenter.tickets.notices.book import NoticeBook
from callcenter.tickets.notices.occasions import PortKind
from callcenter.tickets.notices.owing import settled
from callcenter.tickets.notices.pauses import pause_after
from callcenter.tickets.notices.ports import Ending, Rule, TryEnd
from callcenter.tickets.notices.rows import (
    MOVES,
    SETTLED,
    UNDER_WAY,
    Notice,
    NoticeState,
    NoticeTry,
    Trigger,
)

LEASE = timedelta(seconds=60)  # longer than any port's try: book.Port.timeout_seconds
DIED = "the process died"
SURE = frozenset({NoticeState.SENT, NoticeState.FAILED})  # what a late answer no longer changes


@dataclass
class Taken:
    """What a worker has claimed, and what it found out meanwhile."""

    notices: list[Notice] = field(default_factory=list)
    facts: list[NoticeSettled] = field(default_factory=list)


def take(
    session: Session,
    now: datetime,
    rules: Mapping[PortKind, Rule],
    book: NoticeBook,
    limit: int,
    lease: timedelta = LEASE,
) -> Taken:
    """Claim the longest due notices of these ports, for a while.

    Those whose port is silent now are put off to the end of its quiet hours.
    """
    taken = Taken()
    for notice in _due(session, now, list(rules), limit):
        if notice.state is NoticeState.SENDING:
            taken.facts += _lost(session, notice, rules, now)
        if notice.state is NoticeState.DUE and not _put_off(notice, book, now):
            _claim(session, notice, now, lease)
            taken.notices.append(notice)
        session.add(notice)
    return taken


def next_due(session: Session, ports: list[PortKind]) -> datetime | None:
    """When the next notice of these ports can be taken; None where there is none."""
    query = select(Notice.next_at).where(_open(), col(Notice.port).in_(ports))
    return session.exec(query.order_by(col(Notice.next_at)).limit(1)).first()


def settle(
    session: Session, claimed: Notice, end: TryEnd, rule: Rule, book: NoticeBook, now: datetime
) -> Iterator[NoticeSettled]:
    """Note how a claimed notice's try ended; states it where that is the end of it.

    A worker that was so slow that its claim was given up changes nothing that happened since, but
    is believed when it knows that the notice left.
    """
    notice = find(session, claimed.id)
    attempt = session.get(NoticeTry, (claimed.id, claimed.attempts))
    if attempt:
        attempt.ended_at, attempt.outcome, attempt.detail = now, end.ending.value, end.detail
        session.add(attempt)
    if notice.attempts != claimed.attempts:
        return
    if notice.state is NoticeState.SENDING:
        _move(notice, _follows(notice, end.ending, rule), now)
        notice.next_at = now + _pause(notice, book)
    elif notice.state not in SURE and end.ending is Ending.SENT:
        _move(notice, Trigger.SENT, now)
    else:
        return
    session.add(notice)
    yield from _if_over(notice, now)


def decide(
    session: Session, notice_id: str, decision: Trigger, *, actor: str, reason: str, at: datetime
) -> list[NoticeDecided]:
    """A person says what becomes of a notice that is in doubt, or that failed.

    Raises:
        NotFoundError: There is no such notice.
        ImpossibleMoveError: It is in no doubt.
    """
    notice = find(session, notice_id)
    _move(notice, decision, at)
    if decision is Trigger.AGAIN:
        notice.allowed, notice.next_at, notice.settled_at = notice.attempts + 1, at, None
    session.add(notice)
    return [
        NoticeDecided(
            at=at,
            ticket_number=notice.ticket_number,
            notice=notice.id,
            attempt=notice.attempts,
            decision=decision.value,
            actor=actor,
            reason=reason,
        )
    ]


def find(session: Session, notice_id: str) -> Notice:
    """The notice, locked until the session ends. Raises: NotFoundError."""
    query = select(Notice).where(Notice.id == notice_id).with_for_update()
    notice = session.exec(query.execution_options(populate_existing=True)).first()
    if notice is None:
        raise NotFoundError("notice is not known: see GET /api/v1/notices")
    return notice


def _open() -> ColumnElement[bool]:
    return col(Notice.state).in_([NoticeState.DUE, NoticeState.SENDING])


def _due(session: Session, now: datetime, ports: list[PortKind], limit: int) -> list[Notice]:
    query = (
        select(Notice)
        .where(_open(), col(Notice.next_at) <= now, col(Notice.port).in_(ports))
        .order_by(col(Notice.next_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(query.execution_options(populate_existing=True)))


def _lost(
    session: Session, notice: Notice, rules: Mapping[PortKind, Rule], now: datetime
) -> Iterator[NoticeSettled]:
    """The claim is over and nobody told how the try went: its worker died."""
    attempt = session.get(NoticeTry, (notice.id, notice.attempts))
    if attempt and attempt.outcome == UNDER_WAY:
        attempt.ended_at, attempt.outcome, attempt.detail = now, Ending.DOUBT.value, DIED
        session.add(attempt)
    rule = rules[notice.port] if notice.port else Rule.PERSON
    _move(notice, _follows(notice, Ending.DOUBT, rule), now)
    notice.next_at = now
    yield from _if_over(notice, now)


def _claim(session: Session, notice: Notice, now: datetime, lease: timedelta) -> None:
    _move(notice, Trigger.TAKE, now)
    notice.attempts += 1
    notice.next_at = now + lease
    session.add(NoticeTry(notice_id=notice.id, attempt=notice.attempts, began_at=now))


def _put_off(notice: Notice, book: NoticeBook, now: datetime) -> bool:
    port = book.port[notice.port] if notice.port else None
    quiet = port.quiet_hours if port else None
    if quiet is None or notice.goes_through or not quiet.is_quiet(now):
        return False
    notice.next_at = quiet.ends(now)
    return True


def _follows(notice: Notice, ending: Ending, rule: Rule) -> Trigger:
    if ending is Ending.SENT:
        return Trigger.SENT
    if ending is Ending.REFUSED:
        return Trigger.GIVE_UP
    spent = notice.attempts >= notice.allowed
    if ending is Ending.DOUBT and (rule is Rule.PERSON or spent):
        return Trigger.DOUBT
    return Trigger.GIVE_UP if spent else Trigger.AGAIN


def _pause(notice: Notice, book: NoticeBook) -> timedelta:
    port = book.port[notice.port] if notice.port else None
    if port is None:
        return timedelta(0)
    return pause_after(notice.attempts, port.pause_seconds, port.longest_pause_seconds)


def _if_over(notice: Notice, now: datetime) -> Iterator[NoticeSettled]:
    if notice.state in SETTLED:
        yield settled(notice, now)


def _move(notice: Notice, trigger: Trigger, now: datetime) -> None:
    notice.state = step(MOVES, notice.state, trigger)
    if notice.state in SETTLED:
        notice.settled_at = now
