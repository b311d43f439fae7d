"""Scenario: a ticket from the seat's draft through the seven steps to its end."""

import pytest

from callcenter.errors import BadInputError, ImpossibleMoveError
from callcenter.facts import CallbackDue, CallbackTried, CallClassified, TicketMoved
from callcenter.ivr.callback import CallbackState
from callcenter.tickets.steps import Step
from tests.scenarios.test_one_call import A_CALL

WALK = ["open", "file", "dispatch", "accept", "report", "verify"]


@pytest.fixture
async def number(center) -> str:
    """The draft of a broken street light."""
    await center.play(A_CALL, says="南大街的路灯不亮")
    return (await center.only_ticket()).number


async def test_a_satisfied_citizen_closes_the_ticket(center, number):
    await center.handle(number)
    await center.robot_rings(rating=1)
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.rating, ticket.round) == (Step.CLOSED, 1, 1)
    assert await center.moves(number) == [*WALK, "close"]
    assert [task.state for task in await center.tasks()] == [CallbackState.DONE]


async def test_a_filed_ticket_goes_to_its_unit_with_a_deadline(center, number):
    await center.move(number, "file", actor="seat-08")
    ticket = await center.only_ticket()
    assert center.site.table.units[ticket.unit].name == "县城市管理局"
    assert ticket.due_at.isoformat() == "2025-03-10T10:00:00+00:00"  # five working days, 18:00


async def test_a_citizen_who_withheld_the_number_is_not_waited_for(center):
    await center.play(A_CALL.replace("13800000001", "anonymous  "), says="南大街的路灯不亮")
    number = (await center.only_ticket()).number
    await center.handle(number)
    assert (await center.only_ticket()).step is Step.CLOSED
    assert await center.moves(number) == [*WALK, "close"]
    assert await center.tasks() == []


@pytest.mark.parametrize("rating", [2, 3])
async def test_a_citizen_who_takes_it_for_solved_closes_the_ticket(center, number, rating):
    await center.handle(number)
    await center.robot_rings(rating)
    assert (await center.only_ticket()).step is Step.CLOSED


async def test_a_dissatisfied_citizen_reopens_it_and_the_unit_is_told(center, number):
    await center.handle(number)
    await center.robot_rings(rating=4)
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.rating, ticket.round) == (Step.DISPATCHED, 4, 2)
    reopened, told = (await center.facts(TicketMoved))[-2:]
    assert (reopened.move, reopened.reason) == ("reopen", "回访评价 4, 未解决")
    assert (told.move, told.unit) == ("dispatch", ticket.unit)


async def test_a_reopened_ticket_is_handled_and_asked_about_again(center, number):
    await center.handle(number)
    await center.robot_rings(rating=4)
    await center.handle_again(number)
    assert [due.round for due in await center.facts(CallbackDue)] == [1, 2]
    await center.robot_rings(rating=2)
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.rating) == (Step.CLOSED, 2)
    assert await center.moves(number) == [*WALK, "reopen", *WALK[2:], "close"]


async def test_a_citizen_who_never_picks_up_is_tried_again_and_then_left_in_peace(center, number):
    await center.handle(number)
    await center.robot_rings(picks_up=False)
    assert (await center.only_ticket()).step is Step.VERIFIED
    await center.robot_rings(picks_up=False)
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.rating) == (Step.CLOSED, None)
    assert [tried.attempt for tried in await center.facts(CallbackTried)] == [1, 2]
    assert (await center.facts(TicketMoved))[-1].reason == "回访未接通"


async def test_a_citizen_who_listens_and_presses_nothing_closes_it_unrated(center, number):
    await center.handle(number)
    await center.robot_rings(rating=None)
    assert ((await center.only_ticket()).step, (await center.only_ticket()).rating) == (
        Step.CLOSED,
        None,
    )
    assert (await center.facts(TicketMoved))[-1].reason == "回访未评价"


async def test_what_the_seat_answers_on_the_spot_goes_nowhere(center, number):
    await center.move(number, "answer", actor="seat-08", reason="已告知")
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.unit) == (Step.CLOSED, None)
    assert await center.tasks() == []


async def test_a_returned_ticket_waits_for_a_dispatcher(center, number):
    await center.move(number, "file", actor="seat-08")
    await center.move(number, "return", actor="handler:U1002", reason="不属本单位职责")
    assert (await center.only_ticket()).step is Step.RETURNED
    await center.move(number, "uphold_return", actor="dispatcher", reason="确非城管职责")
    assert (await center.only_ticket()).step is Step.FILED
    await center.move(number, "dispatch", actor="dispatcher", unit="U1009")
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.unit) == (Step.DISPATCHED, "U1009")


async def test_what_the_verifier_rejects_goes_back_to_the_same_unit(center, number):
    await center.move(number, "file", actor="seat-08")
    before = await center.only_ticket()
    await center.move(number, "accept", "report", actor=f"handler:{before.unit}")
    await center.move(number, "reject", actor="verifier", reason="现场仍不亮")
    after = await center.only_ticket()
    assert (after.step, after.unit, after.due_at) == (Step.HANDLING, before.unit, before.due_at)
    assert await center.tasks() == []


async def test_a_discarded_draft_is_void_and_stays_so(center, number):
    await center.move(number, "discard", actor="seat-08", reason="空号")
    assert (await center.only_ticket()).step is Step.VOID
    with pytest.raises(ImpossibleMoveError):
        await center.move(number, "file", actor="seat-08")


async def test_a_refused_command_changes_nothing(center, number):
    before = await center.everything()
    with pytest.raises(ImpossibleMoveError, match="report is not possible in state draft"):
        await center.move(number, "report", actor="handler:U1002")
    with pytest.raises(BadInputError, match="reason is missing"):
        await center.move(number, "discard", actor="seat-08", reason="  ")
    assert await center.everything() == before


async def test_a_persons_category_is_not_overruled_by_later_words(center, number):
    await center.correct(number, "205", actor="seat-08")
    await center.hear("n1-7.0", "路灯坏了三天了")
    ticket = await center.only_ticket()
    assert (ticket.item, ticket.item_name, ticket.item_by) == ("205", "物业管理", "seat-08")
    assert (await center.facts(CallClassified))[-1].item == "113"  # what the rules still say
    await center.move(number, "file", actor="seat-08")
    unit = center.site.table.choose("205", ticket.cell).unit
    assert (await center.only_ticket()).unit == unit.code


async def test_a_filed_ticket_is_left_alone_by_later_words(center, number):
    await center.move(number, "file", actor="seat-08")
    before = await center.only_ticket()
    await center.hear("n1-7.0", "城东街道有人在打架有人受伤了")
    await center.complete("n1-7.0")
    assert (await center.only_ticket()).model_dump() == before.model_dump()


async def test_a_ticket_closed_by_hand_keeps_the_rating_that_comes_later(center, number):
    await center.handle(number)
    await center.move(number, "close", actor="dispatcher")
    await center.robot_rings(rating=4)
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.rating) == (Step.CLOSED, 4)


async def test_a_closed_ticket_is_reopened_by_a_person_and_dispatched_again(center, number):
    await center.move(number, "answer", actor="seat-08", reason="已告知")
    await center.move(number, "reopen", actor="dispatcher", reason="市民再次来电")
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.round) == (Step.DISPATCHED, 2)
