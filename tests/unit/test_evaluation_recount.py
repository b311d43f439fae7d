"""Category: any histories whatever, counted by the engine and by tests/recount.py alike."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from callcenter.tickets.evaluation.case import Case
from callcenter.tickets.evaluation.count import Count, Wanted
from callcenter.tickets.evaluation.table import FIGURES, LISTS
from callcenter.tickets.steps import MOVES, Move, Step
from tests.histories import LIMITS, AHistory, at, table, wanted
from tests.recount import Period, recount

UNITS = ("U1001", "U1002", "U1003")
LONG = 2_000  # hours
END = 900  # of the period; histories go on after it
# Every second move at least goes on along the loop; else few histories would ever come to its end.
ALONG = frozenset("file dispatch accept report verify close reopen reject resume suspend".split())


@st.composite
def histories(draw: st.DrawFn) -> AHistory:
    """Any walk through the table of moves, some of it at the same moment."""
    cells = st.sampled_from(["140728101001001", "140728102", None])
    ticket = AHistory(draw(st.sampled_from("12345")), cell=draw(cells))
    hour = draw(st.integers(0, 800))
    ticket.then(hour, "open", by=draw(st.sampled_from(["seat-01", "patroller:P1"])))
    for _ in range(draw(st.integers(0, 20))):
        possible = sorted({move for step, move in MOVES if step is ticket.step})
        if ticket.step is Step.MERGED:
            possible.append(Move.UNMERGE)
        onward = [move for move in possible if move in ALONG] or possible
        move = draw(st.sampled_from(draw(st.sampled_from([possible, onward]))))
        if move is Move.GRANT_EXTENSION and ticket.moves[-1].move is not Move.ASK_EXTENSION:
            move = Move.ASK_EXTENSION
        hour += draw(st.sampled_from([0, 1, 5, 23, 24, 30, 90, 300]))
        ticket.then(hour, move, **named(draw, move, hour))
    for _ in range(draw(st.integers(0, 2))):
        after = ticket.moves[-1].at
        hours = (after - at(0)).total_seconds() / 3600 + draw(st.integers(0, 50))
        ticket.rated(hours, draw(st.integers(1, 4)), draw(st.booleans()))
    for _ in range(draw(st.integers(0, 1))):
        ticket.corrected_at(draw(st.integers(0, LONG)))
    return ticket


def named(draw: st.DrawFn, move: Move, hour: int) -> dict[str, Any]:
    if move in (Move.DISPATCH, Move.FORWARD, Move.ESCALATE):
        return {"unit": draw(st.sampled_from(UNITS)), "due": hour + draw(st.integers(0, 200))}
    if move in (Move.ASK_EXTENSION, Move.SUSPEND):
        return {"due": hour + draw(st.integers(0, 400))}
    if move in (Move.JOIN, Move.PART, Move.CONTRIBUTE):
        return {"other": draw(st.sampled_from(["J1", "J2"]))}
    return {"by": draw(st.sampled_from(["seat-01", "seat-02"]))}


MANY = st.lists(histories(), max_size=4)


def sums(cases: list[Case], want: Wanted) -> dict[str, dict[str, float]]:
    count = Count(want, LIMITS)
    for case in cases:
        count.take(case)
    return {
        row.key: {name: one.amount for name, one in row.sums.items() if one.items}
        for row in count.rows()
    }


def known(found: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    return {key: row for key, row in found.items() if row}


@settings(max_examples=400, deadline=None)
@given(MANY, st.integers(0, 700), st.integers(1, END), st.booleans(), st.integers(0, 500))
def test_the_recount_finds_the_same(many, since, length, by_unit, later):
    cases = [ticket.case for ticket in many]
    end = since + length
    want = wanted(since, end, as_of=at(end + later), by="unit" if by_unit else "all")
    period = Period(at(since), at(end), at(end + later))
    assert known(sums(cases, want)) == known(recount(cases, period, by_unit))


@settings(max_examples=100, deadline=None)
@given(MANY, st.sampled_from(["township", "cell", "item", "class", "seat", "reporter", "line"]))
def test_parts_add_up_to_the_whole(many, by):
    whole = sums([ticket.case for ticket in many], wanted(0, END))[""]
    parts = sums([ticket.case for ticket in many], wanted(0, END, by=by))
    assert added(parts) == whole


@settings(max_examples=100, deadline=None)
@given(MANY)
def test_units_add_up_to_the_whole_but_for_joint_handling(many):
    alone = [t.case for t in many if not any(row.move is Move.JOIN for row in t.moves)]
    assert added(sums(alone, wanted(0, END, by="unit"))) == sums(alone, wanted(0, END))[""]


@settings(max_examples=100, deadline=None)
@given(MANY, st.integers(1, 2_000))
def test_what_comes_after_the_end_changes_nothing(many, end):
    """The same figure today and next year, whoever had moved on by then."""
    whole = [ticket.case for ticket in many]
    cut = [
        Case(
            one.number, one.line, one.item, one.cell,
            tuple(row for row in one.moves if row.at < at(end)),
            tuple(rated for rated in one.ratings if rated.at < at(end)),
            tuple(moment for moment in one.corrected if moment < at(end)),
        )
        for one in whole
    ]  # fmt: skip
    for by in ("all", "unit", "seat"):
        want = wanted(0, end, by=by)
        assert known(sums(cut, want)) == known(sums(whole, want))


@settings(max_examples=60, deadline=None)
@given(MANY)
@example([])
def test_rates_are_none_or_between_0_and_1_and_owed_is_done_and_not_done(many):
    for row in table(many, wanted(0, END, by="unit")).values():
        for name, value in row.items():
            if FIGURES[name].kind == "rate":
                assert value is None or 0 <= value <= 1, name
        assert row["handled"] == row["handled_in_time"] + row["handled_late"]
        late = row["unhandled_overdue"] + row["passed_on_late"]
        assert row["to_handle"] == row["handled"] + late
        assert row["unhandled_overdue"] <= row["unhandled"]
        assert row["closed"] == row["closed_in_time"] + row["closed_late"]
        ratings = ("very_satisfied", "satisfied", "fair", "dissatisfied")
        assert row["called_back"] == sum(row[name] for name in ratings)


@settings(max_examples=60, deadline=None)
@given(MANY, st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_an_interval_counts_what_it_counts_alone(many, interval):
    cases = [ticket.case for ticket in many]
    count = Count(wanted(0, END, interval=interval), LIMITS)
    for case in cases:
        count.take(case)
    for row in count.rows():
        alone = wanted().__class__(row.scope.since, row.scope.end, at(100_000))
        assert known({"": {n: s.amount for n, s in row.sums.items() if s.items}}) == known(
            sums(cases, alone)
        )


def added(parts: dict[str, dict[str, float]]) -> dict[str, float]:
    return {
        name: total
        for name in sorted(LISTS)
        if (total := sum(row.get(name, 0) for row in parts.values()))
        or any(name in row for row in parts.values())
    }
