"""Scenario: a caller of 110 is lost, and a seat's phone is: who is rung back, and who is rung."""

import pytest

from callcenter.agents.seats import Seat, SeatState
from callcenter.facts import CallbackDue, PhoneLost
from callcenter.ivr.callback import CallbackState

RINGS = """
Time | Event           | Uniqueid | CallerIDNum | Exten  | Queue
0    | Newchannel      | n1-7.0   | 13800000110 | {line} |
0.1  | QueueCallerJoin | n1-7.0   | 13800000110 |        | {line}
"""
LOCATED = """
Time | Event     | UserEvent     | CallId | Network                    | Geolocation
0.2  | UserEvent | CallerLocated | n1-7.0 | 3GPP-NR%3Bcell%3D460001234 | geo%3A37.19%2C112.17
"""
TALKS = """
Time | Event        | Uniqueid | DestUniqueid | DestChannel            | Queue  | MemberName
3    | AgentConnect | n1-7.0   | n1-7.1       | PJSIP/seat-02-00000002 | {line} | seat-02
"""
PARTED = """
Time | Event         | Uniqueid | DestUniqueid | Queue  | MemberName | TalkTime
40   | AgentComplete | n1-7.0   | n1-7.1       | {line} | seat-02    | 37
"""
ENDS = """
Time | Event  | Uniqueid | Cause
40.1 | Hangup | n1-7.0   | {cause}
"""
PHONE_LOST = """
Time | Event     | UserEvent | CallId | Phone
15   | UserEvent | PhoneLost | n1-7.0 | PJSIP/seat-02-00000002
"""
IDLE = """
Time | Event             | MemberName | Status | Paused
16   | QueueMemberStatus | seat-02    | 1      | 0
"""
RINGS_AGAIN = """
Time | Event           | Uniqueid | DestUniqueid | CallerIDNum | Exten | Queue | MemberName
60   | Newchannel      | n1-9.0   |              | 13800000110 | 110   |       |
61   | QueueCallerJoin | n1-9.0   |              | 13800000110 |       | 110   |
63   | AgentConnect    | n1-9.0   | n1-9.1       |             |       | 110   | seat-02
"""


async def talks(center, line="110"):
    await center.play(RINGS.format(line=line))
    await center.play(LOCATED)
    await center.play(TALKS.format(line=line))


@pytest.mark.parametrize(
    ("line", "cause", "owed"),
    [
        ("110", "16", []),  # a person hung up
        ("110", "38", ["cut"]),  # the network failed
        ("110", "27", ["cut"]),
        ("12345", "38", []),
    ],
)
async def test_who_is_cut_off_while_talking_with_110_is_rung_back(center, line, cause, owed):
    await talks(center, line)
    await center.play(PARTED.format(line=line))
    await center.play(ENDS.format(cause=cause))
    assert [fact.why for fact in await center.facts(CallbackDue)] == owed
    tasks = await center.tasks()
    assert [task.why for task in tasks] == owed
    for task in tasks:
        assert (task.number, task.place) == ("13800000110", "geo:37.19,112.17")
        assert task.state is CallbackState.DUE


async def test_who_gives_up_on_110_is_rung_back_where_they_are_at_once(center):
    await center.play(RINGS.format(line="110"))
    await center.play(LOCATED)
    await center.play(ENDS.format(cause="16"))
    (task,) = await center.tasks()
    assert (task.why, task.number) == ("abandoned", "13800000110")
    assert task.place == "geo:37.19,112.17"
    (due,) = await center.facts(CallbackDue)
    assert task.next_at == due.at  # not later


async def test_who_was_cut_off_and_rings_again_need_not_be_rung(center):
    await talks(center)
    await center.play(ENDS.format(cause="38"))
    await center.play(RINGS_AGAIN)
    (task,) = await center.tasks()
    assert (task.why, task.state) == ("cut", CallbackState.DONE)


async def test_a_seat_whose_phone_was_lost_shows_it_until_it_is_heard_of(center):
    await talks(center)
    await center.play(PHONE_LOST)
    (lost,) = await center.facts(PhoneLost)
    assert lost.seat == "seat-02"
    await center.play(IDLE)  # Asterisk does not know
    (seat,) = await center.rows(Seat, Seat.name == "seat-02")
    assert (seat.state, seat.missed) == (SeatState.PHONE_LOST, 1)
    await center.play(ENDS.format(cause="16"))
    await center.play(RINGS_AGAIN)
    (seat,) = await center.rows(Seat, Seat.name == "seat-02")
    assert (seat.state, seat.missed) == (SeatState.READY, 0)
