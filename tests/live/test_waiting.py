"""Category: a waiting caller's keys and kept places on real Asterisk, all of ours down."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from callcenter.ami.asterisk import AsteriskProcess, tell_console
from callcenter.ami.cel import read_cel
from callcenter.ami.userevents import of_text
from callcenter.ivr.robot import RobotCall, RobotPhone
from callcenter.settings import Settings
from callcenter.tickets.ticket import COUNTY_TIME
from tests.live.conftest import (
    Site,
    free_settings,
    lay_prompts,
    need_programs,
    put_in_queues,
    until,
)
from tests.live.talk import hears_keys, hears_prompt
from tests.sounds import likeness, samples, strength, tone, wav

NUMBERS = itertools.count(13800000001)


@pytest.fixture(scope="module")
def waiting_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Asterisk runs with these; a waiting caller is told the place after a second."""
    settings = free_settings(
        tmp_path_factory.mktemp("waiting"), waiting_word_seconds=1, kept_place_pause_seconds=1,
        kept_place_ring_seconds=5, message_silence_seconds=6, rate_seconds=15, seats=1,
        english_seconds=4,
        breath_seconds=0,
    )  # fmt: skip
    need_programs(settings)
    lay_prompts(settings)
    asterisk = AsteriskProcess(settings)
    asyncio.run(asterisk.start())
    asyncio.run(put_in_queues(settings))
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

    def told(self, event: str) -> list[dict[str, str]]:
        """What the dialplan told of citizens, as Asterisk's own record keeps it."""
        file = self.settings.log_dir / "cel-custom" / "cel.csv"
        rows = read_cel(file.read_text().splitlines())
        extras = [json.loads(row.extra) for row in rows if row.event == event and row.extra]
        return [of_text(extra["extra"]) for extra in extras]

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
        at_seat = await self.seat_phone.ring()
        await at_seat.answer()
        rung = self.trunk.ring() if at_seat.caller in self.kept else None
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
        left, call = len(self.told("PlaceKept")), self.callers[number]
        await call.send_keys("3")
        await until(lambda: len(self.told("PlaceKept")) > left)
        await call.hang_up()
        self.kept.add(number)


@pytest.fixture
async def hall(waiting_settings: Settings) -> AsyncIterator[Hall]:
    async with AsyncExitStack() as stack:
        hall = Hall(waiting_settings, stack)
        hall.seat_phone = await hall.seat()
        hall.trunk = await hall.citizen("12345", hall.trunk_port)
        yield hall


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


async def test_a_waiting_caller_hears_the_place_without_leaving_the_queue(
    hall: Hall, busy: RobotCall
) -> None:
    first, second = await hall.joins(), await hall.joins()
    await hears_prompt(hall, hall.callers[first], "number-1")
    await hears_prompt(hall, hall.callers[second], "number-2")
    await hears_prompt(hall, hall.callers[second], "waiting-place-1")
    await busy.hang_up()
    assert [await hall.serves(), await hall.serves()] == [first, second]


async def test_keys_cost_no_caller_the_place(hall: Hall, busy: RobotCall) -> None:
    order = [await hall.joins() for _ in range(4)]
    await hall.presses(order[1], "0")
    await hall.presses(order[0], "1")
    await hall.presses(order[2], "9")
    await hears_prompt(hall, hall.callers[order[0]], "progress-down")
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


async def test_a_citizen_who_is_rung_first_waits_at_the_place_that_was_kept(
    hall: Hall, busy: RobotCall
) -> None:
    await tell_console(hall.settings, "dialplan set global KEPT_RINGS citizen")
    try:
        order = [await hall.joins() for _ in range(3)]
        kept, joined = order[1], len(hall.queue_log("ENTERQUEUE"))
        tried = len(hall.told("PlaceTried"))
        await hall.keeps_place(kept)
        rung = await hall.trunk.ring()  # one is before: near enough
        assert rung.dialled == kept
        await rung.answer()
        await hears_prompt(hall, rung, "kept-citizen")
        await until(lambda: len(hall.queue_log("ENTERQUEUE")) > joined)
        hall.kept.discard(kept)
        hall.callers[kept] = rung
        last = await hall.joins()
        await busy.hang_up()
        assert [await hall.serves() for _ in range(4)] == [*order, last]
        await until(lambda: len(hall.told("PlaceTried")) > tried)
        told = hall.told("PlaceTried")[-1]
        assert (told["Attempt"], told["Outcome"]) == ("1", "answered")
    finally:
        await tell_console(hall.settings, "dialplan set global KEPT_RINGS seat")


