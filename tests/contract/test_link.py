"""Contract: what the link promises, whatever panoramisk and the other side do."""

import asyncio
import gc
import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from panoramisk import Manager
from panoramisk.actions import Action
from structlog.testing import capture_logs

from callcenter.ami.connection import ActionRefusedError, Address
from callcenter.ami.link import Down, Link, Message
from callcenter.errors import BadInputError, LinkDownError
from tests.contract.fake_asterisk import FakeAsterisk, message, silence, success
from tests.patience import PATIENCE_SECONDS

SECRET = "a-secret-of-the-test"
SOON_SECONDS = 12  # a second, where nothing else runs; shorter than the pause after a refusal


@pytest.fixture
async def fake_asterisk():
    async with FakeAsterisk() as fake:
        yield fake


@asynccontextmanager
async def linked(port, silence_seconds=30.0, backlog=10_000):
    address = Address("n1", "127.0.0.1", port, "callcenter", SECRET)
    link = Link(address, silence_seconds, backlog)
    running = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        running.cancel()
        await asyncio.wait([running])


async def read_until(link, last, seconds=PATIENCE_SECONDS):
    """What the link tells, up to the first item of the class (or with the event's name) `last`."""
    told = []
    async with asyncio.timeout(seconds):
        async for item in link.events():
            told.append(item)
            if name_of(item) == last:
                return told


def name_of(item):
    return item.headers["Event"] if isinstance(item, Message) else type(item).__name__


async def until(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def actions_in_memory():
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, Action)]


async def test_a_new_link_tells_seats_and_calls_before_anything_else(fake_asterisk):
    fake_asterisk.channels = [
        {"Uniqueid": "n1-7.0", "Linkedid": "n1-7.0"},
        {"Uniqueid": "n1-7.1", "Linkedid": "n1-7.0"},  # a seat's
        {"Uniqueid": "n1-9.0", "Linkedid": "n1-7.0"},  # another call, joined to the first
    ]
    before = datetime.now(UTC)
    async with linked(fake_asterisk.port) as link:
        told = await read_until(link, "Resynced")
        assert [name_of(item) for item in told] == [
            "Up",
            "FullyBooted",
            "QueueMember",
            "QueueStatusComplete",
            *["CoreShowChannel"] * 3,
            "CoreShowChannelsComplete",
            "Resynced",
        ]
        assert told[-1].call_ids == {"n1-7.0", "n1-7.1", "n1-9.0"}
        assert before < told[-1].asked_at < datetime.now(UTC)
        assert [item.snapshot for item in told[1:-1]] == [False] + [True] * 6
        fake_asterisk.say(message(Event="Newchannel", Uniqueid="n1-11.0"))
        (live,) = await read_until(link, "Newchannel")
        assert live == Message({"Event": "Newchannel", "Uniqueid": "n1-11.0"}, snapshot=False)


async def test_seats_are_asked_for_only_when_asterisk_has_booted(fake_asterisk):
    fake_asterisk.answers["Login"] = lambda action: success(action) + message(Event="Reload")
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Reload")
        await link.action("Ping")  # whatever was asked before has been heard
        assert fake_asterisk.heard_actions("QueueStatus") == []
        fake_asterisk.say(message(Event="FullyBooted"))
        await read_until(link, "Resynced")


async def test_ten_thousand_events_stay_in_order(fake_asterisk):
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        for number in range(9_999):
            fake_asterisk.say(message(Event="Newexten", Number=str(number)))
        fake_asterisk.say(message(Event="Last", Number="9999"))
        told = await read_until(link, "Last")
        assert [int(item.headers["Number"]) for item in told] == list(range(10_000))


async def test_a_character_cut_by_a_chunk_is_whole(fake_asterisk):
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        first = message(Event="First").encode()
        second = message(Event="Second", CallerIDName="平遥古陶镇").encode()
        cut = second.index("陶".encode()) + 1
        fake_asterisk.say(first + second[:cut])
        await read_until(link, "First")  # so the half character has come, too
        fake_asterisk.say(second[cut:])
        told = await read_until(link, "Second")
        assert told[0].headers["CallerIDName"] == "平遥古陶镇"


