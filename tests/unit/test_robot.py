"""Category: what a robot phone sends and understands, without Asterisk."""

import asyncio
import socket
import struct
import time
import wave
from itertools import pairwise
from pathlib import Path
from statistics import linear_regression

import pytest

from callcenter.errors import BadInputError
from callcenter.ivr import sip
from callcenter.ivr.robot import RobotPhone, RobotRefusedError, read_wav
from callcenter.ivr.rtp import FRAME_BYTES, AudioStream
from tests.patience import PATIENCE_SECONDS
from tests.sounds import likeness, samples, tone

WRITER = sip.Writer(("127.0.0.1", 5060), "13800000001", "", "127.0.0.1")
PORTS = range(30000, 31000, 2)


def _accepted(invite: sip.Message) -> sip.Message:
    """Asterisk's 200 OK."""
    head = invite.headers
    lines = [
        "SIP/2.0 200 OK",
        f"Via: SIP/2.0/UDP 127.0.0.1:5080;branch={head['Via'][0]['branch']}",
        f"From: {head['From']['raw']};tag={head['From']['tag']}",
        f"To: {head['To']['raw']};tag=remote-7",
        f"Call-ID: {head['Call-ID']}",
        f"CSeq: {head['CSeq']['check']} INVITE",
        "Contact: <sip:127.0.0.1:5060>",
        "Content-Length: 0\r\n\r\n",
    ]
    return sip.parse("\r\n".join(lines))


def test_the_ack_names_both_ends_and_is_a_transaction_of_its_own() -> None:
    invite = sip.parse(WRITER.offer("12345", 20000, "a@b"))
    ack = sip.parse(WRITER.gen_ack(_accepted(invite)))
    assert ack.heading == b"ACK sip:127.0.0.1:5060 SIP/2.0"
    assert ack.headers["To"]["tag"] == "remote-7"
    assert ack.headers["From"]["tag"] == invite.headers["From"]["tag"]
    assert ack.headers["CSeq"]["check"] == invite.headers["CSeq"]["check"]
    assert ack.headers["Via"][0]["branch"] != invite.headers["Via"][0]["branch"]


def test_the_bye_goes_to_the_contact_one_step_on() -> None:
    invite = sip.parse(WRITER.offer("12345", 20000, "a@b"))
    bye = sip.parse(WRITER.as_caller("BYE", _accepted(invite), 1))
    assert bye.heading == b"BYE sip:127.0.0.1:5060 SIP/2.0"
    assert bye.headers["To"]["tag"] == "remote-7"
    assert int(bye.headers["CSeq"]["check"]) == int(invite.headers["CSeq"]["check"]) + 1


def test_an_invite_with_credentials_has_a_branch_of_its_own() -> None:
    first = sip.parse(WRITER.offer("12345", 20000, "a@b"))
    challenge = sip.parse(
        "SIP/2.0 401 Unauthorized\r\nCSeq: 1 INVITE\r\n"
        'WWW-Authenticate: Digest realm="asterisk",nonce="n"\r\n\r\n'
    )
    second = sip.parse(WRITER.offer("12345", 20000, "a@b", challenge))
    assert second.headers["Via"][0]["branch"] != first.headers["Via"][0]["branch"]
    assert second.headers["Authorization"]["username"] == "13800000001"


def test_no_two_calls_bear_the_same_call_id() -> None:
    assert WRITER.gen_call_id() != sip.Writer(("h", 1), "1", "", "127.0.0.1").gen_call_id()


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\0\0\0\0", b"\xff" * 100, b"NOTIFY x SIP/2.0\r\n\r\n", b"BYE x SIP/2.0\r\n\r\n"],
)
def test_garbage_is_no_message(garbage: bytes) -> None:
    assert sip.read(garbage) is None


async def test_an_asterisk_that_is_not_there_is_said_and_holds_nobody_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        async with RobotPhone("13800000001", silent.getsockname()) as phone:
            with pytest.raises(RobotRefusedError):
                await phone.call("12345")


async def _two_streams() -> tuple[AudioStream, AudioStream]:
    one, other = AudioStream(), AudioStream()
    await one.open("127.0.0.1", PORTS)
    await other.open("127.0.0.1", PORTS)
    one.connect("127.0.0.1", other.local_port, 101)
    other.connect("127.0.0.1", one.local_port, 101)
    return one, other


