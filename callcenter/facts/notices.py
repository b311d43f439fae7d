"""Notices to citizens and units: how each ended. No address, no text."""

from typing import Literal

from callcenter.facts.base import TicketFact


class NoticeSettled(TicketFact):
    """A notice was sent, or it is known that it will not be, or nobody can say.

    "shown": sending is switched off. "nowhere": there is no number or address to send it to.
    """

    fact: Literal["notice_settled"] = "notice_settled"
    key = ("ticket_number", "notice", "attempt", "outcome")

    notice: str
    occasion: str  # callcenter.tickets.notices.occasions.Occasion
    template: str
    port: str | None
    recipient: str  # "citizen", a unit's code, "dispatcher"
    attempt: int
    outcome: Literal["sent", "failed", "unknown", "shown", "nowhere"]


class NoticeDecided(TicketFact):
    """A person said what is to become of a notice that nobody knows of, or that failed."""

    fact: Literal["notice_decided"] = "notice_decided"
    key = ("ticket_number", "notice", "attempt", "decision")
    pii = frozenset({"reason"})

    notice: str
    attempt: int
    decision: Literal["again", "arrived", "lost"]
    actor: str
    reason: str = ""
