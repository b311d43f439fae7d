"""The open page's routes: how to reach us, notices, how a case stands, open figures; no sign-in.

A case is told to who names its number and the last digits of the telephone it was made from, by the
same rule as by telephone (ivr/progress.py): its state, its unit, its deadline.
"""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue
from sqlmodel import Session

from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.evaluation import rules_of
from callcenter.api.public.book import Notice, Said, Way, read_public
from callcenter.api.public.figures import FiguresShown
from callcenter.api.public.tries import Most, begin, forgive
from callcenter.errors import NotFoundError
from callcenter.ivr import progress
from callcenter.pipeline.progress import case_of, wrong_today
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import COUNTY_TIME, Ticket

FOR_A_MINUTE = "public, max-age=60"
FOR_AN_HOUR = "public, max-age=3600"
UNKNOWN = "no case is known by this number and these digits: check both, or ring 12345"
EXAMPLE: dict[str, JsonValue] = {"number": "12345-20261122-0001", "digits": "0001"}

router = APIRouter(prefix="/public", tags=["public"])


class CentreShown(BaseModel):
    """Who we are, how to reach us, and what we make known, newest first."""

    name: Said
    ways: list[Way]
    notices: list[Notice]
    tries: int = Field(description="wrong questions about one case in 24 hours")


class CaseAsked(BaseModel):
    """Which case; the line before the number, and dashes, may be left out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    number: str = Field(min_length=1, max_length=40)
    digits: str = Field(pattern=r"^\d{4}$", description="the last four of the telephone's number")


class CaseShown(BaseModel):
    """How a case stands; unit and deadline only while something is still to come."""

    number: str
    step: Step
    unit: str | None
    due_at: AwareDatetime | None


@router.get("")
def centre(context: Context, response: Response) -> CentreShown:
    """How to reach the centre, and its notices."""
    book = read_public(context.settings.public_file)
    response.headers["Cache-Control"] = FOR_A_MINUTE
    return CentreShown(
        name=book.name,
        ways=list(book.way),
        notices=book.notices(datetime.now(COUNTY_TIME).date()),
        tries=context.settings.public_tries,
    )


@router.get("/figures")
def figures(context: Context, response: Response) -> FiguresShown:
    """Cases by item and month, how many were handled in time, how content people are."""
    response.headers["Cache-Control"] = FOR_AN_HOUR
    with context.flow.store.reading() as session:
        least = context.settings.public_least
        return context.open_figures.get(session, rules_of(context), context.items, least)


@router.post("/case", responses=errors(429))
async def case(context: Context, request: Request, asked: CaseAsked) -> CaseShown:
    """How a case stands; the same refusal whether the number is unknown or the digits are wrong."""
    number = progress.ticket_number(asked.number.replace("-", "").strip()) or ""
    address = request.client.host if request.client else ""
    settings = context.settings
    most = Most(settings.public_tries, settings.public_tries_per_address)
    await context.write(lambda session: begin(session, number, address, most))
    found = await asyncio.to_thread(_find, context, number, asked.digits)
    if found is None:
        raise NotFoundError(UNKNOWN)
    await context.write(lambda session: forgive(session, number, address))
    return found


def _find(context: ApiContext, number: str, digits: str) -> CaseShown | None:
    with context.flow.store.reading() as session:
        ticket = session.get(Ticket, number)
        wrong = wrong_today(session, number)
        if ticket is None or not _may_be_told(session, ticket, digits, wrong):
            return None
        is_open = ticket.step not in progress.OVER
        unit = context.units().get(ticket.unit or "") if is_open else None
        return CaseShown(
            number=ticket.number,
            step=ticket.step,
            unit=unit.name if unit else None,
            due_at=ticket.due_at.astimezone(UTC) if ticket.due_at and is_open else None,
        )


def _may_be_told(session: Session, ticket: Ticket, digits: str, wrong: int) -> bool:
    asked = case_of(session, ticket, [])
    return progress.may_hear(asked, caller=None, proof=digits, wrong=wrong) == "told"
