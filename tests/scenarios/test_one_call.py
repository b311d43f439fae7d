"""Scenario: one citizen, one call."""

import pytest
from structlog.testing import capture_logs

from callcenter.facts import (
    CallbackDue,
    CallClassified,
    CallEnded,
    Side,
    TicketLocated,
    TicketMoved,
    Urgency,
)
from callcenter.ivr.call import CallState
from callcenter.ivr.callback import CallbackState
from callcenter.settings import Settings
from callcenter.tickets.steps import Step
from tests.center import Center
from tests.folding import played

A_CALL = """
Event            | Uniqueid | Linkedid | CallerIDNum | Queue | MemberName | HoldTime | Cause
Newchannel       | n1-7.0   | n1-7.0   | 13800000001 |       |            |          |
QueueCallerJoin  | n1-7.0   | n1-7.0   | 13800000001 | 12345 |            |          |
AgentConnect     | n1-7.0   | n1-7.0   | 13800000001 | 12345 | seat-08    | 12       |
Hangup           | n1-7.0   | n1-7.0   |             |       |            |          | 16
"""

A_FIGHT = """
Time | Event           | Uniqueid | CallerIDNum | Exten | Queue | MemberName | TalkTime | Cause
0    | Newchannel      | n1-7.0   | 13800000110 | 110   |       |            |          |
0.1  | QueueCallerJoin | n1-7.0   | 13800000110 |       | 110   |            |          |
0.2  | AgentCalled     | n1-7.0   |             |       | 110   | seat-02    |          |
3    | AgentConnect    | n1-7.0   |             |       | 110   | seat-02    |          |
40   | AgentComplete   | n1-7.0   |             |       | 110   | seat-02    | 37       |
40.1 | Hangup          | n1-7.0   |             |       |       |            |          | 16
"""

GIVES_UP = """
Time | Event              | Uniqueid | CallerIDNum | Queue | HoldTime | Cause
0    | Newchannel         | n1-7.0   | 13800000005 |       |          |
5    | QueueCallerJoin    | n1-7.0   | 13800000005 | 12345 |          |
65   | QueueCallerAbandon | n1-7.0   | 13800000005 | 12345 | 60       |
65.1 | Hangup             | n1-7.0   |             |       |          | 16
"""

GETS_THROUGH = """
Time | Event           | Uniqueid | CallerIDNum | Queue | MemberName | TalkTime | Cause
300  | Newchannel      | n1-9.0   | 13800000005 |       |            |          |
305  | QueueCallerJoin | n1-9.0   | 13800000005 | 12345 |            |          |
308  | AgentConnect    | n1-9.0   | 13800000005 | 12345 | seat-01    |          |
350  | AgentComplete   | n1-9.0   | 13800000005 | 12345 | seat-01    | 42       |
351  | Hangup          | n1-9.0   |             |       |            |          | 16
"""

HANGS_UP_IN_THE_GREETING = """
Time | Event      | Uniqueid | Exten | CallerIDNum | Cause
0    | Newchannel | n1-7.0   | {line} | 13800000005 |
3    | Hangup     | n1-7.0   |       |             | 16
"""

THE_SECOND_SEAT_ANSWERS = """
Time | Event             | Uniqueid | CallerIDNum | Queue | MemberName | RingTime | TalkTime | Cause
0    | Newchannel        | n1-7.0   | 13800000001 |       |            |          |          |
5    | QueueCallerJoin   | n1-7.0   |             | 12345 |            |          |          |
5.1  | AgentCalled       | n1-7.0   |             | 12345 | seat-01    |          |          |
20   | AgentRingNoAnswer | n1-7.0   |             | 12345 | seat-01    | 15000    |          |
25   | AgentCalled       | n1-7.0   |             | 12345 | seat-02    |          |          |
28   | AgentConnect      | n1-7.0   |             | 12345 | seat-02    |          |          |
90   | AgentComplete     | n1-7.0   |             | 12345 | seat-02    |          | 62       |
91   | Hangup            | n1-7.0   |             |       |            |          |          | 16
"""

