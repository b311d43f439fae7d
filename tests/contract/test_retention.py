"""Contract: what is due is deleted wherever it lies, what is held stays, and the figures stay too."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, event
from sqlmodel import select

from callcenter.agents.counting import report as count_calls
from callcenter.agents.numbers.count import Wanted as WantedCalls
from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import (
    CallbackDue,
    CallerLocated,
    CallHandedOver,
    CallTransferred,
    Line,
    PlaceKept,
    QueueMoved,
    RecordingStored,
    SeatsTold,
    Side,
    SupervisionMoved,
    VoicemailLeft,
)
from callcenter.intake import Matter, take_in_writing
from callcenter.ivr.call import refold
from callcenter.people import audit
from callcenter.pipeline import Site, make_findable
from callcenter.privacy.holds import Who, place, release
from callcenter.privacy.reporting import report
from callcenter.privacy.rows import Deletion, Held, Hold, StandIn
from callcenter.privacy.running import Retention
from callcenter.settings import Settings
from callcenter.tickets.attachments import attach
from callcenter.tickets.cells import Wgs84Point
from callcenter.tickets.evaluation.count import Wanted
from callcenter.tickets.evaluation.reading import evaluated
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.finding.looking import Wanted as Looked
from callcenter.tickets.finding.looking import search
from callcenter.tickets.ticket import locked
from tests.center import Center
from tests.scenarios.tables import BEGAN
from tests.unit.test_attachments import PNG

MARK, NUMBER = "凤凰于飞zebraquux", "13899997731"
PAIRS = ("凤凰", "于飞", "zebraquux")  # in the index the mark is in pieces
NOW = datetime(2026, 12, 1, tzinfo=UTC)  # nothing is due yet of a call of March 2025 but recordings
LATER = datetime(2040, 1, 1, tzinfo=UTC)
WHO = Who("admin", "127.0.0.1")

CALLS = """
Time | Event              | Uniqueid | CallerIDNum | Queue | MemberName | HoldTime | Cause
0    | Newchannel         | {id}-5.0 | {number}    |       |            |          |
5    | QueueCallerJoin    | {id}-5.0 | {number}    | 12345 |            |          |
65   | QueueCallerAbandon | {id}-5.0 | {number}    | 12345 |            | 60       |
66   | Hangup             | {id}-5.0 |             |       |            |          | 16
300  | Newchannel         | {id}-7.0 | {number}    |       |            |          |
305  | QueueCallerJoin    | {id}-7.0 | {number}    | 12345 |            |          |
308  | AgentConnect       | {id}-7.0 | {number}    | 12345 | seat-08    | 3        |
400  | Hangup             | {id}-7.0 |             |       |            |          | 16
"""


@pytest.fixture
async def center(site: Site, tmp_path: Path, database_url: str) -> AsyncIterator[Center]:
    settings = Settings(var_dir=tmp_path / "var", seats=9, database_url=database_url)
    async with Center(site, settings) as center:
        yield center


def retention(center: Center) -> Retention:
    return Retention.of(center.store, center.site.settings)


async def a_matter(center: Center, name: str, number: str, mark: str) -> str:
    """A call with all that can be a citizen's in it, and its closed ticket."""
    call_id, settings = f"{name}-7.0", center.site.settings
    await center.play(CALLS.format(id=name, number=number), says=f"南大街的路灯不亮,{mark}")
    (ticket,) = [one for one in await center.tickets() if one.call_id == call_id]
    settings.recordings_dir.mkdir(parents=True, exist_ok=True)
    for what in ("citizen", "seat", "message"):
        (settings.recordings_dir / f"{call_id}-{what}.wav").write_text(mark, "utf-8")
    at = center.teller.now
    stored = {"talk_seconds": 92.0, "seconds": 92.0, "sha256": "0" * 64, "complete": True}
    await center.take_in(
        CallerLocated(at=at, call_id=call_id, network=mark, geolocation=mark),
        PlaceKept(at=at, call_id=call_id, line=Line.SERVICE, queue="12345", position=1,
                  phone_number=number, waited_seconds=1.0),
        CallTransferred(at=at, call_id=call_id, seat="seat-08", seat_leg="n1-8.0", how="blind",
                        to_kind="outside", to=number),
        CallHandedOver(at=at, call_id=call_id, from_line=Line.SERVICE, to_line=Line.POLICE,
                       form="direct", actor="seat-08", reason=mark, ticket_number=ticket.number),
        SupervisionMoved(at=at, supervision=f"{name}-9.0", number=1, call_id=call_id,
                         supervisor="wang", seat="seat-08", mode="listen", reason=mark,
                         shown_to_agent=True),
        CallbackDue(at=at, why="kept_place", call_id=call_id, ticket_number=None),
        VoicemailLeft(at=at, call_id=call_id, why="asked", path=f"{call_id}-message.wav",
                      seconds=3.0),
        *(RecordingStored(at=at, call_id=call_id, side=side, path=f"{call_id}-{side}.wav", **stored)
          for side in Side),
    )  # fmt: skip
    await center.complete(call_id)
    with center.store.transaction() as session:
        attach(session, ticket.number, PNG + mark.encode(), f"{mark}.png",
               settings.attachments_dir, at=at, actor="seat-08")  # fmt: skip
    await center.move(ticket.number, "file", actor="seat-08")
    await center.move(ticket.number, "note", reason=f"{mark} {number}")
    await center.handle_again(ticket.number)
    await center.robot_rings(rating=2)
    return ticket.number


