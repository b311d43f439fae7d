"""Commands on a call at a seat, end to end: over the API, on real Asterisk, with robots' phones."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from callcenter.facts import (
    CallAnswered,
    CallHandedOver,
    CallHeld,
    CallPlaced,
    CallResumed,
    CallTransferred,
    TalkEnded,
)
from callcenter.ivr.call import Call, CallState
from callcenter.ivr.robot import CallRefusedError, RobotCall, RobotPhone
from tests.live.conftest import Site, hotline_settings, shared_hotline, until, until_so
from tests.live.hotline import Hotline
from tests.patience import PATIENCE_SECONDS
from tests.sounds import samples, strength, tone

CITIZEN_HZ, FIRST_HZ, SECOND_HZ, WHISPER_HZ = 440, 1000, 1500, 2200


@pytest.fixture(scope="module")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """One for all tests here; each has a call of its own."""
    settings = hotline_settings(
        tmp_path_factory.mktemp("talks"),
        wrap_up_seconds=0, rate_seconds=0, transfer_seconds=5, hand_over_seconds=5,
    )  # fmt: skip
    yield from shared_hotline(settings)


@pytest.fixture
async def site(hotline: Hotline) -> AsyncIterator[Site]:
    async with AsyncExitStack() as stack:
        yield Site(hotline.settings, stack)


class Desk:
    """One hotline, one citizen who talks with seat-01, and what may be asked over the API."""

    def __init__(self, site: Site, hotline: Hotline, client: httpx.AsyncClient) -> None:
        self.site, self.hotline, self._client = site, hotline, client
        self.first: RobotPhone
        self.second: RobotPhone
        self.citizen: RobotCall
        self.at_first: RobotCall

    async def talk(self, number: str = "13800000001") -> None:
        known = len(self.hotline.calls())
        self.first = await self.site.seat("seat-01")
        self.citizen = await (await self.site.citizen(number)).call("12345")
        self.at_first = await self.first.ring()
        newest_first(self.at_first)
        await self.at_first.answer()
        await until(lambda: len(self.hotline.calls()) > known)
        await until(lambda: self.call.state is CallState.TALKING)

    async def seat(self, name: str) -> RobotPhone:
        """Its telephone, once we know that it is registered."""
        phone = await self.site.seat(name)
        await self.until_ready(name)
        return phone

    async def until_ready(self, name: str) -> None:
        """Returns once we know that this seat is free; Asterisk and its telephone know sooner."""

        async def ready() -> bool:
            shown = await self.ask("GET", "seats", 200)
            return any(one["name"] == name and one["state"] == "ready" for one in shown)

        await until_so(ready)

    @property
    def call(self) -> Call:
        return self.hotline.calls()[-1]

    async def post(self, path: str, expect: int = 202, **body: Any) -> dict[str, Any]:
        return await self.ask("POST", path, expect, **body)

    async def ask(self, verb: str, path: str, expect: int = 202, **body: Any) -> dict[str, Any]:
        answer = await self._client.request(
            verb, self.hotline.url(path), json={"actor": "seat-01", **body} if body else None
        )
        assert answer.status_code == expect, answer.text
        return answer.json()

    async def order(self, what: str, expect: int = 202, **body: Any) -> dict[str, Any]:
        return await self.post(f"calls/{self.call.id}/{what}", expect, actor="seat-01", **body)

    def told(self, kind: type) -> list[Any]:
        return [fact for fact in self.hotline.facts(self.call.id) if isinstance(fact, kind)]

    async def recorded(self, call_id: str = "") -> list[Any]:
        """Both sides of the recording, once the call's end is known."""
        await until(lambda: all(call.ended_at for call in self.hotline.calls()))
        citizens, seats = await self.site.recorded(call_id or self.call.id)
        assert len(citizens) == len(seats)
        return [citizens, seats]


@pytest.fixture
async def desk(site: Site, hotline: Hotline) -> AsyncIterator[Desk]:
    async with hotline.client() as client:
        yield Desk(site, hotline, client)


def newest_first(call: RobotCall) -> None:
    """Its voice bears high RTP sequence numbers, so that whoever comes after seems older."""
    call._stream._sequence = 40_000