HANDED_ON = """
Time |Event           |Uniqueid |DestUniqueid |Queue |MemberName |TalkTime |Cause |ChanVariable
0    |Newchannel      |n1-7.0   |             |      |           |         |      |
5    |QueueCallerJoin |n1-7.0   |             |12345 |           |         |      |VISIT=1
8    |AgentConnect    |n1-7.0   |n1-7.1       |12345 |seat-01    |         |      |VISIT=1
38   |AgentComplete   |n1-7.0   |n1-7.1       |12345 |seat-01    |30       |      |VISIT=1
39   |QueueCallerJoin |n1-7.0   |             |110   |           |         |      |VISIT=2
41   |AgentConnect    |n1-7.0   |n1-7.2       |110   |seat-02    |         |      |VISIT=2
61   |AgentComplete   |n1-7.0   |n1-7.2       |110   |seat-02    |20       |      |VISIT=2
62   |Hangup          |n1-7.0   |             |      |           |         |16    |VISIT=2
"""


async def test_a_broken_street_light_becomes_one_ticket(center):
    await center.play(A_CALL, says="南大街的路灯不亮")
    ticket = await center.only_ticket()
    assert ticket.item_name == "市容市政"
    assert (ticket.place, ticket.cell_name) == ("南大街", "南大街社区第1网格")
    assert (ticket.step, ticket.urgency) == (Step.DRAFT, Urgency.ORDINARY)
    assert ticket.number == "12345-20250303-0001"


async def test_the_call_is_kept_as_it_went(center):
    await center.play(A_CALL)
    call = await center.call()
    assert call.seat is None  # nobody talks with them now
    assert (call.state, call.answered_by, call.caller_number) == (
        CallState.ENDED,
        "seat-08",
        "13800000001",
    )
    assert call.waited_seconds == 12
    assert not call.is_open


async def test_both_sides_of_an_answered_call_are_tapped(center):
    await center.play(A_CALL)
    spied = {headers["Data"].split(",")[0] for _, headers in center.link.orders}
    assert spied == {"PJSIP/trunk-n1-7.0", "PJSIP/seat-08-n1-7.0"}


async def test_where_nobody_listens_no_tap_is_asked_of_asterisk(center):
    center.taps.close()
    await center.play(A_CALL)
    assert not center.link.orders
    assert await center.facts(CallEnded)


async def test_where_nothing_is_written_down_nobody_is_asked(site, tmp_path, console):
    settings = Settings(var_dir=tmp_path / "var", seats=9, transcribe=False)
    async with played(Center(site, settings), console) as center:
        with capture_logs() as logs:
            await center.play(A_CALL)
    assert not [entry for entry in logs if "tapped" in entry["event"]]


async def test_the_words_that_decided_are_told_with_the_ticket(center):
    await center.play(A_CALL, says=["你好我要反映一个问题", "南大街的路灯不亮"])
    *_, last = await center.facts(CallClassified)
    assert (last.item, last.item_name) == ("113", "市容市政")
    assert [word.utterance for word in last.words if word.text == "路灯不亮"] == [1]
    located = (await center.facts(TicketLocated))[-1]
    assert located.cell == "140728100001001"


async def test_each_news_of_a_ticket_has_a_revision_of_its_own(center):
    await center.play(A_CALL, says="南大街的路灯不亮")
    await center.hear("n1-7.0", "不对是在城东街道")
    news = [*await center.facts(CallClassified), *await center.facts(TicketLocated)]
    assert len({fact.revision for fact in news}) == len(news) > 2


async def test_words_that_name_no_place_leave_the_place_open(center):
    await center.play(A_CALL, says="我想咨询一下医保怎么报销")
    ticket = await center.only_ticket()
    assert (ticket.item_name, ticket.place, ticket.cell) == ("社会保障", "", None)