def a_letter(center: Center, mark: str, number: str) -> str:
    """A matter in writing, declined."""
    item = center.site.rules.items["113"]
    matter = Matter(by="open311", item="113", item_name=item, description=mark, address=mark,
                    point=Wgs84Point(112.1, 37.2), first_name=mark, last_name=mark,
                    email=f"{mark}@example.com", phone=number, media_url=f"https://x/{mark}",
                    attributes={"component": [mark]}, answers=mark)  # fmt: skip
    with center.store.transaction() as session:
        return take_in_writing(session, center.site, matter, BEGAN)[0].ticket_number


def dumped(center: Center) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    found = MetaData()
    with center.store.reading() as session:
        found.reflect(session.connection())
        return {
            table.name: [str(tuple(row)) for row in session.connection().execute(table.select())]
            for table in found.sorted_tables
            if not table.name.startswith("ticketwords_fts")  # its bytes are looked at in the file
        }


def found_in(center: Center, *marks: str) -> list[str]:
    """Where any of the marks stands: tables and files."""
    hits = [
        f"{name}: {row}"
        for name, rows in dumped(center).items()
        for row in rows
        if any(mark in row for mark in marks)
    ]
    for file in center.site.settings.var_dir.rglob("*"):
        if file.is_file() and any(m.encode() in file.read_bytes() for m in marks):
            hits.append(file.name)
        hits += [file.name] if any(mark in file.name for mark in marks) else []
    return hits


def figures(center: Center) -> list[Any]:
    """All figures of calls and of tickets, of the year of the story."""
    since, until = BEGAN - timedelta(days=30), BEGAN + timedelta(days=300)
    calls = [WantedCalls(since, until, LATER, by=by) for by in ("queue", "seat", "agent")]
    cases = [Wanted(since, until, LATER, by=by) for by in ("item", "unit")]
    with center.store.reading() as session:
        rows = [(one, row) for one in calls for row in count_calls(session, one).rows]
        rows += [(one, row) for one in cases for row in evaluated(session, one, Rules()).rows]
        return [(row.key, row.values(one.figures)) for one, row in rows]


def shown(found: list[Any]) -> list[Any]:
    return [(key, {name: value.value for name, value in row.items()}) for key, row in found]