def oldest_next(call: RobotCall) -> None:
    """A voice that Asterisk's recorder would drop as late: see decision 0023."""
    call._stream._sequence = 100


async def speak(*speakers: tuple[RobotCall, int]) -> list[set[int]]:
    """All speak at once; which tones each of them hears."""
    before = [len(call.heard()) for call, _ in speakers]
    await asyncio.gather(*(call.say(tone(hertz, 1)) for call, hertz in speakers))
    await asyncio.sleep(0.2)  # what was said last is still on its way
    heard = [
        samples(call.heard()[start:]) for (call, _), start in zip(speakers, before, strict=True)
    ]
    return [
        {hertz for _, hertz in speakers if len(sound) > 800 and strength(sound, hertz) > 0.2}
        for sound in heard
    ]


async def until_heard(wanted: list[set[int]], *speakers: tuple[RobotCall, int]) -> None:
    """All speak, again and again until each of them hears these tones and no others."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (heard := await speak(*speakers)) != wanted:
        assert time.monotonic() < deadline, heard


async def test_a_blind_transfer_and_both_voices_of_both_seats_recorded(desk: Desk) -> None:
    await desk.talk()
    second = await desk.seat("seat-02")
    await speak((desk.citizen, CITIZEN_HZ), (desk.at_first, FIRST_HZ))
    await desk.order("transfer", kind="seat", to="seat-02")
    at_second = await second.ring()
    oldest_next(at_second)
    await at_second.answer()
    await until(lambda: len(desk.told(CallAnswered)) == 2)
    await asyncio.sleep(0.5)  # the recorder begins anew
    await until_heard(
        [{SECOND_HZ}, {CITIZEN_HZ}], (desk.citizen, CITIZEN_HZ), (at_second, SECOND_HZ)
    )
    await at_second.hang_up()
    await desk.citizen.ended()
    citizens, seats = await desk.recorded()
    assert strength(citizens, CITIZEN_HZ) > 0.9
    assert strength(seats, FIRST_HZ) > 0.3
    assert strength(seats, SECOND_HZ) > 0.3
    assert [fact.via for fact in desk.told(CallAnswered)] == ["queue", "transfer"]
    assert [fact.to for fact in desk.told(CallTransferred)] == ["seat-02"]
    assert len(desk.told(TalkEnded)) == 2


async def test_a_consultation_is_given_up_joined_and_completed_and_all_voices_are_recorded(
    desk: Desk,
) -> None:
    await desk.talk()
    second = await desk.seat("seat-02")
    await desk.order("complete", 409)  # nobody is consulted
    await desk.order("consult", kind="seat", to="seat-02")
    await (await second.ring()).answer()
    await held(desk)
    await desk.order("abort")
    await held(desk, False)
    await until_heard(
        [{FIRST_HZ}, {CITIZEN_HZ}], (desk.citizen, CITIZEN_HZ), (desk.at_first, FIRST_HZ)
    )

    await desk.until_ready("seat-02")
    await desk.order("consult", kind="seat", to="seat-02")
    at_second = await second.ring()
    oldest_next(at_second)
    await at_second.answer()
    await held(desk)
    everybody = ((desk.citizen, CITIZEN_HZ), (desk.at_first, FIRST_HZ), (at_second, SECOND_HZ))
    await until_heard([set(), {SECOND_HZ}, {FIRST_HZ}], *everybody)
    await desk.order("three-way")
    await until(lambda: len(desk.told(CallAnswered)) == 2)
    await until_heard(
        [{FIRST_HZ, SECOND_HZ}, {CITIZEN_HZ, SECOND_HZ}, {CITIZEN_HZ, FIRST_HZ}], *everybody
    )
    await desk.order("hang-up", seat="seat-01")
    await desk.at_first.ended()
    await until(lambda: len(desk.told(TalkEnded)) == 1)
    await asyncio.sleep(1)  # the recorder begins anew
    await until_heard(
        [{SECOND_HZ}, {CITIZEN_HZ}], (desk.citizen, CITIZEN_HZ), (at_second, SECOND_HZ)
    )
    await at_second.hang_up()
    await desk.citizen.ended()
    _, seats = await desk.recorded()
    assert strength(seats[-8000:], SECOND_HZ) > 0.8
    assert [fact.via for fact in desk.told(CallAnswered)] == ["queue", "three_way"]


async def test_a_completed_consultation_is_recorded_to_the_end(desk: Desk) -> None:
    await desk.talk()
    second = await desk.seat("seat-02")
    await desk.order("consult", kind="seat", to="seat-02")
    at_second = await second.ring()
    oldest_next(at_second)
    await at_second.answer()
    await held(desk)
    await desk.order("complete")
    await desk.at_first.ended()
    await until(lambda: len(desk.told(CallAnswered)) == 2)
    await asyncio.sleep(1)  # the recorder begins anew
    await until_heard(
        [{SECOND_HZ}, {CITIZEN_HZ}], (desk.citizen, CITIZEN_HZ), (at_second, SECOND_HZ)
    )
    await at_second.hang_up()
    await desk.citizen.ended()
    _, seats = await desk.recorded()
    assert strength(seats[-8000:], SECOND_HZ) > 0.8
    assert [fact.how for fact in desk.told(CallTransferred)] == ["attended"]


async def test_hold_and_back_for_a_telephone_without_a_key_for_it(desk: Desk) -> None:
    await desk.talk()
    await desk.order("hold")
    await held(desk)
    speakers = ((desk.citizen, CITIZEN_HZ), (desk.at_first, FIRST_HZ))
    await until_heard([set(), set()], *speakers)
    await desk.order("transfer", 409, kind="queue", to="110")  # the citizen waits
    await desk.order("resume")
    await held(desk, False)
    await until_heard([{FIRST_HZ}, {CITIZEN_HZ}], *speakers)
    await desk.order("hold")
    await held(desk)
    await desk.citizen.hang_up()
    await desk.at_first.ended()  # the seat is not left with nobody


async def held(desk: Desk, so: bool = True) -> None:
    """The citizen waits for a consultation, as we know it."""

    def told() -> bool:
        held = [fact for fact in desk.told(CallHeld) if fact.why == "consult"]
        resumed = [fact for fact in desk.told(CallResumed) if fact.why == "consult"]
        return (len(held) > len(resumed)) is so and bool(held)

    await until(told)


async def test_a_hand_over_that_nobody_takes_comes_back_to_the_same_seat(desk: Desk) -> None:
    await desk.talk()
    await desk.order("hand-over", 409, to_line="12345")  # it is there already
    stated = await desk.order("hand-over", to_line="110", reason="有人受伤")
    assert (stated["from_line"], stated["to_line"]) == ("12345", "110")
    await desk.at_first.ended()
    again = await desk.first.ring()  # as the only seat, from the queue of 110
    await again.hang_up()
    again = await desk.first.ring()
    await again.answer()
    await until(lambda: len(desk.told(CallAnswered)) == 2)
    await until_heard([{FIRST_HZ}, {CITIZEN_HZ}], (desk.citizen, CITIZEN_HZ), (again, FIRST_HZ))
    await desk.citizen.hang_up()
    await desk.recorded()
    [over] = desk.told(CallHandedOver)
    assert over.ticket_number == desk.hotline.tickets()[-1].number


async def test_110_takes_a_hand_over_with_ticket_and_recording(desk: Desk) -> None:
    await desk.talk()
    police = await desk.seat("seat-02")
    await desk.order("hand-over", to_line="110", form="three_way")
    at_police = await police.ring()
    oldest_next(at_police)
    await at_police.answer()
    await held(desk)
    await desk.order("three-way")
    await until(lambda: len(desk.told(CallAnswered)) == 2)
    await desk.at_first.hang_up()
    await until(lambda: len(desk.told(TalkEnded)) == 1)
    await until_heard(
        [{SECOND_HZ}, {CITIZEN_HZ}], (desk.citizen, CITIZEN_HZ), (at_police, SECOND_HZ)
    )
    await at_police.hang_up()
    await desk.citizen.ended()
    await desk.recorded()
    assert [fact.form for fact in desk.told(CallHandedOver)] == ["three_way"]


async def test_a_citizen_is_rung_for_a_ticket_and_by_no_seat_that_may_not(desk: Desk) -> None:
    await desk.talk()
    ticket = desk.hotline.tickets()[-1].number
    await desk.order("transfer", 409, kind="outside", to="13900000009")  # this seat may not
    await desk.citizen.hang_up()
    await desk.at_first.ended()
    await desk.until_ready("seat-01")
    wanted = {"seat": "seat-01", "ticket_number": ticket, "number": "13900000009"}
    await desk.post("calls", 409, **wanted)
    await desk.ask("PATCH", "seats/seat-01", 200, may_dial_out=True)
    for number in ("0013900000009", "95588", "96123456", "+8613900000009", "139@evil", "1,Goto(x)"):
        await desk.post("calls", 422, **wanted | {"number": number})
    await desk.post("calls", 404, **wanted | {"ticket_number": "12345-1"})

    carrier = await desk.site.citizen("13900000009", desk.site.trunk_port)
    known = len(desk.hotline.calls())
    ordered = await desk.post("calls", **wanted)
    at_first = await desk.first.ring()
    await at_first.answer()
    citizen = await carrier.ring()
    assert citizen.dialled == "13900000009"
    await citizen.answer()
    await until(lambda: len(desk.hotline.calls()) > known)
    await until(lambda: desk.told(CallAnswered))
    assert desk.call.id == ordered["call_id"]
    await until_heard([{FIRST_HZ}, {CITIZEN_HZ}], (citizen, CITIZEN_HZ), (at_first, FIRST_HZ))

    second = await desk.seat("seat-02")
    await desk.order("transfer", kind="seat", to="seat-02")
    at_second = await second.ring()
    oldest_next(at_second)
    await at_second.answer()
    await until(lambda: len(desk.told(CallAnswered)) == 2)
    await speak((citizen, CITIZEN_HZ), (at_second, SECOND_HZ))
    await at_second.hang_up()
    await citizen.ended()
    citizens, seats = await desk.recorded()
    assert strength(citizens, CITIZEN_HZ) > 0.9
    assert strength(seats, SECOND_HZ) > 0.3
    [placed] = desk.told(CallPlaced)
    assert (placed.why, placed.ticket_number, placed.seat) == ("ticket", ticket, "seat-01")
    await desk.ask("PATCH", "seats/seat-01", 200, may_dial_out=False)


async def test_a_telephones_own_transfer_key_leads_to_seats_and_nowhere_else(desk: Desk) -> None:
    await desk.talk()
    second = await desk.seat("seat-02")
    carrier = await desk.site.citizen("13900000009", desk.site.trunk_port)
    for number in ("13900000009", "0013900000009", "110", "s", "place-call"):
        await desk.at_first.refer(number)  # taken, and refused by a NOTIFY
    assert await desk.citizen.refer("seat-02") >= 400  # a caller sends nobody anywhere
    speakers = ((desk.citizen, CITIZEN_HZ), (desk.at_first, FIRST_HZ))
    await until_heard([{FIRST_HZ}, {CITIZEN_HZ}], *speakers)
    with pytest.raises(TimeoutError):
        await carrier.ring(0.1)
    assert await desk.at_first.refer("seat-02") == 202
    at_second = await second.ring()
    await at_second.answer()
    await until(lambda: len(desk.told(CallAnswered)) == 2)
    await until(lambda: desk.told(CallTransferred))
    assert [(fact.how, fact.to) for fact in desk.told(CallTransferred)] == [("blind", "seat-02")]
    await desk.citizen.hang_up()
    await at_second.ended()


async def test_a_telephones_own_attended_transfer_leaves_figures_and_seats_right(
    desk: Desk,
) -> None:
    await desk.talk()
    second = await desk.seat("seat-02")
    before = {seat: await counted(desk, seat) for seat in ("seat-01", "seat-02")}
    outside = await desk.first.call("13900000009")  # where nobody may ring, nobody is consulted
    with pytest.raises(CallRefusedError):
        await outside.answered()
    assert await desk.at_first.refer("13900000009", outside) == 202  # and a NOTIFY refuses it
    consulting = await desk.first.call("seat-02")
    at_second = await second.ring()
    oldest_next(at_second)
    await at_second.answer()
    await consulting.answered()
    await until_heard([{SECOND_HZ}, {FIRST_HZ}], (consulting, FIRST_HZ), (at_second, SECOND_HZ))

    assert await desk.at_first.refer("seat-02", consulting) == 202
    await until(lambda: len(desk.told(CallAnswered)) == 2)
    await until(lambda: len(desk.told(TalkEnded)) == 1)
    await until(lambda: desk.told(CallTransferred))
    assert [(fact.how, fact.to_kind, fact.to) for fact in desk.told(CallTransferred)] == [
        ("attended", "seat", "seat-02")
    ]
    assert (desk.call.state, desk.call.seat) == (CallState.TALKING, "seat-02")

    async def told_by_seats() -> bool:
        states = {one["name"]: one["state"] for one in await desk.ask("GET", "seats", 200)}
        return (states["seat-01"], states["seat-02"]) == ("ready", "talking")

    await until_so(told_by_seats)
    await asyncio.sleep(1)  # the recorder begins anew
    await until_heard(
        [{SECOND_HZ}, {CITIZEN_HZ}], (desk.citizen, CITIZEN_HZ), (at_second, SECOND_HZ)
    )
    await at_second.hang_up()
    await desk.citizen.ended()
    await until(lambda: len(desk.told(TalkEnded)) == 2)
    after = {seat: await counted(desk, seat) for seat in ("seat-01", "seat-02")}
    gained = {
        seat: [now - then for now, then in zip(after[seat], before[seat], strict=True)]
        for seat in after
    }
    assert gained == {"seat-01": [0, 1], "seat-02": [1, 0]}  # the first part was counted before


async def counted(desk: Desk, seat: str) -> list[int]:
    """Parts answered and transfers of a seat, today."""
    told = await desk.ask("GET", f"numbers?seat={seat}", 200)
    values = told["rows"][0]["values"]
    return [values[name]["value"] for name in ("parts", "transfers")]


async def test_a_caller_who_gave_up_is_rung_back_and_the_task_is_finished(desk: Desk) -> None:
    citizen = await (await desk.site.citizen("13900000008")).call("110")
    await citizen.answered()
    await until(lambda: any(c.caller_number == "13900000008" for c in desk.hotline.calls()))
    await until(lambda: desk.call.state is CallState.QUEUED)
    await citizen.hang_up()

    async def owed() -> list[dict[str, Any]]:
        tasks = await desk.ask("GET", "callbacks", 200)
        return [task for task in tasks if task["call_id"] == lost and task["state"] == "due"]

    lost = desk.call.id
    await until_so(lambda: _some(owed()))
    [task] = await owed()
    await desk.ask("PATCH", "seats/seat-01", 200, may_dial_out=True)
    desk.first = await desk.seat("seat-01")
    carrier = await desk.site.citizen("13900000008", desk.site.trunk_port)
    await desk.post(f"callbacks/{task['task']}/call", seat="seat-01")
    at_first = await desk.first.ring()
    await at_first.answer()
    await (await carrier.ring()).hang_up()  # not now
    await at_first.ended()
    finished = await desk.post(f"callbacks/{task['task']}/finish", 201, outcome="settled")
    assert finished["outcome"] == "settled"
    await desk.post(f"callbacks/{task['task']}/finish", 409, outcome="settled")
    assert not await owed()
    await desk.ask("PATCH", "seats/seat-01", 200, may_dial_out=False)


async def _some(owed: Awaitable[list[dict[str, Any]]]) -> bool:
    return bool(await owed)


# --- supervisors ---------------------------------------------------------------------------------


class Supervisor:
    """At seat-03, on the call of the desk's seat-01."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.id = ""
        self.call: RobotCall

    async def listen(self) -> None:
        phone = await self._desk.seat("seat-03")
        asked = {"supervisor": "supervisor-1", "supervisor_seat": "seat-03"}
        await self._desk.order("supervision", 422, **asked)  # no reason
        row = await self._desk.order("supervision", **asked, reason="新人陪练")
        self.id = row["id"]
        self.call = await phone.ring()
        oldest_next(self.call)
        await self.call.answer()
        await self.until_in("listen")

    async def change(self, mode: str) -> None:
        await self._desk.ask("PATCH", f"supervision/{self.id}", mode=mode)
        await self.until_in(mode)

    async def until_in(self, mode: str) -> None:
        async def so() -> bool:
            return (await self.moves())[-1:] == [mode]

        await until_so(so)

    async def audit(self) -> dict[str, Any]:
        [row] = await self._desk.ask("GET", f"supervision?call_id={self._desk.call.id}", 200)
        return row

    async def moves(self) -> list[str]:
        return [move["mode"] for move in (await self.audit())["moves"]]


