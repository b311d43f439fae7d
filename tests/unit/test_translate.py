"""Unit: AMI messages become facts. The tape is four real calls (tests/tapes)."""

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from callcenter.ami.hearing import Hearing
from callcenter.ami.link import Message
from callcenter.ami.translate import translate
from callcenter.facts import CallAnswered, CallArrived, Fact, SeatSeen
from tests.tapes import rows, tape

CALL = {"Uniqueid": "n1-7.0", "Linkedid": "n1-7.0", "Channel": "PJSIP/trunk-0"}
ARRIVES = {**CALL, "Event": "Newchannel", "Context": "from-citizens", "Exten": "12345"}


def facts_of(table: str) -> list[Fact]:
    hearing = Hearing("n1")
    return [fact for message in rows(table) for fact in hearing.hear(Message(message))]


def told(call_id: str) -> list[str]:
    facts = facts_of(tape("four_real_calls.ami"))
    return [fact.fact for fact in facts if getattr(fact, "call_id", "") == call_id]


@pytest.mark.parametrize(
    ("call_id", "story"),
    [
        (
            "n1-1795287849.0",
            "call_arrived call_queued call_offered call_answered talk_ended call_ended",
        ),
        (
            "n1-1795287858.2",
            "call_arrived call_queued call_offered offer_missed call_offered call_abandoned"
            " call_ended",
        ),
        (
            "n1-1795287867.5",
            "call_arrived call_queued call_offered call_answered talk_ended call_ended",
        ),
    ],
)
def test_a_real_call_is_told_in_order(call_id, story):
    assert told(call_id) == story.split()


def test_an_answered_call_names_both_channels_and_the_wait():
    answered = [f for f in facts_of(tape("four_real_calls.ami")) if isinstance(f, CallAnswered)]
    assert answered[0] == CallAnswered(
        at=datetime(2026, 11, 21, 19, 4, 11, 6907, UTC),
        call_id="n1-1795287849.0",
        queue="12345",
        seat="seat-01",
        seat_leg="n1-1795287849.1",
        seat_channel="PJSIP/seat-01-00000001",
        caller_channel="PJSIP/trunk-00000000",
        waited_seconds=2,
    )


def test_a_withheld_number_is_none():
    arrived = [f for f in facts_of(tape("four_real_calls.ami")) if isinstance(f, CallArrived)]
    assert [fact.caller_number for fact in arrived] == ["13800000001"] * 3 + [None]


@pytest.mark.parametrize(
    "caller_id", ["", "<unknown>", "anonymous", "13800000001; DROP", "阿里", "٣٤٥٦٧"]
)
def test_what_is_no_number_is_none(caller_id):
    fact = translate({**ARRIVES, "CallerIDNum": caller_id}, "n1")
    assert isinstance(fact, CallArrived)
    assert fact.caller_number is None


@pytest.mark.parametrize(
    "not_a_citizen",
    [
        {"Context": "from-seats"},  # a seat rings a seat
        {"Linkedid": "n1-6.0"},  # a leg of another call
        {"Exten": "s"},  # our robot rings out over the same trunk
        {"Exten": "12346"},
    ],
)
def test_only_citizens_who_dial_a_line_arrive(not_a_citizen):
    assert translate({**ARRIVES, **not_a_citizen}, "n1") is None


def test_a_citizen_who_hangs_up_anywhere_in_the_dialplan_has_ended_the_call():
    hangup = {**CALL, "Event": "Hangup", "Context": "ask", "Exten": "ticket", "Cause": "16"}
    assert translate(hangup, "n1").cause == 16
    assert translate({**hangup, "Channel": "PJSIP/seat-01-0"}, "n1") is None


def test_a_missed_offer_rang_milliseconds():
    missed = {**CALL, "Event": "AgentRingNoAnswer", "MemberName": "seat-01", "RingTime": "4500"}
    told = translate({**missed, "DestUniqueid": "n1-7.1"}, "n1")
    assert (told.rang_seconds, told.seat_leg) == (4.5, "n1-7.1")


@pytest.mark.parametrize("still_there", [CALL, {"DestUniqueid": "n1-7.1"}])
def test_who_is_gone_before_the_queue_says_so_has_hung_up_already(still_there):
    complete = {**still_there, "Event": "AgentComplete", "MemberName": "seat-01", "TalkTime": "0"}
    with capture_logs() as logs:
        assert Hearing("n1").hear(Message(complete)) == []
    assert logs == []


