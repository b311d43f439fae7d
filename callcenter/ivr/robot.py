"""A phone without a person: the citizen of tests and demo, a test seat, the call-back robot.

    async with RobotPhone("13800000001", ("127.0.0.1", 5060)) as phone:
        call = await phone.call("12345")
        await call.answered()
        await call.play(wav)
        await call.hang_up()

As a citizen it rings over the trunk without REGISTER; as a seat or as `robot` it has a secret.
SIP is pyVoIP's (`sip.py`, carried by `sip_port.py`) and runs on the loop; the voice is `rtp.py`'s
and has a thread of its own for what it sends.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass

from callcenter.ivr import sip
from callcenter.ivr.robot_call import CallRefusedError, RobotCall, read_wav
from callcenter.ivr.rtp import AudioStream
from callcenter.ivr.sip_port import RobotRefusedError, SipPort

__all__ = ["CallRefusedError", "RobotCall", "RobotPhone", "RobotRefusedError", "read_wav"]

_RTP_PORTS = range(20000, 29998, 2)  # free of Asterisk's (10000-10999) and of ephemeral ports
_CANCELLED_SECONDS = 0.5


@dataclass
class _Dialog:
    """SIP's side of a call: RFC 3261 section 12."""

    call_id: str  # SIP's
    stream: AudioStream
    invite: sip.Message  # as it came, or as it was sent last
    incoming: bool
    tag: str = ""  # names this end of an incoming call
    answer: sip.Message | None = None  # the 200 OK that came
    last_reply: str = ""  # sent again when the INVITE comes again
    asked: int = 0  # requests of ours since the INVITE


