"""Category: seats, agents and queues on real Asterisk: what people order, and what it does."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from callcenter.ami.asterisk import tell_console
from callcenter.ivr.call import CallState
from callcenter.ivr.robot import RobotPhone
from callcenter.settings import Settings
from tests.live.conftest import Site, hotline_settings, shared_hotline, told_until, until, until_so
from tests.live.hotline import Hotline, environment
from tests.live.talk import hears_keys, talk
from tests.patience import PATIENCE_SECONDS

ME = {"actor": "tester"}


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    quick = {
        "wrap_up_seconds": 15.0,
        "wrap_up_extension_seconds": 300.0,
        "reconcile_seconds": 0.5,
        "police_outside_number": "13900000110",
        "police_outside_after_seconds": 1,
    }
    yield from shared_hotline(hotline_settings(tmp_path_factory.mktemp("seats"), **quick))


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


@pytest.fixture
async def api(hotline: Hotline) -> AsyncIterator["Api"]:
    async with hotline.client() as client:
        yield Api(client)


class Api:
    """What people order, and what they see."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def order(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self._client.post(path, json=ME | body)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def status(self, path: str, **body: Any) -> int:
        return (await self._client.post(path, json=ME | body)).status_code

    async def register(self, name: str, *skills: str) -> None:
        answer = await self._client.put(
            f"agents/{name}", json=ME | {"display_name": name, "skills": skills}
        )
        assert answer.status_code == 200, answer.text

    async def see(self, path: str) -> Any:
        answer = await self._client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def mended(self) -> int:
        """How many differences between our picture and Asterisk's were mended so far."""
        told: int = (await self.see("health"))["mended"]
        return told

    async def agent(self, name: str) -> dict[str, Any]:
        return next(agent for agent in await self.see("agents") if agent["name"] == name)

    async def until_agent(self, name: str, shown: str) -> None:
        async def is_shown() -> bool:
            return bool((await self.agent(name))["shown"] == shown)

        await until_so(is_shown)

    async def until_phone(self, seat: str, kind: str | None) -> None:
        async def is_shown() -> bool:
            seats = {one["name"]: one for one in await self.see("seats")}
            return bool(seats[seat]["phone"] == kind)

        await until_so(is_shown)

    async def until_mended(self, times: int) -> None:
        """Returns once so many differences were mended, of which we learn after Asterisk."""

        async def is_known() -> bool:
            return await self.mended() >= times

        await until_so(is_known)


async def members(settings: Settings, queue: str) -> str:
    return await tell_console(settings, f"queue show {queue}")


