"""Unit: the rules of our queues, held against thousands of random schedules."""

from dataclasses import replace
from itertools import pairwise
from random import Random

from callcenter.agents.order import (
    NEVER,
    Caller,
    Offer,
    Seat,
    place_of,
    play,
)

SCHEDULES = 10_000
END = 600.0
SERVICE, POLICE = "12345", "110"


def caller(name: str, at: float, queue: str = SERVICE, talks: float = 5.0, **more) -> Caller:
    return Caller(name, queue, at, talks, **more)


def order(offers: list[Offer]) -> list[tuple[str, str]]:
    return [(offer.caller, offer.seat) for offer in offers]


def test_first_come_first_served_and_seats_in_turn() -> None:
    callers = [caller("a", 0), caller("b", 1), caller("c", 2), caller("d", 3)]
    offers = play(callers, [Seat("s1"), Seat("s2")])
    assert order(offers) == [("a", "s1"), ("b", "s2"), ("c", "s1"), ("d", "s2")]
    assert [offer.at for offer in offers] == [0, 1, 8, 9]  # a talk of 5 s and a wrap-up of 3 s


def test_a_wrap_up_counts_from_the_whole_second_in_which_the_talk_ended() -> None:
    offers = play([caller("a", 0, talks=4.9), caller("b", 1)], [Seat("s1")])
    assert [offer.at for offer in offers] == [0, 7]


def test_110_goes_ahead_of_all_and_breaks_into_wrap_up() -> None:
    callers = [caller("a", 0), caller("b", 1), caller("p", 2, POLICE)]
    offers = play(callers, [Seat("s1")])
    assert order(offers) == [("a", "s1"), ("p", "s1"), ("b", "s1")]
    assert [offer.at for offer in offers] == [0, 5, 10]  # and after 110 nobody waits for one


def test_while_110_rings_elsewhere_a_free_seat_is_held_back_for_it() -> None:
    missed = frozenset({"s1"})
    callers = [caller("p", 0, POLICE, missed_by=missed), caller("a", 1)]
    offers = play(callers, [Seat("s1"), Seat("s2")])
    assert order(offers) == [("p", "s1"), ("a", "s1"), ("p", "s2")]  # not s2, from 1 to 12
    spare = play(callers, [Seat("s1"), Seat("s2"), Seat("s3")])
    assert [(o.caller, o.at) for o in spare] == [("p", 0), ("a", 1), ("p", 13)]


def test_a_phone_not_picked_up_costs_nobody_their_place() -> None:
    callers = [caller("a", 0, missed_by=frozenset({"s1"})), caller("b", 1)]
    offers = play(callers, [Seat("s1"), Seat("s2", away=((0, 5),))])
    assert order(offers) == [("a", "s1"), ("b", "s2"), ("a", "s1"), ("a", "s2")]
    assert [offer.at for offer in offers] == [0, 5, 13, 26]  # the turn is after who rang last
    alone = play(callers, [Seat("s1")], until=39)
    assert [(o.caller, o.at) for o in alone] == [("a", 0), ("a", 13), ("a", 26)]


def test_penalty_goes_before_turns() -> None:
    seats = [Seat("overflow", penalty=10), Seat("s1")]
    offers = play([caller("a", 0), caller("b", 1), caller("c", 20)], seats)
    assert order(offers) == [("a", "s1"), ("b", "overflow"), ("c", "s1")]


def test_a_kept_place_is_called_in_its_turn() -> None:
    callers = [caller("a", 0), caller("b", 1, leaves_at=4), caller("c", 2)]
    assert [o.caller for o in play(callers, [Seat("s1")])] == ["a", "c"]
    callers[1] = replace(callers[1], keeps_place_at=3, picks_up_seconds=4)
    assert [(o.caller, o.at) for o in play(callers, [Seat("s1")])] == [
        ("a", 0),
        ("b", 8),
        ("c", 20),
    ]


def test_a_kept_place_enters_before_all_who_came_later() -> None:
    assert place_of(5.0, []) == 1
    assert place_of(5.0, [1.0, 7.0, 9.0]) == 2
    assert place_of(5.0, [7.0, 9.0]) == 1  # whoever was ahead is gone: with 2 somebody had jumped


