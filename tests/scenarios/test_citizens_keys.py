"""Scenario: what a citizen did by keys: a kept place, a message, a question, a rating."""

import json
import re

import pytest

from callcenter.ami.link import Message
from callcenter.facts import (
    CallbackDue,
    CallbackTried,
    CallRated,
    PlaceReleased,
    Side,
    TicketMoved,
    UtteranceHeard,
)
from callcenter.ivr.callback import CallbackState
from callcenter.roles.menu import Answers
from callcenter.tickets.steps import Step
from tests.scenarios.test_one_call import A_CALL

WAITS = """
Time | Event           | Uniqueid | CallerIDNum | Queue
0    | Newchannel      | n1-7.0   | 13800000005 |
5    | QueueCallerJoin | n1-7.0   | 13800000005 | 12345
"""
PLACE_KEPT = """
Time |Event     |UserEvent |CallId |Queue |Visit |Position |Number      |Waited |Joined
35   |UserEvent |PlaceKept |n1-7.0 |12345 |1     |2        |13800000005 |30     |1795312536212
"""
HANGS_UP = """
Time | Event  | Uniqueid | Cause
36   | Hangup | n1-7.0   | 16
"""
TRIED = """
Time | Event     | UserEvent  | CallId | Attempt | Outcome
{at} | UserEvent | PlaceTried | n1-7.0 | {attempt} | {outcome}
"""
MESSAGE = """
Time | Event     | UserEvent     | CallId | Why   | Path               | Seconds
35   | UserEvent | VoicemailLeft | n1-7.0 | asked | n1-7.0-message.wav | 12.5
"""
RATED = """
Time | Event     | UserEvent | CallId | Rating | Seat
60   | UserEvent | CallRated | n1-7.0 | {rating} | seat-08
"""


def cel_line(event: str, at: float, words: str) -> str:
    """What CELGenUserEvent writes."""
    extra = json.dumps({"extra": f"CallId: n1-7.0,{words}"}).replace('"', '""')
    place = '"13800000005","s","tell","n1-7.0","n1-7.0","PJSIP/trunk-00000001"'
    return f'"{event}","{at}",{place},"{extra}"\n'


async def test_a_kept_place_is_a_task_and_not_an_abandoned_call(center):
    await center.play(WAITS)
    await center.play(PLACE_KEPT)
    await center.play(HANGS_UP)
    (task,) = await center.tasks()
    assert (task.why, task.number, task.state) == ("kept_place", "13800000005", CallbackState.DUE)
    assert [due.why for due in await center.facts(CallbackDue)] == ["kept_place"]


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        (["answered"], CallbackState.DONE),
        (["no_answer"], CallbackState.DUE),
        (["no_answer", "answered"], CallbackState.DONE),
        (["no_answer", "no_answer"], CallbackState.FAILED),
        (["failed"], CallbackState.FAILED),
    ],
)
async def test_a_kept_places_task_follows_its_tries(center, outcomes, state):
    await center.play(WAITS)
    await center.play(PLACE_KEPT)
    await center.play(HANGS_UP)
    for attempt, outcome in enumerate(outcomes, 1):
        await center.play(TRIED.format(at=60 * attempt, attempt=attempt, outcome=outcome))
    (task,) = await center.tasks()
    assert task.state is state
    assert [tried.outcome for tried in await center.facts(CallbackTried)] == outcomes


async def test_a_message_is_a_draft_ticket_that_the_words_sort(center):
    await center.play(WAITS)
    await center.play(MESSAGE)
    await center.play(HANGS_UP)
    said = UtteranceHeard(
        call_id="n1-7.0", side=Side.CITIZEN, source="recording", index=0, start_ms=0, end_ms=900,
        text="南大街的路灯不亮",
    )  # fmt: skip
    await center.take_in(said)
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.item_name, ticket.place) == (Step.DRAFT, "市容市政", "南大街")
    (opened,) = await center.facts(TicketMoved)
    assert (opened.actor, opened.call_id) == ("voicemail", "n1-7.0")
    assert await center.tasks() == []  # who left a message is not owed a call for giving up


@pytest.mark.parametrize(("rating", "kept"), [("2", [2]), ("5", []), ("", [])])
async def test_a_talk_is_rated_once_with_its_seat(center, rating, kept):
    await center.play(A_CALL)
    await center.play(RATED.format(rating=rating))
    await center.play(RATED.format(rating=rating))
    rated = await center.facts(CallRated)
    assert [fact.rating for fact in rated] == kept
    assert {fact.seat for fact in rated} <= {"seat-08"}


async def test_what_was_keyed_while_we_were_down_is_read_from_asterisks_record(center):
    await center.play(WAITS)
    await center.lose_link()
    told = {
        "PlaceKept": "Queue: 12345,Visit: 1,Position: 2,Number: 13800000005,"
        "Waited: 30,Joined: 1795312536212",
        "PlaceTried": "Attempt: 1,Outcome: answered",
        "CallRated": "Rating: 1,Seat: seat-08",
        "VoicemailLeft": "Why: asked,Path: n1-7.0-message.wav,Seconds: much",
    }
    at = center.teller.now.timestamp()
    center.asterisk_writes(cel="".join(cel_line(name, at, told[name]) for name in told))
    await center.regain_link("n1-7.0")
    (task,) = await center.tasks()
    assert (task.why, task.state) == ("kept_place", CallbackState.DONE)
    assert [fact.rating for fact in await center.facts(CallRated)] == [1]
    assert await center.tickets() == []
    originated = [name for name, _ in center.link.orders if name == "Originate"]
    assert originated == []


