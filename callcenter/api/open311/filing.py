"""Filing: from a form's fields to a matter that is taken in, and what is answered."""

from datetime import UTC, datetime
from typing import Any

from callcenter.api.deps import ApiContext
from callcenter.api.open311.answers import RefusedError
from callcenter.api.open311.asked import LONGEST, Posted, read_cell, read_point
from callcenter.api.open311.services import read_answers, service_of
from callcenter.facts import AnyFact, MatterWritten, Outcome, TicketMoved
from callcenter.intake import Matter, take_in_writing
from callcenter.tickets.written import Written

NOTICE = "已受理并派遣，可凭编号查询办理情况。"
DANGER = "如有人身或财产危险，请立即拨打110。"
NO_FILES = "附件未收：图片请以media_url提供。"

_FIELDS: dict[str, Any] = {
    name: {"type": "string", "maxLength": longest} for name, longest in LONGEST.items()
}
_EXAMPLE = {
    "api_key": "a-key-of-the-site",
    "service_code": "113",
    "address_string": "南大街",
    "description": "南大街的路灯不亮",
    "attribute[component]": "0371",
}
FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {
                "schema": {
                    "type": "object",
                    "required": ["service_code"],
                    "properties": _FIELDS,
                    "additionalProperties": {"type": "string", "maxLength": 1000},
                },
                "example": _EXAMPLE,
            }
            for kind in ("application/x-www-form-urlencoded", "multipart/form-data")
        },
    }
}


async def file(context: ApiContext, posted: Posted, by: str) -> dict[str, Any]:
    """What is answered to a form, whose matter has been taken in.

    Raises:
        RefusedError: A field is missing or wrong.
        BadInputError: The point lies outside the county.
    """
    matter, now = _matter(context, posted, by), datetime.now(UTC)
    site = context.flow.site
    stated = await context.flow.command(lambda session: take_in_writing(session, site, matter, now))
    number = next(fact.ticket_number for fact in stated if isinstance(fact, TicketMoved))
    notice = "".join(_notices(stated, posted))
    if context.settings.open311_tokens:
        return {"token": _token(context, number), "service_notice": notice, "account_id": None}
    return {"service_request_id": number, "service_notice": notice, "account_id": None}


def _matter(context: ApiContext, posted: Posted, by: str) -> Matter:
    if not posted["service_code"]:
        raise RefusedError(400, "service_code was not provided: choose one of GET services")
    item = service_of(posted["service_code"])
    answers = read_answers(item.code, posted.attributes)
    point, cell = read_point(posted), read_cell(posted, context.flow.site.county.grid)
    if point is None and cell is None and not posted["address_string"]:
        raise RefusedError(
            400, "a location was not provided: send lat and long, address_string or address_id"
        )
    return Matter(
        by=by,
        item=item.code,
        item_name=item.name,
        description=posted["description"],
        point=point,
        cell=cell,
        address=posted["address_string"],
        first_name=posted["first_name"],
        last_name=posted["last_name"],
        email=posted["email"],
        phone=posted["phone"],
        media_url=posted["media_url"],
        attributes=posted.attributes,
        answers=answers,
    )


def _notices(stated: list[AnyFact], posted: Posted) -> list[str]:
    """What the writer should know; danger is told first, for a form is read hours later."""
    in_danger = any(
        isinstance(fact, MatterWritten) and fact.outcome is Outcome.NEEDS_110 for fact in stated
    )
    return [*([DANGER] if in_danger else []), NOTICE, *([NO_FILES] if posted.has_files else [])]


def _token(context: ApiContext, number: str) -> str:
    with context.flow.store.reading() as session:
        written = session.get(Written, number)
        if written is None:
            raise LookupError("what was filed just now is not there")
        return written.token
