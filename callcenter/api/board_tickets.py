"""One ticket on the board: a fold over its facts that no order and no repetition changes.

Moves are kept by their number, classifications and places by their revision, ratings by their
round; the highest counts. What a person corrected, later classifications do not undo.
"""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from callcenter.facts import (
    CallClassified,
    CategoryCorrected,
    DecidingWord,
    DuplicateOffer,
    DuplicatesProposed,
    FeedbackReceived,
    ItemScore,
    Kind,
    Outcome,
    PlaceGuess,
    PlaceWord,
    TicketLocated,
    TicketMoved,
    Urgency,
)

MOVES = 20  # kept a ticket, the newest; GET /tickets/{number} has all


class Move(BaseModel):
    """One step of a ticket's history; `number` counts from 1."""

    model_config = ConfigDict(frozen=True)

    number: int
    move: str
    to_step: str
    actor: str
    unit: str | None
    due_at: AwareDatetime | None
    at: AwareDatetime


class Category(BaseModel):
    """What the words speak for, and which words decided it."""

    model_config = ConfigDict(frozen=True)

    revision: int
    item: str | None
    item_name: str
    score: float
    kind: Kind
    urgency: Urgency
    outcome: Outcome | None
    runner_ups: tuple[ItemScore, ...]
    words: tuple[DecidingWord, ...]


class Correction(BaseModel):
    """The item that a person chose instead of the rules' one."""

    model_config = ConfigDict(frozen=True)

    item: str
    actor: str
    at: AwareDatetime


class Located(BaseModel):
    """Where it is, or what to ask to learn it; fields as in `TicketLocated`."""

    model_config = ConfigDict(frozen=True)

    revision: int
    cell: str | None
    cell_name: str
    place: str
    detail: str
    longitude: float | None
    latitude: float | None
    score: float
    level: int
    words: tuple[PlaceWord, ...]
    candidates: tuple[PlaceGuess, ...]
    question: str
    forward_to: str


class Duplicates(BaseModel):
    """Tickets that may be about the same matter, and why."""

    model_config = ConfigDict(frozen=True)

    revision: int
    offers: tuple[DuplicateOffer, ...]


class Rating(BaseModel):
    """The citizen's judgement: 1 非常满意, 2 满意, 3 一般, 4 不满意."""

    model_config = ConfigDict(frozen=True)

    round: int
    rating: int
    solved: bool
    by: str


class TicketView(BaseModel):
    """What the board shows of one ticket; `step` is None until it has moved."""

    model_config = ConfigDict(frozen=True)

    number: str
    call_id: str | None = None
    step: str | None = None
    unit: str | None = None
    due_at: AwareDatetime | None = None
    opened_at: AwareDatetime | None = None
    seen_at: AwareDatetime | None = None  # the newest fact of it
    history: tuple[Move, ...] = ()
    category: Category | None = None
    correction: Correction | None = None
    located: Located | None = None
    duplicates: Duplicates | None = None
    rating: Rating | None = None


def moved(ticket: TicketView, fact: TicketMoved) -> TicketView:
    """The move takes its place in the history; the last one that names a unit or a day sets it."""
    step = Move.model_validate(fact.model_dump(include=set(Move.model_fields)))
    others = [old for old in ticket.history if old.number != fact.number]
    history = sorted([*others, step], key=lambda move: move.number)[-MOVES:]
    units = [move.unit for move in history if move.unit]
    days = [move.due_at for move in history if move.due_at]
    return ticket.model_copy(
        update={
            "history": tuple(history),
            "step": history[-1].to_step,
            "unit": units[-1] if units else ticket.unit,
            "due_at": days[-1] if days else ticket.due_at,
            "opened_at": fact.at if fact.number == 1 else ticket.opened_at,
            "call_id": ticket.call_id or fact.call_id,
        }
    )


def classified(ticket: TicketView, fact: CallClassified) -> TicketView:
    """The newest revision of item, kind and urgency."""
    if ticket.category and ticket.category.revision > fact.revision:
        return ticket
    category = Category(
        revision=fact.revision,
        item=fact.item,
        item_name=fact.item_name,
        score=fact.score,
        kind=fact.call_kind,
        urgency=fact.urgency,
        outcome=fact.outcome,
        runner_ups=fact.runner_ups,
        words=fact.words,
    )
    return ticket.model_copy(
        update={"category": category, "call_id": ticket.call_id or fact.call_id}
    )


def corrected(ticket: TicketView, fact: CategoryCorrected) -> TicketView:
    """The newest choice of a person."""
    if ticket.correction and ticket.correction.at > fact.at:
        return ticket
    correction = Correction(item=fact.to_item, actor=fact.actor, at=fact.at)
    return ticket.model_copy(update={"correction": correction})


def located(ticket: TicketView, fact: TicketLocated) -> TicketView:
    """The newest revision of place and cell."""
    if ticket.located and ticket.located.revision > fact.revision:
        return ticket
    where = Located.model_validate(fact.model_dump(include=set(Located.model_fields)))
    return ticket.model_copy(update={"located": where, "call_id": ticket.call_id or fact.call_id})


def proposed(ticket: TicketView, fact: DuplicatesProposed) -> TicketView:
    """The newest revision of what may be the same matter."""
    if ticket.duplicates and ticket.duplicates.revision > fact.revision:
        return ticket
    duplicates = Duplicates(revision=fact.revision, offers=fact.offers)
    return ticket.model_copy(
        update={"duplicates": duplicates, "call_id": ticket.call_id or fact.call_id}
    )


def rated(ticket: TicketView, fact: FeedbackReceived) -> TicketView:
    """The newest round's rating."""
    if ticket.rating and ticket.rating.round > fact.round:
        return ticket
    rating = Rating.model_validate(fact.model_dump(include=set(Rating.model_fields)))
    return ticket.model_copy(update={"rating": rating})
