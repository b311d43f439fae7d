"""A fake Asterisk outside our border: an AMI server on real TCP that misbehaves as it is told."""

import asyncio
from collections.abc import Callable
from typing import Self

from tests.servers import free_port

Headers = dict[str, str]
Answer = Callable[[Headers], str | None]


def message(**headers: str) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"


def success(action: Headers) -> str:
    return message(Response="Success", ActionID=action["ActionID"], Message="done")


def silence(action: Headers) -> None:
    return None


class FakeAsterisk:
    """Hears actions, answers them by `answers[name]`, says whatever a test has it say."""

    def __init__(self, port: int = 0) -> None:
        self.heard: list[Headers] = []
        self.log_ins = 0
        self.connections = 0
        self.port = port or free_port()
        self.channels: list[Headers] = []
        self.answers: dict[str, Answer] = {
            "Login": lambda action: success(action) + message(Event="FullyBooted"),
            "QueueStatus": self._queues,
            "CoreShowChannels": self._calls,
        }
        self._writer: asyncio.StreamWriter | None = None
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.hang_up()

    def say(self, text: str | bytes) -> None:
        self._writer.write(text if isinstance(text, bytes) else text.encode())

    def hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def heard_actions(self, name: str) -> list[Headers]:
        return [action for action in self.heard if action["Action"] == name]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.connections += 1
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while text := (await reader.readuntil(b"\r\n\r\n")).decode():
                action = dict(line.split(": ", 1) for line in text.split("\r\n") if line)
                self.heard.append(action)
                self.log_ins += action["Action"] == "Login"
                answer = self.answers.get(action["Action"], success)(action)
                if answer is not None and not writer.is_closing():
                    writer.write(answer.encode())
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _queues(self, action: Headers) -> str:
        mark = {"ActionID": action["ActionID"]}
        member = {"Name": "seat-01", "Status": "1", "Paused": "0"}
        return (
            success(action)
            + message(Event="QueueMember", **member, **mark)
            + message(Event="QueueStatusComplete", **mark)
        )

    def _calls(self, action: Headers) -> str:
        mark = {"ActionID": action["ActionID"]}
        channels = [message(Event="CoreShowChannel", **each, **mark) for each in self.channels]
        return (
            success(action) + "".join(channels) + message(Event="CoreShowChannelsComplete", **mark)
        )
