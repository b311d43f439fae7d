"""Carries a robot's SIP messages over UDP on the loop: asks, asks again, registers."""

import asyncio
import contextlib
from typing import Self

from callcenter.errors import CallCenterError
from callcenter.ivr import sip

_T1_SECONDS = 0.5  # RFC 3261 17.1.1.1: unanswered, a request is sent again after T1, 2 T1, 4 T1
_REPLY_SECONDS = 4.0
_REGISTER_AGAIN_SECONDS = 60.0  # half of what pyVoIP asks for


class RobotRefusedError(CallCenterError):
    """Asterisk does not take the robot's name and secret, or does not answer it."""

    code = "robot_refused"


class SipPort(asyncio.DatagramProtocol):
    """One UDP port that speaks SIP with one server; children take what comes in."""

    def __init__(
        self, number: str, server: tuple[str, int], secret: str | None, host: str, port: int
    ) -> None:
        self.number = number
        self._server = server
        self._secret = secret
        self._local = (host, port)
        self._writer = sip.Writer(server, number, secret or "", host)
        self._transport: asyncio.DatagramTransport | None = None
        self._replies: dict[str, asyncio.Future[sip.Message]] = {}  # by Via branch
        self._registering: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=self._local
        )
        self._writer.myPort = self._transport.get_extra_info("sockname")[1]
        try:
            if self._secret is not None:
                await self._register()
                self._registering = asyncio.create_task(self._stay_registered())
        except BaseException:
            self._transport.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def port(self) -> int:
        """The UDP port where this phone can be rung."""
        return int(self._writer.myPort)

    async def close(self) -> None:
        """Unregisters and leaves nothing running."""
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.gather(self._registering, return_exceptions=True)
            with contextlib.suppress(RobotRefusedError):
                await self._register(leave=True)
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        """A SIP message came; what is none is left alone."""
        message = sip.read(data)
        if message is None:
            return
        if not sip.is_reply(message):
            self._take_request(message)
            return
        waiting = self._replies.get(message.headers["Via"][0]["branch"])
        is_invite = message.headers["CSeq"]["method"] == "INVITE"
        if waiting and not waiting.done() and (is_invite or int(message.status) >= 200):
            waiting.set_result(message)
        if is_invite and int(message.status) >= 200:
            self._take_final(message)

    def _take_request(self, request: sip.Message) -> None:
        """Asterisk asks something of us."""
        raise NotImplementedError

    def _take_final(self, reply: sip.Message) -> None:
        """An INVITE of ours was accepted or refused; may come again until acknowledged."""
        raise NotImplementedError

    async def _ask(self, request: str) -> sip.Message:
        """The first reply to an INVITE, the final one to anything else.

        Raises:
            RobotRefusedError: None came in 4 s.
        """
        branch = sip.branch_of(request)
        reply: asyncio.Future[sip.Message] = asyncio.get_running_loop().create_future()
        self._replies[branch] = reply
        pause, waited = _T1_SECONDS, 0.0
        try:
            while waited < _REPLY_SECONDS:
                self._send(request)
                done, _ = await asyncio.wait([reply], timeout=pause)
                if done:
                    return await reply
                waited += pause
                pause = min(pause * 2, _REPLY_SECONDS - waited)
            raise RobotRefusedError(f"Asterisk does not answer at {self._server[0]}.")
        finally:
            del self._replies[branch]

    def _send(self, message: str) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(message.encode("utf-8"), self._server)

    async def _register(self, leave: bool = False) -> None:
        reply = await self._ask(self._writer.gen_first_response(leave))
        if int(reply.status) == 401:
            reply = await self._ask(self._writer.gen_register(reply, leave))
        if int(reply.status) != 200:
            raise RobotRefusedError(f"Asterisk refused {self.number} with SIP {reply.status}.")

    async def _stay_registered(self) -> None:
        while True:
            await asyncio.sleep(_REGISTER_AGAIN_SECONDS)
            with contextlib.suppress(RobotRefusedError):  # away for now: asked again next time
                await self._register()
