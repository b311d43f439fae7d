"""Citizens who are to be rung."""

from typing import Literal

from callcenter.facts.base import Audience, Fact


class CallbackDue(Fact):
    """A citizen is to be rung: they gave up waiting, or their case is verified."""

    fact: Literal["callback_due"] = "callback_due"
    audience = Audience.SUPERVISOR
    key = ("call_id", "ticket_number", "why", "round")

    why: Literal["abandoned", "cut", "feedback", "kept_place"]
    call_id: str | None
    ticket_number: str | None
    round: int = 1  # a reopened ticket is asked about again


class CallbackTried(Fact):
    """The robot or a seat rang the citizen; "settled": a person says no call is needed any more."""

    fact: Literal["callback_tried"] = "callback_tried"
    audience = Audience.SUPERVISOR
    key = ("task", "attempt")

    task: int
    attempt: int
    outcome: Literal["answered", "no_answer", "failed", "settled"]
    by: str = "robot"