async def until_queue(settings: Settings, queue: str, *words: str, without: str = "\0") -> None:
    """Returns once Asterisk shows a member's line with all of the words."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            lines = (await members(settings, queue)).splitlines()
            if any(all(word in line for word in words) for line in lines) and not any(
                without in line for line in lines
            ):
                return
            await asyncio.sleep(0.1)


async def test_seats_come_and_go_under_a_running_call(
    site: Site, hotline: Hotline, api: Api
) -> None:
    settings, mended = site.settings, await api.mended()
    call, at_seat = await talk(site, hotline)

    made = await api.order("seats", name="seat-04")
    await until_queue(settings, "110", "seat-04 (PJSIP/seat-04", "dynamic")
    await told_until(settings, "pjsip show aor seat-04", "max_contacts")  # Asterisk reads it later
    async with RobotPhone("seat-04", site.server, secret=made["secret"]):
        await until_queue(settings, "12345", "seat-04", "Not in use")
        await hears_keys(at_seat, call)
        for name in ("seat-04", "seat-04-web"):
            assert f"Endpoint:  {name}" in await tell_console(
                settings, f"pjsip show endpoint {name}"
            )
        web = await tell_console(settings, "pjsip show endpoint seat-04-web")
        assert "webrtc                             : yes" in web
        await api.until_phone("seat-04", "sip")
        await api.until_phone("seat-02", None)

    command = [sys.executable, "-m", "callcenter", "seats", "create", "seat-05", "--overflow"]
    ran = await asyncio.to_thread(
        subprocess.run, command, env=environment(settings), capture_output=True, check=True
    )
    await until_queue(settings, "110", "seat-05", "penalty 10")
    await told_until(settings, "pjsip show aor seat-05", "max_contacts")
    async with RobotPhone("seat-05", site.server, secret=ran.stdout.decode().strip()):
        await hears_keys(at_seat, call)

    assert await api.status("seats/seat-01/close") == 409  # it talks
    await api.order("seats/seat-04/close")
    await until_queue(settings, "110", "seat-05", without="seat-04")
    assert not at_seat.is_ended
    await hears_keys(at_seat, call)
    assert made["secret"] not in str(hotline.said)
    assert await api.mended() == mended
    await call.hang_up()


async def test_a_shift_with_pause_wrap_up_110_and_a_sign_out_in_mid_call(
    site: Site, hotline: Hotline, api: Api
) -> None:
    settings, mended = site.settings, await api.mended()
    seat = await site.seat()
    await api.register("li", "12345", "110")
    await api.register("wang", "12345")
    await api.order("agents/li/sign-in", seat="seat-01")
    assert await api.status("agents/wang/sign-in", seat="seat-01") == 409  # taken
    assert await api.status("agents/wang/sign-in", seat="seat-02", queues=["110"]) == 422
    await api.until_agent("li", "ready")

    number = (await api.agent("li"))["number"]
    both = [api.status("agents/li/pause", reason="用餐", number=number) for _ in range(2)]
    assert sorted(await asyncio.gather(*both)) == [201, 409]
    assert await api.status("agents/li/pause", reason="没有这个") == 422
    await until_queue(settings, "110", "seat-01", "paused:用餐")
    await api.order("agents/li/resume")
    await until_queue(settings, "110", "seat-01", without="用餐")

    citizen = await site.citizen()
    await citizen.call("12345")
    at_seat = await seat.ring()
    await at_seat.answer()
    await api.until_agent("li", "talking")
    await at_seat.hang_up()
    await api.until_agent("li", "wrap_up")
    await api.order("agents/li/wrap-up/extend")
    await until_queue(settings, "12345", "seat-01", "paused:wrap-up")
    assert await api.status("agents/li/wrap-up/extend") == 409  # once

    urgent = await (await site.citizen("13800000110")).call("110")
    at_seat = await seat.ring()  # 110 breaks in
    await at_seat.answer()
    await api.until_agent("li", "talking")
    await api.order("agents/li/sign-out")
    assert (await api.agent("li"))["state"] == "leaving"
    await hears_keys(at_seat, urgent)
    await at_seat.hang_up()
    await api.until_agent("li", "signed_out")
    await until_queue(settings, "12345", "seat-01", without="paused")  # it stands there again
    assert await api.mended() == mended


async def test_wrap_up_ends_by_itself_also_when_we_were_dead_meanwhile(
    site: Site, hotline: Hotline, api: Api
) -> None:
    await api.register("li", "12345", "110")
    await api.order("agents/li/sign-in", seat="seat-01")
    call, at_seat = await talk(site, hotline)
    await at_seat.hang_up()
    await api.until_agent("li", "wrap_up")
    await until_queue(site.settings, "12345", "seat-01", "paused:wrap-up")
    hotline.kill()
    await until_queue(site.settings, "12345", "seat-01", "paused:wrap-up")  # Asterisk keeps it
    await hotline.start()
    await api.until_agent("li", "ready")
    await until_queue(site.settings, "12345", "seat-01", without="paused")
    await call.hang_up()
    await api.order("agents/li/sign-out")


async def test_what_is_done_behind_our_back_is_mended_and_counted(
    site: Site, hotline: Hotline, api: Api
) -> None:
    settings, before = site.settings, await api.mended()
    call, at_seat = await talk(site, hotline)
    await at_seat.hang_up()
    await call.hang_up()
    await until(lambda: hotline.call.state is CallState.ENDED)
    assert await api.mended() == before  # looked at several times meanwhile

    await tell_console(settings, "queue remove member PJSIP/seat-02 from 12345")
    await until_queue(settings, "12345", "seat-02")
    await tell_console(settings, "queue pause member PJSIP/seat-01 queue 110 reason lunch")
    await until_queue(settings, "110", "seat-01", without="lunch")
    await tell_console(settings, "queue add member PJSIP/robot to 110 penalty 0 as stranger")
    await until_queue(settings, "110", "seat-01", without="stranger")

    await api.until_mended(before + 3)
    mended = (await api.see("mended"))[-3:]
    assert [
        (fact["subject"], fact["name"], fact["ours"], fact["asterisks"]) for fact in mended
    ] == [
        ("membership", "seat-02", "12345: PJSIP/seat-02 penalty 0", "12345: absent"),
        ("pause", "seat-01", "110: not paused", "110: paused: lunch"),
        ("membership", "stranger", "110: absent", "110: PJSIP/robot penalty 0"),
    ]
    assert await api.mended() == before + 3


async def test_a_seat_that_asterisk_takes_for_busy_without_a_channel_is_rung_again(
    site: Site, hotline: Hotline, api: Api
) -> None:
    settings, before = site.settings, await api.mended()
    phone = await site.seat("seat-03")
    await until_queue(settings, "12345", "seat-03", "Not in use")
    member = "PJSIP/seat-03 to 12345 penalty 0 as seat-03 state_interface Custom:stuck"
    await tell_console(settings, "devstate change Custom:stuck BUSY")
    await tell_console(settings, "queue remove member PJSIP/seat-03 from 12345")
    await tell_console(settings, f"queue add member {member}")
    await until_queue(settings, "12345", "seat-03", "Busy")

    await until_queue(settings, "12345", "seat-03", "Not in use")
    assert await api.mended() > before
    assert ("seat", "seat-03", "no channel") in [
        (fact["subject"], fact["name"], fact["ours"]) for fact in await api.see("mended")
    ]
    call = await (await site.citizen()).call("12345")
    await (await phone.ring()).answer()
    await call.hang_up()
    await until(lambda: hotline.call.state is CallState.ENDED)


async def test_a_queue_is_closed_for_asterisk_too_and_110_never(
    site: Site, hotline: Hotline, api: Api
) -> None:
    async def kept() -> str:
        return await tell_console(site.settings, "database get queue/12345 closed")

    await api.order("queues/12345/close", reason="停电")
    assert "Value: plan-closed" in await kept()
    assert await api.status("queues/12345/close", reason="停电") == 409
    assert await api.status("queues/110/close", reason="停电") == 409
    queues = {queue["name"]: queue for queue in await api.see("queues")}
    assert (queues["12345"]["is_open"], queues["110"]["is_open"]) == (False, True)
    await api.order("queues/12345/open")
    assert "plan-closed" not in await kept()

    await api.order("messages", seats=["seat-01"], text="下午三点开会")
    await api.order("messages", text="系统今晚升级")
    texts = [told["text"] for told in await api.see("messages?seat=seat-02")]
    assert texts == ["系统今晚升级"]


async def test_110_goes_to_skill_then_overflow_then_outside(
    site: Site, hotline: Hotline, api: Api
) -> None:
    settings = site.settings
    answer = {"penalty_class": "overflow"} | ME
    async with hotline.client() as client:
        assert (await client.patch("seats/seat-02", json=answer)).status_code == 200
        assert (await client.patch("seats/seat-03", json=ME | {"queues": []})).status_code == 200
    await until_queue(settings, "110", "seat-02", "penalty 10", without="seat-03")
    skilled, overflow = await site.seat("seat-01"), await site.seat("seat-02")
    outside = await site.citizen("13900000110", port=site.trunk_port)
    await until_queue(settings, "110", "seat-01", "Not in use")
    await until_queue(settings, "110", "seat-02", "Not in use")
    calls = []
    for number, phone in enumerate((skilled, overflow, outside, outside)):  # nobody is left: twice
        call = await (await site.citizen(f"1380000000{number}")).call("110")
        at_end = await phone.ring()
        await at_end.answer()
        await hears_keys(at_end, call)
        calls.append(call)
    for call in calls:
        await call.hang_up()
