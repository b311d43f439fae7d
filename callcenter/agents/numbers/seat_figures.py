"""The items behind each figure of a seat or an agent; each part of a call counts once."""

from callcenter.agents.numbers.figure import Items
from callcenter.agents.numbers.scope import CaseMove, Item, Scope, SeatOffer, SeatPart, merged
from callcenter.agents.numbers.staff import PAUSED, WRAP_UP, Span
from callcenter.agents.numbers.told import OUTBOUND


def offers(scope: Scope) -> list[Item]:
    """Phones that rang."""
    return [_rang(one, "") for one in scope.offers]


def offers_missed(scope: Scope) -> list[Item]:
    """Phones that rang and were not picked up."""
    return [_rang(one, "") for one in scope.offers if one.offer.missed]


def offers_withdrawn(scope: Scope) -> list[Item]:
    """Phones that stopped ringing because the caller was gone or talked to somebody else."""
    return [_rang(one, "") for one in scope.offers if not is_open(one) and _is_lost(one)]


def offers_settled(scope: Scope) -> list[Item]:
    """Phones that rang and do so no more."""
    return [_rang(one, "") for one in scope.offers if not is_open(one)]


def is_open(one: SeatOffer) -> bool:
    """Whether the phone may still be ringing: nothing has happened to the call since."""
    offer, call = one.offer, one.call
    later = [*(part.at for part in call.parts), *(other.at for other in call.offers)]
    over = call.ended_at is not None or any(at > offer.at for at in later)
    return not (offer.missed or offer.answered or over)


def parts(scope: Scope) -> list[Item]:
    """Talks with citizens that came to the seat, told apart by how."""
    return [_part(one, what=one.part.via) for one in scope.parts if _is_incoming(one)]


def outbound(scope: Scope) -> list[Item]:
    """Talks that the seat began."""
    return [_part(one) for one in scope.parts if not _is_incoming(one)]


def answer_seconds(scope: Scope) -> list[Item]:
    """How long each phone rang before it was picked up."""
    return [_part(one, one.part.rang) for one in scope.parts if one.part.rang is not None]


def talk_lengths(scope: Scope) -> list[Item]:
    """The whole length of each talk that is over."""
    return [_part(one, one.part.talked) for one in scope.parts if one.part.talked is not None]


def talk_seconds(scope: Scope) -> list[Item]:
    """What of each talk lies in the scope's time."""
    found = []
    for one in scope.talks:
        seconds = scope.cut(*one.part.stretch)
        if seconds:
            found.append(_part(one, seconds, what=one.part.via))
    return found


def hold_seconds(scope: Scope) -> list[Item]:
    """What of each hold lies in the scope's time; a hold lies in its talk."""
    found = []
    for one in scope.talks:
        began, over = one.part.stretch
        over = over or scope.now
        holds = [(since, until or over) for since, until in one.part.holds.values()]
        for since, until in merged(holds):
            seconds = scope.cut(max(began, since), min(until, over))
            if seconds:
                found.append(_part(one, seconds))
    return found


def in_state(state: str) -> Items:
    """The seconds that agents were in a state, told apart by reason."""

    def items(scope: Scope) -> list[Item]:
        return [_span(span, scope) for span in scope.spans if span.state == state]

    return items


wrap_up_seconds = in_state(WRAP_UP)
paused_seconds = in_state(PAUSED)


def signed_in_seconds(scope: Scope) -> list[Item]:
    """The seconds that agents were signed in."""
    agents = [span for span in scope.spans if span.agent]
    return [_span(span, scope)._replace(what=span.state) for span in agents]


def busy(scope: Scope) -> list[Item]:
    """The seconds of talk and wrap-up of each agent, and of talk of each seat that stands."""
    return [item for item, _ in scope.busy]


def there(scope: Scope) -> list[Item]:
    """The seconds that each agent, and each seat that stands, could have been used."""
    return [item._replace(amount=there) for item, there in scope.busy]


def transfers(scope: Scope) -> list[Item]:
    """Parts that ended by passing the citizen on, told apart by how and to what."""
    return [_part(one, what=one.part.transfer) for one in scope.parts if one.part.transfer]


def ratings(scope: Scope) -> list[Item]:
    """Parts that the citizen rated, told apart by the rating."""
    return [
        _part(one, what=str(one.part.rating)) for one in scope.parts if one.part.rating is not None
    ]


def satisfied(scope: Scope) -> list[Item]:
    """Parts rated 1 非常满意 or 2 满意."""
    return [item for item in ratings(scope) if item.what in ("1", "2")]


def moved(*moves: str) -> Items:
    """Cases that the seat did this to."""

    def items(scope: Scope) -> list[Item]:
        return [_move(one) for one in scope.moves if one.what in moves]

    return items


def _is_incoming(one: SeatPart) -> bool:
    return one.part.via != OUTBOUND


def _is_lost(one: SeatOffer) -> bool:
    return not (one.offer.missed or one.offer.answered)


def _rang(one: SeatOffer, what: str) -> Item:
    return Item(one.offer.at, 1, one.call.call_id, what, "", one.offer.seat, one.agent)


def _part(one: SeatPart, amount: float | None = 1, what: str = "") -> Item:
    part = one.part
    return Item(part.at, amount or 0.0, one.call.call_id, what, part.queue, part.seat, one.agent)


def _span(span: Span, scope: Scope) -> Item:
    seconds = scope.cut(span.since, span.until)
    since = max(span.since, scope.since)
    return Item(since, seconds, span.call_id, span.reason, "", span.seat, span.agent)


def _move(one: CaseMove) -> Item:
    return Item(one.at, 1, one.call_id, one.what, "", one.seat, one.agent)
