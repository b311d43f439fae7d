"""Scenario: our process or the link was away; every call is still there, each exactly once."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col

from callcenter.agents.seats import Seat, SeatState
from callcenter.facts import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CallQueued,
    LinkLost,
    LinkRestored,
    OfferMissed,
)
from callcenter.ivr.call import CallState
from callcenter.ivr.callback import CallbackState
from callcenter.pipeline import LINE
from tests.center import Center
from tests.folding import played
from tests.scenarios.tables import BEGAN
from tests.scenarios.test_one_call import GETS_THROUGH, GIVES_UP
from tests.tapes import tape

REAL = tape("four_real_calls.ami")
FILES = {"cel": tape("four_real_calls.cel.csv"), "queue_log": tape("four_real_calls.queue_log")}
HEADER, *MESSAGES = REAL.splitlines()
TIMES = ("arrived_at", "answered_at", "ended_at")
LENGTHS = ("talk_seconds",)

ARRIVAL_COMES_LAST = """
Time | Event         | Uniqueid | CallerIDNum | Queue | MemberName
5    | AgentConnect  | n1-7.0   | 13800000001 | 12345 | seat-08
0    | Newchannel    | n1-7.0   | 13800000001 |       |
"""

STILL_TALKING = """
Time | Event           | Uniqueid | CallerIDNum | Queue | MemberName
0    | Newchannel      | n1-7.0   | 13800000001 |       |
5    | QueueCallerJoin | n1-7.0   | 13800000001 | 12345 |
8    | AgentConnect    | n1-7.0   | 13800000001 | 12345 | seat-08
"""

HANGS_UP = """
Time | Event         | Uniqueid | MemberName | TalkTime | Cause
60   | AgentComplete | n1-7.0   | seat-08    | 52       |
61   | Hangup        | n1-7.0   |            |          | 16
"""

ARRIVES = """
Time | Event           | Uniqueid | CallerIDNum
90   | Newchannel      | n1-8.0   | 13800000002
"""

WAITS_ON_110 = """
Time | Event           | Uniqueid | Exten | CallerIDNum | Queue
0    | Newchannel      | n1-7.0   | 110   | 13800000001 |
1    | QueueCallerJoin | n1-7.0   |       | 13800000001 | 110
"""


def stretch(first: int, last: int) -> str:
    return "\n".join([HEADER, *MESSAGES[first:last]])


async def told(center: Center) -> list[dict]:
    """What is known of all calls, without the moments."""
    return [call.model_dump(exclude={*TIMES, *LENGTHS}) for call in await center.calls()]


async def test_the_same_tape_twice_changes_nothing(center):
    await center.play(REAL, says="南大街的路灯不亮")
    before = await center.everything()
    await center.play(REAL, says="南大街的路灯不亮")
    assert await center.everything() == before


async def test_the_same_tape_for_a_new_process_changes_nothing_but_the_seats_news(center):
    await center.play(GIVES_UP)
    await center.play(GETS_THROUGH, says="南大街的路灯不亮")
    before = await center.everything()
    before.pop("Seat")  # of which nothing is known after a start
    await center.restart()
    await center.play(GIVES_UP)
    await center.play(GETS_THROUGH, says="南大街的路灯不亮")
    after = await center.everything()
    after.pop("Seat")
    assert after == before


async def test_files_of_calls_that_were_all_seen_live_add_nothing(center):
    await center.play(REAL)
    before = await center.everything()
    center.asterisk_writes(**FILES)
    await center.regain_link()
    after = await center.everything()
    (restored,) = await center.facts(LinkRestored)
    after["LedgerRow"] = [row for row in after["LedgerRow"] if row["id"] != restored.id]
    assert after == before


async def test_calls_rebuilt_from_the_files_equal_those_seen_live(center, site, tmp_path, console):
    await center.play(REAL)
    settings = center.site.settings.model_copy(update={"var_dir": tmp_path / "away"})
    async with played(Center(site, settings), console) as away:
        away.asterisk_writes(**FILES)
        await away.regain_link()
        assert await told(away) == await told(center)
        for seen, rebuilt in zip(await center.calls(), await away.calls(), strict=True):
            for name in TIMES:
                live, later = getattr(seen, name), getattr(rebuilt, name)
                assert live == later or abs(live - later) < timedelta(seconds=0.01)
            assert abs(seen.talk_seconds - rebuilt.talk_seconds) < 0.01
        assert [t.number for t in await away.tickets()] == [
            t.number for t in await center.tickets()
        ]
        assert [t.state for t in await away.tasks()] == [t.state for t in await center.tasks()]


@pytest.mark.parametrize(
    ("first", "length"), [(0, 3), (5, 30), (11, 3), (18, 30), (24, 3), (45, 30)]
)
async def test_an_outage_at_any_moment_loses_nothing_and_doubles_nothing(center, first, length):
    await center.play(stretch(0, first))
    await center.lose_link()
    center.asterisk_writes(**FILES)
    await center.regain_link()
    await center.play(stretch(first + length, len(MESSAGES)))
    states = [call.state for call in await center.calls()]
    assert states == [CallState.ENDED, CallState.ABANDONED, CallState.ENDED, CallState.ENDED]
    assert [ticket.line for ticket in await center.tickets()] == ["110", "12345", "12345"]
    (task,) = await center.tasks()
    assert task.state is CallbackState.DONE  # who gave up rang again, and was answered on 110
    ids = [fact.id for fact in await center.facts(CallAnswered)]
    assert len(ids) == len(set(ids)) == 3


async def test_a_restart_in_mid_call_goes_on_with_the_call(center):
    await center.play(STILL_TALKING, says="南大街的路灯不亮")
    await center.restart()
    await center.regain_link("n1-7.0", "n1-7.0-seat-08")
    await center.hear("n1-7.0", "坏了三天了")
    assert (await center.call()).state is CallState.TALKING
    assert len(center.link.orders) == 2  # both sides are tapped anew
    assert (await center.only_ticket()).item_name == "市容市政"


async def test_an_answer_told_before_the_arrival_still_makes_one_ticket(center):
    await center.play(ARRIVAL_COMES_LAST, says="南大街的路灯不亮")
    ticket = await center.only_ticket()
    assert ticket.opened_at == BEGAN + timedelta(seconds=5)
    assert (await center.call()).seat == "seat-08"
    await center.complete("n1-7.0")
    assert (await center.only_ticket()).item_name == "市容市政"


async def test_a_call_that_vanished_while_we_were_away_is_ended(center):
    await center.play(STILL_TALKING)
    await center.lose_link()
    await center.regain_link()
    call = await center.call()
    assert (call.state, call.is_open) == (CallState.ENDED, False)
    (ended,) = await center.facts(CallEnded)
    assert ended.cause == 0  # nobody saw it
    assert await center.tasks() == []


async def test_a_call_that_lives_on_is_not_ended(center):
    await center.play(STILL_TALKING)
    await center.lose_link()
    await center.regain_link("n1-7.0", "n1-7.0-seat-08")
    assert (await center.call()).state is CallState.TALKING


async def test_a_call_that_arrives_during_the_resync_is_not_ended(center):
    await center.play(STILL_TALKING)
    await center.lose_link()
    await center.regain_link(
        "n1-7.0", "n1-7.0-seat-08", asked_at=BEGAN + timedelta(seconds=80), meanwhile=ARRIVES
    )
    assert [call.state for call in await center.calls()] == [CallState.TALKING, CallState.ARRIVED]


async def test_who_waited_on_110_and_vanished_while_we_were_away_is_rung_back(center):
    await center.play(WAITS_ON_110)
    await center.lose_link()
    await center.regain_link()
    (task,) = await center.tasks()
    assert (task.why, task.state) == ("abandoned", CallbackState.DUE)


@pytest.mark.parametrize("seen_live", ["QueueCallerAbandon", "Hangup", "QueueCallerAbandon|Hangup"])
async def test_who_gives_up_while_we_ask_how_things_stand_is_rung_back(center, seen_live):
    """The end is heard live, before the files tell of the beginning."""
    of_the_call = {
        name: "".join(f"{line}\n" for line in text.splitlines() if "1795287858.2" in line)
        for name, text in FILES.items()
    }
    end = [
        row for row in MESSAGES if re.match(seen_live, row) and row.count("n1-1795287858.2") == 2
    ]
    center.asterisk_writes(**of_the_call)
    await center.regain_link(meanwhile="\n".join([HEADER, *end]))
    assert (await center.call("n1-1795287858.2")).state is CallState.ABANDONED
    (task,) = await center.tasks()
    assert (task.number, task.state) == ("13800000001", CallbackState.DUE)


async def test_an_outage_is_told_to_the_operator(center):
    await center.lose_link()
    await center.regain_link()
    assert [fact.reason for fact in await center.facts(LinkLost)] == ["the tape is cut"]
    assert len(await center.facts(LinkRestored)) == 1


async def test_after_an_outage_every_seat_is_unknown_until_it_is_told_again(center):
    seat = """
    Event             | MemberName | Status | Time
    QueueMemberStatus | seat-01    | 1      | {second}
    """
    await center.play(seat.format(second=1))
    await center.lose_link()
    assert {row.state for row in await center.rows(Seat)} == {SeatState.UNKNOWN}
    await center.play(seat.format(second=10**9))  # later than the loss, which is dated by our clock
    (seat_01,) = await center.rows(Seat, col(Seat.name) == "seat-01")
    assert seat_01.state is SeatState.READY


async def test_a_quiet_line_forgets_what_the_files_told_long_ago(center):
    """Else a restart after months would read months of calls."""
    center.asterisk_writes(**FILES)
    for number in (7, 8, 9):
        await center.play(STILL_TALKING.replace("n1-7.0", f"n1-{number}.0"))
        assert len(center.role._quiet) == (0 if number == 7 else 2)
        await center.play(HANGS_UP.replace("n1-7.0", f"n1-{number}.0"))
    kept = center.role._files.kept()
    assert {name: mark.offset_bytes for name, mark in kept.items()} == {
        name: len(text.encode()) for name, text in FILES.items()
    }


async def test_a_lost_link_makes_nothing_of_the_quiet_before_it(center):
    await center.play(STILL_TALKING)
    await center.play(HANGS_UP)
    await center.lose_link()
    assert center.role._quiet == {}
    assert center.role._files.kept() == {}


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_message_we_cannot_take_in_is_no_other_calls_fault(center, monkeypatch, at_once):
    def fall_over(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as broken:
        broken.setitem(LINE, CallQueued, (fall_over,))
        await center.play(STILL_TALKING, at_once=at_once)  # only the queue cannot be taken in
        assert center.role._is_behind
        assert (await center.call()).state == "talking"
        center.asterisk_writes(**FILES)
        await center.regain_link("n1-7.0", "n1-7.0-seat-08")  # nor can any of these calls
    assert (await center.call()).queue == ""
    assert [call.id for call in await center.calls()] == ["n1-7.0"]
    await center.lose_link()
    await center.regain_link("n1-7.0", "n1-7.0-seat-08")  # mended: the files were not put aside
    assert len(await center.calls()) > 1
    assert not center.role._is_behind


async def test_phones_that_rang_while_we_were_away_are_known(center):
    center.asterisk_writes(**FILES)
    await center.regain_link()
    assert len(await center.facts(CallOffered)) == 5
    (missed,) = await center.facts(OfferMissed)
    assert (missed.seat, missed.rang_seconds) == ("seat-01", 4)


async def test_a_seat_that_was_lost_while_we_were_away_is_not_stuck_in_a_call(center):
    await center.play(STILL_TALKING)
    await center.lose_link()
    await center.regain_link("n1-7.0")  # the citizen is still there, the seat's phone is not
    call = await center.call()
    assert (call.state, call.seat) == (CallState.PARTED, None)
    await center.play(HANGS_UP)
    assert (await center.call()).state is CallState.ENDED
