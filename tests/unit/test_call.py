"""Unit: a call is a fold over its facts."""

from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from callcenter.facts import (
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallFact,
    CallOffered,
    CallPlaced,
    CallQueued,
    Line,
    MenuChosen,
    OfferMissed,
    QueueLeft,
    TalkEnded,
    UtteranceHeard,
)
from callcenter.ivr.call import LINE_FACTS, MOVES, CallState, fold, refold
from callcenter.store import record

S = CallState
BEGAN = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
WORDS = {
    MenuChosen: {"key_pressed": "1"},
    CallQueued: {"queue": "12345", "position": 1},
    CallAbandoned: {"queue": "12345", "waited_seconds": 30},
    CallOffered: {"seat": "seat-01", "seat_leg": "n1-7.1"},
    OfferMissed: {"seat": "seat-01", "rang_seconds": 15},
    CallAnswered: {
        "queue": "12345",
        "seat": "seat-01",
        "seat_leg": "n1-7.1",
        "seat_channel": "PJSIP/seat-01-1",
        "caller_channel": "PJSIP/trunk-1",
        "waited_seconds": 7,
    },
    TalkEnded: {"seat": "seat-01", "seat_leg": "n1-7.1", "talked_seconds": 42},
    QueueLeft: {"queue": "12345", "why": "key", "key_pressed": "2", "waited_seconds": 20},
    CallEnded: {"cause": 16},
}
# The shortest way to each state.
WAYS: dict[CallState, list[type[CallFact]]] = {
    S.ARRIVED: [],
    S.PLACED: [CallPlaced],
    S.QUEUED: [CallQueued],
    S.RINGING: [CallQueued, CallOffered],
    S.TALKING: [CallQueued, CallOffered, CallAnswered],
    S.PARTED: [CallQueued, CallOffered, CallAnswered, TalkEnded],
    S.ENDED: [CallEnded],
    S.ABANDONED: [CallQueued, CallAbandoned],
}


ARRIVED = CallArrived(
    at=BEGAN,
    call_id="n1-7.0",
    line=Line.SERVICE,
    node="n1",
    caller_number="13800000001",
    caller_channel="PJSIP/trunk-1",
)
PLACED = CallPlaced(
    at=BEGAN,
    call_id="n1-7.0",
    line=Line.SERVICE,
    node="n1",
    phone_number="13800000001",
    why="ticket",
)


def story(*kinds: type[CallFact]) -> list[CallFact]:
    """A call's facts, a second apart; ours where it begins with our ringing the citizen."""
    first: CallFact = ARRIVED
    if kinds[:1] == (CallPlaced,):
        first, kinds = PLACED, kinds[1:]
    told = [
        kind(at=BEGAN + timedelta(seconds=second), call_id="n1-7.0", **WORDS[kind])
        for second, kind in enumerate(kinds, 1)
    ]
    return [first, *told]


def answered(second: float, seat: str, **others: object) -> CallAnswered:
    words = WORDS[CallAnswered] | {"seat": seat, "seat_leg": seat, "seat_channel": f"PJSIP/{seat}"}
    at = BEGAN + timedelta(seconds=second)
    return CallAnswered(at=at, call_id="n1-7.0", **(words | others))


def parted(second: float, seat: str) -> TalkEnded:
    at = BEGAN + timedelta(seconds=second)
    return TalkEnded(at=at, call_id="n1-7.0", seat=seat, seat_leg=seat, talked_seconds=1)


@pytest.mark.parametrize("state", WAYS)
def test_each_state_has_its_way(state):
    with capture_logs() as logs:
        assert fold(story(*WAYS[state])).state is state
    assert logs == []


@pytest.mark.parametrize(("state", "kind"), MOVES)
def test_every_listed_move_leads_where_the_table_says(state, kind):
    with capture_logs() as logs:
        assert fold(story(*WAYS[state], kind)).state is MOVES[state, kind]
    assert logs == []


@pytest.mark.parametrize("state", WAYS)
def test_an_unlisted_fact_never_fails_and_leaves_the_state(state):
    for kind in set(WORDS) - {kind for before, kind in MOVES if before is state}:
        with capture_logs() as logs:
            assert fold(story(*WAYS[state], kind)).state is state
        assert [entry["event"] for entry in logs] == ["unlisted move"]


