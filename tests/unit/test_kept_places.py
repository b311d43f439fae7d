"""Unit: a place kept in the greeting, at visit 0: in the call, its parts and the figures."""

from callcenter.facts import CallAnswered, CallPlaced, Line, PlaceKept
from callcenter.facts.parts import parts
from callcenter.ivr.call import CallState, fold
from tests.calls import ACall, at, figures, table, wanted


def kept(visit: int = 0) -> ACall:
    call = ACall("7", caller="13800000007")
    if visit:
        call.queued(after=5)
    return call.then(5).add(
        PlaceKept, line=Line.SERVICE, queue="12345", visit=visit, position=3,
        phone_number="13800000007", waited_seconds=5.0 * bool(visit),
    ).then(2).ended()  # fmt: skip


def test_a_place_kept_in_the_greeting_is_a_visit_of_no_length() -> None:
    (visit,) = parts(kept().facts).visits
    assert (visit.queue, visit.number, visit.how, visit.waited_seconds) == ("12345", 0, "kept", 0)
    assert visit.joined_at == visit.left_at == at(5)
    call = fold(kept().facts)
    assert call is not None
    assert call.state is CallState.ENDED  # and not abandoned


def test_it_counts_as_offered_and_kept_like_one_kept_while_waiting() -> None:
    for visit, waited in ((0, 0), (1, 5)):
        found = figures(kept(visit).facts)
        told = {name: found[name].value for name in ("offered", "kept", "abandoned", "left")}
        assert told == {"offered": 1, "kept": 1, "abandoned": 0, "left": 0}
        assert found["longest_wait"].value == waited
        assert found["visits"].breakdown == {"kept": 1}


def test_it_is_reached_by_its_call_back_or_by_ringing_again() -> None:
    assert figures(kept().facts)["kept_reached_rate"].value == 0
    again = ACall("8", began=60, caller="13800000007").queued().answered("seat-01", 3)
    assert figures([*kept().facts, *again.facts])["kept_reached"].value == 1
    rung = [
        CallPlaced(
            at=at(60), call_id="n1-9.0", line=Line.SERVICE, node="n1", why="kept_place",
            phone_number="13800000009", origin_call_id="n1-7.0",
        ),
        CallAnswered(
            at=at(90), call_id="n1-9.0", queue="12345", seat="seat-01", seat_leg="n1-9.1",
            seat_channel="", caller_channel="", waited_seconds=30, via="kept_place",
        ),
    ]  # fmt: skip
    assert figures([*kept().facts, *rung])["kept_reached"].value == 1


def test_figures_by_skill_are_figures_by_queue() -> None:
    facts = ACall("1").queued().answered("seat-01", 3).parted("seat-01", 60).ended().facts
    by_queue, by_skill = (table(facts, wanted(by=by)) for by in ("queue", "skill"))
    assert by_queue == by_skill
    assert [key for _, key, _ in by_skill] == ["12345"]
