"""Seats, the agents at them, queues, and those who watch them."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from callcenter.facts.base import Audience, CallFact, Fact


class SeatSeen(Fact):
    """What Asterisk says of a seat's phone and queue membership."""

    fact: Literal["seat_seen"] = "seat_seen"
    audience = Audience.SUPERVISOR
    key = ("node", "seat", "at")

    seat: str
    node: str = ""
    status: Literal["unknown", "idle", "in_use", "busy", "invalid", "unavailable", "ringing"]
    paused: bool  # in every queue it serves
    queue: str = ""  # whose member told it


class PhoneSeen(Fact):
    """A seat's telephone registered, or is no longer to be reached."""

    fact: Literal["phone_seen"] = "phone_seen"
    audience = Audience.SUPERVISOR
    key = ("node", "seat", "phone", "at")

    seat: str
    node: str = ""
    phone: Literal["sip", "web"]  # a SIP telephone, or the browser
    registered: bool


class PhoneLost(CallFact):
    """No voice came from a seat's phone any more; its leg was hung up, and the citizen goes on."""

    fact: Literal["phone_lost"] = "phone_lost"
    key = ("call_id", "seat_channel")

    seat: str
    seat_channel: str


class SeatFact(Fact):
    """A fact of the centre's staff and queues, shown to supervisors."""

    audience = Audience.SUPERVISOR
    key: ClassVar[tuple[str, ...]] = ("seat", "number")


class SeatMoved(SeatFact):
    """A seat was created, changed or closed by a person."""

    fact: Literal["seat_moved"] = "seat_moved"

    seat: str
    number: int  # 1, 2, 3 ... of this seat's history
    move: str
    queues: tuple[str, ...] = ()  # that it serves without a sign-in
    penalty_class: Literal["normal", "overflow"] = "normal"
    may_dial_out: bool = False
    actor: str


class AgentMoved(SeatFact):
    """An agent went from one state to another: signed in, paused, wrapped up, moved by another."""

    fact: Literal["agent_moved"] = "agent_moved"
    key = ("agent", "number")
    pii = frozenset({"reason"})

    agent: str
    number: int  # 1, 2, 3 ... of this agent's history
    move: str
    from_state: str
    to_state: str
    seat: str | None
    queues: tuple[str, ...] = ()
    reason: str = ""  # of a pause, or why somebody else moved them
    call_id: str | None = None  # the call that is wrapped up
    until: AwareDatetime | None = None  # when wrap-up ends by itself
    actor: str  # the agent, a supervisor, or "system"


class QueueMoved(SeatFact):
    """A queue was closed with an announcement, or opened again."""

    fact: Literal["queue_moved"] = "queue_moved"
    key = ("queue", "at")
    pii = frozenset({"reason"})

    queue: str
    move: Literal["close", "open"]
    announcement: str = ""  # the prompt callers hear
    reason: str = ""
    actor: str


class SupervisionMoved(SeatFact):
    """A supervisor began to listen in, changed how, or stopped; the audit is made of these."""

    fact: Literal["supervision_moved"] = "supervision_moved"
    key = ("supervision", "number")
    pii = frozenset({"reason"})

    supervision: str  # the supervisor's channel, by its Uniqueid
    number: int  # 1, 2, 3 ... of this supervision
    call_id: str
    supervisor: str
    seat: str  # listened to
    mode: Literal["listen", "whisper", "barge", "take_over", "ended"]
    reason: str
    shown_to_agent: bool


class SeatsTold(SeatFact):
    """A supervisor sent seats a message."""

    fact: Literal["seats_told"] = "seats_told"
    key = ("actor", "at")
    pii = frozenset({"text"})

    seats: tuple[str, ...]  # empty: all
    text: str
    actor: str