class RobotPhone(SipPort):
    """A phone with one number on a UDP port of its own; use it with `async with`.

    `server` is Asterisk's SIP address. With a `secret` it registers; without, it is a carrier's
    phone and its `number` is what the called see. `port` 0 takes any free one.
    """

    def __init__(
        self,
        number: str,
        server: tuple[str, int],
        *,
        secret: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        rtp_ports: range = _RTP_PORTS,
    ) -> None:
        super().__init__(number, server, secret, host, port)
        self._host = host
        self._rtp_ports = rtp_ports
        self._calls: dict[str, tuple[_Dialog, RobotCall]] = {}  # by SIP Call-ID
        self._rings: asyncio.Queue[RobotCall] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    async def call(self, number: str) -> RobotCall:
        """Rings `number`; wait for the other end with `answered()`.

        Raises:
            RobotRefusedError: Asterisk does not answer at all.
        """
        stream = AudioStream()
        await stream.open(self._host, self._rtp_ports)
        call_id = self._writer.gen_call_id()
        invite = self._writer.offer(number, stream.local_port, call_id)
        dialog = _Dialog(call_id, stream, sip.parse(invite), incoming=False)
        call = self._add_call(dialog, number, self.number)
        try:
            reply = await self._ask(invite)
            if int(reply.status) == 401 and self._secret is not None:
                invite = self._writer.offer(number, stream.local_port, call_id, reply)
                dialog.invite = sip.parse(invite)
                await self._ask(invite)
        except RobotRefusedError:
            call.mark_ended()
            raise
        return call

    async def ring(self, timeout: float = 60.0) -> RobotCall:  # noqa: ASYNC109  # reads like a call
        """The next call that rings here, to be answered or refused; seconds.

        Raises:
            TimeoutError: None came.
        """
        async with asyncio.timeout(timeout):
            return await self._rings.get()

    async def close(self) -> None:
        """Hangs up, unregisters, and leaves nothing running."""
        for _, call in list(self._calls.values()):
            await call.hang_up()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for dialog, _ in self._calls.values():
            await dialog.stream.wait_closed()
        await super().close()

    # --- what comes in ---------------------------------------------------------------------------

    def _take_final(self, reply: sip.Message) -> None:
        """The end of an INVITE: always acknowledged, also when it comes again."""
        self._send(self._writer.gen_ack(reply))
        dialog, call = self._calls.get(reply.headers["Call-ID"], (None, None))
        if dialog is None or call is None:
            return
        status = int(reply.status)
        if status == 200 and dialog.answer is None:
            dialog.answer = reply
            if call.is_ended:  # picked up while we gave up
                self._hold(self._say_bye(dialog))
            else:
                call.mark_answered(*sip.voice_address(reply), sip.event_type(reply))
        elif status >= 300 and not (status == 401 and _is_first(dialog.invite)):
            call.mark_ended(status)

    def _take_request(self, request: sip.Message) -> None:
        dialog, call = self._calls.get(request.headers["Call-ID"], (None, None))
        if request.method == "ACK":
            return
        if request.method == "INVITE":
            self._take_invite(request, dialog)
            return
        self._send(self._writer.reply(request, "200 OK"))
        if call is None or dialog is None:
            return
        if request.method == "CANCEL" and not call.is_answered:
            self._send(self._writer.reply(dialog.invite, "487 Request Terminated", dialog.tag))
            call.mark_ended()
        if request.method == "BYE":
            call.mark_ended()

    def _take_invite(self, invite: sip.Message, dialog: _Dialog | None) -> None:
        if dialog is None:
            self._hold(self._take_call(invite))
        elif _same_request(invite, dialog.invite):
            self._send(dialog.last_reply)
        else:  # the voice moves to another address
            tag = invite.headers["To"]["tag"]
            self._send(self._writer.accept(invite, dialog.stream.local_port, tag))
            dialog.stream.connect(*sip.voice_address(invite), sip.event_type(invite))

    async def _take_call(self, invite: sip.Message) -> None:
        stream = AudioStream()
        dialog = _Dialog(invite.headers["Call-ID"], stream, invite, incoming=True)
        dialog.tag = self._writer.gen_tag()
        call = self._add_call(dialog, sip.dialled(invite), invite.headers["From"]["number"])
        await stream.open(self._host, self._rtp_ports)
        dialog.last_reply = self._writer.reply(invite, "180 Ringing", dialog.tag)
        self._send(dialog.last_reply)
        self._rings.put_nowait(call)

    # --- what a call asks of its phone -----------------------------------------------------------

    def _add_call(self, dialog: _Dialog, dialled: str, caller: str | None) -> RobotCall:
        call = RobotCall(
            dialled,
            caller,
            dialog.stream,
            pick_up=lambda: self._pick_up(dialog),
            leave=lambda: self._leave(dialog),
            refer=lambda number, consulted: self._refer(dialog, number, consulted),
        )
        self._calls = {name: known for name, known in self._calls.items() if not known[1].is_ended}
        self._calls[dialog.call_id] = (dialog, call)
        return call

    def _pick_up(self, dialog: _Dialog) -> None:
        port = dialog.stream.local_port
        dialog.last_reply = self._writer.accept(dialog.invite, port, dialog.tag)
        self._send(dialog.last_reply)
        _, call = self._calls[dialog.call_id]
        call.mark_answered(*sip.voice_address(dialog.invite), sip.event_type(dialog.invite))

    async def _leave(self, dialog: _Dialog) -> None:
        _, call = self._calls[dialog.call_id]
        if call.is_answered:
            await self._say_bye(dialog)
        elif dialog.incoming:
            self._send(self._writer.reply(dialog.invite, "486 Busy Here", dialog.tag))
        else:
            with contextlib.suppress(RobotRefusedError, TimeoutError):
                await self._ask(self._writer.cancel(dialog.invite))
                await call.ended(_CANCELLED_SECONDS)  # the INVITE's own end, to be acknowledged

    async def _say_bye(self, dialog: _Dialog) -> None:
        with contextlib.suppress(RobotRefusedError):
            await self._ask(self._request(dialog, "BYE"))

    async def _refer(self, dialog: _Dialog, number: str, consulted: RobotCall | None) -> int:
        with_whom = [known for known, call in self._calls.values() if call is consulted]
        replaced = with_whom[0].answer if with_whom else None
        target = self._writer.target(number, replaced)
        reply = await self._ask(self._request(dialog, "REFER", target))
        return int(reply.status)

    def _request(self, dialog: _Dialog, method: str, refer_to: str = "") -> str:
        dialog.asked += 1
        if dialog.answer is None:
            tag = dialog.tag
            return self._writer.as_called(method, dialog.invite, tag, dialog.asked, refer_to)
        return self._writer.as_caller(method, dialog.answer, dialog.asked, refer_to)

    def _hold(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_first(invite: sip.Message) -> bool:
    """Whether this INVITE bears no credentials yet."""
    return "Authorization" not in invite.headers


def _same_request(one: sip.Message, other: sip.Message) -> bool:
    return bool(one.headers["CSeq"] == other.headers["CSeq"])
