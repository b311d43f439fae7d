"""Category: asterisk-config/ on real Asterisk, all of ours down unless a test starts it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from callcenter.ivr.menu import Menu
from callcenter.ivr.prompts import number_prompts
from callcenter.ivr.robot import CallRefusedError, RobotCall
from tests.live.conftest import Site, until
from tests.live.talk import hears_keys
from tests.sounds import likeness, onset_seconds, samples, strength, tone, wav

TICKET = "123450711"


async def test_a_12345_call_is_greeted_queued_answered_and_recorded_a_side(site: Site) -> None:
    seat, citizen = await site.seat(), await site.citizen()
    call = await citizen.call("12345")
    await call.answered()
    at_seat = await seat.ring()
    assert at_seat.caller == "13800000001"
    await at_seat.answer()
    began = asyncio.get_running_loop().time()
    await asyncio.gather(call.say(tone(440, 2)), at_seat.say(tone(1000, 2)))
    await at_seat.hang_up()
    talked_seconds = asyncio.get_running_loop().time() - began
    await call.ended()

    assert likeness(samples(call.heard()), wav(site.settings.prompts_dir / "greeting.wav")) > 0.9
    call_id = site.queue_log("CONNECT")[-1][1]
    citizens, seats = await site.recorded(call_id)
    assert len(citizens) == len(seats)
    assert len(citizens) / 8000 == pytest.approx(talked_seconds, abs=0.75)
    assert strength(citizens, 440) > 0.95
    assert strength(seats, 1000) > 0.95
    assert onset_seconds(citizens) == pytest.approx(onset_seconds(seats), abs=0.3)


async def test_a_110_call_that_comes_last_is_answered_next(site: Site) -> None:
    seat = await site.seat()
    first = await (await site.citizen("13800000001")).call("12345")
    await _skip_greeting(first)
    at_seat = await seat.ring()
    await _talk(at_seat, first)
    entered = len(site.queue_log("ENTERQUEUE"))
    waiting = await (await site.citizen("13800000002")).call("12345")
    await _skip_greeting(waiting)
    await until(lambda: len(site.queue_log("ENTERQUEUE")) > entered)
    urgent = await (await site.citizen("13800000110")).call("110")
    await urgent.answered()
    await until(lambda: len(site.queue_log("ENTERQUEUE")) > entered + 1)
    await at_seat.hang_up()
    await first.hang_up()  # without rating the talk, while 110 rings

    next_at_seat = await seat.ring()
    assert next_at_seat.caller == "13800000110"
    await _talk(next_at_seat, urgent)
    await next_at_seat.hang_up()
    await urgent.ended()
    last_at_seat = await seat.ring()
    assert last_at_seat.caller == "13800000002"
    await waiting.hang_up()
    await last_at_seat.ended()


async def test_a_caller_who_gives_up_is_remembered(site: Site) -> None:
    entered, gave_up = len(site.queue_log("ENTERQUEUE")), len(site.queue_log("ABANDON"))
    call = await (await site.citizen()).call("12345")
    await _skip_greeting(call)
    await until(lambda: len(site.queue_log("ENTERQUEUE")) > entered)
    await call.hang_up()
    await until(lambda: len(site.queue_log("ABANDON")) > gave_up)
    recordings = site.recordings(site.queue_log("ABANDON")[-1][1])
    await until(lambda: all(path.stat().st_size <= 60 for path in recordings))  # no sound in them


async def test_a_caller_who_hangs_up_in_the_greeting_enters_no_queue(site: Site) -> None:
    cel = site.settings.log_dir / "cel-custom" / "cel.csv"
    ended, entered = cel.read_text().count("LINKEDID_END"), len(site.queue_log("ENTERQUEUE"))
    call = await (await site.citizen()).call("12345")
    await call.answered()
    await call.hang_up()
    await until(lambda: cel.read_text().count("LINKEDID_END") > ended)
    assert len(site.queue_log("ENTERQUEUE")) == entered


async def test_a_silent_fastagi_peer_costs_a_pressed_key_three_seconds_and_no_call(
    site: Site, black_hole: None
) -> None:
    seat, citizen = await site.seat(), await site.citizen()
    call = await citizen.call("12345")
    await call.answered()
    await call.send_keys("5")
    at_seat = await seat.ring()
    await _talk(at_seat, call)
    await at_seat.hang_up()
    await call.ended()  # the question for the ticket's number was not answered either


async def test_keys_reach_our_menu_and_the_ticket_number_is_spoken(site: Site) -> None:
    pressed: list[tuple[str, str]] = []

    async def on_key(call_id: str, key: str) -> dict[str, str]:
        pressed.append((call_id, key))
        return {}

    async def ticket_number(call_id: str) -> dict[str, str]:
        return {"TICKET_NUMBER": TICKET}

    menu = Menu(site.settings, {"key": on_key, "ticket": ticket_number})
    await menu.start()
    try:
        seat, citizen = await site.seat(), await site.citizen()
        call = await citizen.call("12345")
        await call.answered()
        await call.send_keys("5")
        at_seat = await seat.ring()
        await _talk(at_seat, call)
        heard_before = len(call.heard())
        await at_seat.hang_up()
        await call.ended()
    finally:
        await menu.stop()
    assert pressed == [(site.queue_log("CONNECT")[-1][1], "5")]
    prompts, after = site.settings.prompts_dir, samples(call.heard()[heard_before:])
    for name in {"ticket-number", *number_prompts(TICKET), "goodbye"}:
        assert likeness(after, wav(prompts / f"{name}.wav")) > 0.8, name


@pytest.mark.parametrize("number", ["seat-02", "13900000000", "999", "s", "trunk", "h", "T"])
async def test_the_carrier_reaches_the_two_lines_and_nothing_else(site: Site, number: str) -> None:
    call = await (await site.citizen()).call(number)
    with pytest.raises(CallRefusedError):
        await call.answered()


@pytest.mark.parametrize("number", ["13900000000", "0013900000000", "110", "12345", "trunk"])
async def test_a_seat_cannot_dial_out(site: Site, number: str) -> None:
    call = await (await site.seat()).call(number)
    with pytest.raises(CallRefusedError):
        await call.answered()


@pytest.mark.parametrize("number", ["0013900000000", "12345", "110", "999", "seat-01"])
async def test_the_callback_robot_rings_citizens_and_nobody_else(site: Site, number: str) -> None:
    call = await (await site.callback_robot()).call(number)
    with pytest.raises(CallRefusedError):
        await call.answered()


async def _skip_greeting(call: RobotCall) -> None:
    """Any key ends the greeting; nobody of ours asks which."""
    await call.answered()
    await call.send_keys("#")


async def _talk(at_seat: RobotCall, call: RobotCall) -> None:
    """The seat picks up; returns once the citizen hears it."""
    await at_seat.answer()
    await hears_keys(at_seat, call)


@pytest.fixture
async def black_hole(site: Site) -> AsyncIterator[None]:
    """A peer on the FastAGI port that accepts and never says a word."""
    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(
        lambda _, writer: held.append(writer), "127.0.0.1", site.settings.fastagi_port
    )
    yield
    for writer in held:
        writer.close()
    server.close()
