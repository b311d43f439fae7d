"""Unit: who is rung for what, the orders that bring it about, and pictures compared."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.agents.agent import NO_ANSWER, Agent, AgentState
from callcenter.agents.membership import Membership, desired, orders
from callcenter.agents.picture import (
    Difference,
    call_differences,
    phone_differences,
    seat_differences,
    stuck_seats,
)
from callcenter.agents.seats import PenaltyClass, Seat, SeatState
from callcenter.facts import SeatSeen
from callcenter.roles.look import Look
from callcenter.roles.phones import Phones, SeatNews

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HERE = "PJSIP/seat-01"
BOTH = "12345,110"


def seat(**values) -> Seat:
    moments = dict.fromkeys(("created_at", "since", "seen_at", "attended_at", "told_at"), NOW)
    return Seat(name="seat-01", **moments | values)


def agent(state=AgentState.READY, serves=BOTH, reason="") -> Agent:
    return Agent(name="li", display_name="李", since=NOW, state=state, serves=serves, reason=reason)


def member(penalty=0, reason=None) -> Membership:
    return Membership(HERE, penalty, reason is not None, reason or "")


PAUSED, WRAP_UP, LEAVING = AgentState.PAUSED, AgentState.WRAP_UP, AgentState.LEAVING
OVERFLOW = {"penalty_class": PenaltyClass.OVERFLOW}


@pytest.mark.parametrize(
    ("at", "who", "wanted"),
    [
        ({}, None, {"12345": member(), "110": member()}),  # it stands on both lines
        ({"standing": ""}, None, {}),
        ({"is_open": False}, None, {}),
        ({"standing": ""}, agent(), {"12345": member(), "110": member()}),
        ({}, agent(serves="dialect"), {"dialect": member()}),  # the agent's queues, not the seat's
        ({}, agent(PAUSED, reason="用餐"), {"12345": member(0, "用餐"), "110": member(0, "用餐")}),
        ({}, agent(WRAP_UP), {"12345": member(0, "wrap-up"), "110": member()}),  # 110 breaks in
        (
            {"missed": 2},
            agent(PAUSED, reason=NO_ANSWER),
            {"12345": member(0, NO_ANSWER), "110": member(50)},  # it rings there after all others
        ),
        ({}, agent(LEAVING), {"12345": member(0, ""), "110": member(0, "")}),
        ({"missed": 1}, None, {"12345": member(), "110": member(50)}),
        (OVERFLOW, None, {"12345": member(), "110": member(10)}),
        (OVERFLOW, agent(serves="12345"), {"12345": member(), "110": member(10)}),
        (OVERFLOW, agent(), {"12345": member(), "110": member()}),  # has the skill
        (OVERFLOW, agent(WRAP_UP, "12345"), {"12345": member(0, "wrap-up"), "110": member(10)}),
        (OVERFLOW | {"missed": 1}, agent(serves="12345"), {"12345": member(), "110": member(50)}),
    ],
)
def test_what_is_wanted(at, who, wanted):
    assert desired(seat(**at), who) == wanted


def said(there, wanted):
    return [
        (order.action, order.headers["Queue"], order.headers.get("Reason"))
        for order in orders("seat-01", there, wanted)
    ]


@pytest.mark.parametrize(
    ("there", "wanted", "asked"),
    [
        ({}, {}, []),
        ({"110": member()}, {"110": member()}, []),
        ({}, {"110": member()}, [("QueueAdd", "110", None)]),
        ({}, {"110": member(0, "用餐")}, [("QueueAdd", "110", "用餐")]),
        ({"110": member()}, {}, [("QueueRemove", "110", None)]),
        ({"110": member()}, {"110": member(10)}, [("QueuePenalty", "110", None)]),
        ({"110": member()}, {"110": member(0, "会议")}, [("QueuePause", "110", "会议")]),
        ({"110": member(0, "会议")}, {"110": member()}, [("QueuePause", "110", None)]),
        ({"110": member(0, "会议")}, {"110": member(0, "用餐")}, [("QueuePause", "110", "用餐")]),
        (
            {"110": member()},
            {"110": Membership("PJSIP/seat-01-web")},
            [("QueueRemove", "110", None), ("QueueAdd", "110", None)],
        ),
    ],
)
def test_only_what_differs_is_asked(there, wanted, asked):
    assert said(there, wanted) == asked


MEMBERS = st.dictionaries(
    st.sampled_from(["12345", "110", "english"]),
    st.builds(
        Membership,
        st.sampled_from([HERE, "PJSIP/seat-01-web"]),
        st.sampled_from([0, 10, 50]),
        st.just(True),
        st.sampled_from(["用餐", "wrap-up"]),
    )
    | st.builds(Membership, st.sampled_from([HERE, "PJSIP/seat-01-web"])),
)


@given(there=MEMBERS, wanted=MEMBERS)
def test_orders_carried_out_leave_no_difference(there, wanted):
    """A small Asterisk that does as it is told, and refuses what it refuses."""
    has = dict(there)
    for order in orders("seat-01", there, wanted):
        told = order.headers
        queue, before = told["Queue"], has.get(told["Queue"])
        if order.action == "QueueRemove":
            assert before is not None
            assert has.pop(queue).interface == told["Interface"]
            continue
        if order.action == "QueueAdd":
            assert before is None
            before = Membership(told["Interface"])
        assert before is not None
        penalty = int(told.get("Penalty", before.penalty))
        paused, reason = before.paused, before.reason
        if "Paused" in told:
            paused, reason = told["Paused"] == "true", told.get("Reason", "")
        has[queue] = Membership(before.interface, penalty, paused, reason)
    assert has == wanted
    assert list(seat_differences("seat-01", wanted, has)) == []


def test_differences_say_which_side_is_mended():
    told = {"110": member(), "12345": member(0, "用餐"), "english": member()}
    there = {"110": member(), "12345": member(), "dialect": member()}
    assert [(d.subject, d.ours, d.asterisks, d.side_mended)
            for d in seat_differences("seat-01", told, there)] == [
        ("pause", "12345: paused: 用餐", "12345: not paused", "asterisk"),
        ("membership", "dialect: absent", "dialect: PJSIP/seat-01 penalty 0", "asterisk"),
        ("membership", "english: PJSIP/seat-01 penalty 0", "english: absent", "asterisk"),
    ]  # fmt: skip
    ours, theirs = {"seat-01": "ready", "seat-02": "away"}, {"seat-01": "talking"}
    assert list(phone_differences(ours, theirs)) == [
        Difference("phone", "seat-01", "ready", "talking", "ours")
    ]
    assert list(call_differences({"a": "talking", "b": "queued"}, ["b", "c"], ["b", "c", "d"])) == [
        Difference("call", "a", "talking", "gone", "ours"),
        Difference("call", "d", "unknown", "living", "ours"),
    ]
    states = {"seat-01": "busy", "seat-02": "busy", "seat-04": "ringing"}
    assert list(stuck_seats(states, {"seat-02", "trunk", ""})) == [
        Difference("seat", "seat-01", "no channel", "busy", "asterisk"),
        Difference("seat", "seat-04", "no channel", "ringing", "asterisk"),
    ]


def test_a_look_takes_what_asterisk_tells():
    look = Look(1, "n1")
    told = [
        {"Event": "QueueMember", "Queue": "110", "Name": "seat-01", "Location": HERE,
         "Membership": "dynamic", "Penalty": "10", "Status": "2", "Paused": "1",
         "PausedReason": "用餐"},
        {"Event": "QueueMember", "Queue": "110", "Name": "outside", "Membership": "static"},
        {"Event": "DeviceStateChange", "Device": "PJSIP/seat-01-web", "State": "UNAVAILABLE"},
        {"Event": "DeviceStateChange", "Device": "PJSIP/seat-01", "State": "INUSE"},
        {"Event": "DeviceStateChange", "Device": "Queue:110_avail", "State": "NOT_INUSE"},
        {"Event": "CoreShowChannel", "Channel": "PJSIP/trunk-1", "Uniqueid": "a", "Linkedid": "a"},
        {"Event": "CoreShowChannel", "Channel": "PJSIP/seat-1", "Uniqueid": "b", "Linkedid": "a"},
    ]  # fmt: skip
    assert not any(look.take(headers) for headers in told)
    assert look.take({"Event": "CoreShowChannelsComplete"})
    assert look.members == {"seat-01": {"110": member(10, "用餐")}}
    assert look.in_a_call == {"seat-01": "in_use"}
    assert (look.phones, look.registered) == ({"seat-01": "in_use"}, {"seat-01-web": False})
    assert (look.calls, look.citizens) == ({"a", "b"}, {"a"})


def test_a_look_knows_whose_channels_are_there_and_which_taps_hear_nothing():
    look = Look(1, "n1")
    for name, unique_id, data in (
        ("PJSIP/seat-01-web-0000002a", "n1-1.1", "(Outgoing Line)"),
        ("PJSIP/seat-02-0000002b", "n1-1.2", ""),
        ("Local/say@voice-00000001;1", "n1-1.3", ""),
        ("AudioSocket/127.0.0.1:9092-a", "tap-a", "PJSIP/seat-02-0000002b,qoS"),
        ("AudioSocket/127.0.0.1:9092-b", "tap-b", "PJSIP/seat-03-0000002c,qoS"),
    ):
        look.take({"Event": "CoreShowChannel", "Channel": name, "Uniqueid": unique_id,
                   "ApplicationData": data})  # fmt: skip
    assert look.seats_with_channel == {"seat-01", "seat-02", ""}
    assert look.idle_taps == ["tap-b"]


def test_a_telephone_that_comes_back_elsewhere_is_not_gone():
    phones = Phones("n1")
    phones.set("seat-01", True)  # before we looked

    def hear(status, uri, name="seat-01"):
        told = {"Event": "ContactStatus", "EndpointName": name, "ContactStatus": status, "URI": uri}
        fact = phones.hear(told)
        return fact and (fact.seat, fact.phone, fact.registered)

    assert hear("Reachable", "sip:b") is None
    assert hear("Removed", "sip:a") is None
    assert hear("Removed", "sip:b") == ("seat-01", "sip", False)
    assert hear("NonQualified", "sip:c", "seat-01-web") == ("seat-01", "web", True)
    assert hear("Reachable", "sip:c", "seat-01-web") is None
    assert hear("Reachable", "sip:x", "robot") is None


def test_a_seat_is_paused_where_every_queue_of_it_is():
    news = SeatNews()

    def hear(queue, paused):
        fact = SeatSeen(seat="seat-01", status="idle", paused=paused, queue=queue)
        told = news.news(fact)
        if told:
            news.keep(told)
        return told and told.paused

    assert hear("12345", False) is False
    assert hear("110", False) is None
    assert hear("12345", True) is None  # wrap-up: 110 still rings
    assert hear("110", True) is True
    assert hear("12345", True) is None


def test_a_seat_whose_phone_was_lost_is_rung_by_110_alone_and_last_there():
    lost = seat(state=SeatState.PHONE_LOST, missed=1, sip_since=NOW)
    assert desired(lost, None) == {"12345": member(reason="phone-lost"), "110": member(50)}
    paused = desired(lost, agent(PAUSED, reason="用餐"))
    assert paused["12345"].reason == "用餐"
