"""The phone port: the call-back robot tells a citizen how their case stands."""

import asyncio
from datetime import timedelta
from pathlib import Path

from callcenter.ami.asterisk import robot_secret
from callcenter.errors import CallCenterError
from callcenter.ivr import phrases
from callcenter.ivr.notice_call import Ended, tell
from callcenter.ivr.prompts import Language, prompt_path
from callcenter.ivr.robot import RobotPhone
from callcenter.settings import Settings
from callcenter.tickets.notices.occasions import Occasion, PortKind
from callcenter.tickets.notices.ports import Ending, Letter, Rule, TryEnd

ROBOT = "robot"
AT_ONCE = 1  # the robot has one telephone
LEASE = timedelta(minutes=3)
TOLD_DIGITS = 12  # of a ticket's number: its day and its running number
STATES = {
    Occasion.FILED: "state-filed",
    Occasion.DECLINED: "state-declined",
    Occasion.RESULT: "state-closed",
    Occasion.ANSWERED: "state-closed",
}
ENDINGS: dict[Ended, Ending] = {
    "told": Ending.SENT,
    "cut": Ending.SENT,  # they heard us and hung up: ringing again would be a nuisance
    "no_answer": Ending.AGAIN,
    "failed": Ending.AGAIN,
}


class RobotCaller:
    """Says notices by telephone, from prompts: their number, and how the case stands."""

    kind = PortKind.PHONE
    rule = Rule.PERSON  # a telephone that rang once more would be a second notice

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, letter: Letter) -> TryEnd:
        """Ring once."""
        server = (self._settings.sip_host, self._settings.sip_port)
        try:
            words = await asyncio.to_thread(self._wavs, letter)
            secret = robot_secret(self._settings)
            async with RobotPhone(ROBOT, server, secret=secret) as phone:
                ended = await tell(phone, letter.address, words)
        except (CallCenterError, OSError) as error:
            return TryEnd(Ending.AGAIN, type(error).__name__)
        return TryEnd(ENDINGS[ended], ended)

    def _wavs(self, letter: Letter) -> list[Path]:
        language: Language = "en" if letter.language == "en" else "zh"
        digits = "".join(filter(str.isdigit, letter.ticket_number))[-TOLD_DIGITS:]
        case = phrases.sentence(
            "progress-case",
            language,
            digits=phrases.digits(digits),
            state=[STATES[Occasion(letter.occasion)]],
        )
        names = ["notice-greeting", *case, "notice-goodbye"]
        return [prompt_path(self._settings, name, language) for name in names]