async def test_who_pressed_nine_hears_english_from_then_on_and_is_rung_back_in_it(
    hall: Hall, busy: RobotCall
) -> None:
    number, joined = str(next(NUMBERS)), len(hall.queue_log("ENTERQUEUE"))
    call = await (await hall.citizen(number)).call("12345")
    await call.answered()
    await call.send_keys("9")
    await hears_prompt(hall, call, "en/greeting")
    await until(lambda: len(hall.queue_log("ENTERQUEUE")) > joined)
    await hears_prompt(hall, call, "en/number-1")
    hall.callers[number] = call
    await hall.keeps_place(number)
    assert hall.told("PlaceKept")[-1]["Speaks"] == "en"
    await busy.hang_up()
    at_seat = await hall.seat_phone.ring()
    await at_seat.answer()
    rung = await hall.trunk.ring()
    await rung.answer()
    await hears_prompt(hall, rung, "en/kept-citizen")
    await rung.hang_up()
    await at_seat.ended()


async def test_english_rings_a_free_seat_with_the_skill_and_else_any_seat_in_turn(
    hall: Hall,
) -> None:
    member = "PJSIP/seat-01 to english penalty 0 as seat-01"
    watched = "state_interface hint:seat-01@seat-phones"
    await tell_console(hall.settings, f"queue add member {member} {watched}")
    try:
        for queue in ("english", "12345"):
            call = await (await hall.citizen()).call("12345")
            await call.answered()
            await call.send_keys("9")
            at_seat = await hall.seat_phone.ring()
            if queue == "12345":  # who has the skill does not pick up: any seat, in turn
                assert hall.queue_log("ENTERQUEUE")[-1][2] == "english"
                await until(lambda: hall.queue_log("ENTERQUEUE")[-1][2] == "12345")
                await at_seat.ended()
                while at_seat.is_ended:
                    at_seat = await hall.seat_phone.ring()
            await at_seat.answer()
            await hears_keys(at_seat, call)
            assert hall.queue_log("CONNECT")[-1][2] == queue
            await call.hang_up()
            await at_seat.ended()
    finally:
        await tell_console(hall.settings, "queue remove member PJSIP/seat-01 from english")


async def test_who_does_not_pick_up_is_tried_once_more_and_then_no_more(
    hall: Hall, busy: RobotCall
) -> None:
    number, tried = await hall.joins(), len(hall.told("PlaceTried"))
    await hall.keeps_place(number)
    await busy.hang_up()
    for attempt in (1, 2):
        at_seat = await hall.seat_phone.ring()
        await at_seat.answer()
        ringing = await hall.trunk.ring()
        await ringing.hang_up()  # busy
        await at_seat.ended()
        await until(lambda attempt=attempt: len(hall.told("PlaceTried")) == tried + attempt)
    told = [(one["Attempt"], one["Outcome"]) for one in hall.told("PlaceTried")[tried:]]
    assert told == [("1", "no_answer"), ("2", "no_answer")]


async def test_a_seat_that_lets_go_before_the_citizen_is_rung_costs_no_try(
    hall: Hall, busy: RobotCall
) -> None:
    number, tried = await hall.joins(), len(hall.told("PlaceTried"))
    await hall.keeps_place(number)
    await busy.hang_up()
    at_seat = await hall.seat_phone.ring()
    await at_seat.answer()
    await asyncio.sleep(0.2)
    await at_seat.hang_up()
    assert await hall.serves() == number
    await until(lambda: len(hall.told("PlaceTried")) > tried)
    last = hall.told("PlaceTried")[-1]
    assert (last["Attempt"], last["Outcome"]) == ("1", "answered")


async def test_who_withholds_the_number_keys_one_in(hall: Hall, busy: RobotCall) -> None:
    await hall.joins("anonymous")
    kept, call = len(hall.told("PlaceKept")), hall.callers["anonymous"]
    await call.send_keys("3")
    await hears_prompt(hall, call, "keep-number")
    await call.send_keys("0013900000000")  # abroad: asked again
    before = len(call.heard())
    await call.send_keys("#")
    await hears_prompt(hall, call, "keep-number", before)
    await call.send_keys("13911112222#")
    await until(lambda: len(hall.told("PlaceKept")) > kept)
    hall.kept.add("13911112222")
    await busy.hang_up()
    assert await hall.serves() == "13911112222"


