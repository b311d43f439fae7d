"""What the dialplan asks us in mid-call, and our answers: the variables that are to be set."""

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from callcenter.agents.seats import Seat, SeatState
from callcenter.facts import MenuChosen, TalkEnded, read_fact
from callcenter.flow import Flow
from callcenter.ivr import expected, phrases
from callcenter.ivr.call import Call, CallState
from callcenter.ivr.menu import Menu
from callcenter.ivr.phrases import Spoken
from callcenter.ivr.prompts import Language
from callcenter.pipeline import LINE, Site
from callcenter.roles import progress
from callcenter.roles.progress import OWN_NUMBER, Question
from callcenter.store import LedgerRow
from callcenter.tickets.ticket import ticket_of_call

Variables = Mapping[str, str]
NOTHING: Variables = {}
SERVING = (SeatState.READY, SeatState.RINGING, SeatState.TALKING)
WAITING = (CallState.QUEUED, CallState.RINGING)
ARRIVAL_LOOKS, ARRIVAL_LOOK_SECONDS = 10, 0.1  # together less than the dialplan waits
TALKS, TALKS_SINCE = 30, timedelta(hours=2)  # the latest, by which a wait is estimated


def open_menu(flow: Flow[Site]) -> Menu:
    """The FastAGI server of this flow, not yet started."""
    asked = Answers(flow)
    questions = (asked.key, asked.ticket, asked.wait, asked.progress)
    return Menu(flow.site.settings, {question.__name__: question for question in questions})


class Answers:
    """A method a question, called with the words behind it, all of them text."""

    def __init__(self, flow: Flow[Site]) -> None:
        self._flow, self._settings = flow, flow.site.settings

    async def key(self, call_id: str, pressed: str = "") -> Variables:
        """A key was pressed in the greeting."""
        await self._flow.take_in([MenuChosen(call_id=call_id, key_pressed=pressed)], LINE)
        return NOTHING

    async def ticket(self, call_id: str) -> Variables:
        """The call's ticket number, in digits."""
        found = await self._flow.look(lambda session: ticket_of_call(session, call_id))
        return {"TICKET_NUMBER": re.sub("[^0-9]", "", found.number)} if found else NOTHING

    async def wait(self, _call_id: str, language: str, _queue: str, place: str) -> Variables:
        """What a waiting caller is told: the place, and the expected wait where it is known."""
        talks, seats = await self._flow.look(_talks_and_seats)
        said = _waiting(int(place), expected.expected_minutes(int(place), talks, seats), language)
        return {"SAY": self._files(said)}

    async def progress(
        self, call_id: str, language: str, attempt: str, keyed: str = "", proof: str = ""
    ) -> Variables:
        """How a case stands, or what must be asked first."""
        if not await self._is_known(call_id):
            return (
                NOTHING  # who rings is not known yet: nothing may be told, nor that there is none
            )
        question = Question(call_id, int(attempt), keyed, proof or None)
        answer = await self._flow.look(lambda session: progress.look_up(session, question))
        if answer.told == "proof":
            return {"NEXT": "proof"}
        await self._flow.take_in([progress.as_fact(question, answer)], LINE)
        own, site = question.attempt == OWN_NUMBER, self._flow.site
        said = await self._flow.look(
            lambda session: progress.spoken(session, answer, own, site, _language(language))
        )
        return {"SAY": self._files(said), "NEXT": "more"}

    async def _is_known(self, call_id: str) -> bool:
        """Whether the call's arrival was taken in; a key pressed at once may be ahead of it."""
        for _ in range(ARRIVAL_LOOKS):
            if await self._flow.look(lambda session: session.get(Call, call_id)):
                return True
            await asyncio.sleep(ARRIVAL_LOOK_SECONDS)
        return False

    def _files(self, said: Spoken) -> str:
        """As Playback wants them; Asterisk itself looks for the caller's language."""
        return "&".join(str(self._settings.prompts_dir / name) for name in said)


def minutes_for_the_next(session: Session) -> int | None:
    """How long a caller who queues now will wait for 12345; None where nobody can know."""
    waiting = session.exec(
        select(Call).where(Call.queue == "12345", col(Call.state).in_(WAITING))
    ).all()
    talks, seats = _talks_and_seats(session)
    return expected.expected_minutes(len(waiting) + 1, talks, seats)


def _waiting(place: int, minutes: int | None, told: str) -> Spoken:
    language = _language(told)
    said = phrases.sentence("waiting-place", language, place=phrases.number(place, language))
    if minutes is None:
        return said
    longest = expected.LONGEST_SAID_MINUTES
    name = "waiting-time" if minutes <= longest else "waiting-long"
    duration = phrases.minutes(min(minutes, longest), language)
    return said + phrases.sentence(name, language, duration=duration)


def _language(told: str) -> Language:
    return "en" if told == "en" else "zh"


def _talks_and_seats(session: Session) -> tuple[list[float], int]:
    """How long the latest talks were, in seconds, and how many seats take calls."""
    query = select(LedgerRow).where(
        LedgerRow.name == "talk_ended", col(LedgerRow.at) >= datetime.now(UTC) - TALKS_SINCE
    )
    rows = session.exec(query.order_by(col(LedgerRow.seq).desc()).limit(TALKS))
    talks = [fact for fact in (read_fact(row.body) for row in rows) if isinstance(fact, TalkEnded)]
    seats = session.exec(select(Seat).where(col(Seat.state).in_(SERVING))).all()
    lengths = [talk.talked_seconds for talk in talks if talk.talked_seconds is not None]
    return lengths, len(seats)
