"""Commands on a call at a seat: each a check and the one AMI action that carries it out. Pure.

A consultation runs on Asterisk's own attended transfer, whose keys (features.conf) AMI presses in
the seat's stead: so its events, its queue_log and its bridges are those of any attended transfer.

| command   | while the citizen           | what happens                                         |
|-----------|-----------------------------|------------------------------------------------------|
| transfer  | talks                       | the citizen goes; back to this seat where nobody is  |
| consult   | talks                       | music for the citizen, the seat rings somebody       |
| complete  | waits for a consultation    | the citizen goes to who was rung                     |
| three_way | waits for a consultation    | all three hear each other                            |
| abort     | waits for a consultation    | the seat is back with the citizen                    |
| hold      | talks                       | a consultation with nobody                           |
| resume    | waits                       | as abort                                             |
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from callcenter.agents.orders import Order
from callcenter.agents.talks.at_seat import AtSeat
from callcenter.errors import BadInputError, ImpossibleMoveError
from callcenter.facts import Line

TargetKind = Literal["seat", "queue", "outside"]
Form = Literal["direct", "three_way"]
CONTEXTS: Final[Mapping[TargetKind, str]] = {
    "seat": "transfer-seat",
    "queue": "transfer-queue",
    "outside": "transfer-outside",
}
# What AMI presses to consult a queue: lines by their own numbers, desks by those of talks.conf.
QUEUE_DIGITS: Final = {
    "12345": "12345",
    "110": "110",
    "dialect": "701",
    "english": "702",
    "business": "703",
}
NOBODY: Final = "0"
KEYS: Final = {"abort": "B", "complete": "C", "three_way": "D"}  # features.conf
CLEARED: Final = "16"  # Q.850
BEARER_LOST: Final = "44"  # as Asterisk says of a phone from which no packet comes


def transfer(at: AtSeat, kind: TargetKind, to: str) -> Order:
    """Blind: the citizen goes there at once. Raises: ImpossibleMoveError, BadInputError."""
    _refuse_self(at, kind, to)
    _refuse_held(at)
    if at.others:
        raise ImpossibleMoveError("three talk: whoever hangs up leaves the citizen to the other")
    headers = {"Channel": at.seat_channel, "Context": CONTEXTS[kind], "Exten": to}
    return Order("BlindTransfer", headers)


def consult(at: AtSeat, kind: TargetKind, to: str) -> Order:
    """The seat rings somebody while the citizen waits. Raises: as `transfer`."""
    _refuse_self(at, kind, to)
    _refuse_held(at)
    if at.others:
        raise ImpossibleMoveError("three talk already: a fourth cannot be asked")
    return _attended(at, CONTEXTS[kind], _digits(kind, to))


def complete(at: AtSeat) -> Order:
    """The citizen goes to whom the seat consults. Raises: ImpossibleMoveError."""
    _need_consultation(at)
    return _press(at, KEYS["complete"])


def three_way(at: AtSeat) -> Order:
    """Citizen, seat and whom it consults hear each other. Raises: ImpossibleMoveError."""
    _need_consultation(at)
    return _press(at, KEYS["three_way"])


def abort(at: AtSeat) -> Order:
    """The seat is back with the citizen. Raises: ImpossibleMoveError."""
    _need_consultation(at)
    return Order("CancelAtxfer", {"Channel": at.seat_channel})


def hold(at: AtSeat) -> Order:
    """The citizen hears music. Raises: ImpossibleMoveError."""
    _refuse_held(at)
    if at.others:
        raise ImpossibleMoveError("three talk: nobody is put on hold")
    return _attended(at, CONTEXTS["seat"], NOBODY)


def resume(at: AtSeat) -> Order:
    """The citizen is back from hold. Raises: ImpossibleMoveError."""
    if at.held is None:
        raise ImpossibleMoveError("the citizen is not on hold")
    if at.held == "hold":
        raise ImpossibleMoveError("the phone put the citizen on hold: resume by its own key")
    return Order("CancelAtxfer", {"Channel": at.seat_channel})


def hand_over(at: AtSeat, to_line: Line, form: Form) -> Order:
    """12345 <-> 110: at once, or by a consultation that becomes a three-way call.

    The citizen's own channel goes, with the call's name and recording. Where the other line does
    not take it in time, it comes back: to this seat first, then to the queue it came from.

    Raises:
        ImpossibleMoveError: It is with that line already, or the citizen waits.
    """
    if at.now_with == to_line:
        raise ImpossibleMoveError(f"the call is with {to_line} already")
    if form == "direct":
        return transfer(at, "queue", to_line)
    return consult(at, "queue", to_line)


def hang_up(at: AtSeat) -> Order:
    """The seat's channel ends, and with it the call, unless three talk."""
    return Order("Hangup", {"Channel": at.seat_channel, "Cause": CLEARED})


def lose(at: AtSeat) -> Iterator[Order]:
    """The seat's browser is gone: its leg ends as that of a phone that fell silent (record 0029).

    What it consulted or held is given up first, or the citizen would go there. Nothing where
    another telephone of the seat talks.
    """
    if not at.seat_channel.startswith(f"PJSIP/{at.seat}-web-"):
        return
    if at.held == "consult":
        yield Order("CancelAtxfer", {"Channel": at.seat_channel})
    yield Order("Hangup", {"Channel": at.seat_channel, "Cause": BEARER_LOST})


def _attended(at: AtSeat, context: str, digits: str) -> Order:
    return Order("Atxfer", {"Channel": at.seat_channel, "Context": context, "Exten": digits})


def _press(at: AtSeat, key: str) -> Order:
    return Order("PlayDTMF", {"Channel": at.seat_channel, "Digit": key, "Receive": "true"})


def _digits(kind: TargetKind, to: str) -> str:
    """What is pressed: seat-07 is 8007, seat-123 is 8123."""
    if kind == "seat":
        return f"8{to.removeprefix('seat-'):0>3}"
    return QUEUE_DIGITS[to] if kind == "queue" else to


def _refuse_self(at: AtSeat, kind: TargetKind, to: str) -> None:
    if kind == "seat" and to in (at.seat, *at.others):
        raise BadInputError(f"to is {to}, who talks in this call already: choose another seat")


def _refuse_held(at: AtSeat) -> None:
    if at.held is not None:
        raise ImpossibleMoveError("the citizen waits: complete, abort or resume first")


def _need_consultation(at: AtSeat) -> None:
    if at.held != "consult":
        raise ImpossibleMoveError("this seat consults nobody now: consult first")
