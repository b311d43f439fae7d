"""The independent ledger: what happened to each call, told by the phones' own logs alone.

Nothing here reads a fact, a row, an event or a file of ours or of Asterisk's. A citizen's call is
the dialog of the citizen's phone; the seats' dialogs of the same caller's number are its offers and
parts (each call of a run has a number of its own). Decision: docs/decisions/0028.

The one moment that SIP does not show is the entry into the queue of 12345: Asterisk answers, plays
the greeting, waits for a key, and only then queues the caller. The ledger adds the length of the
greeting and the wait for a key to the moment of the answer (`Line.before_queue`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bench.calls.arranged import Arranged, Consultation, RungBack
from bench.calls.dialogs import Dialog

CROSSING_SECONDS = 0.3  # a hang-up and an answer so near each other may be taken in either order
ASIDE_SECONDS = 0.3  # a phone's CANCEL so near the caller's end was the caller's doing
PASSING_SECONDS = 3.0  # from a seat's REFER to the ringing of the next phone, at most
Outcome = Literal["short", "abandoned", "answered", "not_reached"]


@dataclass(frozen=True)
class Offer:
    """A seat's phone rang."""

    seat: str
    began_at: float
    missed: bool  # it rang until its time was over, while the caller still waited
    picked_up: float | None = None  # seconds until then


@dataclass(frozen=True)
class Part:
    """One seat's talk with the citizen."""

    seat: str
    began_at: float
    ended_at: float | None  # the first of the two hung up; None: Asterisk died meanwhile
    passed_on: bool = False  # to another seat; for this one the talk was over then
    released_at: float | None = None  # the seat's phone was told, or told, that it is over

    @property
    def release_seconds(self) -> float:
        """How late a busy Asterisk told the seat that the citizen is gone."""
        if self.released_at is None or self.ended_at is None:
            return 0.0
        return max(self.released_at - self.ended_at, 0.0)

    def seconds(self) -> float | None:
        """How long they talked."""
        return None if self.ended_at is None else self.ended_at - self.began_at


@dataclass(frozen=True)
class Entry:
    """One citizen's call; times are seconds since 1970."""

    number: str
    line: str
    arrived_at: float
    queued_at: float | None  # None: hung up before
    ended_at: float | None  # None: the phone never learnt it
    cut: bool  # it ended because Asterisk was gone
    offers: tuple[Offer, ...] = ()
    parts: tuple[Part, ...] = ()
    reached: bool = True
    setup_seconds: float = float("inf")  # from the INVITE to the answer of Asterisk
    rung_back: tuple[RungBack, ...] = ()  # afterwards: calls of their own
    crossed: "Entry | None" = None  # the other reading, where an answer crossed with the hang-up

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        if not self.reached:
            return "not_reached"
        if self.parts:
            return "answered"
        return "short" if self.queued_at is None else "abandoned"

    @property
    def waited(self) -> float | None:
        """Seconds in the queue until the first seat answered or the caller gave up.

        Unknown where Asterisk died meanwhile, as docs/numbers.md has it.
        """
        until = self.parts[0].began_at if self.parts else None if self.cut else self.ended_at
        return None if self.queued_at is None or until is None else until - self.queued_at


@dataclass(frozen=True)
class Deaths:
    """When Asterisk was killed in the run; the bench did it and so knows."""

    at: tuple[float, ...] = ()

    def first_between(self, begin: float, end: float | None) -> float | None:
        """The first death in this stretch."""
        return next((at for at in self.at if begin < at and (end is None or at < end)), None)


@dataclass(frozen=True)
class Site:
    """What the ledger must know of the place: seconds from the answer to the queue, by line."""

    before_queue: Mapping[str, float] = field(default_factory=dict)
    deaths: Deaths = field(default_factory=Deaths)


def over(citizens: Iterable[Dialog], site: Site) -> dict[str, float | None]:
    """When the call of each number was over; None where it never was."""
    return {one.inviter: _ended_at(one, site) for one in citizens}


def build(citizens: Iterable[Dialog], seats: Arranged, site: Site) -> list[Entry]:
    """The ledger, in order of the calls' arrival."""
    of_number: dict[str, list[Dialog]] = {}
    for dialog in seats.others:
        of_number.setdefault(dialog.inviter, []).append(dialog)
    back: dict[str, list[RungBack]] = {}
    for one in seats.rung_back:
        back.setdefault(one.number, []).append(one)
    entries = []
    for citizen in citizens:
        number = citizen.inviter
        at_seats, asked = of_number.get(number, []), seats.consulted.get(number)
        met = [seat for seat in at_seats if _has_met(seat, citizen)]
        entry = _entry(citizen, at_seats, met, asked, site)
        if crossing := [seat for seat in at_seats if _has_crossed(seat, citizen)]:
            other = [seat for seat in at_seats if (seat in met) != (seat in crossing)]
            entry = replace(entry, crossed=_entry(citizen, at_seats, other, asked, site))
        entries.append(replace(entry, rung_back=tuple(back.get(number, ()))))
    return sorted(entries, key=lambda entry: entry.arrived_at)


