"""Unit: tickets under a new grid: what the report says, and what moving them writes down."""

from datetime import UTC, datetime

import pytest

from callcenter.facts import Line, TicketLocated, TicketMoved
from callcenter.store import record
from callcenter.tickets.grid import Grid
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.replacing import Placing, replace_ticket, survey
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import history, locked
from tests.small_county import COUNTY, RIGHT, TOWNS, VILLAGES, cell, degrees, grid_text, written

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
HALVES = [cell("140728100001003", 0, 0, 1, 1), cell("140728100001004", 1, 0, 2, 1)]
RENAMED = [cell("140728100001001", 0, 0, 1, 1, name="南街格"), RIGHT[-1]]


@pytest.fixture
def grid_of(tmp_path):
    """A grid of features."""
    return lambda features: Grid.load(written(tmp_path, "grid.geojson", grid_text(features)))


@pytest.fixture
def ticket(session):
    """Opens a ticket that lies in a cell, with a point in the cell's south-west corner square."""
    opened = []

    def open_one(cell="140728100001001", name="格001", at=(0.5, 0.5), step=Step.HANDLING):
        opened.append(f"n1-{len(opened)}.0")
        (fact,) = open_draft(session, opened[-1], Line.SERVICE, at=NOON, actor="seat-01")
        found = locked(session, fact.ticket_number)
        found.cell, found.cell_name, found.place, found.step = cell, name, "南大街", step
        found.longitude, found.latitude = degrees(*at) if at else (None, None)
        session.add(found)
        session.flush()
        return found.number

    return open_one


def placings(session, grid, **asked):
    return [
        (one.placing, one.new.code if one.new else None)
        for one in survey(session, grid, closed_too=asked.get("closed_too", False))
    ]


def test_under_the_same_grid_nothing_moves(session, ticket, grid_of):
    ticket()
    assert placings(session, grid_of(RIGHT)) == [(Placing.UNCHANGED, None)]


@pytest.mark.parametrize(
    ("lies", "placing", "new"),
    [
        ({}, Placing.MOVED, "140728100001003"),
        ({"at": (1.5, 0.5)}, Placing.MOVED, "140728100001004"),
        ({"cell": "140728100001", "name": "格001"}, Placing.UNCHANGED, None),
        ({"cell": "140728100", "name": "古陶镇"}, Placing.MOVED, "140728100"),  # its name is new
        ({"at": (0.5, 1.5)}, Placing.MOVED, "140728100002"),  # no basic cells there
        ({"at": (3.5, 0.5)}, Placing.MOVED, "140728101"),
        ({"at": (9, 9)}, Placing.OUTSIDE, None),
        ({"at": None}, Placing.NO_POINT, None),
        ({"cell": None, "name": "", "at": None}, Placing.NO_POINT, None),
        ({"step": Step.DRAFT}, Placing.MOVED, "140728100001003"),
        ({"step": Step.VERIFIED}, Placing.MOVED, "140728100001003"),
    ],
)
def test_a_ticket_is_placed_by_its_point_at_the_level_it_had(
    session, ticket, grid_of, lies, placing, new
):
    ticket(**lies)
    grid = grid_of([COUNTY, *TOWNS, *VILLAGES, *HALVES])
    assert placings(session, grid) == [(placing, new)]


@pytest.mark.parametrize("step", [Step.CLOSED, Step.VOID])
def test_tickets_that_are_over_are_looked_at_only_when_told_to(session, ticket, grid_of, step):
    ticket(step=step)
    grid = grid_of([COUNTY, *TOWNS, *VILLAGES, *HALVES])
    assert placings(session, grid) == []
    assert placings(session, grid, closed_too=True) == [(Placing.MOVED, "140728100001003")]


def test_a_ticket_on_its_way_to_its_unit_is_left_for_the_next_time(session, ticket, grid_of):
    number = ticket(step=Step.DRAFT)
    move(session, number, Move.FILE, actor="seat-01")
    grid = grid_of([COUNTY, *TOWNS, *VILLAGES, *HALVES])
    assert placings(session, grid) == [(Placing.ON_ITS_WAY, None)]
    assert list(replace_ticket(session, grid, number, 4)) == []
    move(session, number, Move.DISPATCH, actor="pipeline", unit="U1", due_at=NOON)
    assert placings(session, grid) == [(Placing.MOVED, "140728100001003")]


def test_moving_states_the_new_cell_and_writes_the_version_into_the_history(
    session, ticket, grid_of
):
    number = ticket()
    before = locked(session, number).model_dump()
    grid = grid_of([COUNTY, *TOWNS, *VILLAGES, *HALVES])
    moved, located = replace_ticket(session, grid, number, 4)
    assert isinstance(moved, TicketMoved)
    assert isinstance(located, TicketLocated)
    reason = "网格第4版:140728100001001 → 140728100001003"
    assert (moved.move, moved.from_step, moved.to_step) == ("relocate", "handling", "handling")
    assert (moved.number, moved.actor, moved.reason) == (2, "administrator", reason)
    assert (located.cell, located.cell_name, located.revision) == ("140728100001003", "格003", 1)
    assert (located.place, located.longitude) == ("南大街", before["longitude"])
    last = history(session, number)[-1]
    assert (last.move, last.reason, last.to_step) == (Move.RELOCATE, reason, Step.HANDLING)
    after = locked(session, number).model_dump()
    changed = {"cell": "140728100001003", "cell_name": "格003", "steps": 2, "revision": 1}
    assert after == {**before, **changed}
    assert placings(session, grid) == [(Placing.UNCHANGED, None)]
    assert list(replace_ticket(session, grid, number, 4)) == []


def test_what_was_told_of_the_place_last_is_told_again(session, ticket, grid_of):
    number = ticket()
    told = TicketLocated(
        ticket_number=number, call_id="n1-0.0", revision=1, cell="140728100001001",
        cell_name="格001", place="南大街", longitude=112.0005, latitude=37.0005, score=0.87,
    )  # fmt: skip
    record(session, told)
    record(session, told.model_copy(update={"revision": 2, "score": 0.91}))
    locked(session, number).revision = 2
    _, located = replace_ticket(
        session, grid_of([COUNTY, *TOWNS, *VILLAGES, *HALVES]), number, version=4
    )
    assert (located.score, located.revision, located.call_id) == (0.91, 3, "n1-0.0")
    assert record(session, located)


def test_a_cell_with_another_name_is_told_too(session, ticket, grid_of):
    number = ticket()
    grid = grid_of([COUNTY, *TOWNS, *VILLAGES, *RENAMED])
    _, located = replace_ticket(session, grid, number, 4)
    assert (located.cell, located.cell_name) == ("140728100001001", "南街格")


def test_what_is_told_of_a_ticket_holds_nothing_of_a_citizens(session, ticket, grid_of):
    ticket()
    grid = grid_of([COUNTY, *TOWNS, *VILLAGES, *HALVES])
    told = str(list(survey(session, grid, closed_too=True)))
    assert "南大街" not in told
    assert str(degrees(0.5, 0.5)[0]) not in told
