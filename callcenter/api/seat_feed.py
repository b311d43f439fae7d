"""The seat's viewer: told of the call at its own seat, and of nobody else's."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from pydantic import AwareDatetime, BaseModel
from sqlalchemy import ColumnElement
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from callcenter.api.board import Board
from callcenter.api.feed import Viewer
from callcenter.api.seat_view import SeatNow, seat_now
from callcenter.errors import BadInputError
from callcenter.facts import AgentMoved, AnyFact, Line, PartialHeard, read_fact
from callcenter.ivr.call import Call
from callcenter.store import LedgerRow
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.looking import Wanted, search
from callcenter.tickets.steps import OVER
from callcenter.tickets.ticket import Ticket

EARLIER = 8  # tickets of the caller that are shown, the newest

log = structlog.get_logger()


class EarlierTicket(BaseModel):
    """A ticket of the same number."""

    number: str
    step: str
    item_name: str
    place: str
    unit: str | None
    opened_at: AwareDatetime
    closed: bool


class KnownCaller(BaseModel):
    """What is known of who calls, from the store: once a call."""

    call_id: str
    line: Line
    number: str | None  # whole: the seat's own telephone shows it as well; None: withheld
    placed: str  # why we rang the citizen; "": the citizen rang us
    earlier: list[EarlierTicket]


Read = Callable[[str], KnownCaller | None]


class SeatViewer(Viewer):
    """Given what comes onto the board by `take`; tells which of the seat's parts are others now.

    Args:
        agent: The account's name.
        since: When they sat down where they sit.
        board: Gives the board as it stands.
        read: Gives what the store knows of a call's caller; called in a thread.
        offers: As in `seat_now`.
    """

    def __init__(
        self,
        agent: str,
        since: datetime | None,
        board: Callable[[], Board],
        read: Read,
        *,
        offers: bool = True,
    ) -> None:
        super().__init__()
        self._agent, self._since, self._offers = agent, since, offers
        self._board, self._read = board, read
        self.now = self._look()
        self._known_of = ""  # the call whose caller was told last

    def begin(self) -> str:
        """The first message: everything as it stands now."""
        self.now = self._look()
        return self.now.model_dump_json()[1:-1]

    def take(self, shown: AnyFact | PartialHeard) -> None:
        """A fact that has come onto the board, or words that are being spoken."""
        if isinstance(shown, AgentMoved) and shown.agent == self._agent:
            if shown.move in ("sign_in", "move"):
                self._since = shown.at
        elif not self._concerns(shown):
            return
        before, self.now = self.now, self._look()
        if changed := self.now.differing(before):
            self.tell(self.now.model_dump_json(include=changed)[1:-1])

    async def next(self) -> str | None:
        """The next message; what the store knows of a caller comes right behind the call."""
        call = self.now.call
        if call and call.call_id != self._known_of and self.messages.empty():
            try:
                known = await asyncio.to_thread(self._read, call.call_id)
            except SQLAlchemyError as error:
                log.warning("caller cannot be looked up", error=type(error).__name__)
            else:
                self._known_of = call.call_id
                return f'"caller":{known.model_dump_json() if known else "null"}'
        return await super().next()

    def _look(self) -> SeatNow:
        return seat_now(self._board(), self._agent, self._since, offers=self._offers)

    def _concerns(self, shown: AnyFact | PartialHeard) -> bool:
        agent, call = self.now.agent, self.now.call
        call_id = getattr(shown, "call_id", None)
        if call and call_id == call.call_id:
            return True
        number = getattr(shown, "ticket_number", None)
        if number and number in {ticket.number for ticket in self.now.tickets}:
            return True
        seat = getattr(shown, "seat", None)
        return bool(agent and seat and call_id and seat == agent.seat)


def known_caller(
    session: Session, call_id: str, key: CallerKey, sight: ColumnElement[bool]
) -> KnownCaller | None:
    """Who calls, and their tickets before this call; None where the call is not known."""
    call = session.get(Call, call_id)
    if call is None:
        return None
    earlier: list[Ticket] = []
    if hashed := _hashed(key, call.caller_number):
        wanted = Wanted(caller=hashed)
        found = search(session, wanted, after=None, limit=EARLIER + 2, sight=sight).tickets
        earlier = [ticket for ticket in found if ticket.call_id != call_id][:EARLIER]
    return KnownCaller(
        call_id=call_id,
        line=call.line,
        number=call.caller_number,
        placed=call.placed,
        earlier=[_earlier(ticket) for ticket in earlier],
    )


def seated_since(session: Session, agent: str) -> datetime | None:
    """When this agent last sat down at a seat; None: never."""
    moves = ('"move":"sign_in"', '"move":"move"')
    query = (
        select(LedgerRow.body)
        .where(LedgerRow.name == "agent_moved")
        .where(col(LedgerRow.body).contains(f'"agent":"{agent}"', autoescape=True))
        .order_by(col(LedgerRow.seq).desc())
    )
    sat = (query.where(col(LedgerRow.body).contains(move, autoescape=True)) for move in moves)
    rows = [session.exec(one.limit(1)).first() for one in sat]
    return max((read_fact(body).at for body in rows if body), default=None)


def _hashed(key: CallerKey, number: str | None) -> str:
    try:
        return key.hash(number) if number else ""
    except BadInputError:  # an extension, or whatever a carrier sends for a number
        return ""


def _earlier(ticket: Ticket) -> EarlierTicket:
    told = ticket.model_dump(include=set(EarlierTicket.model_fields))
    return EarlierTicket(**told, closed=ticket.step in OVER)
