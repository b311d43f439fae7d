"""Commands on a call at a seat: what they ask of Asterisk, and when they are refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.agents.talks import moves
from callcenter.agents.talks.at_seat import AtSeat, read
from callcenter.agents.talks.outside import refuse_number
from callcenter.agents.talks.placing import new_call_id, place
from callcenter.agents.talks.supervision import MOVES, Change, SupervisionState
from callcenter.ami.supervising import ended_in, new_supervision, supervision_told
from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import (
    CallAnswered,
    CallArrived,
    CallFact,
    CallHeld,
    CallTransferred,
    Line,
    TalkEnded,
)
from callcenter.roles.recording import came_blind, heard_anew
from callcenter.settings import Settings

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
AT = AtSeat("n1-7.0", Line.SERVICE, "seat-01", "PJSIP/seat-01-1", "PJSIP/trunk-0", "12345")
HELD = AtSeat(
    "n1-7.0", Line.SERVICE, "seat-01", "PJSIP/seat-01-1", "PJSIP/trunk-0", "12345", "consult"
)


@pytest.mark.parametrize(
    ("order", "action", "headers"),
    [
        (moves.transfer(AT, "seat", "seat-02"), "BlindTransfer", ("transfer-seat", "seat-02")),
        (moves.transfer(AT, "outside", "120"), "BlindTransfer", ("transfer-outside", "120")),
        (moves.consult(AT, "seat", "seat-07"), "Atxfer", ("transfer-seat", "8007")),
        (moves.consult(AT, "seat", "seat-123"), "Atxfer", ("transfer-seat", "8123")),
        (moves.consult(AT, "queue", "dialect"), "Atxfer", ("transfer-queue", "701")),
        (moves.hold(AT), "Atxfer", ("transfer-seat", "0")),
        (moves.hand_over(AT, Line.POLICE, "direct"), "BlindTransfer", ("transfer-queue", "110")),
        (moves.hand_over(AT, Line.POLICE, "three_way"), "Atxfer", ("transfer-queue", "110")),
        (moves.abort(HELD), "CancelAtxfer", ()),
        (moves.resume(HELD), "CancelAtxfer", ()),
        (moves.complete(HELD), "PlayDTMF", ("C",)),
        (moves.three_way(HELD), "PlayDTMF", ("D",)),
        (moves.hang_up(HELD), "Hangup", ()),
    ],
)
def test_each_command_is_one_action_on_the_seats_channel(order, action, headers):
    assert order.action == action
    assert order.headers["Channel"] == "PJSIP/seat-01-1"
    assert set(headers) <= set(order.headers.values())


@pytest.mark.parametrize(
    "refused",
    [
        lambda: moves.transfer(HELD, "seat", "seat-02"),
        lambda: moves.consult(HELD, "seat", "seat-02"),
        lambda: moves.hold(HELD),
        lambda: moves.abort(AT),
        lambda: moves.complete(AT),
        lambda: moves.three_way(AT),
        lambda: moves.resume(AT),
        lambda: moves.hand_over(AT, Line.SERVICE, "direct"),
    ],
)
def test_a_command_that_does_not_fit_is_refused(refused):
    with pytest.raises(ImpossibleMoveError):
        refused()


def test_a_browser_that_is_gone_is_told_lost_and_what_it_held_is_given_up_first():
    web = replace(AT, seat_channel="PJSIP/seat-01-web-00000003")
    lost = ("Hangup", {"Channel": web.seat_channel, "Cause": "44"})
    given_up = ("CancelAtxfer", {"Channel": web.seat_channel})
    assert [(one.action, one.headers) for one in moves.lose(web)] == [lost]
    held = moves.lose(replace(web, held="consult"))
    assert [(one.action, one.headers) for one in held] == [given_up, lost]
    assert list(moves.lose(AT)) == []  # its SIP telephone talks, not the browser


def test_a_seat_cannot_pass_a_call_on_to_itself():
    with pytest.raises(BadInputError, match="seat-01"):
        moves.transfer(AT, "seat", "seat-01")


@pytest.mark.parametrize(
    "number", ["13800000001", "01088888888", "03548888888", "5551234", "55512345", "120"]
)
def test_numbers_in_the_country_may_be_dialled(number):
    refuse_number(number, Settings().dial_patterns)


@pytest.mark.parametrize(
    "number",
    ["0013800000001", "00", "95588", "96123456", "4008001234", "110", "12345", "9551234",
     "13800000001,1", "138@evil", "+8613800000001", "1380000000a", "", "１３８００００００００１"],
)  # fmt: skip
def test_no_other_number_may_be_dialled_and_none_is_told_again(number):
    with pytest.raises(BadInputError) as error:
        refuse_number(number, Settings().dial_patterns)
    assert not number or number not in error.value.message.replace("00:", "")


def test_00_is_refused_whatever_the_patterns_say():
    with pytest.raises(BadInputError, match="abroad"):
        refuse_number("0013800000001", ["XXXXXXXXXXXXX"])


def test_a_placed_call_is_named_before_it_begins_and_rings_the_seat_first():
    call_id = new_call_id("n1")
    order = place(
        call_id, "seat-01-web", "13800000001", line=Line.SERVICE, why="ticket", seat="seat-01",
        ticket_number="12345-1", origin_call_id="n1-7.0", ring_seconds=20,
    )  # fmt: skip
    assert order.headers["ChannelId"] == call_id
    assert order.headers["Channel"] == "PJSIP/seat-01-web"
    assert (order.headers["Context"], order.headers["Exten"]) == ("place-call", "13800000001")
    assert "TICKET=12345-1" in order.headers["Variable"]


def arrived() -> CallArrived:
    return CallArrived(
        at=NOON, call_id="n1-7.0", line=Line.SERVICE, node="n1", caller_number=None,
        caller_channel="PJSIP/trunk-0",
    )  # fmt: skip


def answered(seat: int, second: int, via: str = "queue") -> CallAnswered:
    return CallAnswered(
        at=NOON + timedelta(seconds=second), call_id="n1-7.0", queue="12345", seat=f"seat-0{seat}",
        seat_leg=f"n1-7.{seat}", seat_channel=f"PJSIP/seat-0{seat}-1",
        caller_channel="PJSIP/trunk-0", waited_seconds=1, via=via,
    )  # fmt: skip


def ended(seat: int, second: int) -> TalkEnded:
    at = NOON + timedelta(seconds=second)
    leg = f"n1-7.{seat}"
    return TalkEnded(at=at, call_id="n1-7.0", seat=f"seat-0{seat}", seat_leg=leg, talked_seconds=1)


def passed(how: str) -> list[CallFact]:
    """Seat-01 answered and passed the call on to seat-02."""
    sent = CallTransferred(
        at=NOON + timedelta(seconds=8), call_id="n1-7.0", seat="seat-01",
        seat_leg="n1-7.1", how=how, to_kind="seat", to="seat-02",
    )  # fmt: skip
    return [answered(1, 5), sent, ended(1, 8)]


def test_who_talks_is_read_from_the_facts():
    held = CallHeld(call_id="n1-7.0", seat="seat-01", seat_leg="n1-7.1", why="consult")
    at = read("n1-7.0", [arrived(), answered(1, 5), held])
    assert at == HELD
    both = [arrived(), answered(1, 5), answered(2, 9, "three_way")]
    assert read("n1-7.0", both, "seat-02").others == ("seat-01",)
    with pytest.raises(ImpossibleMoveError, match="seat is missing"):
        read("n1-7.0", both)
    with pytest.raises(ImpossibleMoveError, match="seat-03"):
        read("n1-7.0", both, "seat-03")
    with pytest.raises(ImpossibleMoveError, match="no seat"):
        read("n1-7.0", [arrived()])
    with pytest.raises(NotFoundError):
        read("n1-7.0", [])


@pytest.mark.parametrize(
    ("facts", "anew"),
    [
        ([arrived(), answered(1, 5)], False),
        ([*passed("blind"), answered(2, 9, "transfer")], False),
        ([*passed("attended"), answered(2, 9, "transfer")], True),
        ([answered(1, 5), answered(2, 9, "three_way")], False),
        ([answered(1, 5), answered(2, 9, "three_way"), ended(1, 12)], True),
        ([answered(1, 5), answered(2, 9, "three_way"), ended(2, 12)], True),
        ([answered(1, 5), answered(2, 9, "three_way"), ended(2, 12), ended(1, 15)], False),
    ],
)  # fmt: skip
def test_the_recorder_begins_anew_for_a_voice_that_did_not_come_through_the_dialplan(
    facts: list[CallFact], anew: bool
):
    assert (heard_anew(facts, facts[-1]) is not None) is anew


def test_a_part_came_blind_where_the_one_before_sent_the_citizen_away():
    first, second = answered(1, 5), answered(2, 9, "transfer")
    assert came_blind([*passed("blind"), second], second)
    assert not came_blind([*passed("blind"), second], first)
    assert not came_blind([*passed("attended"), second], second)


def test_what_a_supervisor_may_ask_for():
    states, changes = SupervisionState, Change
    assert MOVES[states.LISTEN, changes.BARGE] is states.BARGE
    assert MOVES[states.WHISPER, changes.TAKE_OVER] is states.TAKE_OVER
    assert (states.ASKED, changes.WHISPER) not in MOVES  # nobody has picked up yet
    assert (states.TAKE_OVER, changes.LISTEN) not in MOVES
    assert not [row for row in MOVES if row[0] is states.ENDED]


def test_a_supervisors_channel_tells_of_itself():
    name = new_supervision("n1")
    seen = {"Uniqueid": name, "Timestamp": "1795312000.5"}
    told = supervision_told(
        seen | {"Event": "UserEvent", "UserEvent": "SupervisionMoved", "Mode": "barge"}
    )
    assert told
    assert (told.supervision, told.mode) == (name, "barge")
    shown = {"Event": "CoreShowChannel", "Context": "supervise", "Exten": "whisper"}
    assert supervision_told(seen | shown).mode == "whisper"
    assert supervision_told(seen | {"Event": "Hangup"}).mode == "ended"
    assert supervision_told(seen | {"Event": "Newchannel"}) is None
    assert supervision_told({"Uniqueid": "n1-7.0", "Event": "Hangup"}) is None
    cel = f'"CHAN_END","1795312000.500000","","listen","supervise","{name}","{name}","PJSIP/x",""'
    assert ended_in([cel, cel.replace(name, "n1-7.0")]) == {
        name: datetime.fromtimestamp(1795312000.5, UTC)
    }