async def test_a_message_is_kept_also_where_the_caller_hangs_up_in_it(
    hall: Hall, busy: RobotCall
) -> None:
    for keeps_on in (True, False):
        left = len(hall.told("VoicemailLeft"))
        call = hall.callers[await hall.joins()]
        await call.send_keys("2")
        await hears_prompt(hall, call, "beep")
        await call.say(tone(440, 2))
        if keeps_on:
            await call.send_keys("#")
            await hears_prompt(hall, call, "message-thanks")
        else:
            await call.hang_up()
        await until(lambda left=left: len(hall.told("VoicemailLeft")) > left)
        told = hall.told("VoicemailLeft")[-1]
        message, seconds = wav(hall.settings.recordings_dir / told["Path"]), told["Seconds"]
        assert told["Why"] == "asked"
        assert strength(message, 440) > 0.8
        assert float(seconds) == pytest.approx(len(message) / 8000, abs=0.1)
        assert float(seconds) > 1.5


async def test_the_talk_is_rated_by_key_after_the_seat_has_hung_up(hall: Hall) -> None:
    rated = len(hall.told("CallRated"))
    call = await (await hall.citizen()).call("12345")
    await call.answered()
    at_seat = await hall.seat_phone.ring()
    await at_seat.answer()
    await hears_keys(at_seat, call)
    await at_seat.hang_up()
    await hears_prompt(hall, call, "rate-talk")
    await call.send_keys("2")
    await call.ended()
    await until(lambda: len(hall.told("CallRated")) == rated + 1)
    told = hall.told("CallRated")[-1]
    assert (told["Seat"], told["Rating"]) == ("seat-01", "2")


async def put(hall: Hall, key: str, value: str = "") -> None:
    """Writes into Asterisk's own database, or deletes."""
    verb = "put" if value else "del"
    await tell_console(hall.settings, f"database {verb} {key.replace('/', ' ', 1)} {value}")


@pytest.fixture
async def today(hall: Hall) -> AsyncIterator[str]:
    """The key of today's plan; gone afterwards."""
    day = datetime.now(UTC).astimezone(COUNTY_TIME)
    yield (key := f"plan/12345/{day:%Y%m%d}")
    for used in (key, "plan/12345/waiting", "plan/12345/full-until", "queue/12345/closed"):
        await put(hall, used)


async def test_outside_the_hours_the_plan_is_told_and_the_caller_waits_all_the_same(
    hall: Hall, today: str
) -> None:
    await put(hall, today, "none|plan-night|queue|night")
    number = await hall.joins()
    await hears_prompt(hall, hall.callers[number], "plan-night")
    assert await hall.serves() == number
    await put(hall, today, "00:00-11:59&12:00-23:59|plan-night|message|night")
    number = await hall.joins()
    assert await hall.serves() == number
    said = samples(hall.callers[number].heard())
    assert likeness(said, wav(prompt(hall, "plan-night"))) < 0.6


async def test_outside_the_hours_a_plan_may_take_a_message_and_so_does_a_closed_queue(
    hall: Hall, today: str
) -> None:
    for key, value, prompt, why in (
        (today, "none|plan-holiday|message|holiday", "plan-holiday", "holiday"),
        ("queue/12345/closed", "plan-closed", "plan-closed", "closed"),
    ):
        await put(hall, key, value)
        left = len(hall.told("VoicemailLeft"))
        call = await (await hall.citizen()).call("12345")
        await call.answered()
        await call.send_keys("#")
        await hears_prompt(hall, call, prompt)
        await hears_prompt(hall, call, "beep")
        await call.say(tone(440, 1.5))
        await call.hang_up()
        await until(lambda left=left: len(hall.told("VoicemailLeft")) > left)
        assert hall.told("VoicemailLeft")[-1]["Why"] == why


@pytest.mark.parametrize("why", ["many wait", "the wait is long"])
async def test_when_the_line_is_full_a_call_back_is_offered_first(
    hall: Hall, busy: RobotCall, today: str, why: str
) -> None:
    if why == "many wait":
        await put(hall, "plan/12345/waiting", "1")
    first = await hall.joins()
    if why == "the wait is long":
        await put(hall, "plan/12345/full-until", str(int(time.time()) + 600))
    kept = len(hall.told("PlaceKept"))
    call = await (await hall.citizen("13877776666")).call("12345")
    await call.answered()
    await call.send_keys("#")
    await hears_prompt(hall, call, "plan-overload")
    await call.send_keys("3")
    await until(lambda: len(hall.told("PlaceKept")) > kept)
    await call.hang_up()
    hall.kept.add("13877776666")
    await busy.hang_up()
    assert [await hall.serves(), await hall.serves()] == [first, "13877776666"]