def test_a_call_whose_arrival_is_not_known_is_no_call_yet():
    _, *rest = story(CallQueued, CallAnswered)
    assert fold(rest) is None


def test_an_arrival_told_twice_is_one_arrival():
    arrived, queued = story(CallQueued)
    assert fold([arrived, queued, arrived]).state is S.QUEUED


def test_what_the_facts_add_is_kept():
    call = fold(story(CallQueued, CallOffered, CallAnswered, TalkEnded, CallEnded))
    assert (call.queue, call.answered_by, call.waited_seconds) == ("12345", "seat-01", 7)
    assert call.answered_at == BEGAN + timedelta(seconds=3)
    assert call.ended_at == BEGAN + timedelta(seconds=5)
    assert call.talk_seconds == 1


def test_the_seat_is_the_one_that_talks_now():
    talking = fold(story(CallQueued, CallAnswered))
    assert (talking.seat, talking.seat_channel) == ("seat-01", "PJSIP/seat-01-1")
    over = fold(story(CallQueued, CallAnswered, TalkEnded))
    assert (over.seat, over.seat_channel) == (None, "")


def test_after_a_transfer_it_is_the_second_seat_whichever_is_told_first():
    came, went = answered(8, "seat-02", via="transfer", queue="", waited_seconds=0), parted(8, "a")
    for order in ([came, went], [went, came]):
        call = fold([ARRIVED, answered(2, "a"), *order])
        assert (call.state, call.seat, call.answered_by) == (S.TALKING, "seat-02", "a")
        assert call.waited_seconds == 7  # on the line, not at the transfer


def test_in_a_three_way_call_who_goes_first_ends_nothing():
    both = [ARRIVED, answered(2, "a"), answered(8, "b", via="three_way")]
    assert (fold(both).state, fold(both).seat) == (S.TALKING, "b")
    one = [*both, parted(10, "b")]
    assert (fold(one).state, fold(one).seat) == (S.TALKING, "a")
    none = [*one, parted(12, "a")]
    assert (fold(none).state, fold(none).seat) == (S.PARTED, None)
    assert fold(none).talk_seconds == 10  # the citizen's, not both seats' added


def test_a_seats_end_that_was_never_told_leaves_no_call_talking():
    call = fold(
        [ARRIVED, answered(2, "a"), answered(8, "b"), *story(CallQueued, CallQueued, CallEnded)[3:]]
    )
    assert (call.state, call.seat, call.is_open) == (S.ENDED, None, False)


def test_the_first_answer_counts_and_talks_add_up():
    call = fold([ARRIVED, answered(2, "a"), parted(10, "a"), answered(20, "b"), parted(25, "b")])
    assert call.answered_at == BEGAN + timedelta(seconds=2)
    assert call.talk_seconds == 8 + 5


def test_a_call_that_we_place_has_the_number_we_ring():
    call = fold(story(CallPlaced, CallAnswered))
    assert (call.placed, call.caller_number) == ("ticket", "13800000001")
    assert (call.state, call.caller_channel) == (S.TALKING, "PJSIP/trunk-1")


@pytest.mark.parametrize("state", WAYS)
def test_a_call_is_open_until_the_citizen_is_gone(state):
    assert fold(story(*WAYS[state])).is_open is (state not in (S.ENDED, S.ABANDONED))


def test_the_row_follows_from_the_ledger_whatever_the_order_of_writing(session):
    facts = story(CallQueued, CallOffered, CallAnswered, TalkEnded, CallEnded)
    for fact in reversed(facts):
        record(session, fact)
    assert refold(session, "n1-7.0").model_dump() == fold(facts).model_dump()


def test_a_call_nobody_told_of_is_none(session):
    assert refold(session, "n1-404.0") is None


def test_words_are_no_facts_of_the_line():
    assert UtteranceHeard.model_fields["fact"].default not in LINE_FACTS
    assert CallArrived.model_fields["fact"].default in LINE_FACTS