async def test_nothing_of_a_citizen_is_left_and_the_figures_are(center):
    number = await a_matter(center, "n1", NUMBER, MARK)
    letter = a_letter(center, MARK, NUMBER)
    await center.quiet()
    await center.move(letter, "decline", reason=MARK)
    await center.take_in(
        SeatsTold(at=BEGAN, seats=(), text=MARK, actor="wang"),
        QueueMoved(at=BEGAN, queue="12345", move="close", reason=MARK, actor="wang"),
    )
    settings, old = center.site.settings, BEGAN.timestamp()
    for path in (settings.exports_dir / f"{MARK}.csv", settings.log_dir / "queue_log.1",
                 settings.log_dir / "cel-custom" / "cel.csv.1",
                 settings.var_dir / "callcenter.db.0010-20250303T000000Z"):  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{MARK} {NUMBER}", "utf-8")
        os.utime(path, (old, old))
    before = shown(figures(center))
    assert found_in(center, MARK, NUMBER)
    ran = await in_thread(retention(center).run, LATER)
    assert not found_in(center, MARK, NUMBER, *PAIRS)
    assert shown(figures(center)) == before
    assert ran.pieces.total() > 20
    with center.store.transaction() as session:
        for call_id in ("n1-5.0", "n1-7.0"):
            refold(session, call_id)
        for one in (number, letter):
            make_findable(session, locked(session, one), retention(center).key)
        traces = session.exec(select(Deletion).where(Deletion.kept == "recordings")).all()
        assert {len(one.trace) for one in traces if one.subject == "n1-7.0"} == {3}
        assert session.exec(select(StandIn)).all() == []
        assert audit.verify(session).broken_at is None
        assert audit.listed(session, what="deleted_by_term")[0].actor == "retention"
    assert not found_in(center, MARK, NUMBER, *PAIRS)
    assert shown(figures(center)) == before
    again = await in_thread(retention(center).run, LATER)
    assert not again.subjects.total()
    assert not again.pieces.total()


async def in_thread(run: Any, *args: Any) -> Any:
    return await asyncio.to_thread(run, *args)


async def test_each_class_goes_in_its_own_time(center):
    number = await a_matter(center, "n1", NUMBER, MARK)
    files = center.site.settings.recordings_dir
    due = await in_thread(retention(center).due, NOW)
    assert +due.subjects == {"recordings 12345 1 year": 2}
    assert (files / "n1-7.0-citizen.wav").exists()  # looking deletes nothing
    await in_thread(retention(center).run, NOW)
    assert not list(files.iterdir())
    assert (await center.call("n1-7.0")).caller_number == NUMBER
    await in_thread(retention(center).run, datetime(2027, 6, 1, tzinfo=UTC))
    assert not [hit for hit in found_in(center, NUMBER) if "ticketstep" not in hit
                and "ticket_moved" not in hit and "ticketwords" not in hit
                and not hit.startswith("callcenter.db")]  # fmt: skip
    with center.store.reading() as session:
        found = search(session, Looked(words="凤凰于飞"), after=None, limit=9)
        assert [one.number for one in found.tickets] == [number]


async def test_what_is_open_waits_with_its_call(center):
    await center.play(CALLS.format(id="n1", number=NUMBER), says=MARK)
    ran = await in_thread(retention(center).run, LATER)
    assert not ran.subjects["words 12345 3 years"] - 1  # the call that was given up has no ticket
    assert found_in(center, MARK)
    assert (await center.call("n1-7.0")).caller_number == NUMBER
    assert (await center.call("n1-5.0")).caller_number is None
    with center.store.reading() as session:
        (row,) = session.exec(select(StandIn)).all()  # its neighbour still has the number
        assert row.number == NUMBER


