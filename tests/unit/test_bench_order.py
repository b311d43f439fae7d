"""Unit: the order bench's own judgement, from what phones saw of a schedule."""

from bench.calls.ledger import Entry, Offer, Part
from bench.calls.mix import POLICE, SERVICE
from bench.calls.order import disagreements, passed_over, schedules, simulated

BEFORE_QUEUE = {SERVICE: 5.0, POLICE: 0.0}
TALKED = Part("seat-01", 100.0, 110.6)


def entry(number: str, queued_at: float, *offers: Offer, line: str = SERVICE, **more) -> Entry:
    return Entry(number, line, queued_at, queued_at, None, cut=False, offers=offers, **more)


def offer(at: float, seat: str, picked_up: float | None = 0.1) -> Offer:
    return Offer(seat, at, picked_up is None, picked_up)


def test_schedules_are_the_same_for_a_seed_and_the_simulation_offers_all_of_each() -> None:
    plans = schedules(3, 7, BEFORE_QUEUE)
    assert plans == schedules(3, 7, BEFORE_QUEUE)
    for plan in plans:
        assert set(simulated(plan, BEFORE_QUEUE)) == {one.number for one in plan}


def test_the_same_order_and_two_at_once_are_no_disagreement() -> None:
    entries = [entry("a", 1.0, offer(9.0, "seat-01")), entry("b", 2.0, offer(8.0, "seat-02"))]
    assert not list(disagreements(["a", "b"], entries))


def test_whoever_is_offered_later_or_never_is_told() -> None:
    entries = [entry("a", 1.0, offer(9.0, "seat-01")), entry("b", 2.0, offer(7.0, "seat-02"))]
    told = list(disagreements(["a", "b", "c"], entries, seats=1))
    assert told == ["c was never offered by Asterisk", "b was offered before a"]


def test_who_had_a_free_seat_too_when_another_was_offered_is_not_told() -> None:
    """The second seat was then held back for 110, before Asterisk looked at the first caller."""
    first, second = entry("a", 1.0, offer(17.0, "seat-02")), entry("b", 2.0, offer(14.0, "seat-01"))
    police = entry("p", 0.0, offer(1.0, "seat-01", None), offer(14.5, "seat-02"), line=POLICE)
    assert not list(disagreements(["a", "b"], [first, second, police]))
    for busy in (
        entry("x", 0.0, offer(10.0, "seat-02", None)),  # rings in vain
        entry("x", 0.0, offer(4.0, "seat-02"), parts=(Part("seat-02", 4.1, 30.0),)),  # talks
        entry("x", 0.0, offer(4.0, "seat-02"), parts=(Part("seat-02", 4.1, 12.9),)),  # wraps up
    ):
        told = list(disagreements(["a", "b"], [first, second, police, busy]))
        assert told == ["b was offered before a"]


def test_110_is_passed_over_where_a_seat_rings_for_12345_meanwhile() -> None:
    police = entry("p", 5.0, offer(8.0, "seat-01"), line=POLICE, parts=(TALKED,))
    assert not list(passed_over([police, entry("a", 1.0, offer(4.9, "seat-02"))]))
    told = list(passed_over([police, entry("a", 1.0, offer(6.0, "seat-02"))]))
    assert told == ["p: 1 of 12345 went ahead, answered: True"]
