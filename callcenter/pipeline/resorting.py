"""How other rules would have sorted calls of before: a dry run, in which nothing moves.

Calls are looked at in parts, newest first, so that thousands need no more memory than one part,
and whoever looks can stop after any. Nobody's words are in what comes of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import Session, and_, col, func, or_, select

from callcenter.classify.keywords import Reading, classify
from callcenter.classify.lexicon import Rules
from callcenter.errors import NotFoundError
from callcenter.facts import Kind, Outcome, Side, Urgency
from callcenter.ivr.call import Call
from callcenter.speech.transcript import Transcript, transcripts_of_calls
from callcenter.tickets.calls import TicketCall

MOST = 500  # calls in a part


class Sorted(NamedTuple):
    """What a call was taken for."""

    item: str | None
    kind: Kind
    urgency: Urgency
    outcome: Outcome | None

    @classmethod
    def of(cls, reading: Reading) -> "Sorted":
        """What a reading says of the call."""
        return cls(reading.item, reading.kind, reading.urgency, reading.outcome)


@dataclass(frozen=True)
class Resorted:
    """A call that the other rules take for something else."""

    call_id: str
    tickets: tuple[str, ...]  # numbers of its tickets
    now: Sorted
    then: Sorted


@dataclass(frozen=True)
class Part:
    """Some calls under two sets of rules."""

    looked_at: int  # calls of which words are kept
    differ: tuple[Resorted, ...]
    before: str | None  # the call to go on before; None: these were the oldest


def calls_to_try(session: Session) -> int:
    """How many calls there are to look at."""
    return session.exec(select(func.count()).select_from(Call)).one()


def resort(session: Session, now: Rules, then: Rules, before: str | None, most: int) -> Part:
    """A part of the calls, newest first, sorted by the rules in force and by others.

    Args:
        session: For reading.
        now: The rules in force.
        then: The others.
        before: The last call of the part before; None: begin with the newest.
        most: So many calls; `MOST` at most.

    Raises:
        NotFoundError: There is no call `before`.
    """
    ids = _ids(session, before, min(most, MOST))
    told = transcripts_of_calls(session, ids)
    said = {call_id: _said(told[call_id]) for call_id in ids if call_id in told}
    heard = {call_id: lines for call_id, lines in said.items() if lines}
    moved = dict(_differing(now, then, heard.items()))
    numbers = _numbers(session, list(moved))
    return Part(
        len(heard),
        tuple(Resorted(one, numbers.get(one, ()), *pair) for one, pair in moved.items()),
        ids[-1] if len(ids) == min(most, MOST) else None,
    )


def _ids(session: Session, before: str | None, most: int) -> list[str]:
    query = select(Call.id).order_by(col(Call.arrived_at).desc(), col(Call.id).desc())
    if before is not None:
        last = session.get(Call, before)
        if last is None:
            raise NotFoundError(f"call {before!r} is not known: begin again with the newest")
        same = and_(col(Call.arrived_at) == last.arrived_at, col(Call.id) < last.id)
        query = query.where(or_(col(Call.arrived_at) < last.arrived_at, same))
    return list(session.exec(query.limit(most)))


def _said(transcript: Transcript) -> list[tuple[Side, str]]:
    return [(line.side, line.text) for line in transcript.lines]


def _differing(
    now: Rules, then: Rules, heard: Iterable[tuple[str, list[tuple[Side, str]]]]
) -> Iterator[tuple[str, tuple[Sorted, Sorted]]]:
    for call_id, lines in heard:
        pair = Sorted.of(classify(now, lines)), Sorted.of(classify(then, lines))
        if pair[0] != pair[1]:
            yield call_id, pair


def _numbers(session: Session, ids: list[str]) -> dict[str, tuple[str, ...]]:
    """The tickets of each call."""
    query = select(TicketCall.call_id, TicketCall.ticket_number).distinct()
    found: dict[str, tuple[str, ...]] = {}
    for call_id, number in session.exec(query.where(col(TicketCall.call_id).in_(ids))):
        found[call_id] = (*found.get(call_id, ()), number)
    return found