async def test_what_only_the_seat_said_decides_nothing(center):
    await center.play(A_CALL)
    await center.hear("n1-7.0", "您好请问是路灯坏了还是有人打架", side=Side.SEAT)
    ticket = await center.only_ticket()
    assert (ticket.item, ticket.place, ticket.urgency) == (None, "", Urgency.ORDINARY)


async def test_a_fight_on_110_is_urgent(center):
    await center.play(A_FIGHT, says="喂我在城东街道有人在打架有人受伤了")
    ticket = await center.only_ticket()
    assert ticket.number == "110-20250303-0001"
    assert (ticket.item_name, ticket.urgency) == ("社会治安", Urgency.URGENT)
    await center.move(ticket.number, "file", actor="seat-02")
    (dispatched,) = [
        fact for fact in await center.facts(TicketMoved) if fact.to_step == "dispatched"
    ]
    assert center.site.table.units[dispatched.unit].name == "县公安局"
    assert (dispatched.due_at - dispatched.at).total_seconds() == 2 * 3600


async def test_who_gives_up_waiting_is_to_be_rung_back_once(center):
    await center.play(GIVES_UP)
    (task,) = await center.tasks()
    assert (task.why, task.number, task.state) == ("abandoned", "13800000005", CallbackState.DUE)
    assert await center.tickets() == []
    call = await center.call()
    assert (call.state, call.waited_seconds) == (CallState.ABANDONED, 60)


async def test_who_gave_up_and_gets_through_later_need_not_be_rung(center):
    await center.play(GIVES_UP)
    await center.play(GETS_THROUGH)
    (task,) = await center.tasks()
    assert task.state is CallbackState.DONE
    assert (await center.only_ticket()).call_id == "n1-9.0"


async def test_another_caller_who_gets_through_leaves_the_first_to_be_rung(center):
    await center.play(GIVES_UP)
    await center.play(GETS_THROUGH.replace("13800000005", "13800000006"))
    (task,) = await center.tasks()
    assert task.state is CallbackState.DUE


@pytest.mark.parametrize(("line", "owed"), [("12345", 0), ("110", 1)])
async def test_hanging_up_in_the_greeting_is_owed_a_call_on_110_only(center, line, owed):
    await center.play(HANGS_UP_IN_THE_GREETING.format(line=line))
    assert len(await center.tasks()) == owed
    assert len(await center.facts(CallbackDue)) == owed
    assert (await center.call()).state is CallState.ENDED


async def test_a_seat_does_not_pick_up_and_the_next_answers(center):
    await center.play(THE_SECOND_SEAT_ANSWERS, says="家里停水两天了")
    call = await center.call()
    assert (call.answered_by, call.state, call.talk_seconds) == ("seat-02", CallState.ENDED, 62)
    assert (await center.only_ticket()).item_name == "水电气暖"
    assert await center.tasks() == []


async def test_a_call_handed_on_keeps_its_ticket_and_adds_up_its_talks(center):
    await center.play(HANDED_ON, says="城东街道有人在打架")
    call = await center.call()
    assert (call.state, call.seat, call.queue) == (CallState.ENDED, None, "110")
    assert call.talk_seconds == 50
    assert len(await center.tickets()) == 1
    assert len(center.link.orders) == 4  # both sides, of either talk


async def test_two_calls_of_one_number_are_two_cases(center):
    await center.play(A_CALL, says="南大街的路灯不亮")
    await center.play(A_CALL.replace("n1-7.0", "n1-8.0"), says="家里停水两天了")
    first, second = await center.tickets()
    assert (first.item_name, second.item_name) == ("市容市政", "水电气暖")
    assert [first.number[-4:], second.number[-4:]] == ["0001", "0002"]
    assert {call.caller_number for call in await center.calls()} == {"13800000001"}


async def test_a_caller_who_withholds_the_number_is_served_all_the_same(center):
    await center.play(A_CALL.replace("13800000001", "anonymous  "), says="南大街的路灯不亮")
    assert (await center.call()).caller_number is None
    assert (await center.only_ticket()).item_name == "市容市政"
