"""A call as `legs.py` keeps it while it lasts, and the facts that its changes state. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from callcenter.ami.bridges import Leg
from callcenter.facts import (
    CallAnswered,
    CallFact,
    CallHeld,
    CallQueued,
    CallResumed,
    CallTransferred,
    QueueLeft,
    TalkEnded,
    Via,
)
from callcenter.facts.line import HoldWhy

Why = Literal["ticket", "abandoned", "kept_place"]
TAKE_OVER: Final = "take-over"  # the context that leads a citizen to a supervisor's seat
ToKind = Literal["seat", "queue", "outside"]
TO_SEAT: Final = "transfer-seat"  # and any other context but these two
TO_OUTSIDE: Final = "transfer-outside"
TO_OTHERS: Final[dict[str, ToKind]] = {"transfer-queue": "queue", TO_OUTSIDE: "outside"}
# Asterisk takes digits alone for whom to consult; asterisk-config reads them in the same way.
_SEAT_DIGITS: Final = re.compile(r"8([0-9]{3})")  # 8007 is seat-07, 8123 is seat-123
_QUEUE_DIGITS: Final = {"701": "dialect", "702": "english", "703": "business"}
# Asterisk's files are read a moment ahead of its messages: a hold they told is not told again.
_SAME_MOMENT: Final = timedelta(seconds=0.5)


@dataclass(frozen=True)
class Answer:
    """What a queue tells of a member that picked up."""

    seat: str
    queue: str
    waited_seconds: float


@dataclass
class Part:
    """One seat's part so far."""

    seat: str
    seat_leg: str
    began_at: datetime
    over: bool = False
    passed_on: bool = False  # by a transfer that was told
    parted_at: datetime | None = None  # when it or the citizen left the room; None while in it
    holds: dict[HoldWhy, int] = field(default_factory=dict)  # how many so far
    held: set[HoldWhy] = field(default_factory=set)
    known: dict[HoldWhy, datetime] = field(default_factory=dict)  # the ledger's last of each kind

    @property
    def consults(self) -> bool:
        """Whether the seat is with somebody else while the citizen waits."""
        return "consult" in self.held

    def is_news(self, why: HoldWhy, at: datetime) -> bool:
        """Whether a hold at this moment is one that the ledger has not told us of."""
        return why not in self.known or at > self.known[why] + _SAME_MOMENT