async def test_a_supervisor_listens_whispers_and_barges_in_and_every_move_is_kept(
    desk: Desk,
) -> None:
    await desk.talk()
    supervisor = Supervisor(desk)
    await supervisor.listen()
    everybody = (
        (desk.citizen, CITIZEN_HZ), (desk.at_first, FIRST_HZ), (supervisor.call, SECOND_HZ),
    )  # fmt: skip
    both = {CITIZEN_HZ, FIRST_HZ}
    await until_heard([{FIRST_HZ}, {CITIZEN_HZ}, both], *everybody)
    await supervisor.change("whisper")
    whispering = (*everybody[:2], (supervisor.call, WHISPER_HZ))
    await until_heard([{FIRST_HZ}, {CITIZEN_HZ, WHISPER_HZ}, both], *whispering)
    await supervisor.change("barge")
    await until_heard([{FIRST_HZ, SECOND_HZ}, {CITIZEN_HZ, SECOND_HZ}, both], *everybody)
    await desk.ask("DELETE", f"supervision/{supervisor.id}")
    await supervisor.call.ended()
    await until_so(lambda: _is(supervisor.moves(), "ended"))
    await asyncio.sleep(1)  # the recorder begins anew
    await until_heard([{FIRST_HZ}, {CITIZEN_HZ}], *everybody[:2])
    await desk.citizen.hang_up()
    _, seats = await desk.recorded()
    assert strength(seats, SECOND_HZ) > 0.05
    assert strength(seats, WHISPER_HZ) < 0.001  # what the citizen never heard is not recorded
    assert strength(seats[-8000:], FIRST_HZ) > 0.8
    moves = (await supervisor.audit())["moves"]
    assert [m["mode"] for m in moves] == ["listen", "whisper", "barge", "ended"]
    assert {(m["supervisor"], m["reason"], m["shown_to_agent"]) for m in moves} == {
        ("supervisor-1", "新人陪练", True)
    }
    assert len(desk.told(CallAnswered)) == 1  # a supervisor has no part in the call


