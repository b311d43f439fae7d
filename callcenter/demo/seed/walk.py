"""One ticket's year: from the draft to the end, or as far as the time goes.

Each move is looked up in the table of `callcenter.tickets.steps` and has the effect that
`callcenter.tickets.moving` gives it, so what is written is what the one move function would have
written. Who asks for what, and when, is by chance.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, cast

from callcenter.demo.seed.county import SeedCounty, level_above, slowness
from callcenter.demo.seed.hours import at_work, next_working_hours
from callcenter.facts import FeedbackReceived, Kind, TicketMoved, Urgency
from callcenter.machine import step
from callcenter.tickets import clocks
from callcenter.tickets.dispatch import Unit
from callcenter.tickets.effects import DISSATISFIED, EFFECTS, Command
from callcenter.tickets.feedback import NO_RATING, UNREACHED
from callcenter.tickets.joint import JointUnit
from callcenter.tickets.steps import MOVES, NEEDS_DUE, Move
from callcenter.tickets.ticket import Ticket

DISPATCHERS = tuple(f"dispatcher-{n:02}" for n in range(1, 7))
VERIFIERS = tuple(f"verifier-{n:02}" for n in range(1, 13))
ASKED_BEFORE = timedelta(hours=8)  # of the deadline, an extension
LEADERS = ("县长", "副县长甲", "副县长乙", "政府办主任")
RATINGS = (0.55, 0.82, 0.93, 1.0)  # 1 非常满意 to 4 不满意, added up


class Joined:
    """The units beside the lead: as much of a session as effects ask for, without a database."""

    def __init__(self) -> None:
        self.units: dict[str, JointUnit] = {}

    def get(self, _model: type[JointUnit], key: tuple[str, str]) -> JointUnit | None:
        """The unit, where it has joined once."""
        return self.units.get(key[1])

    def add(self, unit: JointUnit) -> None:
        """Keep the unit's share."""
        self.units[unit.unit] = unit

    def exec(self, _query: object, *, params: object = None) -> "Told":
        """All of them; a walk asks when all leave, and when a draft ends that has none."""
        return Told(self.units.values())


class Told(list[JointUnit]):
    """The answer to a query."""

    def first(self) -> JointUnit | None:
        """The first of them; None where there is none."""
        return self[0] if self else None


class TimeIsUpError(Exception):
    """The ticket goes on behind the end of the seeded time."""


@dataclass
class Walk:
    """A ticket under way: its row so far, its history, and the facts that state it."""

    ticket: Any  # has the fields of Ticket, without the database's bookkeeping
    county: SeedCounty
    random: Random
    until: datetime
    at: datetime
    joined: Joined = field(default_factory=Joined)
    steps: list[dict[str, Any]] = field(default_factory=list)
    facts: list[TicketMoved | FeedbackReceived] = field(default_factory=list)

    def do(
        self,
        move: Move,
        at: datetime,
        actor: str,
        reason: str = "",
        *,
        unit: str | None = None,
        due_at: datetime | None = None,
        other: str | None = None,
    ) -> None:
        """Take the ticket on, at this moment or just after what happened last.

        Raises:
            TimeIsUpError: It would be after the end.
        """
        at = max(at, self.at + timedelta(seconds=1))
        if at >= self.until:
            raise TimeIsUpError
        self.at, ticket = at, self.ticket
        before = None if move is Move.OPEN else ticket.step
        if before is not None:
            after = step(MOVES, before, move)
            if effect := EFFECTS.get(move):
                command = Command(move, actor, at, reason, unit, due_at, other)
                effect(cast(Any, self.joined), cast(Ticket, ticket), command)
            ticket.step = after
        ticket.steps += 1
        line = {
            "ticket_number": ticket.number,
            "number": ticket.steps,
            "at": at,
            "move": move,
            "from_step": before,
            "to_step": ticket.step,
            "actor": actor,
            "reason": reason,
            "unit": ticket.unit,
            "due_at": ticket.due_at,
            "until": due_at if move in NEEDS_DUE else None,
            "other": other,
            "attachments": [],
        }
        self.steps.append(line)
        self.facts.append(TicketMoved.model_validate({**line, "call_id": ticket.call_id}))

    def chance(self, share: float) -> bool:
        """Yes, so often."""
        return self.random.random() < share

    def soon(self, minutes: float) -> datetime:
        """Some minutes on, mostly about so many."""
        return self.at + timedelta(minutes=self.random.expovariate(1 / minutes))