def settled(ledger: Iterable[Entry], outcomes: Mapping[str, str]) -> list[Entry]:
    """The ledger where crossings are read as they were told.

    Only Asterisk knows which of two messages it took first; the phones cannot.

    Args:
        ledger: As built.
        outcomes: What was told of each number's call.
    """
    return [
        replace(entry.crossed, rung_back=entry.rung_back)
        if entry.crossed and outcomes.get(entry.number) == entry.crossed.outcome
        else entry
        for entry in ledger
    ]


def _entry(
    citizen: Dialog, seats: list[Dialog], met: list[Dialog], asked: Consultation | None, site: Site
) -> Entry:
    death = site.deaths.first_between(citizen.invited_at, citizen.bye_at)
    ended_at = _ended_at(citizen, site)
    queued_at = (citizen.accepted_at or citizen.invited_at) + site.before_queue[citizen.invited]
    return Entry(
        number=citizen.inviter,
        line=citizen.invited,
        arrived_at=citizen.invited_at,
        queued_at=queued_at if ended_at is None or queued_at < ended_at else None,
        ended_at=ended_at,
        cut=death is not None,
        offers=tuple(_offer(seat, ended_at) for seat in seats if not _is_passed_to(seat, seats)),
        parts=tuple(_parts(citizen, met, asked, site.deaths)),
        reached=citizen.reached_at is not None,
        setup_seconds=(citizen.accepted_at or float("inf")) - citizen.invited_at,
    )


def _ended_at(citizen: Dialog, site: Site) -> float | None:
    return site.deaths.first_between(citizen.invited_at, citizen.bye_at) or citizen.bye_at


def _parts(
    citizen: Dialog, met: list[Dialog], asked: Consultation | None, deaths: Deaths
) -> Iterator[Part]:
    for seat in met:
        passed_at = asked.passed_at(seat, citizen) if asked and asked.seat == seat.invited else None
        part = _part(seat, citizen, deaths)
        if asked and passed_at:
            yield replace(part, passed_on=True)
            yield replace(_part(asked.phone, citizen, deaths), began_at=passed_at)
        else:
            yield part


def _offer(seat: Dialog, caller_ended_at: float | None) -> Offer:
    stopped_at = None if seat.is_joined else seat.cancelled_at
    missed = stopped_at is not None and (
        caller_ended_at is None or stopped_at < caller_ended_at - ASIDE_SECONDS
    )
    joined_at = seat.accepted_at if seat.is_joined else None
    picked_up = None if joined_at is None else joined_at - seat.invited_at
    return Offer(seat.invited, seat.invited_at, missed, picked_up)


def _has_met(seat: Dialog, citizen: Dialog) -> bool:
    """Whether the seat accepted while the citizen was there; an answer may cross with a hang-up."""
    gone_at = citizen.bye_at or float("inf")
    return seat.is_joined and (seat.accepted_at or 0.0) < gone_at


def _has_crossed(seat: Dialog, citizen: Dialog) -> bool:
    """Whether the seat's answer and the citizen's hang-up were under way at once."""
    if not seat.is_joined or seat.accepted_at is None or citizen.bye_at is None:
        return False
    return abs(seat.accepted_at - citizen.bye_at) < CROSSING_SECONDS


def _part(seat: Dialog, citizen: Dialog, deaths: Deaths) -> Part:
    assert seat.accepted_at is not None
    released_at = seat.referred_at or seat.bye_at
    death = deaths.first_between(seat.accepted_at, released_at)
    ended_at = min((at for at in (released_at, citizen.bye_at) if at is not None), default=None)
    if ended_at is not None:
        ended_at = max(ended_at, seat.accepted_at)
    return Part(
        seat.invited,
        seat.accepted_at,
        None if death else ended_at,
        bool(seat.referred_at),
        released_at,
    )


def _is_passed_to(seat: Dialog, seats: list[Dialog]) -> bool:
    """Whether it rings because a seat passed the citizen on: that is no queue's offer."""
    return any(
        other.referred_at is not None
        and other.referred_to == seat.invited
        and 0 <= seat.invited_at - other.referred_at < PASSING_SECONDS
        for other in seats
    )
