"""The whole hotline as an operator runs it: `callcenter up`, a process of its own."""

import asyncio
import json
import os
import signal
import subprocess
import sys

import httpx
from sqlmodel import Session, select

from callcenter.ami.passwords import operator_token
from callcenter.facts import AnyFact
from callcenter.ivr.call import Call
from callcenter.settings import Settings
from callcenter.speech.transcript import Transcript, read_transcript
from callcenter.store import Store, facts_of_call
from callcenter.tickets.ticket import Ticket
from tests.patience import PATIENCE_SECONDS

START_SECONDS = 200.0  # prompts are spoken at the first start, and two suites may share two cores


def environment(settings: Settings) -> dict[str, str]:
    """The environment that gives a process these settings."""
    own = {f"CALLCENTER_{name.upper()}": str(getattr(settings, name))
           for name in settings.model_fields_set}  # fmt: skip
    return os.environ | own


class Hotline:
    """One `callcenter up`; what it wrote to standard error is kept over restarts."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._errors = settings.var_dir / "hotline.log"
        self.store = Store(settings.database)

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        alive = self._process is not None and self._process.poll() is None
        return self._process.pid if alive else None

    @property
    def said(self) -> list[dict[str, object]]:
        """Its log, an entry a line."""
        lines = self._errors.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def events(self, name: str) -> int:
        """How often its log says this."""
        return sum(entry["event"] == name for entry in self.said)

    async def start(self, seconds: float = START_SECONDS) -> None:
        """Runs and answers, in that time."""
        self._process = await asyncio.to_thread(self._launch)
        async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            while not await self._is_well(client):
                assert self._process.poll() is None, self._errors.read_text()[-2000:]
                await asyncio.sleep(0.1)

    def _launch(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "callcenter", "up"]
        with self._errors.open("ab") as errors:
            return subprocess.Popen(
                command,
                env=environment(self.settings),
                stderr=errors,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # as a service: Linux shares processors out by session
            )

    async def _is_well(self, client: httpx.AsyncClient) -> bool:
        try:
            answer = await client.get(self.url("health"))
            return answer.status_code == 200 and (await self._caught_up())
        except httpx.TransportError:
            return False

    async def _caught_up(self) -> bool:
        return self.events("caught up") >= self.events("ready") > 0

    def url(self, path: str) -> str:
        """A place of the API."""
        return f"http://127.0.0.1:{self.settings.http_port}/api/v1/{path}"

    def client(self) -> httpx.AsyncClient:
        """Asks the API as our own programs do."""
        shown = {"Authorization": f"Bearer {operator_token(self.settings)}"}
        return httpx.AsyncClient(base_url=self.url(""), headers=shown, timeout=PATIENCE_SECONDS)

    def kill(self) -> None:
        """kill -9, and no child of ours is told."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self._process is None or self._process.poll() is not None:
            return 0
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=PATIENCE_SECONDS)

    # --- what the database shows ------------------------------------------------------------

    def calls(self) -> list[Call]:
        with self.store.reading() as session:
            return list(session.exec(select(Call).order_by(Call.arrived_at)))

    @property
    def call(self) -> Call:
        """The newest call."""
        return self.calls()[-1]

    def tickets(self) -> list[Ticket]:
        with self.store.reading() as session:
            return list(session.exec(select(Ticket).order_by(Ticket.opened_at)))

    def is_about(self, item: str) -> bool:
        """Whether the newest call's ticket is of this item."""
        call_id = self.call.id
        return any(one.call_id == call_id and one.item == item for one in self.tickets())

    def facts(self, call_id: str, *names: str) -> list[AnyFact]:
        with self.store.reading() as session:
            return facts_of_call(session, call_id, *names)

    def transcript(self, call_id: str) -> Transcript | None:
        """The completed transcript, or None while words may come."""
        with self.store.reading() as session:
            return _transcript(session, call_id)


def _transcript(session: Session, call_id: str) -> Transcript | None:
    heard = facts_of_call(session, call_id, "utterance_heard")
    completed = facts_of_call(session, call_id, "transcript_completed")
    return read_transcript(heard, completed[0]) if completed else None  # type: ignore[arg-type]