@dataclass
class Call:
    """One citizen's call, while it lasts."""

    id: str
    citizen: Leg | None = None  # None: we place it and the citizen has not answered yet
    placed: Why | None = None
    queue: str = ""  # in which it waits, as the ledger knew after an outage
    parts: dict[str, Part] = field(default_factory=dict)  # by seat leg
    answers: dict[str, Answer] = field(default_factory=dict)  # by seat leg; "": which, unknown yet
    newcomers: dict[str, tuple[Leg, datetime]] = field(default_factory=dict)  # by seat leg

    @property
    def open_parts(self) -> list[Part]:
        """Those that go on."""
        return [part for part in self.parts.values() if not part.over]

    def is_citizen(self, unique_id: str) -> bool:
        """Whether this channel is the citizen's."""
        return self.citizen is not None and self.citizen.unique_id == unique_id

    def begin(self, leg: Leg, at: datetime, via: Via) -> CallAnswered:
        """A seat's part begins; out of a queue where one told of it."""
        answer = self.answers.pop(leg.unique_id, None) or self.answers.pop("", None)
        seat, queue, self.queue = leg.seat, self.queue, ""
        if answer:
            via = "kept_place" if self.placed == "kept_place" else "queue"
            seat = leg.seat if leg.is_trunk else answer.seat
        self.parts[leg.unique_id] = Part(seat, leg.unique_id, at)
        return CallAnswered(
            at=at,
            call_id=self.id,
            queue=answer.queue if answer else queue,
            seat=seat,
            seat_leg=leg.unique_id,
            seat_channel=leg.channel,
            caller_channel=self.citizen.channel if self.citizen else "",
            waited_seconds=answer.waited_seconds if answer else 0.0,
            via=via,
        )

    def via(self, room: Iterable[Leg]) -> Via:
        """How whoever comes into the citizen's room now, out of no queue, got there."""
        here = {leg.unique_id: leg for leg in room}
        if self.queue and not self.placed:
            return "queue"  # that a seat answered was told before we listened again
        if not self.parts:
            return {None: "queue", "kept_place": "kept_place"}.get(self.placed, "outbound")  # type: ignore[return-value]
        if any(part.seat_leg in here for part in self.open_parts):
            return "three_way"
        citizen = here.get(self.citizen.unique_id) if self.citizen else None
        return "take_over" if citizen and citizen.context == TAKE_OVER else "transfer"

    def end(self, part: Part, at: datetime, talked_seconds: float | None = None) -> TalkEnded:
        """A part is over, since seat and citizen parted."""
        if part.parted_at and not part.consults:
            at = part.parted_at
        part.over = True
        talked = max(0.0, (at - part.began_at).total_seconds())
        return TalkEnded(
            at=at,
            call_id=self.id,
            seat=part.seat,
            seat_leg=part.seat_leg,
            talked_seconds=round(talked, 3) if talked_seconds is None else talked_seconds,
        )

    def end_unseen(self, part: Part, at: datetime) -> TalkEnded:
        """A part is over at the latest now; how long they talked is known if their parting is."""
        seen = part.parted_at is not None and not part.consults
        ended = self.end(part, at)
        return ended if seen else ended.model_copy(update={"talked_seconds": None})

    def hold(self, part: Part, why: HoldWhy, at: datetime) -> list[CallHeld]:
        """The citizen waits; nothing where that is known already."""
        if why in part.held:
            return []
        part.held.add(why)
        if not part.is_news(why, at):
            return []
        number = part.holds[why] = part.holds.get(why, 0) + 1
        seat, leg = part.seat, part.seat_leg
        return [CallHeld(at=at, call_id=self.id, seat=seat, seat_leg=leg, why=why, number=number)]

    def resume(self, part: Part, why: HoldWhy, at: datetime) -> CallResumed:
        """The citizen waits no more."""
        part.held.discard(why)
        seat, leg, number = part.seat, part.seat_leg, part.holds[why]
        return CallResumed(at=at, call_id=self.id, seat=seat, seat_leg=leg, why=why, number=number)

    def transfer(
        self,
        part: Part,
        how: Literal["blind", "attended"],
        extension: str,
        context: str,
        at: datetime,
    ) -> CallTransferred:
        """A seat passed the citizen on to what this extension leads to."""
        kind, to = _read_extension(extension, context)
        part.passed_on = True
        return CallTransferred(
            at=at,
            call_id=self.id,
            seat=part.seat,
            seat_leg=part.seat_leg,
            how=how,
            to_kind=kind,
            to=to,
        )

    def target(self, room: Iterable[Leg]) -> tuple[str, str]:
        """Whom an attended transfer led to, extension and context: who came, else who is rung."""
        came = [leg for leg, _ in self.newcomers.values()]
        seats = [(leg.seat, TO_SEAT) for leg in came if not leg.is_trunk]
        rung = [leg.dialled for leg in room if leg.is_local]
        outside = [(leg.number, TO_OUTSIDE) for leg in came if leg.is_trunk]
        return next(iter([*seats, *rung, *outside]), ("", TO_SEAT))

    def recall(self, fact: CallFact) -> None:
        """Take up what the ledger tells of a part."""
        if isinstance(fact, CallQueued):
            self.queue = fact.queue
        elif isinstance(fact, CallAnswered | QueueLeft):
            self.queue = ""
        if isinstance(fact, CallAnswered):
            self.parts.setdefault(fact.seat_leg, Part(fact.seat, fact.seat_leg, fact.at))
            return
        part = self.parts.get(getattr(fact, "seat_leg", ""))
        if part is None:
            return
        if isinstance(fact, TalkEnded):
            part.over = True
        elif isinstance(fact, CallHeld):
            part.held.add(fact.why)
            part.holds[fact.why] = max(fact.number, part.holds.get(fact.why, 0))
            part.known[fact.why] = fact.at
        elif isinstance(fact, CallResumed):
            part.held.discard(fact.why)
            part.known[fact.why] = fact.at


def _read_extension(extension: str, context: str) -> tuple[ToKind, str]:
    """Whom an extension of a transfer leads to; every context knows the seats, too."""
    if seat := _SEAT_DIGITS.fullmatch(extension):
        return "seat", f"seat-{int(seat[1]):02}"
    if extension.startswith("seat-"):
        return "seat", extension
    return TO_OTHERS.get(context, "seat"), _QUEUE_DIGITS.get(extension, extension)
