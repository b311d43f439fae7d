"""The system itself: links to Asterisk, differences mended, facts parked."""

from typing import Literal
from uuid import UUID

from callcenter.facts.base import Audience, Fact


class LinkLost(Fact):
    """The AMI link to a node's Asterisk is gone or silent."""

    fact: Literal["link_lost"] = "link_lost"
    audience = Audience.OPERATOR
    key = ("node", "at")

    node: str
    reason: str


class LinkRestored(Fact):
    """The AMI link is up and seats and calls were asked for afresh."""

    fact: Literal["link_restored"] = "link_restored"
    audience = Audience.OPERATOR
    key = ("node", "at")

    node: str


class PictureMended(Fact):
    """What we took for true differed from what Asterisk says, and was mended."""

    fact: Literal["picture_mended"] = "picture_mended"
    audience = Audience.OPERATOR
    key = ("node", "subject", "name", "at")

    node: str
    subject: Literal["call", "seat", "membership", "pause", "phone"]
    name: str  # the call's id, the seat's name
    ours: str  # a state, never a citizen's word or number
    asterisks: str
    side_mended: Literal["ours", "asterisk"]


class FactParked(Fact):
    """A handler kept failing on a fact; it waits for an operator and the loop went on."""

    fact: Literal["fact_parked"] = "fact_parked"
    audience = Audience.OPERATOR
    key = ("parked_id", "handler", "at")  # tried again in vain, it is parked again

    parked_id: UUID
    handler: str
    error: str  # the exception's class and code, never its text
