"""A seat's phone falls silent in mid-call, on real Asterisk: the citizen goes on, first in turn."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from callcenter.ami.asterisk import seat_secret, tell_console
from callcenter.facts import PhoneLost
from callcenter.ivr.call import CallState
from callcenter.ivr.robot import RobotCall, RobotPhone
from tests.live.conftest import Site, hotline_settings, shared_hotline, until
from tests.live.hotline import Hotline
from tests.live.talk import talk
from tests.live.test_seats import still_talk

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    quick = {"phone_silence_seconds": 2, "rate_seconds": 0, "wrap_up_seconds": 0, "seats": 4}
    yield from shared_hotline(hotline_settings(tmp_path_factory.mktemp("lost"), **quick))


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


async def seat(hotline: Hotline, name: str) -> dict[str, Any]:
    async with hotline.client() as client:
        seats = (await client.get("seats")).json()
    return next(one for one in seats if one["name"] == name)


async def members(hotline: Hotline, queue: str, name: str) -> str:
    lines = (await tell_console(hotline.settings, f"queue show {queue}")).splitlines()
    return next(line for line in lines if name in line)


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
    told = await seat(hotline, "seat-01")
    assert told["state"] == "phone_lost", told
    assert "paused:phone-lost" in await members(hotline, "12345", "seat-01")
    assert "penalty 50" in await members(hotline, "110", "seat-01")

    await until(lambda: visits(hotline, first) == 2)
    second = await site.seat("seat-02")
    again = await second.ring(30)
    assert again.caller == "13800000001"
    await again.answer()
    await still_talk(call, again)
    await again.hang_up()
    await call.ended()
    last = await second.ring(30)
    assert last.caller == "13800000002"
    await waiting.hang_up()
    await last.ended()


async def talks(site: Site, hotline: Hotline, number: str, line: str, at: RobotPhone) -> RobotCall:
    """A citizen who talks at this seat's phone; the seat's end."""
    known = len(hotline.calls())
    call = await (await site.citizen(number)).call(line)
    at_seat = await at.ring(30)
    await at_seat.answer()
    await call.answered()
    await until(lambda: len(hotline.calls()) > known and hotline.call.state is CallState.TALKING)
    return at_seat


async def unreachable(hotline: Hotline, name: str) -> None:
    """Returns once Asterisk rings there no more."""
    while "Unavailable" not in await members(hotline, "110", name):  # noqa: ASYNC110
        await asyncio.sleep(0.1)


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
    await unreachable(hotline, "seat-03")  # its telephone is gone: nobody rings there
    assert queued(hotline) == 3

    await at_other.hang_up()  # one seat is free
    for number in ("13800000110", "13800000004", "13800000005"):
        again = await other.ring(60)
        assert again.caller == number
        await again.answer()
        await again.hang_up()


def queued(hotline: Hotline) -> int:
    """How many citizens wait in a queue."""
    waits = (CallState.QUEUED, CallState.RINGING)
    return sum(call.state in waits for call in hotline.calls())
