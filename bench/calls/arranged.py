"""Consultations and citizens rung back, found in the phones' logs by the journal of orders.

The journal tells when something was ordered and for which seat; that it happened, and when, is
what the phones saw. An order may be answered late or never, while our process or Asterisk is
down, and queues ring the same seats meanwhile: so who rings tells more than when. A queue's offer
bears the number of a citizen who waits, the phone of whoever is asked rings with the line's, and
the ringing back bears the number of one who is gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.calls.dialogs import Dialog
from bench.calls.journal import Ordered, orders_of

REACHES_SECONDS = 3.0  # from an order to the ringing phone, at most
LOGGED_SECONDS = 0.1  # two phones' logs may tell cause and effect so much the wrong way round


@dataclass(frozen=True)
class Consultation:
    """A seat asked another one and passed its citizen on, or wanted to."""

    number: str
    seat: str
    phone: Dialog  # of the seat that was asked
    completed: bool

    def passed_at(self, asking: Dialog, citizen: Dialog) -> float | None:
        """When the citizen came to hear the seat asked: as Asterisk let the asking one go."""
        gone_at, asked = asking.bye_at, self.phone
        if not self.completed or gone_at is None or asking.bye_sent or not asked.is_joined:
            return None
        still_there = min(citizen.bye_at or gone_at + 1, asked.bye_at or gone_at + 1)
        return gone_at if gone_at < still_there else None


@dataclass(frozen=True)
class RungBack:
    """A seat's phone rang and picked up, and then a citizen's."""

    number: str
    phone: Dialog
    citizen: Dialog | None  # None: the seat had hung up before

    @property
    def talk(self) -> tuple[float, float | None] | None:
        """From when until when they heard each other; None where they did not."""
        if not self.phone.is_joined or self.citizen is None or not self.citizen.is_joined:
            return None
        ends = [at for at in (self.phone.bye_at, self.citizen.bye_at) if at is not None]
        begin = self.citizen.accepted_at or 0.0
        end = min(ends, default=None)
        return None if end is not None and end <= begin else (begin, end)


@dataclass(frozen=True)
class Arranged:
    """What was ordered and seen, and the seats' dialogs that are neither."""

    consulted: dict[str, Consultation]  # by the citizen's number
    rung_back: list[RungBack]
    others: list[Dialog]


def arranged(
    gone: Mapping[str, float | None],
    seats: Iterable[Dialog],
    rung: Iterable[Dialog],
    journal: list[Ordered],
) -> Arranged:
    """Sort the seats' dialogs.

    Args:
        gone: The number of each citizen who called, and when that call was over.
        seats: Of all seats' phones.
        rung: Of the phones of citizens who were rung.
        journal: What was ordered.
    """
    left = {dialog.id: dialog for dialog in seats}
    completed = {(one.number, one.seat) for one in orders_of(journal, "complete")}
    consulted = {}
    for one in orders_of(journal, "consult"):
        if phone := _first(left, one, gone):
            is_done = (one.number, one.seat) in completed
            consulted[one.number] = Consultation(one.number, one.seat, phone, is_done)
    answering = sorted(rung, key=lambda dialog: dialog.invited_at)
    rung_back = []
    for phone in [one for one in left.values() if _is_rung_back(one, gone, journal)]:
        del left[phone.id]
        rung_back.append(RungBack(phone.inviter, phone, _citizen_of(phone, answering)))
    return Arranged(consulted, rung_back, list(left.values()))


def _first(
    left: dict[str, Dialog], order: Ordered, gone: Mapping[str, float | None]
) -> Dialog | None:
    """The ringing of the seat that was to be asked, taken out of `left`."""
    until = order.done_at + REACHES_SECONDS
    found = [
        one
        for one in left.values()
        if one.invited == order.to
        and order.at <= one.invited_at <= until
        and one.inviter not in gone
    ]
    return left.pop(min(found, key=lambda one: one.invited_at).id) if found else None


def _is_rung_back(
    phone: Dialog, gone: Mapping[str, float | None], journal: Iterable[Ordered]
) -> bool:
    """Whether it rang by an order that was given after this citizen's call was over."""
    gone_at = gone.get(phone.inviter)
    return gone_at is not None and any(
        one.seat == phone.invited and gone_at < one.at <= phone.invited_at
        for one in orders_of(journal, "ring_back")
    )


def _citizen_of(phone: Dialog, answering: list[Dialog]) -> Dialog | None:
    picked_up = phone.accepted_at
    if picked_up is None:
        return None
    return next(
        (
            one
            for one in answering
            if one.invited == phone.inviter and one.invited_at >= picked_up - LOGGED_SECONDS
        ),
        None,
    )