async def test_a_kept_place_that_asterisk_lost_is_put_back_once(center):
    await center.play(WAITS)
    await center.play(PLACE_KEPT)
    await center.play(HANGS_UP)
    await center.lose_link()
    await center.regain_link()
    (order,) = [told for name, told in center.link.orders if name == "Originate"]
    assert order["Channel"] == "Local/seatn1-7.0@kept-place/n"
    assert "JOINED=1795312536212" in order["Variable"]
    assert "TRY=1" in order["Variable"]


async def test_a_kept_place_that_asterisk_holds_is_left_alone(center):
    await center.play(WAITS)
    await center.play(PLACE_KEPT)
    await center.play(HANGS_UP)
    await center.lose_link()
    holder = {"Event": "CoreShowChannel", "Channel": "Local/seatn1-7.0@kept-place-00000001;2"}
    await center.tell(Message(holder, snapshot=True))
    await center.regain_link()
    assert [name for name, _ in center.link.orders if name == "Originate"] == []


async def test_progress_is_told_by_ones_own_number_and_by_proof(center):
    await center.play(A_CALL)
    ticket = await center.only_ticket()
    await center.play(A_CALL.replace("n1-7.0", "n1-8.0").replace("13800000001", "13900009999"))
    answers, keyed = Answers(center.flow), ticket.number[-13:].replace("-", "")

    own = await answers.progress("n1-7.0", "zh", "0")
    assert own["NEXT"] == "more"
    assert "state-draft" in own["SAY"]
    assert await answers.progress("n1-8.0", "zh", "1", keyed) == {"NEXT": "proof"}
    assert "progress-none" in (await answers.progress("n1-8.0", "zh", "1", keyed, "9999"))["SAY"]
    assert "state-draft" in (await answers.progress("n1-8.0", "zh", "2", keyed, "0001"))["SAY"]
    assert await answers.progress("n1-8.0", "zh", "3", "209901010001") == {"NEXT": "proof"}


async def test_a_waiting_caller_is_told_the_place_and_no_wait_that_nobody_knows(center):
    said = await Answers(center.flow).wait("n1-7.0", "zh", "12345", "3")
    names = [path.rpartition("/")[2] for path in said["SAY"].split("&")]
    assert names == ["waiting-place-1", "number-3", "waiting-place-2"]


RINGS_AGAIN = """
Time | Event           | Uniqueid | CallerIDNum | Queue | MemberName | HoldTime
50   | Newchannel      | n1-8.0   | {number}    |       |            |
55   | QueueCallerJoin | n1-8.0   | {number}    | 12345 |            |
60   | AgentConnect    | n1-8.0   | {number}    | 12345 | seat-08    | 5
"""
STANDS_IN = """
Time | Event      | Uniqueid | Channel                                | Context    | Exten
61   | Newchannel | n1-9.0   | Local/seatn1-7.0@kept-place-00000003;1 | kept-place | s
"""


def stand_ins_hung_up(center):
    return [told["Channel"] for name, told in center.link.asked if name == "Hangup"]


async def test_who_keeps_a_place_and_gets_through_by_ringing_again_is_not_rung_in_turn(center):
    await center.play(WAITS)
    await center.play(PLACE_KEPT)
    await center.play(HANGS_UP)
    await center.play(RINGS_AGAIN.format(number="13800000005"))
    (released,) = await center.facts(PlaceReleased)
    assert (released.call_id, released.by_call_id) == ("n1-7.0", "n1-8.0")
    (task,) = await center.tasks()
    assert task.state is CallbackState.DONE
    assert [(t.outcome, t.by) for t in await center.facts(CallbackTried)] == [("settled", "system")]
    (channels,) = stand_ins_hung_up(center)
    assert re.search(channels.strip("/"), "Local/seatn1-7.0@kept-place-00000001;2")
    assert not re.search(channels.strip("/"), "Local/seatn1-750@kept-place-00000001;2")
    await center.play(STANDS_IN)  # Asterisk makes another: a seat had let go just then
    assert stand_ins_hung_up(center) == [channels] * 2
    await center.play(TRIED.format(at=70, attempt=1, outcome="no_answer"))
    (task,) = await center.tasks()
    assert task.state is CallbackState.DONE
    await center.lose_link()
    await center.regain_link()
    stand_ins = [told for _, told in center.link.orders if "kept-place" in str(told["Channel"])]
    assert stand_ins == []  # not put back


async def test_a_place_is_kept_while_somebody_else_gets_through(center):
    await center.play(WAITS)
    await center.play(PLACE_KEPT)
    await center.play(HANGS_UP)
    await center.play(RINGS_AGAIN.format(number="13800000006"))
    assert await center.facts(PlaceReleased) == []
    assert stand_ins_hung_up(center) == []


async def test_a_place_told_after_the_call_that_got_through_is_given_up_too(center):
    await center.play(WAITS)
    await center.play(RINGS_AGAIN.format(number="13800000005"))
    await center.play(PLACE_KEPT)
    await center.play(HANGS_UP)
    assert [one.by_call_id for one in await center.facts(PlaceReleased)] == ["n1-8.0"]
    (task,) = await center.tasks()
    assert task.state is CallbackState.DONE
