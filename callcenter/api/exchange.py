"""Cases exchanged with other centres: their messages come in here, and people see all of them."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ValidationError
from sqlmodel import col, select

from callcenter.api.deps import Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking
from callcenter.api.ticket_rights import visible
from callcenter.errors import BadInputError, NotSignedInError
from callcenter.inbox import take_message
from callcenter.tickets.exchange.messages import EXAMPLES, Message, MessageKind, Taken
from callcenter.tickets.exchange.partners import Partner, Partners
from callcenter.tickets.exchange.rows import ExchangeMessage, ExchangeState
from callcenter.tickets.notices.signing import ID, is_genuine
from callcenter.tickets.ticket import Ticket

MOST_BYTES = 256 * 1024
BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "title": "ExchangeMessage",
                "description": "As docs/exchange.md has it.",
                "type": "object",
                "required": ["version", "id", "from", "to", "at", "owner", "number", "seq", "kind"],
                "examples": list(EXAMPLES.values()),
            }
        }
    },
}

router = APIRouter(prefix="/exchange", tags=["exchange"])


class SignatureError(NotSignedInError):
    """No active partner signed this, or not lately (HTTP 401)."""

    code = "signature_wrong"


class ExchangeShown(BaseModel):
    """A message of ours or of theirs: that it was, not what it said."""

    id: str
    partner: str
    ticket_number: str
    ours: bool
    theirs: bool
    seq: int
    kind: MessageKind
    at: datetime
    state: ExchangeState
    attempts: int
    next_at: datetime | None
    detail: str


@router.post(
    "/messages",
    status_code=202,
    responses=errors(409, 413, 422),
    openapi_extra={"requestBody": BODY},
)
async def take_in(context: Context, request: Request) -> Taken:
    """Take a partner's message: 202 says that it is kept, however often it comes."""
    body = await _read(request)
    partners = context.partners()
    partner = _signer(partners, request, body)
    message = _message(body)
    told = (message.from_, message.to, str(message.id))
    if told != (partner.code, partners.code, request.headers.get(ID)):
        raise SignatureError("from, to and id are not those that were signed for")
    site, now = context.flow.site, datetime.now(UTC)
    await context.flow.command(lambda session: take_message(session, site, partner, message, now))
    return Taken(id=message.id)


@router.get("")
def list_messages(
    context: Context,
    me: Asking,
    state: ExchangeState | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[ExchangeShown]:
    """Messages of a state or all, newest first; `refused` and `stuck` wait for a person."""
    query = (
        select(ExchangeMessage)
        .join(Ticket, col(Ticket.number) == col(ExchangeMessage.ticket_number))
        .where(visible(me))
        .order_by(col(ExchangeMessage.at).desc(), col(ExchangeMessage.id))
        .limit(limit)
    )
    if state:
        query = query.where(ExchangeMessage.state == state)
    with context.flow.store.reading() as session:
        found = session.exec(query).all()
        return [ExchangeShown.model_validate(one, from_attributes=True) for one in found]


async def _read(request: Request) -> bytes:
    body = b""
    async for some in request.stream():
        body += some
        if len(body) > MOST_BYTES:
            raise BadInputError(f"the message is too large: {MOST_BYTES // 1024} KB at most")
    return body


def _signer(partners: Partners, request: Request, body: bytes) -> Partner:
    """Who signed it: each partner has a secret of its own."""
    now = datetime.now(UTC)
    for partner in partners.active.values():
        if is_genuine(partner.secret, request.headers, body, now):
            return partner
    raise SignatureError("no active partner has signed this message within five minutes")


def _message(body: bytes) -> Message:
    try:
        return Message.model_validate_json(body)
    except ValidationError as error:  # without what was sent, which may be a citizen's
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "message"
        raise BadInputError(f"{field}: {first['msg']}", field=field) from None
