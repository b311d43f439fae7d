"""Category: what holds of the figures of any calls, and of their table."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.agents.counting import FACTS
from callcenter.agents.numbers.count import counted, rows
from callcenter.agents.numbers.line_table import LINES
from callcenter.agents.numbers.seat_table import SEATS
from callcenter.agents.numbers.table import FIGURES
from callcenter.facts import Fact, OfferMissed, PlaceKept, QueueLeft
from callcenter.settings import ROOT
from tests.calls import ACall, figures, moved, wanted

QUEUES = ("12345", "110", "dialect")
SEATS_THERE = ("seat-01", "seat-02", "outside")
STATES = ("ready", "paused", "wrap_up", "signed_out")
NOW = 9000
WHOLE = {"since": 0, "until": 7200, "now": NOW}

Step = tuple[str, str, str, int]
STEPS = st.tuples(
    st.sampled_from(
        ["queue", "offer", "miss", "answer", "part", "hold", "give up", "keep", "leave"]
    ),
    st.sampled_from(QUEUES),
    st.sampled_from(SEATS_THERE),
    st.integers(0, 900),
)
CALLS = st.tuples(
    st.integers(-500, 7900), st.sampled_from(["12345", "110"]), st.booleans(),
    st.lists(STEPS, max_size=9),
)  # fmt: skip
SHIFTS = st.tuples(
    st.sampled_from(["seat-01", "seat-02"]),
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(STATES)), max_size=6),
)


def told(number: int, began: int, line: str, ends: bool, steps: list[Step]) -> list[Fact]:
    """Any steps in any order: also what no Asterisk would ever say."""
    call = ACall(f"{number}", began=began, line=line, caller=f"1380000000{number % 3}")
    call.queue = line
    for kind, queue, seat, seconds in steps:
        TELL[kind](call.then(seconds % 7), queue, seat, seconds)
    return call.then(5).ended().facts if ends else call.facts


def left(call: ACall, seconds: int) -> dict[str, Any]:
    return {"queue": call.queue, "visit": max(1, call.visit), "waited_seconds": seconds}


TELL: dict[str, Callable[[ACall, str, str, int], ACall]] = {
    "queue": lambda call, queue, seat, seconds: call.queued(queue),
    "offer": lambda call, queue, seat, seconds: call.offered(seat),
    "miss": lambda call, queue, seat, seconds: call.add(
        OfferMissed, seat=seat, rang_seconds=seconds
    ),
    "answer": lambda call, queue, seat, seconds: call.answered(seat, seconds),
    "part": lambda call, queue, seat, seconds: call.parted(seat, seconds),
    "hold": lambda call, queue, seat, seconds: call.held(seat, seconds),
    "give up": lambda call, queue, seat, seconds: call.gives_up(seconds),
    "keep": lambda call, queue, seat, seconds: call.add(
        PlaceKept, line=call.line, phone_number="13800000001", position=1, **left(call, seconds)
    ),
    "leave": lambda call, queue, seat, seconds: call.add(
        QueueLeft, why="timeout", **left(call, seconds)
    ),
}


@st.composite
def stories(draw: st.DrawFn) -> list[Fact]:
    facts: list[Fact] = []
    for number, call in enumerate(draw(st.lists(CALLS, max_size=6))):
        facts += told(number, *call)
    for number, (seat, moves) in enumerate(draw(st.lists(SHIFTS, max_size=3))):
        second = 0
        for move, (later, state) in enumerate(moves, 1):
            second += later
            facts.append(moved(f"agent-{number}", move, second, state, seat))
    return list({fact.id: fact for fact in facts}.values())  # as the ledger keeps them


def told_by(facts: list[Fact], **more: Any) -> list[dict[str, Any]]:
    want = wanted(**{**WHOLE, **more})
    return [{"key": row.key, **row.values(want.figures)} for row in rows(counted(facts), want)]


@given(facts=stories(), order=st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_neither_order_nor_repetition_changes_a_figure(facts: list[Fact], order: Any) -> None:
    shuffled = [*facts, *order.sample(facts, len(facts) // 2)]
    order.shuffle(shuffled)
    for by in ("all", "seat", "queue"):
        assert told_by(shuffled, by=by) == told_by(facts, by=by)


@given(facts=stories())
@settings(max_examples=100, deadline=None)
def test_every_offered_call_has_one_fate(facts: list[Fact]) -> None:
    for by in ("all", "line", "queue"):
        for row in told_by(facts, by=by):
            fates = ("answered", "abandoned", "kept", "left", "waiting")
            assert row["offered"].value == sum(row[fate].value for fate in fates)
            assert row["arrived"].value == row["offered"].value + row["before_queue"].value
            assert row["abandoned_short"].value <= row["abandoned"].value
            if row["connected_rate"].bottom:
                within = [row[f"within_{seconds}"].value for seconds in (10, 15, 20)]
                assert 0 <= within[0] <= within[1] <= within[2] <= row["connected_rate"].value <= 1


@given(facts=stories())
@settings(max_examples=100, deadline=None)
def test_every_offer_is_answered_missed_withdrawn_or_open(facts: list[Fact]) -> None:
    found = figures(facts, wanted(**WHOLE))
    lost = found["offers_missed"].value + found["offers_withdrawn"].value
    assert lost <= found["missed_rate"].bottom <= found["offers"].value
    assert found["occupancy"].value is None or 0 <= found["occupancy"].value <= 1


@given(facts=stories())
@settings(max_examples=100, deadline=None)
def test_the_parts_of_a_period_add_up_to_the_whole(facts: list[Fact]) -> None:
    (whole,) = told_by(facts)
    adding = [f.name for f in FIGURES.values() if f.kind in ("count", "sum")]
    for interval in ("15min", "hour", "day"):
        parts = told_by(facts, interval=interval)
        for name in adding:
            total = sum(row[name].value for row in parts)
            assert abs(total - whole[name].value) < 1e-6, (interval, name)
    by_seat = told_by(facts, by="seat")
    for name in adding:
        if FIGURES[name].about == "seat":
            total = sum(row[name].value for row in by_seat)
            assert abs(total - whole[name].value) < 1e-6, name
    assert sum(row["offered"].value for row in told_by(facts, by="line")) == whole["offered"].value


@given(facts=stories())
@settings(max_examples=100, deadline=None)
def test_a_figure_is_its_list(facts: list[Fact]) -> None:
    want = wanted(**WHOLE)
    (row,) = rows(counted(facts), want)
    for name, value in row.values(want.figures).items():
        figure = FIGURES[name]
        items = figure.top(row.scope)
        assert len(items) == value.items
        if figure.kind == "count":
            assert len(items) == value.value
        if figure.kind == "sum":
            assert sum(item.amount for item in items) == value.value
        if figure.about == "line" and figure.unit == "calls":
            calls = [item.call_id for item in items]
            assert len(set(calls)) == len(calls), name


def test_the_document_holds_the_same_table() -> None:
    page = (ROOT / "docs" / "numbers.md").read_text("utf-8")
    tables = page[page.index("## Lines and queues") :]
    rows_there = [line for line in tables.splitlines() if line.startswith("| `")]
    expected = [
        f"| `{f.name}`{'' if f.is_rebuilt else ' †'} {f.english} | {f.chinese} | {f.unit} "
        f"| {f.formula} | {f.formula_chinese} |"
        for f in (*LINES, *SEATS)
    ]
    assert rows_there == expected


def test_every_figure_has_a_name_of_its_own_and_both_formulas() -> None:
    assert len(FIGURES) == len(LINES) + len(SEATS)
    for figure in FIGURES.values():
        assert figure.formula
        assert figure.formula_chinese
        assert (figure.bottom is not None) == (figure.kind == "rate")
        assert (figure.unit == "%") == (figure.kind == "rate")


def test_every_fact_that_figures_are_made_of_is_read() -> None:
    assert len(set(FACTS)) == len(FACTS)
    assert {"call_arrived", "agent_moved", "ticket_moved", "call_ended"} <= set(FACTS)
