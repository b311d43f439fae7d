"""Scenario: the grid is drawn anew while a ticket walks its steps."""

from dataclasses import replace

import pytest

from callcenter.facts import CallbackDue, TicketLocated
from callcenter.ivr.callback import CallbackState
from callcenter.tickets.grid import CODE_DIGITS, Grid
from callcenter.tickets.replacing import replace_ticket
from callcenter.tickets.steps import Step
from tests.scenarios.test_one_call import A_CALL


@pytest.fixture
async def number(center) -> str:
    """The draft of a broken street light."""
    await center.play(A_CALL, says="南大街的路灯不亮")
    return (await center.only_ticket()).number


def renumbered(grid: Grid, code: str) -> Grid:
    """The grid, in which one cell has another code."""
    cells = [cell for level in CODE_DIGITS for cell in grid.cells(level)]
    borders = [grid.border(cell.code) for cell in cells]
    index = cells.index(grid.cell(code))
    cells[index] = replace(cells[index], code=f"{code[:-3]}999")
    return Grid(cells, borders)


async def draw_anew(center, number: str) -> str:
    """The ticket's cell has another code, and the ticket is re-placed; gives that code."""
    ticket = await center.ticket(number)
    grid = renumbered(center.site.county.grid, ticket.cell)
    await center.flow.command(lambda session: replace_ticket(session, grid, number, version=2))
    await center.quiet()
    return ticket.cell[:-3] + "999"


async def test_a_draft_that_was_moved_is_filed_and_dispatched_as_any_other(center, number):
    new = await draw_anew(center, number)
    await center.move(number, "file", actor="seat-08")
    ticket = await center.only_ticket()
    assert (ticket.cell, ticket.step) == (new, Step.DISPATCHED)
    assert await center.moves(number) == ["open", "relocate", "file", "dispatch"]
    assert (await center.facts(TicketLocated))[-1].cell == new


async def test_a_ticket_that_was_moved_keeps_unit_and_deadline(center, number):
    await center.move(number, "file", actor="seat-08")
    before = await center.only_ticket()
    new = await draw_anew(center, number)
    after = await center.only_ticket()
    kept = ("step", "unit", "due_at", "item", "place")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert (before.cell != new, after.cell) == (True, new)


async def test_a_citizen_who_waits_to_be_asked_is_rung_once(center, number):
    await center.handle(number)
    await draw_anew(center, number)
    assert len(await center.facts(CallbackDue)) == 1
    await center.robot_rings(rating=1)
    assert (await center.only_ticket()).step is Step.CLOSED
    assert [task.state for task in await center.tasks()] == [CallbackState.DONE]
