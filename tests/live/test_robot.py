"""Category: the robot phone against real Asterisk, as citizen, seat and call-back robot."""

import asyncio
import threading
import warnings

import pytest

from callcenter.ivr.robot import CallRefusedError, RobotPhone, RobotRefusedError
from tests.live.conftest import Site
from tests.sounds import samples, strength, tone


class ListeningPhone(RobotPhone):
    """Keeps the first line and CSeq of every SIP message that comes."""

    received: list[str]

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        lines = data.decode().split("\r\n")
        sequence = next(line for line in lines if line.startswith("CSeq"))
        self.received.append(f"{lines[0]} | {sequence.split()[-1]}")
        super().datagram_received(data, addr)


async def test_asterisk_repeats_neither_its_200_ok_nor_its_answer_to_bye(site: Site) -> None:
    phone = ListeningPhone("13800000001", site.server)
    phone.received = []
    async with phone:
        call = await phone.call("110")
        await call.answered()
        await call.say(tone(440, 1.8))  # an unacknowledged 200 OK comes again after 0.5 and 1.5 s
        await call.hang_up()  # a BYE not answered at once would be sent again
    assert phone.received.count("SIP/2.0 200 OK | INVITE") == 1
    assert phone.received.count("SIP/2.0 200 OK | BYE") == 1


async def test_the_callback_robot_hears_the_key_of_the_citizen_it_rings(site: Site) -> None:
    citizen, robot = await site.citizen(port=site.trunk_port), await site.callback_robot()
    call = await robot.call("13800000001")
    rung = await citizen.ring()
    assert (rung.caller, rung.dialled) == ("12345", "13800000001")
    await rung.answer()
    await call.answered()
    await call.say(tone(700, 1))
    await rung.send_keys("2*0#")
    assert [await call.key() for _ in range(4)] == ["2", "*", "0", "#"]
    assert await call.key(0.05) is None
    await rung.hang_up()
    await call.ended()
    assert strength(samples(rung.heard())[-12_000:], 700) > 0.5


async def test_a_call_may_be_refused_given_up_and_missed(site: Site) -> None:
    citizen, robot = await site.citizen(port=site.trunk_port), await site.callback_robot()
    call = await robot.call("13800000001")
    await (await citizen.ring()).hang_up()
    with pytest.raises(CallRefusedError) as refused:
        await call.answered()
    assert refused.value.status == 486

    call = await robot.call("13800000001")
    rung = await citizen.ring()
    await call.hang_up()
    await rung.ended()
    with pytest.raises(CallRefusedError):
        await rung.answer()


async def test_a_wrong_secret_is_refused(site: Site) -> None:
    with pytest.raises(RobotRefusedError):
        await RobotPhone("seat-01", site.server, secret="wrong").__aenter__()


async def test_nothing_is_left_running(site: Site) -> None:
    tasks, threads = asyncio.all_tasks(), threading.active_count()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with RobotPhone("13800000001", site.server) as phone:
            call = await phone.call("110")
            await call.answered()
            speaking = asyncio.create_task(call.say(tone(440, 30)))
        await asyncio.wait_for(speaking, 10)  # the end of the call ended the speech
    assert asyncio.all_tasks() == tasks
    assert threading.active_count() == threads
