"""Who is to be rung for which queue: what we want of Asterisk, and the orders that bring it about.

A seat serves the queues of the agent who signed in there, else those it stands on by itself.
Members are Asterisk's own (QueueAdd, kept by it over restarts), so that seats ring while all of
ours is down. Decision: docs/decisions/0021-members-are-dynamic.md.

A member's penalty says how late its turn comes: Asterisk rings a higher one only where no lower one
is free. On 110:

    0    a seat with the skill
    10   an overflow seat, which takes 110 only then
    50   a seat that did not pick up last time: else it would keep 110 from all behind it
    100  the outside number, let in after a set time (queuerules.conf)
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlmodel import Session

from callcenter.agents.agent import NO_ANSWER, Agent, AgentState, all_agents
from callcenter.agents.orders import Order
from callcenter.agents.seats import PenaltyClass, Seat, SeatState, all_seats, known_seats
from callcenter.facts import Line

OVERFLOW: Final = 10
UNANSWERED: Final = 50
WRAP_UP: Final = "wrap-up"  # the reason Asterisk is told
PHONE_LOST: Final = "phone-lost"


@dataclass(frozen=True)
class Membership:
    """A seat's place in one queue, as Asterisk keeps it."""

    interface: str  # "PJSIP/seat-01"
    penalty: int = 0
    paused: bool = False
    reason: str = ""  # of the pause

    def as_list(self) -> list[Any]:
        """For JSON; `Membership(*told)` reads it back."""
        return [self.interface, self.penalty, self.paused, self.reason]


Memberships = Mapping[str, Membership]  # one seat's, by queue


class Unfinished(NamedTuple):
    """A seat that Asterisk was not told of as it is wanted."""

    seat: str
    told: Memberships
    wanted: Memberships


def desired(seat: Seat, agent: Agent | None) -> dict[str, Membership]:
    """The memberships a seat should have now.

    Args:
        seat: Its row.
        agent: Who is signed in there, if anybody.
    """
    if not seat.is_open:
        return {}
    interface = f"PJSIP/{seat.endpoint}"
    queues = agent.queues if agent else seat.queues
    wanted = {}
    for queue in queues:
        paused, reason = _pause(seat, agent, queue)
        wanted[queue] = Membership(interface, _penalty(seat, agent, queue), paused, reason)
    if agent and seat.penalty_class is PenaltyClass.OVERFLOW and Line.POLICE not in wanted:
        paused, reason = _pause(seat, agent, Line.POLICE)
        penalty = max(OVERFLOW, _penalty(seat, agent, Line.POLICE))
        wanted[Line.POLICE.value] = Membership(interface, penalty, paused, reason)
    return wanted


def orders(seat: str, there: Memberships, wanted: Memberships) -> Iterator[Order]:
    """What to ask of Asterisk so that what is there becomes what is wanted."""
    for queue in sorted({*there, *wanted}):
        before, after = there.get(queue), wanted.get(queue)
        if before and (after is None or after.interface != before.interface):
            yield _remove(queue, before)
            before = None
        if after and before is None:
            yield _add(seat, queue, after)
        elif after and before:
            yield from _change(queue, before, after)


def _pause(seat: Seat, agent: Agent | None, queue: str) -> tuple[bool, str]:
    """Whether a member is paused, and why.

    Wrap-up does not hold 110 back: it breaks in, and the agent is told. Nor does the pause that we
    gave ourselves to a seat where nobody picks up: only a person takes a seat out of 110. A phone
    that was lost is no more than rung last there.
    """
    ordered = _ordered_pause(agent, queue)
    if seat.state is SeatState.PHONE_LOST and queue != Line.POLICE and not ordered[0]:
        return True, PHONE_LOST  # Asterisk has done so by itself: extensions.conf, context lost
    return ordered


def _ordered_pause(agent: Agent | None, queue: str) -> tuple[bool, str]:
    state = agent.state if agent else AgentState.READY
    if agent is None or state is AgentState.READY:
        return False, ""
    if state is AgentState.WRAP_UP:
        return (False, "") if queue == Line.POLICE else (True, WRAP_UP)
    if agent.reason == NO_ANSWER and queue == Line.POLICE:
        return False, ""
    return True, agent.reason


def _penalty(seat: Seat, agent: Agent | None, queue: str) -> int:
    if queue != Line.POLICE:
        return 0
    if seat.missed:
        return UNANSWERED
    stands_in = agent is None and seat.penalty_class is PenaltyClass.OVERFLOW
    return OVERFLOW if stands_in else 0


def _add(seat: str, queue: str, member: Membership) -> Order:
    headers = {
        "Queue": queue,
        "Interface": member.interface,
        "MemberName": seat,
        "StateInterface": f"hint:{seat}@seat-phones",  # both telephones of a seat in one
        "Penalty": str(member.penalty),
        "Paused": _flag(member.paused),
    }
    if member.paused:
        headers["Reason"] = member.reason
    return Order("QueueAdd", headers, (_set_penalty(queue, member), _set_pause(queue, member)))


def _remove(queue: str, member: Membership) -> Order:
    return Order("QueueRemove", {"Queue": queue, "Interface": member.interface}, ())


def _change(queue: str, before: Membership, after: Membership) -> Iterator[Order]:
    if before.penalty != after.penalty:
        yield _set_penalty(queue, after)
    if (before.paused, before.reason) != (after.paused, after.reason):
        yield _set_pause(queue, after)


def _set_penalty(queue: str, member: Membership) -> Order:
    headers = {"Queue": queue, "Interface": member.interface, "Penalty": str(member.penalty)}
    return Order("QueuePenalty", headers)


def _set_pause(queue: str, member: Membership) -> Order:
    headers = {"Queue": queue, "Interface": member.interface, "Paused": _flag(member.paused)}
    return Order("QueuePause", headers | {"Reason": member.reason} if member.paused else headers)


def _flag(true: bool) -> str:
    return "true" if true else "false"


# --- what Asterisk was told ----------------------------------------------------------------------


def told_memberships(seat: Seat) -> dict[str, Membership] | None:
    """What Asterisk was told of the seat; None: how it stands there is not known."""
    if seat.told is None:
        return None
    return {queue: Membership(*member) for queue, member in seat.told.items()}


def note_told(session: Session, name: str, told: Memberships | None) -> None:
    """Keep what Asterisk was told, or what it was found to have."""
    seat = session.get(Seat, name)
    if seat is not None:
        seat.told = None if told is None else {q: m.as_list() for q, m in told.items()}
        seat.told_at = datetime.now(UTC)
        session.add(seat)


def note_all_told(session: Session, told: Mapping[str, Memberships | None]) -> None:
    """As `note_told`, of each seat."""
    for name, memberships in told.items():
        note_told(session, name, memberships)


def unfinished(session: Session, names: Collection[str] | None = None) -> list[Unfinished]:
    """Those of these seats, or of all, that Asterisk was not told of as they are wanted."""
    signed_in = {agent.seat: agent for agent in all_agents(session)}
    found: list[Unfinished] = []
    for seat in all_seats(session) if names is None else known_seats(session, names):
        told, wanted = told_memberships(seat), desired(seat, signed_in.get(seat.name))
        if told is not None and told != wanted:
            found.append(Unfinished(seat.name, told, wanted))
    return found