async def test_an_action_that_announces_no_list_is_answered(fake_asterisk):
    def added(action):
        return message(
            Response="Success", ActionID=action["ActionID"], Message="Added interface to queue"
        )

    fake_asterisk.answers["QueueAdd"] = added
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        reply = await link.action("QueueAdd", Queue="12345", Interface="PJSIP/seat-01")
        assert reply["Message"] == "Added interface to queue"


async def test_an_unanswered_action_ends_and_leaves_nothing_in_memory(fake_asterisk):
    fake_asterisk.answers |= {"QueueAdd": silence, "Ping": silence}
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        for _ in range(20):
            with pytest.raises(LinkDownError, match="no answer to QueueAdd"):
                await link.action("QueueAdd", wait_seconds=0.001, Queue="12345")
        assert [each for each in actions_in_memory() if each["Action"] == "QueueAdd"] == []


async def test_an_originate_in_flight_is_never_sent_again(fake_asterisk):
    fake_asterisk.answers["Originate"] = lambda action: fake_asterisk.hang_up()
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        with pytest.raises(LinkDownError):
            await link.originate("PJSIP/seat-01", "Wait", "1")
        await read_until(link, "Resynced")
        await link.action("Ping")  # all that was to be sent has been
        assert len(fake_asterisk.heard_actions("Originate")) == 1
        assert fake_asterisk.log_ins == 2


async def test_panoramisk_connects_nothing_again_behind_our_back(fake_asterisk, monkeypatch):
    monkeypatch.setitem(Manager.defaults, "reconnect_timeout", 0)  # it would at once
    async with linked(fake_asterisk.port, silence_seconds=3.0) as link:
        await read_until(link, "Resynced")
        fake_asterisk.hang_up()
        await read_until(link, "Resynced")
        pings = len(fake_asterisk.heard_actions("Ping"))
        await until(lambda: len(fake_asterisk.heard_actions("Ping")) > pings + 1)
        assert fake_asterisk.connections == 2


async def test_panoramisk_alone_would_send_it_again(fake_asterisk):
    """When this fails, panoramisk has mended it and `Connection` may become simpler."""
    fake_asterisk.answers["Originate"] = lambda action: (
        fake_asterisk.hang_up() if len(fake_asterisk.heard_actions("Originate")) == 1 else None
    )
    manager = Manager(port=fake_asterisk.port, username="u", secret="s", reconnect_timeout=0)
    await manager.connect()
    manager.send_action({"Action": "Originate", "Channel": "PJSIP/seat-01"})
    await until(lambda: len(fake_asterisk.heard_actions("Originate")) == 2)
    manager.connection_lost = lambda exc: None
    manager.close()


async def test_a_silent_link_is_given_up_and_made_again(fake_asterisk):
    async with linked(fake_asterisk.port, silence_seconds=0.3) as link:
        await read_until(link, "Resynced")
        fake_asterisk.answers["Ping"] = silence
        told = await read_until(link, "Down")
        assert told[-1] == Down("n1", "silent for 0.3 s")
        del fake_asterisk.answers["Ping"]
        assert name_of((await read_until(link, "Resynced"))[0]) == "Up"


async def test_a_server_that_accepts_and_says_nothing_is_tried_again(fake_asterisk):
    fake_asterisk.answers["Login"] = silence
    async with linked(fake_asterisk.port, silence_seconds=0.2):
        await until(lambda: fake_asterisk.log_ins >= 3)


async def test_an_idle_link_that_answers_pings_stays(fake_asterisk):
    async with linked(fake_asterisk.port, silence_seconds=3.0) as link:
        await read_until(link, "Resynced")
        await until(lambda: len(fake_asterisk.heard_actions("Ping")) >= 3)
        assert fake_asterisk.log_ins == 1


async def test_unanswered_pings_are_not_kept(fake_asterisk):
    fake_asterisk.answers["Ping"] = lambda action: message(Event="Newexten")  # not silent, not well
    async with linked(fake_asterisk.port, silence_seconds=0.15) as link:
        await read_until(link, "Resynced")
        await until(lambda: len(fake_asterisk.heard_actions("Ping")) >= 20)
        assert len([each for each in actions_in_memory() if each["Action"] == "Ping"]) <= 2


