"""What our system says of the same calls: its facts, its rows and its board, nothing else."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import httpx
from sqlmodel import select

from callcenter.facts import (
    AnyFact,
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallQueued,
    OfferMissed,
    TalkEnded,
)
from callcenter.ivr.call import Call
from callcenter.store import Store, facts_of_call

FACTS = (
    "call_arrived", "call_queued", "call_abandoned", "offer_missed", "call_answered", "talk_ended",
    "call_ended",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One call as our facts and its row tell it."""

    call_id: str
    number: str
    line: str
    outcome: str
    waited: float | None
    parts: tuple[tuple[str, float | None], ...]  # seat, seconds
    missed: tuple[str, ...]
    is_open: bool


def told_calls(store: Store) -> list[Told]:
    """Every citizen's call our system knows of, in order of arrival."""
    with store.reading() as session:
        calls = session.exec(select(Call).order_by(Call.arrived_at)).all()  # type: ignore[arg-type]
        return [
            _told(call, facts_of_call(session, call.id, *FACTS))
            for call in calls
            if not call.placed
        ]


def board(url: str, token: str) -> dict[str, Any]:
    """The board as the live page gets it; `token` is the operator's."""
    shown_by = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(url, headers=shown_by, timeout=10, trust_env=False)
    answer.raise_for_status()
    shown: dict[str, Any] = answer.json()["board"]
    return shown


def _told(call: Call, facts: list[AnyFact]) -> Told:
    by_kind: dict[type[AnyFact], list[Any]] = defaultdict(list)
    for fact in facts:
        by_kind[type(fact)].append(fact)
    talked = {fact.seat_leg: fact.talked_seconds for fact in by_kind[TalkEnded]}
    answers = by_kind[CallAnswered]
    gave_up = by_kind[CallAbandoned]
    return Told(
        call_id=call.id,
        number=by_kind[CallArrived][0].caller_number if by_kind[CallArrived] else "",
        line=str(call.line),
        outcome=_outcome(bool(answers), bool(by_kind[CallQueued])),
        waited=answers[0].waited_seconds if answers else _waited(gave_up),
        parts=tuple((fact.seat, talked.get(fact.seat_leg)) for fact in answers),
        missed=tuple(sorted(fact.seat for fact in by_kind[OfferMissed])),
        is_open=call.is_open,
    )


def _outcome(answered: bool, queued: bool) -> str:
    if answered:
        return "answered"
    return "abandoned" if queued else "short"


def _waited(gave_up: list[CallAbandoned]) -> float | None:
    return gave_up[-1].waited_seconds if gave_up else None
