"""What a supervisor sees now: a fold over facts, the same in live_board.js and in console/src/live.

`apply` sets, it never adds: a fact applied twice changes nothing, and facts in another order lead
to the same board. All three are tested on tests/fixtures/board/*.json. The board is bounded,
but calls that are not over are never let go. Pure: no clock, no database, no network.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from callcenter.api import board_calls, board_centre, board_tickets
from callcenter.api.board_calls import OVER, CallView
from callcenter.api.board_centre import (
    AgentView,
    CallbackView,
    LinkView,
    MendedView,
    MessageView,
    ParkedView,
    SeatView,
    TryView,
)
from callcenter.api.board_tickets import TicketView
from callcenter.facts import (
    AgentMoved,
    AnyFact,
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallbackDue,
    CallbackTried,
    CallClassified,
    CallEnded,
    CallFact,
    CallOffered,
    CallPlaced,
    CallQueued,
    CallTransferred,
    CategoryCorrected,
    DuplicatesProposed,
    Fact,
    FactParked,
    FeedbackReceived,
    LinkLost,
    LinkRestored,
    MenuChosen,
    OfferMissed,
    PartialHeard,
    PictureMended,
    PlaceKept,
    RecordingStored,
    SeatSeen,
    SeatsTold,
    TalkEnded,
    TicketFact,
    TicketLocated,
    TicketMoved,
    TranscriptCompleted,
    UtteranceHeard,
)

CALLS = 60  # kept when over; those that are not over come on top
TICKETS = 100
CALLBACKS = 60
MOST: dict[str, int] = {  # kept of each other part
    "callbacks": CALLBACKS,
    "tries": CALLBACKS,
    "parked": 20,
    "messages": 20,
    "mended": 20,
}
NUMBERS: dict[type[Fact], str] = {  # where a fact holds a telephone number
    CallArrived: "caller_number",
    CallPlaced: "phone_number",
    CallTransferred: "to",
    PlaceKept: "phone_number",
}
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Board(BaseModel):
    """Everything on the page, each part keyed by the name of what it shows."""

    model_config = ConfigDict(frozen=True)

    calls: dict[str, CallView] = {}
    tickets: dict[str, TicketView] = {}
    seats: dict[str, SeatView] = {}
    agents: dict[str, AgentView] = {}
    messages: dict[str, MessageView] = {}
    mended: dict[str, MendedView] = {}
    callbacks: dict[str, CallbackView] = {}
    tries: dict[str, TryView] = {}
    links: dict[str, LinkView] = {}
    parked: dict[str, ParkedView] = {}


def apply(board: Board, shown: AnyFact | PartialHeard) -> Board:
    """The board after this fact, or after these words still being spoken."""
    if isinstance(shown, PartialHeard):
        return _call(board, shown.call_id, board_calls.speaking, shown)
    if isinstance(shown, CallClassified | DuplicatesProposed | TicketFact):
        return _ticket(board, shown) if type(shown) in TICKET else board
    if type(shown) in CALL and isinstance(shown, CallFact):
        return _call(board, shown.call_id, CALL[type(shown)], shown)
    if type(shown) in CENTRE:
        return _put(board, *CENTRE[type(shown)](shown))
    return _agent(board, shown) if isinstance(shown, AgentMoved) else board


def mask_fact(fact: AnyFact) -> AnyFact:
    """The fact as it may leave for the page: telephone numbers masked."""
    field = NUMBERS.get(type(fact))
    if field is None or (isinstance(fact, CallTransferred) and fact.to_kind != "outside"):
        return fact
    return fact.model_copy(update={field: board_calls.mask(getattr(fact, field))})


def _call(
    board: Board,
    call_id: str,
    fold: Callable[[CallView, Any], CallView],
    shown: Fact | PartialHeard,
) -> Board:
    known = board.calls.get(call_id) or CallView(call_id=call_id)
    calls = {**board.calls, call_id: fold(known, shown)}
    return board.model_copy(update={"calls": _newest_calls(calls)})


def _ticket(board: Board, fact: Fact) -> Board:
    number: str = fact.ticket_number  # type: ignore[attr-defined]
    known = board.tickets.get(number) or TicketView(number=number)
    ticket = TICKET[type(fact)](known, fact)
    seen = max(known.seen_at or fact.at, fact.at)
    tickets = {**board.tickets, number: ticket.model_copy(update={"seen_at": seen})}
    board = board.model_copy(update={"tickets": _newest(tickets, TICKETS, "seen_at")})
    call_id = getattr(fact, "call_id", None)
    if call_id is None:
        return board
    return _call(board, call_id, lambda call, _: _with_ticket(call, number), fact)


def _with_ticket(call: CallView, number: str) -> CallView:
    return call.having(tickets=tuple(sorted({*call.tickets, number})))


def _agent(board: Board, fact: AgentMoved) -> Board:
    agent = board_centre.moved(board.agents.get(fact.agent), fact)
    return board.model_copy(update={"agents": {**board.agents, fact.agent: agent}})


def _put(board: Board, part: str, key: str, view: Any) -> Board:
    views = getattr(board, part)
    if key in views and views[key].at > view.at:
        return board
    most = MOST.get(part, 1000)
    return board.model_copy(update={part: _newest({**views, key: view}, most, "at")})


def _newest(views: dict[str, Any], most: int, moment: str) -> dict[str, Any]:
    if len(views) <= most:
        return views
    kept = set(sorted(views, key=lambda key: (getattr(views[key], moment), key))[-most:])
    return {key: view for key, view in views.items() if key in kept}


def _newest_calls(calls: dict[str, CallView]) -> dict[str, CallView]:
    over = {key: call for key, call in calls.items() if call.state in OVER or not call.arrived_at}
    if len(over) <= CALLS:
        return calls
    kept = set(sorted(over, key=lambda key: (over[key].arrived_at or LONG_AGO, key))[-CALLS:])
    return {key: call for key, call in calls.items() if key not in over or key in kept}


CALL: dict[type[Fact], Callable[[CallView, Any], CallView]] = {
    CallArrived: board_calls.arrived,
    MenuChosen: board_calls.chosen,
    CallQueued: board_calls.queued,
    CallAbandoned: board_calls.abandoned,
    CallOffered: board_calls.offered,
    OfferMissed: board_calls.missed,
    CallAnswered: board_calls.answered,
    TalkEnded: board_calls.parted,
    CallEnded: board_calls.ended,
    UtteranceHeard: board_calls.heard,
    RecordingStored: board_calls.recorded,
    TranscriptCompleted: board_calls.completed,
}
TICKET: dict[type[Fact], Callable[[TicketView, Any], TicketView]] = {
    TicketMoved: board_tickets.moved,
    CallClassified: board_tickets.classified,
    TicketLocated: board_tickets.located,
    DuplicatesProposed: board_tickets.proposed,
    CategoryCorrected: board_tickets.corrected,
    FeedbackReceived: board_tickets.rated,
}
CENTRE: dict[type[Fact], Callable[[Any], board_centre.Put]] = {
    SeatSeen: board_centre.seat,
    LinkLost: board_centre.link,
    LinkRestored: board_centre.link,
    CallbackDue: board_centre.due,
    CallbackTried: board_centre.tried,
    FactParked: board_centre.parked,
    SeatsTold: board_centre.message,
    PictureMended: board_centre.mended,
}