def schedule(seed: int) -> tuple[list[Caller], list[Seat]]:
    """Some seats that come and go, and callers of both queues with all their habits."""
    random = Random(seed)
    seats = [_seat(f"s{index}", random) for index in range(random.randint(1, 5))]
    names = [seat.name for seat in seats]
    return [_caller(f"c{index}", names, random) for index in range(random.randint(2, 25))], seats


def _seat(name: str, random: Random) -> Seat:
    begins = random.uniform(0, 60)
    away = ((begins, begins + random.uniform(1, 40)),) if random.random() < 0.3 else ()
    queues = frozenset({SERVICE, POLICE} if random.random() < 0.8 else {SERVICE})
    penalty = random.choice((0, 0, 10))
    return Seat(name, queues, penalty, away)


def _caller(name: str, seats: list[str], random: Random) -> Caller:
    enters_at = random.uniform(0, 90)
    leaves_at = enters_at + random.expovariate(1 / 20) if random.random() < 0.3 else NEVER
    missed = random.sample(seats, 1) if random.random() < 0.1 else ()
    return Caller(
        name,
        POLICE if random.random() < 0.15 else SERVICE,
        enters_at,
        talks_seconds=random.expovariate(1 / 12),
        leaves_at=leaves_at,
        rings_seconds=random.choice((0.0, 0.0, 1.0, 3.5)),
        missed_by=frozenset(missed),
    )


def test_over_random_schedules_110_has_the_next_free_seat_and_nobody_jumps() -> None:
    for seed in range(SCHEDULES):
        callers, seats = schedule(seed)
        offers = play(callers, seats, END)
        check_110_first(callers, seats, offers, seed)
        check_nobody_jumps(callers, offers, seed)


def first_offers(offers: list[Offer]) -> dict[str, Offer]:
    found: dict[str, Offer] = {}
    for offer in offers:
        found.setdefault(offer.caller, offer)
    return found


def check_110_first(
    callers: list[Caller], seats: list[Seat], offers: list[Offer], seed: int
) -> None:
    """While one of 110 waits, no seat that serves 110 rings for 12345."""
    first = first_offers(offers)
    serve = {seat.name for seat in seats if POLICE in seat.queues}
    for police in (one for one in callers if one.queue == POLICE):
        until = first[police.name].at if police.name in first else police.leaves_at
        taken = [
            offer
            for offer in offers
            if offer.queue == SERVICE
            and police.enters_at <= offer.at < until
            and offer.seat in serve
        ]
        assert not taken, (seed, police, taken)


def check_nobody_jumps(callers: list[Caller], offers: list[Offer], seed: int) -> None:
    """In each queue, of those who were offered, whoever entered first was offered first."""
    first = first_offers(offers)
    for queue in (SERVICE, POLICE):
        entered = sorted(
            (one for one in callers if one.queue == queue and one.name in first),
            key=lambda one: one.enters_at,
        )
        for one, next_one in pairwise(entered):
            assert first[one.name].at <= first[next_one.name].at, (seed, one, next_one)


def test_over_random_schedules_the_order_with_kept_places_is_the_order_without() -> None:
    for seed in range(SCHEDULES // 4):
        callers, seats = schedule(seed)
        patient = [replace(one, leaves_at=NEVER) for one in callers]
        without = play(patient, seats, END)
        for picks_up_seconds in (0.0, 6.0):
            random = Random(seed)
            keeping = [_keep(one, picks_up_seconds, random) for one in patient]
            kept = play(keeping, seats, END)
            if picks_up_seconds == 0:
                assert kept == without, seed
            for queue in (SERVICE, POLICE):
                assert_same_order(in_turn(kept, queue), in_turn(without, queue), seed)


def _keep(one: Caller, picks_up_seconds: float, random: Random) -> Caller:
    if one.queue == POLICE or random.random() < 0.5:
        return one
    at = one.enters_at + random.uniform(0, 10)
    return replace(one, keeps_place_at=at, leaves_at=at + 0.1, picks_up_seconds=picks_up_seconds)


def assert_same_order(one: list[str], other: list[str], seed: int) -> None:
    """Whoever is offered by the end in both is so in the same order; ringing back takes time."""
    shorter = min(len(one), len(other))
    assert one[:shorter] == other[:shorter], seed


def in_turn(offers: list[Offer], queue: str) -> list[str]:
    return [name for name, offer in first_offers(offers).items() if offer.queue == queue]
