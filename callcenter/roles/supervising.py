"""What Asterisk tells of supervisors' channels, kept and stated by the line role."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from callcenter.agents.talks import supervision
from callcenter.ami.link import Message, Resynced
from callcenter.ami.supervising import supervision_told
from callcenter.facts import CallAnswered, CallFact, SupervisionMoved
from callcenter.facts.parts import parts
from callcenter.flow import Flow
from callcenter.people import audit
from callcenter.pipeline import Site
from callcenter.store import facts_of_call


def tells(message: Message) -> bool:
    """Whether the message tells of a supervision."""
    return supervision_told(message.headers) is not None


async def hear(flow: Flow[Site], message: Message) -> CallAnswered | None:
    """State what the message tells of a supervision, if it tells of one.

    Gives the part of the seat that a supervisor barged in on and has left: it goes on in another
    kind of bridge, where the recorder has to begin anew.
    """
    told = supervision_told(message.headers)
    if told is None:
        return None
    stated = await flow.command(
        lambda session: _audited(session, supervision.note(session, told)), patient=True
    )
    moved = next((fact for fact in stated if isinstance(fact, SupervisionMoved)), None)
    return await flow.look(lambda session: _left(session, moved)) if moved else None


def _left(session: Session, moved: SupervisionMoved) -> CallAnswered | None:
    facts = facts_of_call(session, moved.call_id)
    ours = [f for f in facts if isinstance(f, SupervisionMoved)]
    modes = [f.mode for f in ours if f.supervision == moved.supervision]
    if modes[-2:-1] != ["barge"] or moved.mode == "take_over":
        return None
    legs = {t.seat_leg for t in parts(f for f in facts if isinstance(f, CallFact)).talking}
    answers = [f for f in facts if isinstance(f, CallAnswered) and f.seat == moved.seat]
    return next((f for f in reversed(answers) if f.seat_leg in legs), None)


async def catch_up(flow: Flow[Site], resynced: Resynced, ends: Mapping[str, datetime]) -> None:
    """State the end of supervisions that ended while nobody of ours looked.

    Args:
        flow: Carries the facts.
        resynced: Which channels live.
        ends: When supervisors' channels ended, as Asterisk's own record tells.
    """
    living, asked_at = resynced.call_ids, resynced.asked_at

    def end(session: Session) -> list[SupervisionMoved]:
        ended = supervision.ended_unseen(session, living, asked_at, ends)
        return _audited(session, ended)

    await flow.command(end, patient=True)


def _audited(session: Session, moved: list[SupervisionMoved]) -> list[SupervisionMoved]:
    """The moves, each a line of the audit: what the facts tell stands in its chain, too."""
    for fact in moved:
        told = {"supervision": fact.supervision, "move": fact.number, "seat": fact.seat}
        audit.append(
            session,
            actor=fact.supervisor,
            what=f"supervision_{fact.mode}",
            subject=fact.call_id,
            detail={
                **told,
                "shown_to_agent": fact.shown_to_agent,
                # The words lie in the fact, which may have to be erased one day; this stays.
                "reason_sha256": hashlib.sha256(fact.reason.encode()).hexdigest(),
            },
            at=fact.at,
        )
    return moved
