"""Scenario: a call's facts come in any order, as after an outage, and tell the same call."""

import asyncio
import itertools
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from callcenter.ami.hearing import Hearing
from callcenter.ami.link import Message
from callcenter.bus.memory import MemoryBus
from callcenter.facts import Fact
from callcenter.flow import Flow
from callcenter.ivr.call import Call
from callcenter.ivr.callback import CallbackTask
from callcenter.pipeline import LINE, WORK
from callcenter.settings import Settings
from callcenter.store import Store
from callcenter.tickets.ticket import Ticket
from tests.scenarios import test_one_call as stories
from tests.scenarios.tables import Teller

EVERYTHING = {**LINE, **WORK}
STORIES = {
    "answered": stories.GETS_THROUGH,
    "on 110": stories.A_FIGHT,
    "gave up": stories.GIVES_UP,
    "hung up in the greeting": stories.HANGS_UP_IN_THE_GREETING.format(line="12345"),
    "hung up on 110": stories.HANGS_UP_IN_THE_GREETING.format(line="110  "),
    "the second seat answers": stories.THE_SECOND_SEAT_ANSWERS,
    "handed on": stories.HANDED_ON,
}
NEW = itertools.count(10)
THEIR_OWN = {"id", "caller_number", "caller_channel", "seat_channel"}


@pytest.fixture(scope="module")
def flow(site, tmp_path_factory) -> Iterator[Flow]:
    store = Store(Settings(var_dir=tmp_path_factory.mktemp("order")).database)
    store.prepare()
    yield Flow(store, MemoryBus(), site)
    store.close()


def heard(table: str) -> list[Fact]:
    """The facts of a table's messages, in order."""
    hearing = Hearing("n1")
    messages = [Message(message) for message in Teller().messages(table)]
    return [fact for message in messages for fact in hearing.hear(message)]


def outcome(flow: Flow, story: str, order: list[int] | None = None) -> dict[str, Any]:
    """The call, the lines of its tickets, and how often its caller is to be rung.

    Each time it is a new call of a new citizen, whose messages are heard in this order.
    """
    number = next(NEW)
    call_id = f"n1-{number}.0"
    table = re.sub(r"n1-[79]\.0", call_id, re.sub(r"138\d{8}", f"138{number:08}", story))
    facts = heard(table)
    for place in order or range(len(facts)):
        asyncio.run(flow.take_in([facts[place]], EVERYTHING))
    with flow.store.reading() as session:
        call = session.get(Call, call_id)
        tickets = session.exec(select(Ticket).where(Ticket.call_id == call_id)).all()
        tasks = session.exec(select(CallbackTask).where(CallbackTask.call_id == call_id)).all()
    return {
        "call": call and call.model_dump(exclude=THEIR_OWN),
        "tickets": [ticket.line for ticket in tickets],
        "to ring": sum(task.state == "due" for task in tasks),
    }


@cache
def as_it_happened(flow: Flow, story: str) -> dict[str, Any]:
    return outcome(flow, STORIES[story])


@pytest.mark.parametrize("story", STORIES)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_facts_in_any_order_tell_the_same_call(flow, story, data):
    order = data.draw(st.permutations(range(len(heard(STORIES[story])))))
    assert outcome(flow, STORIES[story], order) == as_it_happened(flow, story)
