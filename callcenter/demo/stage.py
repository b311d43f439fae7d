"""What the scenes have: robots for citizens and seats, people's commands over the HTTP API."""

import asyncio
import contextlib
import socket
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from callcenter.ami.asterisk import seat_secret
from callcenter.ami.passwords import operator_token
from callcenter.demo.timeline import Timeline
from callcenter.demo.watch import Watch
from callcenter.errors import CannotStartError
from callcenter.facts import CallAnswered, CallArrived, TicketMoved
from callcenter.ivr.prompts import speak
from callcenter.ivr.robot import RobotCall, RobotPhone
from callcenter.settings import Settings
from callcenter.speech.audiosocket import RATE_HZ
from callcenter.speech.models import find_model
from callcenter.speech.recognise import Recogniser

SCRIPT = tomllib.loads(Path(__file__).with_name("script.toml").read_text(encoding="utf-8"))
SEATS = ("seat-01", "seat-02")


def masked(number: str) -> str:
    """As the live page shows a number."""
    return f"{number[:3]}****{number[-4:]}"


def refuse_taken_trunk(settings: Settings) -> None:
    """Nothing, where a robot can stand at the carrier's address.

    Raises:
        CannotStartError: Something holds that port, or the address is not this machine's.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(_trunk(settings))
        except OSError as error:
            raise CannotStartError(
                f"CALLCENTER_TRUNK_CONTACT={settings.trunk_contact} cannot be used for the demo's "
                f"citizen: {error.strerror}. Stop what uses it or set another port of 127.0.0.1."
            ) from error


def _trunk(settings: Settings) -> tuple[str, int]:
    address = urlsplit(settings.trunk_contact.replace("sip:", "sip://", 1))
    return address.hostname or "127.0.0.1", address.port or 5060


class Stage:
    """Robots, commands and the watch; enter it once everything runs."""

    def __init__(self, settings: Settings, watch: Watch, timeline: Timeline) -> None:
        self._settings, self.watch, self.timeline = settings, watch, timeline
        self._sip = (settings.sip_host, settings.sip_port)
        self._open = contextlib.AsyncExitStack()
        self._recogniser = Recogniser(find_model(settings))
        self._open.callback(self._recogniser.close)
        self.seats: dict[str, RobotPhone] = {}
        url = f"http://{settings.bind_host}:{settings.http_port}/api/v1/"
        shown = {"Authorization": f"Bearer {operator_token(settings)}"}
        self._api = httpx.AsyncClient(base_url=url, headers=shown)

    async def __aenter__(self) -> "Stage":
        await self._open.enter_async_context(self._api)
        for name in SEATS:
            secret = seat_secret(self._settings, name)
            phone = RobotPhone(name, self._sip, secret=secret)
            self.seats[name] = await self._open.enter_async_context(phone)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def citizen(self, who: str, *, can_be_rung: bool = False) -> RobotPhone:
        """A citizen's phone; one that can be rung stands where the carrier's trunk leads."""
        port = _trunk(self._settings)[1] if can_be_rung else 0
        return RobotPhone(SCRIPT["citizens"][who], self._sip, port=port)

    async def say(self, call: RobotCall, side: str, line: str) -> None:
        """Have a robot speak a line of the script."""
        await call.play(await asyncio.to_thread(speak, self._settings, SCRIPT[side][line]))

    async def words_in(self, pcm: bytes) -> str:
        """What the speech model hears in 8 kHz audio that a robot heard."""
        ear = self._recogniser.listen(RATE_HZ)
        news = await self._recogniser.run(lambda: ear.feed(pcm) + ear.finish())
        return "".join(heard.text for heard in news if heard.final)

    async def listen_to(self, call: RobotCall, prompt: str) -> None:
        """Wait for as long as a prompt lasts, as one who hears it out does."""
        path = self._settings.prompts_dir / f"{prompt}.wav"
        await asyncio.sleep(path.stat().st_size / 16_000)

    async def call_of(self, who: str) -> CallArrived:
        """The call of a citizen, as the page saw it arrive."""
        number = masked(SCRIPT["citizens"][who])
        return await self.watch.until(
            CallArrived, lambda fact: fact.caller_number == number, f"the call of {who}"
        )

    async def answered(self, who: str) -> CallAnswered:
        """The answer to a citizen's call."""
        call = await self.call_of(who)
        return await self.watch.until(
            CallAnswered, lambda fact: fact.call_id == call.call_id, f"an answer to {who}"
        )

    async def ticket_number(self, who: str) -> str:
        """The number of the draft ticket that a citizen's call opened."""
        call = await self.call_of(who)
        opened = await self.watch.until(
            TicketMoved, lambda fact: fact.call_id == call.call_id, f"a ticket for {who}"
        )
        return opened.ticket_number

    async def move(self, number: str, move: str, actor: str, reason: str = "") -> None:
        """A person's command, over the HTTP API."""
        body = {"move": move, "actor": actor, "reason": reason}
        answer = await self._api.post(f"tickets/{number}/moves", json=body)
        answer.raise_for_status()

    async def until_step(self, number: str, step: str) -> TicketMoved:
        """The move that brought a ticket to a step."""
        return await self.watch.until(
            TicketMoved,
            lambda fact: fact.ticket_number == number and fact.to_step == step,
            f"ticket {number} at {step}",
        )
