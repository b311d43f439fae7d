"""A seat's phone falls silent in mid-call, on real Asterisk: the citizen goes on, first in turn."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from callcenter.ami.asterisk import seat_secret, tell_console
from callcenter.facts import PhoneLost
from callcenter.ivr.call import CallState
from callcenter.ivr.robot import RobotCall, RobotPhone
from tests.live.conftest import Site, hotline_settings, shared_hotline, until, until_so
from tests.live.hotline import Hotline
from tests.live.talk import hears_keys, talk


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    quick = {"phone_silence_seconds": 4, "rate_seconds": 0, "wrap_up_seconds": 0, "seats": 4}
    yield from shared_hotline(hotline_settings(tmp_path_factory.mktemp("lost"), **quick))


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


async def seat(hotline: Hotline, name: str) -> dict[str, Any]:
    async with hotline.client() as client:
        seats = (await client.get("seats")).json()
    return next(one for one in seats if one["name"] == name)


async def until_member(hotline: Hotline, queue: str, name: str, word: str) -> None:
    """Returns once Asterisk shows this word beside the member of the queue."""

    async def shown() -> bool:
        lines = (await tell_console(hotline.settings, f"queue show {queue}")).splitlines()
        return any(name in line and word in line for line in lines)

    await until_so(shown)


def visits(hotline: Hotline, call_id: str) -> int:
    """How often the citizen came into a queue."""
    return len(hotline.facts(call_id, "call_queued"))


def fall_silent(at_seat: RobotCall) -> None:
    """No packet comes from there any more."""
    at_seat._stream.close()


async def test_a_citizen_whose_seat_falls_silent_is_the_next_to_be_answered(
    site: Site, hotline: Hotline
) -> None:
    call, at_seat = await talk(site, hotline)
    waiting = await (await site.citizen("13800000002")).call("12345")
    await until(lambda: hotline.call.state is CallState.QUEUED)
    first = hotline.calls()[-2].id
    fall_silent(at_seat)
    await until(lambda: hotline.facts(first, "phone_lost"))
    [lost] = hotline.facts(first, "phone_lost")
    assert isinstance(lost, PhoneLost)
    assert lost.seat == "seat-01"
    assert (await seat(hotline, "seat-01"))["state"] == "phone_lost"
    await until_member(hotline, "12345", "seat-01", "paused:phone-lost")
    await until_member(hotline, "110", "seat-01", "penalty 50")

    await until(lambda: visits(hotline, first) == 2)
    second = await site.seat("seat-02")
    again = await second.ring()
    assert again.caller == "13800000001"
    await again.answer()
    await hears_keys(again, call)
    await again.hang_up()
    await call.ended()
    last = await second.ring()
    assert last.caller == "13800000002"
    await waiting.hang_up()
    await last.ended()


async def talks(site: Site, hotline: Hotline, number: str, line: str, at: RobotPhone) -> RobotCall:
    """A citizen who talks at this seat's phone; the seat's end."""
    known = len(hotline.calls())
    call = await (await site.citizen(number)).call(line)
    at_seat = await at.ring()
    await at_seat.answer()
    await call.answered()
    await until(lambda: len(hotline.calls()) > known and hotline.call.state is CallState.TALKING)
    return at_seat


async def test_a_caller_of_110_whose_seat_falls_silent_is_ahead_of_all_who_wait_on_12345(
    site: Site, hotline: Hotline
) -> None:
    other = await site.seat("seat-04")
    at_other = await talks(site, hotline, "13800000003", "12345", other)
    secret = seat_secret(site.settings, "seat-03")
    async with RobotPhone("seat-03", site.server, secret=secret) as dying:
        at_dying = await talks(site, hotline, "13800000110", "110", dying)
        police = hotline.call.id
        for place, number in enumerate(("13800000004", "13800000005"), 1):  # both seats are busy
            await (await site.citizen(number)).call("12345")
            await until(lambda place=place: queued(hotline) == place)
        fall_silent(at_dying)
        await until(lambda: hotline.facts(police, "phone_lost"))
        await until(lambda: visits(hotline, police) == 2)
    await until_member(hotline, "110", "seat-03", "Unavailable")  # nobody rings there
    await until(lambda: queued(hotline) == 3)

    await at_other.hang_up()  # one seat is free
    for number in ("13800000110", "13800000004", "13800000005"):
        again = await other.ring()
        assert again.caller == number
        await again.answer()
        await until(lambda number=number: state_of(hotline, number) is CallState.TALKING)
        await again.hang_up()


def state_of(hotline: Hotline, number: str) -> CallState:
    """How the newest call of this number stands."""
    return [call.state for call in hotline.calls() if call.caller_number == number][-1]


def queued(hotline: Hotline) -> int:
    """How many citizens wait in a queue."""
    waits = (CallState.QUEUED, CallState.RINGING)
    return sum(call.state in waits for call in hotline.calls())
