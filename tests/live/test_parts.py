"""Calls of several parts on real Asterisk: words and recordings go on with the next seat."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from sqlmodel import select

from callcenter.ami.asterisk import ami_secret
from callcenter.ami.connection import Address, Connection
from callcenter.facts import RecordingStored, Side, UtteranceHeard
from callcenter.facts.parts import CallParts, parts
from callcenter.ivr.call import CallState
from callcenter.settings import Settings
from callcenter.speech.taps import OpenedTap
from tests.live.conftest import Site, hotline_settings, shared_hotline, until
from tests.live.hotline import Hotline
from tests.live.talk import GREETING, LIGHTS, say, talk
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    yield from shared_hotline(hotline_settings(tmp_path_factory.mktemp("parts")))


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


@asynccontextmanager
async def ami(settings: Settings) -> AsyncIterator[Connection]:
    """A person's hand at Asterisk, beside our own link."""
    secret = ami_secret(settings)
    address = Address("n1", "127.0.0.1", settings.ami_port, settings.ami_user, secret)
    connection = Connection(address, lambda *_: None)
    await connection.open(PATIENCE_SECONDS)
    await connection.wait_until_booted()
    yield connection
    connection.lose("the test is over")


def parts_of(hotline: Hotline) -> CallParts:
    return parts(hotline.facts(hotline.call.id))  # type: ignore[arg-type]


def heard(hotline: Hotline, side: Side) -> list[UtteranceHeard]:
    facts = hotline.facts(hotline.call.id, "utterance_heard")
    return [f for f in facts if isinstance(f, UtteranceHeard) and f.side is side]


def tapped(hotline: Hotline) -> list[Side]:
    """The sides that we listen to, or did; each seat of the call has one of its own."""
    with hotline.store.reading() as session:
        of_call = select(OpenedTap).where(OpenedTap.call_id == hotline.call.id)
        return sorted(tap.side for tap in session.exec(of_call))


async def test_passed_on_blind_both_seats_are_heard_and_all_of_it_is_recorded(
    site: Site, hotline: Hotline
) -> None:
    call, at_first = await talk(site, hotline)
    second = await site.seat("seat-02")
    await say(site.settings, at_first, GREETING)
    await until(lambda: heard(hotline, Side.SEAT))
    async with ami(site.settings) as hand:
        channel = hotline.call.seat_channel
        order = {"Channel": channel, "Exten": "seat-02", "Context": "transfer-seat"}
        await hand.ask("BlindTransfer", order, PATIENCE_SECONDS)
    at_second = await second.ring()
    await at_second.answer()
    await until(lambda: hotline.call.seat == "seat-02")
    assert hotline.call.state is CallState.TALKING
    await until(lambda: len(tapped(hotline)) == 3)
    before = len(heard(hotline, Side.SEAT))
    await say(site.settings, at_second, GREETING)
    await say(site.settings, call, LIGHTS)
    await until(lambda: len(heard(hotline, Side.SEAT)) > before)  # the second seat, live
    await until(lambda: "路灯" in "".join(f.text for f in heard(hotline, Side.CITIZEN)))
    await call.hang_up()

    await until(lambda: hotline.transcript(hotline.call.id))
    told = parts_of(hotline)
    assert [(talk.seat, talk.via, talk.how) for talk in told.talks] == [
        ("seat-01", "queue", "blind"),
        ("seat-02", "transfer", "ended"),
    ]
    assert (hotline.call.state, hotline.call.seat) == (CallState.ENDED, None)
    await until(lambda: len(hotline.facts(hotline.call.id, "recording_stored")) == 2)
    stored = hotline.facts(hotline.call.id, "recording_stored")
    recordings = [fact for fact in stored if isinstance(fact, RecordingStored)]
    assert [fact.complete for fact in recordings] == [True, True]
    assert all(fact.talk_seconds == pytest.approx(told.talk_seconds) for fact in recordings)
    words = "".join(f.text for f in heard(hotline, Side.CITIZEN) if f.source == "live")
    assert words.count("路灯") == 1  # the citizen's stream is not doubled
    assert tapped(hotline) == [Side.CITIZEN, Side.SEAT, Side.SEAT]


async def test_a_seat_whose_phone_is_cut_off_is_not_stuck_and_a_restart_knows_who_talks(
    site: Site, hotline: Hotline
) -> None:
    call, _ = await talk(site, hotline)
    second = await site.seat("seat-02")
    channel = hotline.call.seat_channel
    hotline.kill()
    async with ami(site.settings) as hand:  # while all of ours is down
        order = {"Channel": channel, "Exten": "seat-02", "Context": "transfer-seat"}
        await hand.ask("BlindTransfer", order, PATIENCE_SECONDS)
        at_second = await second.ring()
        await at_second.answer()
        await hotline.start()
        now = hotline.call
        assert (now.state, now.seat) == (CallState.TALKING, "seat-02")
        await say(site.settings, at_second, GREETING)
        await until(lambda: heard(hotline, Side.SEAT))  # tapped by the new process
        await hand.ask("Hangup", {"Channel": now.seat_channel}, PATIENCE_SECONDS)
    await until(lambda: not parts_of(hotline).talking)
    assert hotline.call.seat is None
    await call.ended()
    await until(lambda: hotline.call.state is CallState.ENDED)
    assert [(t.seat, t.how) for t in parts_of(hotline).talks] == [
        ("seat-01", "blind"),
        ("seat-02", "ended"),
    ]