async def test_a_supervisor_takes_a_call_over_and_the_agent_is_free(desk: Desk) -> None:
    await desk.talk()
    supervisor = Supervisor(desk)
    await supervisor.listen()
    await supervisor.change("barge")
    await supervisor.change("take_over")
    await desk.at_first.ended()
    await until(lambda: len(desk.told(CallAnswered)) == 2)
    await until_heard(
        [{SECOND_HZ}, {CITIZEN_HZ}], (desk.citizen, CITIZEN_HZ), (supervisor.call, SECOND_HZ)
    )
    await supervisor.call.hang_up()
    await desk.citizen.ended()
    _, seats = await desk.recorded()
    assert strength(seats, SECOND_HZ) > 0.3
    taken = desk.told(CallAnswered)[-1]
    assert (taken.via, taken.seat) == ("take_over", "seat-03")
    await until_so(lambda: _is(supervisor.moves(), "ended"))


async def test_a_supervision_that_ends_while_we_are_down_has_its_end_to_the_second(
    desk: Desk,
) -> None:
    await desk.talk()
    supervisor = Supervisor(desk)
    await supervisor.listen()
    desk.hotline.kill()
    before = datetime.now(UTC)
    await supervisor.call.hang_up()
    await asyncio.sleep(3)  # the scene itself: so long nobody of ours is there
    after = datetime.now(UTC)
    await desk.hotline.start()
    await until_so(lambda: _is(supervisor.moves(), "ended"))
    ended = datetime.fromisoformat((await supervisor.audit())["moves"][-1]["at"])
    assert before - timedelta(seconds=1) < ended < after - timedelta(seconds=1)
    await desk.citizen.hang_up()
    await until(lambda: desk.hotline.call.state is CallState.ENDED)


async def _is(moves: Awaitable[list[str]], last: str) -> bool:
    return (await moves)[-1:] == [last]