def walk(case: Walk, asks: float) -> None:
    """Lead a draft as far as its time goes.

    Args:
        case: With its row as the call left it; nothing of its history yet.
        asks: How likely the citizen only wants to know something.
    """
    try:
        _collect(case, asks)
    except TimeIsUpError:
        return


def _collect(case: Walk, asks: float) -> None:
    seat, ticket = case.ticket.item_by, case.ticket
    case.do(Move.OPEN, ticket.opened_at, seat)
    if ticket.kind is Kind.INVALID:
        return case.do(Move.DISCARD, case.soon(2), seat, "无声或误拨")
    if case.chance(asks * 0.9):
        return case.do(Move.ANSWER, case.soon(4), seat, "已当场答复")
    if case.chance(0.012):
        return case.do(Move.DECLINE, case.soon(6), seat, "属诉讼途径,已告知")
    case.do(Move.FILE, case.soon(5), seat)
    choice = case.county.unit_for(ticket.item, ticket.cell)
    _send(case, Move.DISPATCH, choice.unit, "pipeline", choice.because, case.at)
    _handle(case)


def _handle(case: Walk) -> None:
    """From a dispatched ticket to the end; again from here when it is reopened."""
    _settle_returns(case)
    handler = _handler(case)
    case.do(Move.ACCEPT, _in_hours(case, case.soon(90)), handler)
    _go_round(case)
    _report(case)
    if case.chance(0.03):
        case.do(Move.REJECT, _tomorrow(case, 0.6), case.random.choice(VERIFIERS), "现场仍未整改")
        _report(case, hours=9.0)
    case.do(Move.VERIFY, _tomorrow(case, 0.6), case.random.choice(VERIFIERS))
    _ask(case)


def _settle_returns(case: Walk) -> None:
    if not case.chance(0.05):
        return
    back = _in_hours(case, case.soon(240))
    case.do(Move.RETURN, back, _handler(case), "不属于本单位职责")
    judge = case.random.choice(DISPATCHERS)
    if case.chance(0.25):
        return case.do(Move.OVERRULE_RETURN, case.soon(120), judge, "按三定方案应由该单位办理")
    case.do(Move.UPHOLD_RETURN, case.soon(120), judge, "职责确不在该单位")
    _send(case, Move.DISPATCH, _another(case), judge, "改派", case.soon(5))


def _go_round(case: Walk) -> None:
    """What may happen to a ticket in handling; most of it to few."""
    random, handler = case.random, _handler(case)
    if case.chance(0.02):
        unit = _another(case)
        _send(case, Move.FORWARD, unit, handler, "需其他部门办理", case.soon(300))
        case.do(Move.ACCEPT, _in_hours(case, case.soon(90)), handler := _handler(case))
    if case.chance(0.01):
        unit = level_above(case.county.table.units[case.ticket.unit], case.county.table)
        _send(case, Move.ESCALATE, unit, handler, "超出本级权限", case.soon(300))
        case.do(Move.ACCEPT, _in_hours(case, case.soon(90)), handler := _handler(case))
    if case.chance(0.02):
        other = _another(case).code
        case.do(Move.JOIN, case.soon(60), random.choice(DISPATCHERS), other=other)
        case.do(Move.CONTRIBUTE, _in_hours(case, case.soon(600)), f"handler:{other}", other=other)
    if case.chance(0.05) and case.at + ASKED_BEFORE < case.ticket.due_at:
        longer = case.ticket.due_at + timedelta(days=random.randint(3, 10))
        at = case.at + ASKED_BEFORE * random.random()
        case.do(Move.ASK_EXTENSION, at, handler, "需采购材料", due_at=longer)
        granted = Move.GRANT_EXTENSION if case.chance(0.85) else Move.REFUSE_EXTENSION
        case.do(granted, case.soon(200), random.choice(DISPATCHERS), "已核实情况")
    if case.chance(0.015):
        review = case.at + timedelta(days=random.randint(10, 40))
        case.do(Move.SUSPEND, case.soon(500), handler, "待供暖季结束后施工", due_at=review)
        case.do(Move.RESUME, review - timedelta(hours=random.random() * 48), handler)
    if case.chance(0.02):
        case.do(Move.NOTE, case.soon(100), handler, "已与市民电话联系")


