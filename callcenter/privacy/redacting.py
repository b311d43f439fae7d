"""What is taken out of a fact, and what is put in its place; pure, and a table.

A fact's id follows from its `key`, which is never touched, and nor is what figures are made of:
who, when, how long, which item, which cell. A number becomes a token that is nobody's (`STAND_IN`),
since figures ask whether two calls were of one caller.
"""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.facts import (
    AgentMoved,
    AnyFact,
    CallArrived,
    CallClassified,
    CallerLocated,
    CallHandedOver,
    CallPlaced,
    CallTransferred,
    DuplicatesProposed,
    Fact,
    NoticeDecided,
    PlaceKept,
    QueueMoved,
    SeatsTold,
    SupervisionMoved,
    TicketLocated,
    TicketMoved,
    UtteranceHeard,
)
from callcenter.privacy.terms import Kept

PAUSED = "paused"
Token = Callable[[str], str]
Out = Mapping[str, Any]
Rule = Callable[[Any, Token], Out]


def _plain(**out: Any) -> Rule:
    return lambda _fact, _token: out


def _number(field: str) -> Rule:
    def rule(fact: Fact, token: Token) -> Out:
        number = getattr(fact, field)
        return {field: token(number)} if number else {}

    return rule


def _outside(fact: CallTransferred, _token: Token) -> Out:
    return {"to": ""} if fact.to_kind == "outside" else {}


def _agents_reason(fact: AgentMoved, _token: Token) -> Out:
    """A pause's reason is of a short list of the centre's, and pauses are counted by it."""
    return {} if fact.to_state == PAUSED else {"reason": ""}


RULES: Mapping[tuple[Kept, type[Fact]], Rule] = {
    (Kept.WORDS, UtteranceHeard): _plain(text="", words=()),
    (Kept.WORDS, CallClassified): _plain(words=()),
    (Kept.WORDS, TicketLocated): _plain(words=(), candidates=(), question=""),
    (Kept.WORDS, DuplicatesProposed): _plain(offers=()),
    (Kept.WORDS, TicketMoved): _plain(reason=""),
    (Kept.WORDS, CallHandedOver): _plain(reason=""),
    (Kept.WORDS, SupervisionMoved): _plain(reason=""),
    (Kept.WORDS, NoticeDecided): _plain(reason=""),
    (Kept.WORDS, AgentMoved): _agents_reason,
    (Kept.WORDS, QueueMoved): _plain(reason=""),
    (Kept.WORDS, SeatsTold): _plain(text=""),
    (Kept.NUMBERS, CallArrived): _number("caller_number"),
    (Kept.NUMBERS, CallPlaced): _number("phone_number"),
    (Kept.NUMBERS, PlaceKept): _number("phone_number"),
    (Kept.NUMBERS, CallerLocated): _plain(network="", geolocation=""),
    (Kept.NUMBERS, CallTransferred): _outside,
    (Kept.NUMBERS, TicketLocated): _plain(place="", longitude=None, latitude=None, detail=""),
}
OF_TICKET = (CallClassified, DuplicatesProposed, TicketLocated, TicketMoved, NoticeDecided)
OF_NOBODY = (AgentMoved, QueueMoved, SeatsTold)  # staff's words that belong to no matter


def redacted(fact: AnyFact, kept: Kept, token: Token) -> AnyFact | None:
    """The fact without what is of this class; None where there is nothing of it.

    Args:
        fact: As it stands.
        kept: The class.
        token: Gives what stands for a number from now on.
    """
    rule = RULES.get((kept, type(fact)))
    out = rule(fact, token) if rule else {}
    if all(getattr(fact, field) == value for field, value in out.items()):
        return None
    return fact.model_copy(update=dict(out))


def names_of(kept: Kept, *, of_ticket: bool) -> list[str]:
    """The names of the facts that have something of this class, of calls or of tickets."""
    return [
        fact.model_fields["fact"].default
        for which, fact in RULES
        if which is kept and (fact in OF_TICKET) is of_ticket
    ]


def names_of_nobody() -> list[str]:
    """The names of facts with words of staff that belong to no matter."""
    return [fact.model_fields["fact"].default for fact in OF_NOBODY]