@pytest.mark.parametrize("kind", list(Held))
async def test_what_is_held_is_not_touched(center, kind):
    held = await a_matter(center, "n1", NUMBER, MARK)
    await a_matter(center, "n2", "13700000002", "白驹过隙")
    kept = retention(center)
    subject = {Held.CALL: "n1-7.0", Held.TICKET: held, Held.NUMBER: "+86 " + NUMBER}[kind]
    with center.store.transaction() as session:
        hold = place(session, kind, subject, "法院调取", WHO, kept.key, LATER)
        assert NUMBER not in hold.subject
        with pytest.raises(ImpossibleMoveError, match="held already"):
            place(session, kind, subject, "再次", WHO, kept.key, LATER)
    before = [one for one in found_in(center, MARK) if not one.startswith("callcenter.db")]
    ran = await in_thread(kept.run, LATER)
    assert ran.held["words 12345 3 years"] >= 2
    after = [one for one in found_in(center, MARK) if not one.startswith("callcenter.db")]
    assert after == before
    assert not found_in(center, "白驹过隙", "13700000002")
    told = report(kept, LATER)
    assert told.holds == 1
    assert sum(one.held for one in told.stock) >= 4
    assert MARK not in told.model_dump_json()
    assert NUMBER not in told.model_dump_json()
    with center.store.transaction() as session:
        release(session, hold.id, "已审结", WHO, LATER)
        with pytest.raises(ImpossibleMoveError, match="released already"):
            release(session, hold.id, "已审结", WHO, LATER)
        lines = audit.listed(session, subject=str(hold.id))
        assert [line.what for line in lines] == ["hold_released", "hold_placed"]
    await in_thread(kept.run, LATER)
    assert not found_in(center, MARK, NUMBER)


async def test_holds_need_a_reason_and_something_to_hold(center):
    key = retention(center).key
    with center.store.transaction() as session:
        with pytest.raises(BadInputError, match="reason is missing"):
            place(session, Held.CALL, "n1-7.0", " ", WHO, key, NOW)
        with pytest.raises(NotFoundError, match="no ticket has this number"):
            place(session, Held.TICKET, "12345-20250303-0099", "法院", WHO, key, NOW)
        with pytest.raises(NotFoundError, match="hold 77"):
            release(session, 77, "法院", WHO, NOW)
        assert session.exec(select(Hold)).all() == []


async def test_killed_at_any_step_it_completes(center):
    await a_matter(center, "n1", NUMBER, MARK)
    await center.quiet()
    kept, commits = retention(center), 0

    class Killed(BaseException):
        pass

    def dies(_connection: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    event.listen(Engine, "commit", dies)
    try:
        while True:
            left = commits
            try:
                await in_thread(kept.run, LATER)
                break
            except Killed:
                commits += 1
    finally:
        event.remove(Engine, "commit", dies)
    assert commits > 5
    assert not found_in(center, MARK, NUMBER)
    with center.store.reading() as session:
        traces = session.exec(select(Deletion)).all()
    # killed behind a file and before its trace, the trace has the hash that the ledger kept
    sides = [one["sha256"] for row in traces for one in row.trace if one.get("side") == "citizen"]
    assert sides == ["0" * 64]


async def test_a_reopened_ticket_is_due_again(center):
    number = await a_matter(center, "n1", NUMBER, "一")
    kept = retention(center)
    await in_thread(kept.run, LATER)
    await center.move(number, "reopen", reason=MARK)
    await in_thread(kept.run, LATER)
    assert found_in(center, MARK)  # it is open
    await center.handle_again(number)  # it has no number any more, so it is closed unrated
    await in_thread(kept.run, LATER + timedelta(days=4000))
    assert not [hit for hit in found_in(center, MARK) if not hit.startswith("callcenter.db")]


async def test_a_file_that_two_tickets_have_stays_until_the_last(center):
    first = await a_matter(center, "n1", NUMBER, MARK)
    second = await a_matter(center, "n2", NUMBER, MARK)
    kept, folder = retention(center), center.site.settings.attachments_dir
    with center.store.transaction() as session:
        hold = place(session, Held.TICKET, second, "法院", WHO, kept.key, LATER)
    await in_thread(kept.run, LATER)
    assert len([one for one in folder.rglob("*") if one.is_file()]) == 1
    with center.store.transaction() as session:
        release(session, hold.id, "已审结", WHO, LATER)
    await in_thread(kept.run, LATER)
    assert not [one for one in folder.rglob("*") if one.is_file()]
    assert first != second
