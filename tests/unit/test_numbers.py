"""Unit: the figures of lines and seats, each from a call that reads like one."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callcenter.agents.numbers.line_figures import bucket
from callcenter.agents.numbers.periods import begins
from callcenter.facts import (
    CallArrived,
    CallEnded,
    CallHandedOver,
    CallPlaced,
    CallQueued,
    CallRated,
    CallTransferred,
    CategoryCorrected,
    Fact,
    Line,
    OfferMissed,
    PhoneSeen,
    PlaceKept,
    QueueLeft,
    SeatMoved,
    TicketMoved,
    VoicemailLeft,
)
from tests.calls import ACall, at, facts_of, figures, items, moved, table, wanted

CHINA = ZoneInfo("Asia/Shanghai")

ANSWERED = ACall("1").queued(after=5).answered("seat-01", 7).parted("seat-01", 60).ended()
LATE = ACall("2").queued(after=5).answered("seat-02", 18).parted("seat-02", 30).ended()
GAVE_UP = ACall("3", caller="13800000001").queued(after=5).gives_up(40)
AT_ONCE = ACall("4").queued(after=5).gives_up(3)
IN_THE_GREETING = ACall("5").then(3).ended()
WAITING = ACall("6", began=7100).queued(after=5)


def values(facts, want=None, *names):
    return {name: figures(facts, want)[name].value for name in names}


def test_a_calls_fate_is_counted_once():
    found = figures(facts_of(ANSWERED, LATE, GAVE_UP, AT_ONCE, IN_THE_GREETING, WAITING))
    told = {name: found[name].value for name in ("arrived", "before_queue", "offered", "answered")}
    assert told == {"arrived": 6, "before_queue": 1, "offered": 5, "answered": 2}
    assert (found["abandoned"].value, found["abandoned_short"].value) == (2, 1)
    assert found["abandoned"].breakdown == {"0-5": 1, "30-60": 1}
    assert (found["waiting"].value, found["longest_waiting"].value) == (1, 95)
    assert (found["connected_rate"].value, found["connected_rate"].bottom) == (0.5, 4)
    assert (found["within_10"].value, found["within_15"].value) == (0.25, 0.25)
    assert found["within_20"].value == 0.5
    assert (found["mean_wait"].value, found["mean_abandoned_wait"].value) == (12.5, 21.5)
    assert found["longest_wait"].value == 95


@pytest.mark.parametrize("waited", [15, 16])
def test_fifteen_seconds_are_within_fifteen_seconds(waited):
    call = ACall("1").queued().answered("seat-01", waited).parted("seat-01", 1).ended()
    assert figures(call.facts)["within_15"].value == (1 if waited == 15 else 0)


@pytest.mark.parametrize(
    ("waited", "stretch"),
    [(0, "0-5"), (4, "0-5"), (5, "5-15"), (119, "60-120"), (120, "120-"), (None, "unknown")],
)
def test_who_gave_up_is_told_apart_by_the_wait(waited, stretch):
    assert bucket(waited) == stretch


def test_no_calls_are_neither_none_of_them_nor_all():
    found = figures([])
    empty = {name for name, value in found.items() if value.value is None}
    assert {"connected_rate", "within_15", "mean_wait", "longest_wait", "occupancy"} <= empty
    assert found["offered"].value == 0


def test_a_transferred_call_is_one_answered_call_and_two_parts():
    call = ACall("1").queued(after=5).answered("seat-01", 4).then(30)
    call.add(CallTransferred, seat="seat-01", seat_leg="n1-1.0-seat-01", how="blind",
             to_kind="seat", to="seat-02")  # fmt: skip
    call.ended_part("seat-01", 30).answered("seat-02", 0, via="transfer")
    call.parted("seat-02", 50).ended()
    found = figures(call.facts)
    assert (found["offered"].value, found["answered"].value) == (1, 1)
    assert found["parts"].breakdown == {"queue": 1, "transfer": 1}
    assert found["transfers"].breakdown == {"blind seat": 1}
    assert (found["talk"].value, found["mean_talk"].value) == (80, 40)
    by_seat = table(call.facts, wanted(by="seat"))
    assert [(key, f["parts"].value, f["talk"].value) for _, key, f in by_seat] == [
        ("seat-01", 1, 30),
        ("seat-02", 1, 50),
    ]


def test_a_three_way_call_is_two_parts_each_with_its_own_length():
    call = ACall("1").queued().answered("seat-01", 4).then(20)
    call.answered("seat-02", 0, via="three_way").then(10).ended_part("seat-02", 10)
    call.then(5).ended_part("seat-01", 35).ended()
    found = figures(call.facts)
    assert found["answered"].value == 1
    assert found["parts"].breakdown == {"queue": 1, "three_way": 1}
    assert found["talk"].value == 45


def test_back_into_a_queue_is_still_one_call_and_two_visits():
    call = ACall("1").queued().answered("seat-01", 4).parted("seat-01", 20)
    call.queued("dialect").answered("seat-02", 60).parted("seat-02", 20).ended()
    found = figures(call.facts)
    assert (found["offered"].value, found["answered"].value, found["visits"].value) == (1, 1, 2)
    assert (found["visits_again"].value, found["mean_wait"].value) == (1, 4)
    by_queue = {key: f for _, key, f in table(call.facts, wanted(by="queue"))}
    assert by_queue["dialect"]["mean_wait"].value == 60
    assert by_queue["12345"]["within_15"].value == 1


def test_who_gives_up_after_a_talk_was_answered_and_is_shown():
    call = ACall("1").queued().answered("seat-01", 4).parted("seat-01", 20)
    call.queued("dialect").gives_up(90)
    found = figures(call.facts)
    assert (found["answered"].value, found["abandoned"].value) == (1, 0)
    assert found["abandoned_after_talk"].value == 1
    by_queue = {key: f for _, key, f in table(call.facts, wanted(by="queue"))}
    assert by_queue["dialect"]["abandoned"].value == 1


def test_a_call_is_of_the_line_that_was_dialled_also_after_a_hand_over():
    call = ACall("1").queued().answered("seat-01", 4).parted("seat-01", 20)
    call.add(CallHandedOver, from_line=Line.SERVICE, to_line=Line.POLICE, form="direct",
             actor="seat-01")  # fmt: skip
    call.queued("110").answered("seat-02", 1).parted("seat-02", 20).ended()
    by_line = {key: f for _, key, f in table(call.facts, wanted(by="line"))}
    assert list(by_line) == ["12345"]
    assert by_line["12345"]["handed_over"].breakdown == {"12345 > 110 direct": 1}
    assert [key for _, key, _ in table(call.facts, wanted(by="queue"))] == ["110", "12345"]


def kept(reached: bool):
    call = ACall("1", caller="13800000001").queued().then(20)
    phone = {"line": Line.SERVICE, "phone_number": "13800000001"}
    call.add(PlaceKept, queue="12345", position=3, waited_seconds=20, **phone)
    call.add(QueueLeft, queue="12345", why="key", key_pressed="1", waited_seconds=20).ended()
    back = ACall("2", began=100)
    back.facts.clear()
    back.add(CallPlaced, node="n1", why="kept_place", origin_call_id=call.id, **phone)
    back.queued()
    if reached:
        back.answered("seat-01", 30, via="kept_place").parted("seat-01", 9)
    return facts_of(call, back.ended())


@pytest.mark.parametrize("reached", [True, False])
def test_a_kept_place_is_one_offered_call_and_its_call_back_none(reached):
    found = figures(kept(reached))
    assert (found["offered"].value, found["kept"].value, found["placed"].value) == (1, 1, 1)
    assert (found["abandoned"].value, found["left"].value) == (0, 0)
    assert found["kept_reached_rate"].value == (1 if reached else 0)
    assert found["parts"].breakdown == ({"kept_place": 1} if reached else {})


def test_who_gave_up_and_rang_again_was_reached():
    again = ACall("9", began=600, caller="13800000001").queued().answered("seat-01", 1)
    found = figures(facts_of(GAVE_UP, AT_ONCE, again))
    assert (found["abandoned"].value, found["abandoned_reached"].value) == (2, 1)


def test_who_leaves_the_queue_alive_is_told_apart_by_why():
    call = ACall("1").queued().then(8)
    call.add(QueueLeft, queue="12345", why="key", key_pressed="2", waited_seconds=8)
    call.add(VoicemailLeft, why="asked", path="x.wav", seconds=9).ended()
    found = figures(call.facts)
    assert (found["left"].value, found["left"].breakdown) == (1, {"key": 1})
    assert found["voicemails"].breakdown == {"asked": 1}
    assert found["connected_rate"].value == 0


def test_a_visit_that_nothing_ended_ends_with_the_call():
    found = figures(ACall("1").queued().then(12.7).ended().facts)
    assert (found["abandoned"].value, found["longest_wait"].value) == (1, 12)


def test_a_wait_whose_end_nobody_saw_is_unknown_and_not_zero():
    found = figures(ACall("1").queued().then(500).ended(cause=0).facts)
    assert found["abandoned"].breakdown == {"unknown": 1}
    assert found["longest_wait"].value is None


def test_a_call_known_in_part_is_counted_and_named():
    facts = [f for f in ANSWERED.facts if not isinstance(f, CallArrived | CallQueued)]
    found = figures(facts)
    assert (found["offered"].value, found["answered"].value) == (1, 1)
    assert (found["mean_wait"].value, found["known_in_part"].value) == (7, 1)
    assert items(facts, "known_in_part")[0].queue == "12345"


def test_an_offer_is_answered_missed_or_withdrawn():
    call = ACall("1").queued().offered("seat-01").then(12)
    call.add(OfferMissed, seat="seat-01", seat_leg="n1-1.0-seat-01", rang_seconds=12)
    call.offered("seat-02").answered("seat-02", 3).parted("seat-02", 5).ended()
    gone = ACall("2").queued().offered("seat-03").gives_up(9)
    ringing = ACall("3", began=7190).queued().offered("seat-03")
    found = figures(facts_of(call, gone, ringing))
    told = [found[f"offers{kind}"].value for kind in ("", "_missed", "_withdrawn")]
    assert told == [4, 1, 1]
    assert (found["missed_rate"].value, found["missed_rate"].bottom) == (1 / 3, 3)
    assert found["mean_answer"].value == 3


def test_an_answer_out_of_a_queue_implies_an_offer():
    assert figures(ANSWERED.facts)["offers"].value == 1


def test_agents_time_is_cut_at_the_borders_and_busy_time_counts_once():
    shift = [
        moved("li", 1, 0, "ready", "seat-01"),
        moved("li", 2, 100, "wrap_up", "seat-01"),
        moved("li", 3, 130, "ready", "seat-01"),
        moved("li", 4, 200, "paused", "seat-01", reason="用餐"),
        moved("li", 5, 500, "ready", "seat-01"),
        moved("li", 6, 1000, "signed_out", None),
    ]
    call = ACall("1", began=20).queued().answered("seat-01", 10).parted("seat-01", 90).ended()
    facts = [*shift, *call.facts]
    found = figures(facts)
    told = {name: found[name].value for name in ("signed_in", "paused", "wrap_up", "talk")}
    assert told == {"signed_in": 1000, "paused": 300, "wrap_up": 30, "talk": 90}
    assert found["paused"].breakdown == {"用餐": 300}
    # talk 30-120, wrap-up 100-130: together 100 s of the 700 s that are no pause
    assert found["occupancy"].value == pytest.approx(100 / 700)
    by_quarter = table(facts, wanted(since=0, until=1800, interval="15min"))
    assert [f["signed_in"].value for _, _, f in by_quarter] == [900, 100]
    (by_agent,) = table(facts, wanted(by="agent"))
    assert (by_agent[1], by_agent[2]["parts"].value) == ("li", 1)


def test_a_pause_in_which_the_talk_goes_on_is_no_pause_for_the_occupancy():
    shift = [
        moved("li", 1, 0, "ready", "seat-01"),
        moved("li", 2, 10, "paused", "seat-01"),
        moved("li", 3, 100, "signed_out", None),
    ]
    call = ACall("1").queued().answered("seat-01", 0).parted("seat-01", 50).ended()
    assert figures([*shift, *call.facts])["occupancy"].value == 1


def test_holds_lie_within_the_talk():
    call = ACall("1").queued().answered("seat-01", 1).then(10)
    call.held("seat-01", 20).then(10)
    call.ended_part("seat-01", 40).add(CallRated, rating=2, seat="seat-01").ended()
    found = figures(call.facts)
    assert (found["talk"].value, found["hold"].value) == (40, 20)
    assert (found["ratings"].breakdown, found["satisfied_rate"].value) == ({"2": 1}, 1)


def test_a_key_and_a_consultation_that_hold_at_once_hold_once():
    call = ACall("1").queued().answered("seat-01", 1).then(10)
    call.held("seat-01", 20, "consult").then(-10).held("seat-01", 15).ended_part("seat-01", 35)
    assert figures(call.facts)["hold"].value == 25


def test_who_answers_outside_is_no_seat():
    call = ACall("1", line="110").queued().answered("outside", 20).parted("outside", 60).ended()
    found = figures(call.facts)
    assert (found["answered"].value, found["outside"].value, found["parts"].value) == (1, 1, 0)


def test_cases_belong_to_whoever_moved_them():
    def ticket(number, move, seconds, actor):
        told = {"from_step": "draft", "to_step": "x", "actor": actor, "call_id": None}
        return TicketMoved(ticket_number=number, at=at(seconds), number=2, move=move, **told)

    facts = [
        moved("li", 1, 0, "ready", "seat-01"),
        ticket("12345-1", "answer", 10, "seat-01"),
        ticket("12345-2", "file", 20, "li"),
        ticket("12345-3", "file", 30, "seat-02"),
        CategoryCorrected(at=at(40), ticket_number="12345-2", from_item=None, to_item="113",
                          actor="li"),
    ]  # fmt: skip
    by_seat = {key: f for _, key, f in table(facts, wanted(by="seat"))}
    assert by_seat["seat-01"]["direct_answer_rate"].value == 0.5
    assert by_seat["seat-01"]["corrections"].value == 1
    assert by_seat["seat-02"]["direct_answer_rate"].value == 0
    assert "corrections" not in figures(facts, wanted(queue="12345"))


def test_a_call_over_midnight_is_of_the_day_it_arrived():
    before = 14 * 3600 - 30  # half a minute before midnight in the county
    call = ACall("1", began=before).queued().answered("seat-01", 60).parted("seat-01", 90).ended()
    days = table(call.facts, wanted(since=0, until=20 * 3600, now=30 * 3600, interval="day"))
    assert [day[0].astimezone(CHINA).hour for day in days] == [10, 0]
    assert [day[2]["answered"].value for day in days] == [1, 0]
    assert [day[2]["parts"].value for day in days] == [0, 1]
    assert [day[2]["talk"].value for day in days] == [0, 90]


def test_intervals_begin_on_the_countys_clock():
    start = datetime(2026, 1, 30, 7, 50, tzinfo=CHINA)
    assert [b.minute for b in begins(start, start + timedelta(minutes=30), "15min")] == [50, 0, 15]
    assert [b.day for b in begins(start, start + timedelta(days=2), "day")] == [30, 31, 1]
    months = begins(start, start + timedelta(days=60), "month")
    assert [(b.month, b.day) for b in months] == [(1, 30), (2, 1), (3, 1)]
    assert begins(start, start + timedelta(days=60), "whole") == [start]


def test_a_call_that_goes_on_counts_until_now():
    call = ACall("1").queued().answered("seat-01", 5).facts
    assert figures(call, wanted(now=65))["talk"].value == 60
    assert figures(call, wanted(now=65))["mean_talk"].value is None


def test_a_late_fact_mends_the_figure():
    facts = ACall("1").queued().then(500).ended(cause=0).facts
    assert figures(facts)["abandoned"].value == 1
    late = ACall("1").queued().answered("seat-01", 6).parted("seat-01", 20)
    found = figures([*facts, *late.facts[2:]])
    assert (found["abandoned"].value, found["answered"].value) == (0, 1)
    assert [f for f in facts if isinstance(f, CallEnded)]


def phone(seconds: float, registered: bool, kind: str = "sip") -> PhoneSeen:
    return PhoneSeen(at=at(seconds), seat="seat-01", phone=kind, registered=registered)


def test_a_seat_that_stands_is_occupied_by_its_talks_and_counts_for_no_agent():
    seat = {"seat": "seat-01", "queues": ("12345",), "actor": "system"}
    stands: list[Fact] = [
        SeatMoved(at=at(-9000), number=1, move="create", **seat),  # before the period
        phone(-8000, True), phone(100, True, "web"), phone(200, False), phone(1000, False, "web"),
    ]  # fmt: skip
    call = ACall("1", began=100).queued().answered("seat-01", 0).parted("seat-01", 400)
    want = wanted(0, 4000, 4000, by="seat")
    ((_, key, found),) = table([*stands, *call.facts], want)
    assert (key, found["occupancy"].value, found["signed_in"].value) == ("seat-01", 0.4, 0)
    assert table([*stands, *call.facts], wanted(0, 4000, 4000, by="agent")) == table(
        call.facts, wanted(0, 4000, 4000, by="agent")
    )
    shift = [moved("li", 1, 500, "ready", "seat-01"), moved("li", 2, 1500, "signed_out", "seat-01")]
    ((_, _, found),) = table([*stands, *shift, *call.facts], want)
    assert found["occupancy"].value == pytest.approx(400 / 1500)  # 500 s stood, 1000 s signed in
    closed = SeatMoved(at=at(0), number=2, move="close", **seat)
    ((_, _, found),) = table([*stands, closed, *call.facts], want)
    assert found["occupancy"].value is None