async def test_a_reader_far_behind_loses_the_connection_and_nothing_silently(fake_asterisk):
    async with linked(fake_asterisk.port, backlog=50) as link:
        await read_until(link, "Resynced")
        for number in range(200):
            fake_asterisk.say(message(Event="Newexten", Number=str(number)))
        told = await read_until(link, "Resynced")
        names = [name_of(item) for item in told]
        assert names[:52] == ["Newexten"] * 50 + ["Down", "Up"]
        assert [int(item.headers["Number"]) for item in told[:50]] == list(range(50))
        assert told[50] == Down("n1", "our own reader is 50 messages behind")


async def test_asterisk_started_later_is_found_soon():
    async with FakeAsterisk() as gone:
        port = gone.port
    with capture_logs() as logs:
        async with linked(port) as link:
            await until(lambda: logs)  # it has tried in vain
            with pytest.raises(LinkDownError, match="no link"):
                await link.action("Ping")
            async with FakeAsterisk(port):
                await read_until(link, "Resynced", seconds=SOON_SECONDS)


async def test_a_restarted_asterisk_is_linked_again_soon(fake_asterisk):
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        fake_asterisk.say(message(Event="Shutdown", Shutdown="Cleanly", Restart="True"))
        fake_asterisk.hang_up()
        told = await read_until(link, "Resynced", seconds=SOON_SECONDS)
        assert [name_of(item) for item in told[:2]] == ["Down", "Up"]


async def test_a_wrong_secret_is_told_once_a_try_and_never_shown(fake_asterisk):
    def refused(action):
        return message(
            Response="Error", ActionID=action["ActionID"], Message="Authentication failed"
        )

    fake_asterisk.answers["Login"] = refused
    with capture_logs() as logs:
        async with linked(fake_asterisk.port) as link:
            await until(lambda: logs)
            with pytest.raises(LinkDownError):
                await link.action("Ping")
    assert [entry["reason"] for entry in logs] == ["Asterisk refused Login: Authentication failed"]
    assert SECRET not in repr(logs) + repr(link._address)


async def test_a_refused_action_says_why_and_the_link_stays(fake_asterisk):
    fake_asterisk.answers["Hangup"] = lambda action: message(
        Response="Error", ActionID=action["ActionID"], Message="No such channel"
    )
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        with pytest.raises(ActionRefusedError, match="refused Hangup: No such channel"):
            await link.action("Hangup", Channel="PJSIP/seat-01-0")
        await link.action("Ping")
        assert fake_asterisk.log_ins == 1


@pytest.mark.parametrize("value", ["12345\r\nAction: Command", "1\n2", ["a", "b\rc"]])
async def test_a_value_cannot_smuggle_in_headers(fake_asterisk, value):
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        with pytest.raises(BadInputError, match="Queue holds a line break"):
            await link.action("QueueAdd", Queue=value)
        assert fake_asterisk.heard_actions("QueueAdd") == []


async def test_a_message_without_end_ends_the_connection(fake_asterisk):
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        fake_asterisk.say(b"x" * (2 << 20))
        told = await read_until(link, "Down")
        assert told[-1] == Down("n1", "a message without end")


@pytest.mark.parametrize(
    "garbage", [b"\xff\xfe\r\n\r\n", b"\r\n" * 9, b"Event\r\n\r\n", b": \r\n\r\n"]
)
async def test_garbage_between_messages_disturbs_nothing(fake_asterisk, garbage):
    async with linked(fake_asterisk.port) as link:
        await read_until(link, "Resynced")
        fake_asterisk.say(garbage + message(Event="Next").encode())
        (told,) = await read_until(link, "Next")
        assert told.headers["Event"] == "Next"


async def test_secrets_and_numbers_are_in_no_log(fake_asterisk, caplog):
    caplog.set_level(logging.DEBUG)
    fake_asterisk.answers["Originate"] = lambda action: fake_asterisk.hang_up()
    with capture_logs() as logs:
        async with linked(fake_asterisk.port) as link:
            await read_until(link, "Resynced")
            with pytest.raises(LinkDownError) as caught:
                await link.originate("PJSIP/13800000001@trunk", "Wait", "1")
            await read_until(link, "Resynced")
    everything = caplog.text + repr(logs) + str(caught.value)
    assert "13800000001" not in everything
    assert SECRET not in everything
