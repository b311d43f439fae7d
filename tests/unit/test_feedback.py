"""Unit: the citizen's rating closes the ticket or reopens it."""

from datetime import UTC, datetime

import pytest

from callcenter.facts import FeedbackReceived, Line
from callcenter.ivr.feedback_call import Answer
from callcenter.tickets.feedback import UNREACHED, close_unrated, settle
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import locked

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)


@pytest.fixture
def ticket(session):
    """A verified ticket, whose citizen is being asked."""
    (opened,) = open_draft(session, "n1-7.0", Line.SERVICE, at=NOON, actor="seat-01")
    ticket = locked(session, opened.ticket_number)
    ticket.step = Step.VERIFIED
    session.add(ticket)
    return ticket


def rated(ticket, rating, solved):
    return FeedbackReceived(
        at=NOON, ticket_number=ticket.number, rating=rating, solved=solved, by="robot"
    )


@pytest.mark.parametrize(
    ("rating", "solved", "step", "reason"),
    [
        (1, True, Step.CLOSED, ""),
        (2, True, Step.CLOSED, ""),
        (3, True, Step.CLOSED, ""),
        (4, True, Step.REOPENED, "回访评价 4, 已解决"),
        (4, False, Step.REOPENED, "回访评价 4, 未解决"),
        (1, False, Step.REOPENED, "回访评价 1, 未解决"),  # kind words, but nothing was done
    ],
)
def test_a_rating_closes_or_reopens(session, ticket, rating, solved, step, reason):
    (moved,) = settle(session, rated(ticket, rating, solved))
    assert (moved.to_step, moved.reason, moved.actor, moved.at) == (step, reason, "robot", NOON)
    assert locked(session, ticket.number).rating == rating


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.VERIFIED])
def test_a_rating_that_comes_late_is_kept_and_moves_nothing(session, ticket, step):
    ticket.step = step
    session.add(ticket)
    assert settle(session, rated(ticket, 4, False)) == []
    after = locked(session, ticket.number)
    assert (after.step, after.rating) == (step, 4)


def test_a_rating_of_the_round_before_neither_closes_nor_reopens(session, ticket):
    ticket.round = 2
    session.add(ticket)
    assert settle(session, rated(ticket, 1, True)) == []
    after = locked(session, ticket.number)
    assert (after.step, after.rating) == (Step.VERIFIED, None)


def test_an_unreachable_citizens_ticket_is_closed_unrated(session, ticket):
    (moved,) = close_unrated(session, ticket.number, UNREACHED)
    assert (moved.to_step, moved.reason) == (Step.CLOSED, "回访未接通")
    assert locked(session, ticket.number).rating is None
    assert close_unrated(session, ticket.number, UNREACHED) == []


@pytest.mark.parametrize(
    ("rating", "solved"), [(1, True), (2, True), (3, True), (4, False), (None, False)]
)
def test_a_key_says_whether_it_is_solved(rating, solved):
    assert Answer("answered", rating).solved is solved
