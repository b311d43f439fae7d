"""Category: a waiting caller's keys and kept places on real Asterisk, all of ours down."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from callcenter.ami.asterisk import AsteriskProcess
from callcenter.ivr.prompts import make_prompts
from callcenter.ivr.robot import RobotCall, RobotPhone
from callcenter.settings import Settings
from tests.live.conftest import Site, free_settings, need_programs, until
from tests.sounds import likeness, samples, wav

NUMBERS = itertools.count(13800000001)


@pytest.fixture(scope="module")
def waiting_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Asterisk runs with these; a waiting caller is told the place after a second."""
    settings = free_settings(
        tmp_path_factory.mktemp("waiting"), waiting_word_seconds=1, kept_place_pause_seconds=1,
        kept_place_ring_seconds=5, message_silence_seconds=2, rate_seconds=2, seats=1,
    )  # fmt: skip
    need_programs(settings)
    make_prompts(settings)
    asterisk = AsteriskProcess(settings)
    asyncio.run(asterisk.start())
    yield settings
    asyncio.run(asterisk.stop())
    said = (settings.log_dir / "messages").read_text()
    for lack in ("No application", "not registered", "doesn't exist in any format", "No such"):
        assert lack not in said


class Hall(Site):
    """A site with one seat's phone, and callers who come one after another."""

    seat_phone: RobotPhone
    trunk: RobotPhone  # citizens who are rung

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        super().__init__(settings, stack)
        self.callers: dict[str, RobotCall] = {}
        self.kept: set[str] = set()

    async def joins(self, number: str = "") -> str:
        """A caller skips the greeting and waits in the queue; their number."""
        number, joined = number or str(next(NUMBERS)), len(self.queue_log("ENTERQUEUE"))
        self.callers[number] = await (await self.citizen(number)).call("12345")
        await self.callers[number].answered()
        await self.callers[number].send_keys("#")
        await until(lambda: len(self.queue_log("ENTERQUEUE")) > joined)
        return number

    async def presses(self, number: str, key: str) -> None:
        """A waiting caller presses a key and is back in the queue."""
        joined = len(self.queue_log("ENTERQUEUE"))
        await self.callers[number].send_keys(key)
        await until(lambda: len(self.queue_log("ENTERQUEUE")) > joined)

    async def serves(self) -> str | None:
        """The seat picks up who rings, and the citizen hangs up; whose turn it was.

        Where a place was kept, the citizen is rung now and picks up.
        """
        at_seat = await self.seat_phone.ring(15)
        await at_seat.answer()
        rung = self.trunk.ring(15) if at_seat.caller in self.kept else None
        call = await rung if rung else self.callers[at_seat.caller or ""]
        if rung:
            assert call.dialled == at_seat.caller
            await call.answer()
        await hears_keys(at_seat, call)
        await call.hang_up()
        await at_seat.ended()
        return at_seat.caller

    async def keeps_place(self, number: str) -> None:
        """A waiting caller presses 3, hears the promise, and hangs up."""
        left, call = len(self.queue_log("PLACEKEPT")), self.callers[number]
        await call.send_keys("3")
        await until(lambda: len(self.queue_log("PLACEKEPT")) > left)
        await call.hang_up()
        self.kept.add(number)


@pytest.fixture
async def hall(waiting_settings: Settings) -> AsyncIterator[Hall]:
    async with AsyncExitStack() as stack:
        hall = Hall(waiting_settings, stack)
        hall.seat_phone = await hall.seat()
        hall.trunk = await hall.citizen("12345", hall.trunk_port)
        yield hall


async def hears_keys(one: RobotCall, other: RobotCall) -> None:
    """Returns once a key of one is heard by the other: they are put together."""
    for _ in range(10):
        await one.send_keys("5")
        if await other.key(1) == "5":
            return
    raise AssertionError("they never heard each other")


@pytest.fixture
async def busy(hall: Hall) -> AsyncIterator[RobotCall]:
    """The seat talks; whoever comes now waits until this caller hangs up."""
    call = await (await hall.citizen("13900000000")).call("12345")
    await call.answered()
    await call.send_keys("#")
    at_seat = await hall.seat_phone.ring()
    await at_seat.answer()
    await hears_keys(at_seat, call)
    yield call
    await call.hang_up()


def prompt(hall: Hall, name: str) -> Path:
    return hall.settings.prompts_dir / f"{name}.wav"


async def heard(hall: Hall, call: RobotCall, name: str, since: int = 0) -> None:
    """The caller hears a prompt."""
    spoken = wav(prompt(hall, name))
    for _ in range(60):
        if likeness(samples(call.heard()[since:]), spoken) > 0.6:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{name} was not heard")


async def test_a_waiting_caller_hears_the_place_without_leaving_the_queue(
    hall: Hall, busy: RobotCall
) -> None:
    first, second = await hall.joins(), await hall.joins()
    await heard(hall, hall.callers[first], "number-1")
    await heard(hall, hall.callers[second], "number-2")
    await heard(hall, hall.callers[second], "waiting-place-1")
    await busy.hang_up()
    assert [await hall.serves(), await hall.serves()] == [first, second]


async def test_keys_cost_no_caller_the_place(hall: Hall, busy: RobotCall) -> None:
    order = [await hall.joins() for _ in range(4)]
    await hall.presses(order[1], "0")
    await hall.presses(order[0], "1")
    await hall.presses(order[2], "9")
    await heard(hall, hall.callers[order[0]], "progress-down")
    await busy.hang_up()
    assert [await hall.serves() for _ in order] == order


async def test_kept_places_come_in_the_order_in_which_all_joined(
    hall: Hall, busy: RobotCall
) -> None:
    order = [await hall.joins() for _ in range(4)]
    await hall.keeps_place(order[2])
    await hall.keeps_place(order[0])
    last = await hall.joins()
    await busy.hang_up()
    assert [await hall.serves() for _ in range(5)] == [*order, last]