@pytest.mark.parametrize(
    ("number", "word"),
    [
        ("0", "unknown"),
        ("1", "idle"),
        ("2", "in_use"),
        ("3", "busy"),
        ("4", "invalid"),
        ("5", "unavailable"),
        ("6", "ringing"),
        ("7", "in_use"),
        ("8", "in_use"),
        ("99", "unknown"),
    ],
)
@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("QueueMember", "Name"),
        ("QueueMemberStatus", "MemberName"),
        ("QueueMemberPause", "MemberName"),
    ],
)
def test_a_device_state_becomes_a_word(event, name, number, word):
    seen = translate({"Event": event, name: "seat-01", "Status": number, "Paused": "1"}, "n1")
    assert isinstance(seen, SeatSeen)
    assert (seen.seat, seen.status, seen.paused) == ("seat-01", word, True)


def test_an_undated_message_happened_now():
    before = datetime.now(UTC)
    seen = translate(
        {"Event": "QueueMember", "Name": "seat-01", "Status": "1", "Paused": "0"}, "n1"
    )
    assert before <= seen.at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        ("Timestamp", "yesterday"),
        ("Timestamp", "nan"),
        ("Timestamp", "1e300"),
        ("Uniqueid", ""),
        ("Queue", ""),
        ("Position", "first"),
        ("Position", ""),
    ],
)
def test_a_malformed_message_gives_nothing_and_its_header_is_logged(header, fault):
    message = {**CALL, "Event": "QueueCallerJoin", "Queue": "12345", "Position": "1"}
    message |= {"CallerIDNum": "13800000001", header: fault}
    with capture_logs() as logs:
        assert translate(message, "n1") is None
    assert [entry["header"] for entry in logs] == [header]
    assert "13800000001" not in str(logs)


@pytest.mark.parametrize("message", [{}, {"Event": ""}, {"Event": "VarSet"}, {"Response": "Error"}])
def test_other_messages_are_nothing(message):
    assert translate(message, "n1") is None


LEFT = {
    **CALL,
    "Event": "UserEvent",
    "UserEvent": "QueueLeft",
    "CallId": "n1-7.0",
    "Queue": "12345",
    "Visit": "2",
    "Why": "key",
    "Key": "3",
    "Waited": "41",
}
PLACED = {
    **CALL,
    "Event": "UserEvent",
    "UserEvent": "CallPlaced",
    "CallId": "n1-8.0",
    "Line": "12345",
    "Number": "13800000001",
    "Why": "ticket",
    "Seat": "seat-01",
    "Ticket": "12345-20250303-0001",
    "Origin": "",
}


def test_what_the_dialplan_tells_is_a_fact():
    left = translate(LEFT, "n1")
    assert (left.visit, left.why, left.key_pressed, left.waited_seconds) == (2, "key", "3", 41)
    placed = translate(PLACED, "n1")
    assert (placed.call_id, placed.phone_number, placed.seat) == (
        "n1-8.0",
        "13800000001",
        "seat-01",
    )
    assert placed.origin_call_id is None


@pytest.mark.parametrize(
    ("message", "header"),
    [
        ({**LEFT, "Why": "boredom"}, "why"),
        ({**LEFT, "Waited": "long"}, "waited_seconds"),
        ({name: value for name, value in PLACED.items() if name != "Number"}, "Number"),
        ({**PLACED, "Line": "119"}, "line"),
    ],
)
def test_a_faulty_word_of_the_dialplan_is_logged_by_its_header(message, header):
    with capture_logs() as logs:
        assert translate(message, "n1") is None
    assert [entry["header"] for entry in logs] == [header]
    assert "13800000001" not in str(logs)


def test_another_event_of_the_dialplan_is_nothing():
    assert translate({**LEFT, "UserEvent": "Weather"}, "n1") is None


@pytest.mark.parametrize("event", ["QueueCallerJoin", "AgentCalled", "QueueCallerAbandon"])
def test_a_seat_that_consults_a_queue_is_no_citizen_in_it(event):
    errand = {
        "Event": event,
        "Uniqueid": "n1-7.5",
        "Channel": "Local/12345@transfer-queue-1;2",
        "ChanVariable": "CALL=n1-7.0\nVISIT=1",
        "Queue": "12345",
        "Position": "1",
        "HoldTime": "3",
        "MemberName": "seat-02",
        "DestUniqueid": "n1-7.6",
    }
    assert translate(errand, "n1") is None
    assert translate({**errand, "Channel": "PJSIP/trunk-9"}, "n1").call_id == "n1-7.0"
