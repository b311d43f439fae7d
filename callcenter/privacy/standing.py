"""Tokens that stand where numbers were: the same for neighbouring calls of one caller.

A figure asks whether who gave up got through within half a day. Calls of one number with no longer
pause between them are neighbours, and get one token. It is remembered, beside a number that is kept
anyway, while one of them has not been deleted yet; then nothing leads from token to number, nor
from one day's calls of a caller to those of another day.
Source: docs/decisions/0050-retention-redacts-in-place.md.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session, col, func, select

from callcenter.agents.numbers.scope import REACHED_WITHIN
from callcenter.facts import STAND_IN
from callcenter.ivr.call import Call
from callcenter.privacy.rows import StandIn

_BYTES = 9


@contextmanager
def tokens(session: Session, at: datetime) -> Iterator[Callable[[str], str]]:
    """Gives the token of a number of a call that arrived then; at the end forgets what it can."""
    asked: dict[str, StandIn] = {}

    def token(number: str) -> str:
        if number.startswith(STAND_IN):
            return number
        if number not in asked:
            asked[number] = _known(session, number, at) or _fresh(session, number, at)
        return asked[number].token

    yield token
    session.flush()
    for row in asked.values():
        if _neighbours(session, row.number, row.since, row.until) is None:
            session.delete(row)
    session.flush()


def _known(session: Session, number: str, at: datetime) -> StandIn | None:
    query = select(StandIn).where(StandIn.number == number)
    return session.exec(query.where(StandIn.since <= at, StandIn.until >= at)).first()


def _fresh(session: Session, number: str, at: datetime) -> StandIn:
    since = until = at
    while found := _neighbours(session, number, since - REACHED_WITHIN, until + REACHED_WITHIN):
        wider = min(found[0], since), max(found[1], until)
        if wider == (since, until):
            break
        since, until = wider
    token = STAND_IN + secrets.token_hex(_BYTES)
    row = StandIn(token=token, number=number, since=since, until=until)
    session.add(row)
    session.flush()
    return row


def _neighbours(
    session: Session, number: str, since: datetime, until: datetime
) -> tuple[datetime, datetime] | None:
    """The first and the last moment of calls between that still have the number."""
    when = col(Call.arrived_at)
    query = select(func.min(when), func.max(when)).where(Call.caller_number == number)
    first, last = session.exec(query.where(when >= since, when <= until)).one()
    return None if first is None else (first, last)
