"""Unit: the facts of four real calls, rebuilt from the files Asterisk wrote meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from callcenter.ami.hearing import Hearing
from callcenter.ami.history import missed, rebuild
from callcenter.ami.link import Message
from callcenter.facts import CallAnswered, CallQueued, SeatSeen
from tests.tapes import rows, tape

CEL = tape("four_real_calls.cel.csv").splitlines()
QUEUE_LOG = tape("four_real_calls.queue_log").splitlines()
HEARING = Hearing("n1")
LIVE = [fact for message in rows(tape("four_real_calls.ami"))
        for fact in HEARING.hear(Message(message)) if not isinstance(fact, SeatSeen)]  # fmt: skip
CALLS = {fact.call_id for fact in LIVE}


def live_ids():
    return {fact.id for fact in LIVE}


def test_the_files_tell_what_was_seen_live():
    assert {fact.id for fact in rebuild(CEL, QUEUE_LOG, "n1")} == live_ids()


@given(start=st.integers(0, len(CEL)), length=st.integers(0, len(CEL)), cut=st.integers(0, 15))
def test_any_stretch_of_the_files_tells_nothing_that_was_not_seen_live(start, length, cut):
    stretch = rebuild(CEL[start : start + length], QUEUE_LOG[cut:], "n1")
    assert {fact.id for fact in stretch} <= live_ids()


def test_each_call_is_told_in_the_order_of_its_life():
    told = [fact.fact for fact in rebuild(CEL, QUEUE_LOG, "n1")]
    begun = ["call_arrived", "call_queued", "call_offered"]
    answered = [*begun, "call_answered", "talk_ended", "call_ended"]
    given_up = [*begun, "offer_missed", "call_offered", "call_abandoned", "call_ended"]
    assert told == answered + given_up + answered + answered


def test_values_are_those_seen_live_but_for_the_time():
    live = {fact.id: fact for fact in LIVE}
    for fact in rebuild(CEL, QUEUE_LOG, "n1"):
        seen = live[fact.id]
        but = {"at", "talked_seconds"}  # of which this tape tells whole seconds live
        assert fact.model_dump(exclude=but) == seen.model_dump(exclude=but)
        exact = not isinstance(fact, CallQueued)  # of which queue_log alone knows, in whole seconds
        assert abs((fact.at - seen.at).total_seconds()) < (0.01 if exact else 1)


@given(first=st.integers(0, 5), last=st.integers(0, 5))
def test_what_is_rebuilt_after_an_outage_keeps_its_place_in_the_call(first, last):
    live = {fact.id: fact for fact in LIVE}
    rebuilt = rebuild(CEL, QUEUE_LOG, "n1")
    for call_id in CALLS:
        told = [fact for fact in rebuilt if fact.call_id == call_id]
        known = [fact.id for n, fact in enumerate(told) if not first <= n <= last]
        unheard = {f.id: f for f in missed(told, {id_: live[id_].at for id_ in known})}
        mixed = [unheard.get(fact.id) or live[fact.id] for fact in told]
        assert sorted(mixed, key=lambda fact: fact.at) == mixed


def test_channels_are_named_by_cel_and_empty_where_it_is_gone():
    connect = "1795287851|n1-7.0|12345|seat-01|CONNECT|2|n1-7.1|1"
    came = '"CHAN_START","1795287850.5","","s","from-seats","n1-7.1","n1-7.0","PJSIP/seat-01-1",""'
    (answered,) = rebuild([came], [connect], "n1")
    assert isinstance(answered, CallAnswered)
    assert (answered.seat_channel, answered.caller_channel) == ("PJSIP/seat-01-1", "")


@pytest.mark.parametrize(
    "ending",
    [
        "COMPLETEAGENT|2|30|1",
        "COMPLETECALLER|2|30|1",
        "BLINDTRANSFER|seat-02|from-seats|2|30|1",
        "ATTENDEDTRANSFER|BRIDGE|6a1f|2|30|1",
        "ATTENDEDTRANSFER|LINK|PJSIP/seat-01-1|PJSIP/seat-01-2|2|30|1",
    ],
)
def test_without_cel_a_talk_ends_as_the_queue_says(ending):
    connect = "1795287851|n1-7.0|12345|seat-01|CONNECT|2|n1-7.1|1"
    end = f"1795287881|n1-7.0|12345|seat-01|{ending}"
    _, ended = rebuild([], [connect, end], "n1")
    assert (ended.fact, ended.seat_leg, ended.talked_seconds) == ("talk_ended", "n1-7.1", 30)


@pytest.mark.parametrize(
    ("leaving", "why", "key"),
    [("EXITWITHKEY|3|1|2|41", "key", "3"), ("EXITWITHTIMEOUT|1|2|41", "timeout", "")],
)
def test_who_left_the_queue_alive_has_not_given_up(leaving, why, key):
    lines = [
        "1795287850|n1-7.0|12345|NONE|ENTERQUEUE||13800000001|2",
        f"1795287891|n1-7.0|12345|NONE|{leaving}",
    ]
    _, left = rebuild([], lines, "n1")
    assert (left.why, left.key_pressed, left.waited_seconds) == (why, key, 41)


def test_a_bar_in_the_callers_name_moves_no_column():
    line = "1795287850|n1-7.0|12345|NONE|ENTERQUEUE||a|b|4"
    assert [fact.position for fact in rebuild([], [line], "n1")] == [4]


BROKEN = [
    "",
    "x",
    '"CHAN_START","now',
    "1795287850|n1-7.0|12345",
    "9" * 40 + "|a|b|c|ABANDON|1|1|1",
]


def test_broken_lines_are_counted_and_skipped():
    with capture_logs() as logs:
        whole = rebuild([*BROKEN, *CEL], [*BROKEN, *QUEUE_LOG], "n1")
    assert {fact.id for fact in whole} == live_ids()
    assert {(entry["file"], entry["lines"]) for entry in logs} == {("cel", 5), ("queue_log", 5)}


@given(st.lists(st.text()), st.lists(st.text()))
def test_garbage_never_raises(cel, queue_log):
    assert rebuild(cel, queue_log, "n1") == []


@given(st.text(max_size=60), st.integers(0, len(CEL) - 1), st.integers(0, 100))
def test_a_line_with_garbage_in_it_never_raises(garbage, number, place):
    line = CEL[number][:place] + garbage + CEL[number][place:]
    rebuild([*CEL[:number], line, *CEL[number + 1 :]], QUEUE_LOG, "n1")