async def _close(*streams: AudioStream) -> None:
    for stream in streams:
        stream.close()
        await stream.wait_closed()


async def test_what_one_says_the_other_hears() -> None:
    one, other = await _two_streams()
    await one.say(tone(440, 1))
    await one.press("#")
    assert await asyncio.wait_for(other.keys.get(), PATIENCE_SECONDS) == "#"
    await _close(one, other)
    assert likeness(samples(bytes(other.heard_pcm)), samples(tone(440, 1))) > 0.99


async def test_a_voice_keeps_its_pace_while_the_loop_is_busy() -> None:
    one, other = await _two_streams()
    saying = asyncio.create_task(one.say(tone(440, 0.5)))
    await asyncio.sleep(0)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while one.backlog and time.monotonic() < deadline:
        pass  # the loop stands still
    assert not one.backlog
    await saying
    await _close(one, other)


async def test_a_closed_voice_lets_its_speaker_go() -> None:
    one, other = await _two_streams()
    saying = asyncio.create_task(one.say(tone(440, 60)))
    await asyncio.sleep(0)
    await _close(one, other)
    await asyncio.wait_for(saying, PATIENCE_SECONDS)
    await one.say(tone(440, 60))  # and after it nothing is waited for


class Packets(asyncio.DatagramProtocol):
    """Keeps packets and when they came."""

    def __init__(self) -> None:
        self.came: list[tuple[float, bytes]] = []

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        self.came.append((asyncio.get_running_loop().time(), data))


async def test_packets_go_out_every_20_ms_and_keys_as_rfc_4733() -> None:
    loop = asyncio.get_running_loop()
    transport, packets = await loop.create_datagram_endpoint(Packets, local_addr=("127.0.0.1", 0))
    stream = AudioStream()
    await stream.open("127.0.0.1", PORTS)
    stream.connect("127.0.0.1", transport.get_extra_info("sockname")[1], 101)
    await stream.say(bytes(50 * FRAME_BYTES))
    await stream.press("5")
    await _close(stream)
    transport.close()

    times, datagrams = zip(*packets.came, strict=True)
    pace, _ = linear_regression(range(len(times)), times)  # a late packet alone changes little
    assert 0.019 < pace < 0.1  # a busy machine may hold packets up; none are to leave early
    heads = [struct.unpack_from("!BBHII", data) for data in datagrams]
    assert all((b[2] - a[2]) % 65536 == 1 for a, b in pairwise(heads))
    keys = [(head, data[12:]) for head, data in zip(heads, datagrams, strict=True) if head[1] & 127]
    assert len({head[3] for head, _ in keys}) == 1  # one key, one RTP time
    assert [head[1] >> 7 for head, _ in keys] == [1] + [0] * (len(keys) - 1)
    assert {payload[0] for _, payload in keys} == {5}
    assert [payload[1] >> 7 for _, payload in keys][-4:] == [0, 1, 1, 1]  # the end, three times


async def test_a_lost_beginning_loses_no_key_and_repeats_none() -> None:
    stream = AudioStream()
    for timestamp, sequence in ((1000, 2), (1000, 3), (5000, 9)):  # the marked packets were lost
        packet = struct.pack("!BBHII", 0x80, 101, sequence, timestamp, 7) + bytes([4, 10, 0, 160])
        stream.datagram_received(packet, ("127.0.0.1", 1))
    assert [stream.keys.get_nowait() for _ in range(stream.keys.qsize())] == ["4", "4"]


@pytest.mark.parametrize(
    "data", [b"", b"\x80\0", bytes(40), b"\x80\x65" + bytes(10), b"\x8f\0" + bytes(11)]
)
def test_what_is_not_rtp_is_left_alone(data: bytes) -> None:
    stream = AudioStream()
    stream.datagram_received(data, ("127.0.0.1", 1))
    assert not stream.heard_pcm
    assert stream.keys.empty()


def test_a_wav_of_another_kind_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes(64))
    with pytest.raises(BadInputError, match="8000 Hz"):
        read_wav(path)