def _another(case: Walk) -> Unit:
    """A unit of the county that is not the one which has the ticket."""
    chosen = case.random.choice(case.county.of_county)
    return level_above(chosen, case.county.table) if chosen.code == case.ticket.unit else chosen


def _report(case: Walk, hours: float | None = None) -> None:
    """The unit reports, in its own time: some do it late, and then they are urged."""
    ticket = case.ticket
    handler, left = _handler(case), max(ticket.due_at - case.at, timedelta(hours=1))
    took = left * slowness(ticket.unit) * case.random.lognormvariate(-0.35, 0.5)
    at = _in_hours(case, case.at + (timedelta(hours=hours) if hours else took))
    if at > ticket.due_at:
        if case.chance(0.45):
            case.do(Move.URGE, ticket.due_at, "citizen", "市民来电催办")
        if case.chance(0.04):
            leader = case.random.choice(LEADERS)
            case.do(Move.SUPERVISE, case.soon(600), DISPATCHERS[0], "超期未办结", other=leader)
    elif case.chance(0.03):
        case.do(Move.URGE, case.at + (at - case.at) / 2, "citizen", "市民来电催办")
    case.do(Move.REPORT, at, handler, "已办结")


def _ask(case: Walk) -> None:
    """The citizen is rung: rates it, does not answer, or has it done again."""
    ticket, at = case.ticket, _tomorrow(case, 0.8)
    if case.chance(0.24):
        return case.do(Move.CLOSE, at, "robot", UNREACHED if case.chance(0.7) else NO_RATING)
    draw, worse = case.random.random(), 0.03 * ticket.urged
    rating = 1 + sum(draw > upto - (worse if upto < 1 else 0) for upto in RATINGS[:-1])
    solved = rating < DISSATISFIED or case.chance(0.3)
    at = max(at, case.at + timedelta(seconds=1))
    if at >= case.until:
        raise TimeIsUpError
    ticket.rating = rating
    case.facts.append(
        FeedbackReceived(
            at=at, ticket_number=ticket.number, rating=rating, solved=solved,
            round=ticket.round, by="robot",
        )
    )  # fmt: skip
    if solved and rating < DISSATISFIED:
        return case.do(Move.CLOSE, at, "robot")
    told = f"回访评价 {rating}, " + ("已解决" if solved else "未解决")
    case.do(Move.REOPEN, at, "robot", told)
    choice = case.county.unit_for(ticket.item, ticket.cell)
    _send(case, Move.DISPATCH, choice.unit, "pipeline", choice.because, case.at)
    _handle(case)


def _send(case: Walk, move: Move, unit: Unit, actor: str, reason: str, at: datetime) -> None:
    at = max(at, case.at + timedelta(seconds=1))
    urgent = case.ticket.urgency is Urgency.URGENT
    limit = _limit(at, case.ticket.item, urgent, unit.level)
    case.do(move, at, actor, reason, unit=unit.code, due_at=limit)


def _limit(at: datetime, item: str, urgent: bool, level: int) -> datetime:
    urgency = Urgency.URGENT if urgent else Urgency.ORDINARY
    return clocks.due_at(at, item=item, urgency=urgency, unit_level=level)


def _handler(case: Walk) -> str:
    return f"handler:{case.ticket.unit}"


def _in_hours(case: Walk, at: datetime) -> datetime:
    """When somebody of the unit is at work; at once where it is urgent."""
    if case.ticket.urgency is Urgency.URGENT or at_work(at):
        return at
    return next_working_hours(at, case.random)


def _tomorrow(case: Walk, days: float) -> datetime:
    later = case.at + timedelta(days=case.random.expovariate(1 / days))
    return next_working_hours(later, case.random)
