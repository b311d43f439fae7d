"""Scenario: calls that have to do with a ticket without having opened it."""

import pytest

from callcenter.facts import (
    CallAnswered,
    CallHandedOver,
    CallPlaced,
    Line,
    LinkWhy,
    ProgressAsked,
    TicketCallLinked,
)
from callcenter.pipeline import LINE
from callcenter.tickets.calls import calls_of
from tests.scenarios.test_one_call import A_CALL


@pytest.fixture
async def number(center) -> str:
    """The draft of a broken street light."""
    await center.play(A_CALL, says="南大街的路灯不亮")
    return (await center.only_ticket()).number


def placed(center, **more) -> CallPlaced:
    told = {"why": "ticket", "origin_call_id": "n1-7.0", **more}
    return CallPlaced(
        at=center.teller.now, call_id="n1-out-1", line=Line.SERVICE, node="n1",
        phone_number="13800000001", seat="seat-08", **told,
    )  # fmt: skip


def answered(center) -> CallAnswered:
    return CallAnswered(
        at=center.teller.now, call_id="n1-out-1", seat="seat-08", seat_leg="n1-out-2",
        queue="", waited_seconds=0.0, caller_channel="PJSIP/trunk-2",
        seat_channel="PJSIP/seat-08-2", via="outbound",
    )  # fmt: skip


async def links(center, number: str) -> list[tuple[str, LinkWhy]]:
    return [(row.call_id, row.why) for row in await center.look(lambda s: calls_of(s, number))]


@pytest.mark.parametrize("answer_first", [False, True])
async def test_a_call_we_place_for_a_ticket_is_that_tickets(center, number, answer_first):
    told = [placed(center, ticket_number=number), answered(center)]
    for fact in reversed(told) if answer_first else told:
        await center.flow.take_in([fact], LINE)
    await center.quiet()
    assert (await center.only_ticket()).number == number
    assert await links(center, number) == [
        ("n1-7.0", LinkWhy.OPENED),
        ("n1-out-1", LinkWhy.RUNG),
    ]
    assert len(await center.facts(TicketCallLinked)) == 1


async def test_who_is_told_how_a_case_stands_has_called_about_it(center, number):
    asked = {"call_id": "n1-9.0", "by": "ticket_number", "ticket_number": number}
    await center.take_in(ProgressAsked(attempt=1, told=False, **asked))
    assert len(await links(center, number)) == 1
    await center.take_in(ProgressAsked(attempt=2, told=True, **asked))
    assert (await links(center, number))[1:] == [("n1-9.0", LinkWhy.ASKED)]


async def test_a_call_handed_over_brings_its_ticket_along(center, number):
    handed = CallHandedOver(
        call_id="n1-7.0", from_line=Line.SERVICE, to_line=Line.POLICE, form="direct",
        actor="seat-08", ticket_number=number,
    )  # fmt: skip
    await center.take_in(handed)
    assert ("n1-7.0", LinkWhy.HANDED_OVER) in await links(center, number)
