"""The call-back role: the robot rings citizens whose case is verified and keeps their rating."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlmodel import Session

from callcenter.ami.asterisk import robot_secret
from callcenter.errors import CallCenterError
from callcenter.facts import CallbackTried, Fact
from callcenter.flow import Flow
from callcenter.ivr.callback import CallbackTask, take_feedback_task
from callcenter.ivr.feedback_call import Answer, ask_for_rating
from callcenter.ivr.robot import RobotPhone
from callcenter.pipeline import Site, feedback_told
from callcenter.roles.due import keep_doing
from callcenter.tickets.ticket import COUNTY_TIME

LOOK_SECONDS = 0.5
ROBOT = "robot"

log = structlog.get_logger()


def in_hours(hours: str, at: datetime) -> bool:
    """Whether a moment lies in hours such as "08:00-21:00" of the county's day, or over midnight.

    The end is no part of them. A citizen who is rung just before it may be asked a little longer.
    """
    since, _, until = hours.partition("-")
    clock = f"{at.astimezone(COUNTY_TIME):%H:%M}"
    return since <= clock < until if since < until else clock >= since or clock < until


class CallbackRole:
    """Takes one due task at a time and rings; `run` until cancelled."""

    def __init__(
        self, flow: Flow[Site], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._flow, self._now = flow, now
        self._settings = flow.site.settings

    async def run(self) -> None:
        """Ring whoever is due, for ever."""
        await keep_doing(self._ring_next, LOOK_SECONDS, "call-back failed")

    async def _ring_next(self) -> bool:
        """Ring whoever is due; whether anybody was. A task is due again when its lease ends."""
        task = await asyncio.to_thread(self._take)
        if task:
            await self._ring(task)
        return task is not None

    def _take(self) -> CallbackTask | None:
        """The next task; None where nobody is due, or it is night in the county."""
        now = self._now()
        if not in_hours(self._settings.callback_hours, now):
            return None
        with self._flow.store.transaction() as session:
            return take_feedback_task(session, now)

    async def _ring(self, task: CallbackTask) -> None:
        answer = await self._ask(task.number or "")
        log.info("citizen rung", task=task.id, attempt=task.attempts, outcome=answer.outcome)
        await self._flow.command(lambda session: self._settle(session, task, answer), patient=True)

    async def _ask(self, number: str) -> Answer:
        server = (self._settings.sip_host, self._settings.sip_port)
        try:
            secret = robot_secret(self._settings)
            async with RobotPhone(ROBOT, server, secret=secret) as phone:
                return await ask_for_rating(phone, number, self._prompt)
        except (CallCenterError, OSError) as error:
            log.warning("robot cannot ring", error=type(error).__name__)
            return Answer("failed")

    def _prompt(self, name: str) -> Path:
        return self._settings.prompts_dir / f"{name}.wav"

    def _settle(self, session: Session, task: CallbackTask, answer: Answer) -> Iterable[Fact]:
        tried = CallbackTried(task=task.id or 0, attempt=task.attempts, outcome=answer.outcome)
        return feedback_told(
            session,
            task,
            tried,
            rating=answer.rating,
            solved=answer.solved,
            most_unanswered=self._settings.callback_attempts,
        )
