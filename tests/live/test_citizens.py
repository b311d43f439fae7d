"""The whole hotline and a citizen's keys: progress told, a message a ticket, places put back."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from sqlmodel import select

from callcenter.ami.asterisk import running_pid, tell_console
from callcenter.facts import (
    CallAnswered,
    PlaceReleased,
    ProgressAsked,
    RecordingStored,
    TicketMoved,
)
from callcenter.ivr.call import CallState
from callcenter.ivr.callback import CallbackState, CallbackTask
from callcenter.ivr.prompts import speak
from callcenter.settings import Settings
from tests.live.conftest import Site, hotline_settings, shared_hotline, until, until_so
from tests.live.hotline import Hotline
from tests.live.talk import LIGHTS, hears_keys, hears_prompt, talk
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    folder = tmp_path_factory.mktemp("citizens")
    plans = folder / "plans.toml"
    plans.write_text("[overload]\nwaiting = 500\n", "utf-8")
    settings = hotline_settings(folder, plans_file=plans, message_silence_seconds=6)
    yield from shared_hotline(settings)


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


def tasks(hotline: Hotline) -> list[CallbackTask]:
    with hotline.store.reading() as session:
        return list(session.exec(select(CallbackTask).where(CallbackTask.why == "kept_place")))


def asked(hotline: Hotline) -> list[ProgressAsked]:
    """Who asked how a case stands."""
    told = [f for c in hotline.calls() for f in hotline.facts(c.id, "progress_asked")]
    return [fact for fact in told if isinstance(fact, ProgressAsked)]


async def in_database(settings: Settings, key: str) -> str:
    """What Asterisk's own database holds."""
    told = await tell_console(settings, f"database get {key}")
    return told.partition("Value: ")[2].strip()


async def test_a_case_is_told_and_a_message_is_a_ticket(site: Site, hotline: Hotline) -> None:
    async def is_planned() -> bool:
        return await in_database(site.settings, "plan 12345/waiting") == "500"

    await until_so(is_planned)
    message = await asyncio.to_thread(speak, site.settings, LIGHTS)
    first, at_seat = await talk(site, hotline)
    await first.hang_up()
    await at_seat.ended()
    await until(lambda: hotline.tickets())

    call = await (await site.citizen()).call("12345")
    await call.answered()
    await call.send_keys("1")
    await hears_prompt(site, call, "state-draft")  # the case of the number that rings
    await call.send_keys("#")  # no ticket number
    again = await (await site.seat()).ring()
    await call.hang_up()
    await again.ended()
    await until(lambda: asked(hotline))
    assert [(f.by, f.told) for f in asked(hotline)] == [("own_number", True)]

    call = await (await site.citizen("13800000007")).call("12345")
    await call.answered()
    await call.send_keys("2")
    await hears_prompt(site, call, "beep")
    await call.play(message)
    await call.hang_up()
    await until(lambda: len(hotline.tickets()) == 2 and hotline.tickets()[1].item == "113")
    ticket = hotline.tickets()[1]
    opened = hotline.facts(ticket.call_id, "ticket_moved")[0]
    assert isinstance(opened, TicketMoved)
    assert opened.actor == "voicemail"
    await until(lambda: hotline.facts(ticket.call_id, "recording_stored"))
    [stored] = hotline.facts(ticket.call_id, "recording_stored")
    assert isinstance(stored, RecordingStored)
    assert stored.complete
    assert stored.path == f"{ticket.call_id}-message.wav"


async def test_kept_places_live_through_a_restart_of_ours_and_one_of_asterisk(
    site: Site, hotline: Hotline
) -> None:
    busy, at_seat = await talk(site, hotline, "13900000000")
    trunk = await site.citizen("12345", site.trunk_port)
    seat_phone = await site.seat()
    order = ["13800000011", "13800000012"]
    for kept, number in enumerate(order):
        call = await (await site.citizen(number)).call("12345")
        await call.answered()
        await call.send_keys("3")
        await until(lambda kept=kept: len(tasks(hotline)) > kept)
        await call.hang_up()
        await until_held(site, own_calls(hotline, number)[-1])
    hotline.kill()
    await hotline.start()
    assert hotline.events("a kept place was put back") == 0  # Asterisk holds them

    pid = running_pid(site.settings)
    assert pid
    os.kill(pid, signal.SIGKILL)
    await busy.hang_up()
    await until(lambda: hotline.events("a kept place was put back") == 2)
    for number in order:
        ringing = await seat_phone.ring(PATIENCE_SECONDS)
        assert ringing.caller == number
        await ringing.answer()
        citizen = await trunk.ring()
        assert citizen.dialled == number
        await citizen.answer()
        await hears_keys(ringing, citizen)
        await citizen.hang_up()
        await ringing.ended()
    await until(lambda: {task.state for task in tasks(hotline)} == {CallbackState.DONE})
    placed = [call for call in hotline.calls() if call.placed]
    await until(lambda: all(c.state is not CallState.TALKING for c in hotline.calls()))
    answered = [f for c in placed for f in hotline.facts(c.id, "call_answered")]
    assert {f.via for f in answered if isinstance(f, CallAnswered)} <= {"kept_place"}
    assert len(answered) == 2


async def test_who_keeps_a_place_rings_again_and_gets_through_is_not_rung_back(
    site: Site, hotline: Hotline
) -> None:
    busy, at_seat = await talk(site, hotline, "13900000000")
    known, number = len(tasks(hotline)), "13800000013"
    call = await (await site.citizen(number)).call("12345")
    await call.answered()
    await call.send_keys("3")
    await until(lambda: len(tasks(hotline)) > known)
    [origin] = own_calls(hotline, number)
    await call.hang_up()
    await until_held(site, origin)

    again = await (await site.citizen(number)).call("12345")
    await until(lambda: queued(hotline, number))
    through_id, first = own_calls(hotline, number)[-1], await site.seat()
    await at_seat.hang_up()
    await busy.hang_up()
    turn = await first.ring()  # the place's turn, which nobody picks up
    second = await site.seat("seat-02")
    through = await second.ring()
    await through.answer()
    await hears_keys(through, again)
    await turn.ended()
    await until(lambda: tasks(hotline)[-1].state is CallbackState.DONE)
    [released] = hotline.facts(origin, "place_released")
    assert isinstance(released, PlaceReleased)
    assert released.by_call_id == through_id
    await until_held(site, origin, False)
    await again.hang_up()
    await through.ended()


def own_calls(hotline: Hotline, number: str) -> list[str]:
    """The calls that a citizen made, oldest first; not those that a stand-in made for them."""
    return [c.id for c in hotline.calls() if c.caller_number == number and not c.placed]


def queued(hotline: Hotline, number: str) -> bool:
    """Whether such a citizen waits."""
    return any(
        c.state is CallState.QUEUED
        for c in hotline.calls()
        if c.caller_number == number and not c.placed
    )


async def until_held(site: Site, call_id: str, so: bool = True) -> None:
    """Returns once Asterisk holds this caller's place, or none."""

    async def held() -> bool:
        return bool(await stand_ins(site, call_id)) is so

    await until_so(held)


async def stand_ins(site: Site, call_id: str) -> list[str]:
    """The channels that hold a caller's place."""
    lines = (await tell_console(site.settings, "core show channels concise")).splitlines()
    return [line for line in lines if f"{call_id}@kept-place" in line]
