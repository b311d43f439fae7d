"""Category: the robot phone against real Asterisk, as citizen, seat and call-back robot."""

import asyncio
import threading
import warnings
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlmodel import select

from callcenter.bus.memory import MemoryBus
from callcenter.facts import Line
from callcenter.flow import Flow
from callcenter.ivr.call import Call
from callcenter.ivr.robot import CallRefusedError, RobotPhone, RobotRefusedError
from callcenter.pipeline import load_site
from callcenter.pipeline.telling import owe_notices
from callcenter.roles.notice_ports import SPOKEN
from callcenter.roles.notices import NoticesRole
from callcenter.roles.phone_notices import LEASE, RobotCaller
from callcenter.store import LedgerRow, Store
from callcenter.tickets.moving import move
from callcenter.tickets.notices.rows import UNDER_WAY, Notice, NoticeState, NoticeTry
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move
from tests.live.conftest import Site, until
from tests.patience import PATIENCE_SECONDS
from tests.sounds import likeness, samples, strength, tone, wav

COUNTY = timedelta(hours=8)  # before UTC
LANDLINE = "03545550001"  # that no SMS reaches
TO_THE_END = (Move.FILE, Move.DISPATCH, Move.ACCEPT, Move.REPORT, Move.VERIFY, Move.CLOSE)


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
    assert phone.received.count("SIP/2.0 200 OK | INVITE") < 3  # one, but where we were slow
    assert phone.received.count("SIP/2.0 200 OK | BYE") < 3


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
    assert strength(samples(rung.heard()), 700) > 0.5


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
        await asyncio.wait_for(speaking, PATIENCE_SECONDS)  # the end of the call ended the speech
    assert asyncio.all_tasks() == tasks
    assert threading.active_count() == threads


# --- notices --------------------------------------------------------------------------------------


class Telling:
    """The notices role with the robot's telephone, and a clock that the test sets."""

    def __init__(self, site: Site, folder: Path) -> None:
        settings = site.settings.model_copy(update={"notices_send": True})
        self.store = Store(f"sqlite:///{folder / 'told.db'}")
        self.store.prepare()
        self.flow = Flow(self.store, MemoryBus(), load_site(settings))
        self.now = datetime(2026, 3, 10, 22, tzinfo=UTC) - COUNTY  # in quiet hours
        self._port = RobotCaller(settings)

    def send(self) -> asyncio.Task[int]:
        """A worker sends what is due; how many notices were tried."""
        role = NoticesRole(self.flow, SPOKEN, [self._port], 1, LEASE, lambda: self.now)
        return asyncio.create_task(role.send_due())

    def case_closed(self, call_id: str) -> str:
        """The number of a citizen's case, closed just now; the notice of it is owed."""
        with self.store.transaction() as session:
            told = {"line": Line.SERVICE, "node": "n1", "caller_number": LANDLINE}
            session.add(Call(id=call_id, arrived_at=self.now, **told))
            session.flush()
            (opened,) = open_draft(session, call_id, Line.SERVICE, at=self.now, actor="seat-01")
            for step in TO_THE_END:
                given = {"actor": "t", "reason": "已办结", "unit": "U1002", "at": self.now}
                closed = move(session, opened.ticket_number, step, **given)
            list(owe_notices(closed, session, self.flow.site))
        return opened.ticket_number

    def log(self, number: str) -> SimpleNamespace:
        """The notice as it stands, its tries, and the facts that say how it ended."""
        with self.store.reading() as session:
            notice = session.exec(select(Notice).where(Notice.ticket_number == number)).one()
            tries = session.exec(select(NoticeTry).where(NoticeTry.notice_id == notice.id)).all()
            names = session.exec(select(LedgerRow.name)).all()
        return SimpleNamespace(notice=notice, tries=tries, settled=names.count("notice_settled"))


@pytest.fixture
async def telling(site: Site, tmp_path: Path) -> AsyncIterator[Telling]:
    telling = Telling(site, tmp_path)
    yield telling
    telling.store.close()


async def test_the_robot_tells_a_citizen_of_the_result_once(site: Site, telling: Telling) -> None:
    citizen, prompts = await site.citizen(LANDLINE, port=site.trunk_port), site.settings.prompts_dir
    number = telling.case_closed("n1-1.0")
    assert await telling.send() == 0  # at night nobody is rung
    waiting = telling.log(number).notice
    assert (waiting.state, waiting.attempts) == (NoticeState.DUE, 0)

    telling.now = waiting.next_at
    assert (telling.now + COUNTY).strftime("%d %H:%M") == "11 08:30"
    ringing = telling.send()
    rung = await citizen.ring()
    assert (rung.caller, rung.dialled) == ("12345", LANDLINE)
    await rung.answer()
    assert await ringing == 1
    heard = samples(rung.heard())
    for name in ("notice-greeting", "state-closed", "notice-goodbye"):
        assert likeness(heard, wav(prompts / f"{name}.wav")) > 0.8, name
    log = telling.log(number)
    assert (log.notice.state, log.settled) == (NoticeState.SENT, 1)
    assert [(one.outcome, one.detail) for one in log.tries] == [("sent", "told")]
    assert await telling.send() == 0


async def test_a_citizen_is_not_rung_again_where_our_process_died_as_it_spoke(
    site: Site, telling: Telling
) -> None:
    citizen = await site.citizen(LANDLINE, port=site.trunk_port)
    telling.now += timedelta(hours=12)
    number = telling.case_closed("n1-2.0")
    ringing = telling.send()
    rung = await citizen.ring()
    await rung.answer()
    await until(lambda: samples(rung.heard()).any())
    ringing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ringing
    assert [one.outcome for one in telling.log(number).tries] == [UNDER_WAY]

    assert await telling.send() == 0  # the dead worker's claim still holds
    telling.now += LEASE
    assert await telling.send() == 0
    log = telling.log(number)
    assert (log.notice.state, log.notice.attempts) == (NoticeState.UNKNOWN, 1)  # a person decides
    assert log.settled == 1
