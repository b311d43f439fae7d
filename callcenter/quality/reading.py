"""What there is to judge of a call, what was judged, and averages with the list behind each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from sqlmodel import Session, col, select

from callcenter.agents.numbers.staff import Roster, spans
from callcenter.facts import AgentMoved
from callcenter.facts.base import CallFact
from callcenter.facts.parts import parts
from callcenter.quality.rows import Judgement, JudgementMove, JudgementState, JudgementStep
from callcenter.store import facts_between, facts_of_call
from callcenter.tickets.evaluation.periods import Interval, begins

OUTSIDE: Final = "outside"  # a number that is no seat of ours
SHIFT: Final = timedelta(days=2)  # every call moves its agent: nobody sits longer without a word


@dataclass(frozen=True)
class Part:
    """One seat's part in a call, and who sat there; `agent` "" where nobody was signed in."""

    seat_leg: str
    seat: str
    agent: str
    queue: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class Average:
    """An agent's judged calls of one stretch of time; `mean` is of their scores as they are now."""

    since: datetime
    until: datetime
    agent: str
    judged: int
    mean: float
    knocked_out: int
    appealed: int
    changed: int


def parts_of(session: Session, call_id: str) -> list[Part]:
    """The parts of seats of ours in a call, in the order in which they began."""
    told = facts_of_call(session, call_id)
    talks = parts(fact for fact in told if isinstance(fact, CallFact)).talks
    ours = [talk for talk in talks if talk.seat != OUTSIDE]
    if not ours:
        return []
    first, last = ours[0].began_at - SHIFT, ours[-1].began_at + timedelta(seconds=1)
    moved = facts_between(session, first, last, ["agent_moved"])
    roster = Roster(spans(fact for fact in moved if isinstance(fact, AgentMoved)))
    return [
        Part(
            seat_leg=talk.seat_leg,
            seat=talk.seat,
            agent=roster.agent_at(talk.seat, talk.began_at) or "",
            queue=talk.queue,
            began_at=talk.began_at,
            ended_at=talk.ended_at,
        )
        for talk in ours
    ]


def judged(
    session: Session,
    *,
    queues: Collection[str] | None = None,
    call_id: str | None = None,
    agent: str | None = None,
    state: JudgementState | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> Sequence[Judgement]:
    """Judgements by when the call was, newest first.

    Args:
        session: The database's.
        queues: Of these alone; None: of all.
        call_id: Of this call.
        agent: Of this agent.
        state: That have come so far.
        since: The first moment.
        until: The first moment left out.
        limit: So many at most.
    """
    query = select(Judgement).order_by(col(Judgement.talked_at).desc(), col(Judgement.id))
    if queues is not None:
        query = query.where(col(Judgement.queue).in_(queues))
    if call_id:
        query = query.where(Judgement.call_id == call_id)
    if agent:
        query = query.where(Judgement.agent == agent)
    if state:
        query = query.where(Judgement.state == state)
    if since:
        query = query.where(Judgement.talked_at >= since)
    if until:
        query = query.where(Judgement.talked_at < until)
    return session.exec(query.limit(limit)).all()


def steps_of(session: Session, ids: Collection[int | None]) -> dict[int, list[JudgementStep]]:
    """The histories of these judgements, each in order."""
    query = select(JudgementStep).where(col(JudgementStep.judgement_id).in_(ids))
    found: dict[int, list[JudgementStep]] = defaultdict(list)
    for one in session.exec(query.order_by(col(JudgementStep.number))):
        found[one.judgement_id].append(one)
    return found


def averages(
    session: Session,
    since: datetime,
    until: datetime,
    interval: Interval,
    queues: Collection[str] | None = None,
) -> list[Average]:
    """An average for each agent and interval in which a call of theirs was judged; by name."""
    rows = judged(session, queues=queues, since=since, until=until)
    query = select(JudgementStep.judgement_id).where(
        JudgementStep.move == JudgementMove.CHANGE,
        col(JudgementStep.judgement_id).in_([row.id for row in rows]),
    )
    changed = set(session.exec(query))
    cuts = [*begins(since, until, interval), until]
    return [
        _average(first, after, agent, those, changed)
        for first, after in pairwise(cuts)
        for agent, those in sorted(_by_agent(rows, first, after).items())
    ]


def _by_agent(
    rows: Iterable[Judgement], since: datetime, until: datetime
) -> dict[str, list[Judgement]]:
    found: dict[str, list[Judgement]] = defaultdict(list)
    for row in rows:
        if since <= row.talked_at < until:
            found[row.agent].append(row)
    return found


def _average(
    since: datetime, until: datetime, agent: str, rows: list[Judgement], changed: set[int]
) -> Average:
    appealed = (JudgementState.APPEALED, JudgementState.DECIDED)
    return Average(
        since=since,
        until=until,
        agent=agent,
        judged=len(rows),
        mean=round(sum(row.score for row in rows) / len(rows), 1),
        knocked_out=sum(row.knocked_out for row in rows),
        appealed=sum(row.state in appealed for row in rows),
        changed=sum(row.id in changed for row in rows),
    )
