"""How a case stands, asked by phone: looked up, judged (ivr/progress.py), and put into prompts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from callcenter.facts import Line, ProgressAsked
from callcenter.ivr import progress
from callcenter.ivr.call import Call
from callcenter.ivr.phrases import Spoken
from callcenter.ivr.progress import Told
from callcenter.ivr.prompts import Language, speak
from callcenter.pipeline import Site
from callcenter.pipeline.progress import case_of, wrong_today
from callcenter.settings import Settings
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import COUNTY_TIME, Ticket

OWN_CASES, OWN_SINCE = 2, timedelta(days=30)  # told to the number that rings, newest first
OWN_NUMBER = 0  # the attempt at which nothing is keyed in


@dataclass(frozen=True)
class Question:
    """One question of the dialplan."""

    call_id: str
    attempt: int  # OWN_NUMBER, then 1, 2, 3
    keyed: str = ""
    proof: str | None = None  # None: not asked for yet


@dataclass(frozen=True)
class Answer:
    """What may be said of which cases."""

    told: Told
    cases: tuple[Ticket, ...] = ()
    about: str | None = None  # the case asked about, told or not


def look_up(session: Session, question: Question) -> Answer:
    """Which cases this caller may hear of."""
    call = session.get(Call, question.call_id)
    caller = call.caller_number if call else None
    if question.attempt == OWN_NUMBER:
        own = _own_cases(session, call) if call else ()
        return Answer("told" if own else "nothing", own, own[0].number if own else None)
    number = progress.ticket_number(question.keyed)
    ticket = session.get(Ticket, number) if number else None
    case = case_of(session, ticket, []) if ticket else None
    wrong = wrong_today(session, ticket.number) if ticket else 0
    told = progress.may_hear(case, caller, question.proof, wrong)
    cases = (ticket,) if ticket and told == "told" else ()
    return Answer(told, cases, ticket.number if ticket else None)


def as_fact(question: Question, answer: Answer) -> ProgressAsked:
    """That it was asked, and whether it was told."""
    own = question.attempt == OWN_NUMBER
    return ProgressAsked(
        call_id=question.call_id,
        attempt=question.attempt,
        by="own_number" if own else "ticket_number",
        told=answer.told == "told",
        ticket_number=answer.about,
    )


def spoken(session: Session, answer: Answer, own: bool, site: Site, language: Language) -> Spoken:
    """The answer as prompts. Blocks where a unit's name is spoken for the first time."""
    if not answer.cases:
        return ["progress-own-none" if own else "progress-none"]
    now, said = datetime.now(UTC).astimezone(COUNTY_TIME), Spoken()
    for ticket in answer.cases:
        unit = _unit(ticket, site)
        said += progress.spoken(case_of(session, ticket, unit), now, language)
    return said


def _own_cases(session: Session, asking: Call) -> tuple[Ticket, ...]:
    """The newest that were filed from the number that rings now."""
    if not asking.caller_number:
        return ()
    since = asking.arrived_at - OWN_SINCE
    query = (
        select(Ticket)
        .join(Call, col(Call.id) == Ticket.call_id)
        .where(Call.caller_number == asking.caller_number, Ticket.line == Line.SERVICE)
        .where(col(Ticket.step) != Step.VOID, col(Ticket.opened_at) >= since)
        .order_by(col(Ticket.opened_at).desc())
        .limit(OWN_CASES)
    )
    return tuple(session.exec(query).all())


def _unit(ticket: Ticket, site: Site) -> Spoken:
    """The unit's name as a prompt of its own, without its ending as Asterisk wants it."""
    unit = site.table.units.get(ticket.unit) if ticket.unit else None
    if unit is None:
        return []
    path: Path = speak(site.settings, unit.name)
    return [_relative(path, site.settings)]


def _relative(path: Path, settings: Settings) -> str:
    return path.relative_to(settings.prompts_dir).with_suffix("").as_posix()
