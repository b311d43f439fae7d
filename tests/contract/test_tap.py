"""Contract of the tap: real TCP streams as Asterisk sends them, decoded by the real Vosk."""

import asyncio
import contextlib
import itertools
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from callcenter.errors import CannotStartError
from callcenter.facts import Fact, PartialHeard, Side, UtteranceHeard
from callcenter.settings import ROOT, Settings
from callcenter.speech import stream, tap
from callcenter.speech.audiosocket import BYTES_PER_SECOND
from callcenter.speech.models import find_model
from callcenter.speech.recognise import Recogniser
from callcenter.speech.stream import TapOf
from callcenter.speech.tap import Tap, is_listening, tap_originate, tap_uuid
from callcenter.speech.transcript import SideHeard
from tests.servers import free_port

MODEL = ROOT / "models" / "demo-cn"
VOICES = ROOT / "tests" / "voices"
CITIZEN, SEAT = VOICES / "citizen_street_light.wav", VOICES / "seat_greeting.wav"
CALL = "n1-1700000000.7"
FRAME_BYTES = 320

pytestmark = pytest.mark.skipif(not MODEL.is_dir(), reason="models/demo-cn is not there")


def pcm(path: Path) -> bytes:
    with wave.open(str(path), "rb") as file:
        return file.readframes(file.getnframes())


def audio_frames(audio: bytes) -> list[bytes]:
    cuts = range(0, len(audio), FRAME_BYTES)
    payloads = [audio[cut : cut + FRAME_BYTES] for cut in cuts]
    return [b"\x10" + len(payload).to_bytes(2, "big") + payload for payload in payloads]


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - what is waited for belongs to the tap
        await asyncio.sleep(0.01)


class FakeAsterisk:
    """The other end of the line: what chan_audiosocket sends, over real TCP."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def open(self, first: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(first)
        return reader, writer

    async def speak(self, uuid: UUID, audio: bytes, last: bytes = b"\x00\x00\x00") -> None:
        """One whole stream in 20 ms frames, as fast as it is taken, until the tap hangs up."""
        reader, writer = await self.open(b"\x01\x00\x10" + uuid.bytes)
        with contextlib.suppress(ConnectionError):  # the tap may hang up first
            for frame in audio_frames(audio):
                writer.write(frame)
                await writer.drain()
            writer.write(last)
            writer.write_eof()
            assert await reader.read() == b""
        writer.close()


class Centre:
    """A running tap, the calls it knows and what came out of it."""

    def __init__(self, recogniser: Recogniser, settings: Settings) -> None:
        self.known: dict[UUID, TapOf] = {}
        self.said: list[PartialHeard] = []
        self.stated: list[UtteranceHeard] = []
        self.may_show = asyncio.Event()
        self.may_show.set()
        self.heard: dict[Side, SideHeard] = {}
        self.tap = Tap(
            recogniser,
            settings,
            lookup=self.lookup,
            say=self.say,
            state=self.state,
            ended=self.ended,
        )
        self.asterisk = FakeAsterisk(settings.audiosocket_port)

    async def lookup(self, uuid: UUID) -> TapOf | None:
        tap_of = self.known.get(uuid)
        if tap_of is None:
            return None
        heard = sum(fact.side is tap_of.side for fact in self.stated)
        return replace(tap_of, utterances=tap_of.utterances + heard)

    async def say(self, partial: PartialHeard) -> None:
        self.said.append(partial)
        await self.may_show.wait()

    async def state(self, fact: Fact) -> None:
        assert isinstance(fact, UtteranceHeard)
        self.stated.append(fact)

    async def ended(self, uuid: UUID, heard: SideHeard) -> None:
        self.heard[self.known[uuid].side] = heard

    def expect(self, side: Side, **known: int) -> UUID:
        uuid = tap_uuid(CALL, side, f"PJSIP/{side}")
        self.known[uuid] = TapOf(CALL, side, **known)
        return uuid

    async def closed(self) -> None:
        await until(lambda: not self.tap.open_streams)

    def text(self, side: Side) -> str:
        return "".join(fact.text for fact in self.stated if fact.side is side)


@pytest.fixture(scope="module")
def recogniser():
    made = Recogniser(find_model(Settings(vosk_model=MODEL)))
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path):
    return Settings(var_dir=tmp_path, audiosocket_port=free_port())


@pytest.fixture
async def centre(recogniser, settings):
    made = Centre(recogniser, settings)
    await made.tap.start()
    yield made
    made.may_show.set()
    await made.tap.stop()


async def test_a_spoken_sentence_becomes_partials_and_one_utterance(centre):
    audio = pcm(CITIZEN)

    await centre.asterisk.speak(centre.expect(Side.CITIZEN), audio)
    await centre.closed()

    assert centre.text(Side.CITIZEN) == "南大街的路灯坏了"
    shown = [partial.text for partial in centre.said]
    assert shown
    assert all(one != other for one, other in itertools.pairwise(shown))
    utterance = centre.stated[0]
    assert (utterance.index, utterance.source, utterance.side) == (0, "live", Side.CITIZEN)
    assert "".join(word.text for word in utterance.words) == utterance.text
    assert 0 < utterance.start_ms < utterance.end_ms < len(audio) * 1000 / BYTES_PER_SECOND
    heard = centre.heard[Side.CITIZEN]
    assert heard.seconds == pytest.approx(len(audio) / BYTES_PER_SECOND)
    assert (heard.lost_seconds, heard.failed) == (0, False)


async def test_two_sides_at_once_keep_apart_and_in_order(centre):
    twice = pcm(CITIZEN) + bytes(BYTES_PER_SECOND) + pcm(CITIZEN)

    await asyncio.gather(
        centre.asterisk.speak(centre.expect(Side.CITIZEN), twice),
        centre.asterisk.speak(centre.expect(Side.SEAT), pcm(SEAT)),
    )
    await centre.closed()

    assert centre.text(Side.CITIZEN) == "南大街的路灯坏了" * 2
    assert centre.text(Side.SEAT) == "您好一二三四五热线"
    citizen = [fact for fact in centre.stated if fact.side is Side.CITIZEN]
    assert [fact.index for fact in citizen] == [0, 1]
    assert citizen[0].end_ms < citizen[1].start_ms
    assert set(centre.heard) == set(Side)


async def test_a_tap_opened_again_after_a_restart_counts_on(centre):
    uuid = centre.expect(Side.CITIZEN, talked_ms=60_000, utterances=4)

    await centre.asterisk.speak(uuid, pcm(CITIZEN))
    await centre.asterisk.speak(uuid, pcm(CITIZEN))
    await centre.closed()

    assert [fact.index for fact in centre.stated] == [4, 5]
    assert centre.stated[0].start_ms > 60_000
    assert centre.stated[0].words[0].start_ms < 10_000


@pytest.mark.parametrize("last", [b"\x00\x00\x00", b"", b"\xff\x00\x01\x01"])
async def test_a_stream_ends_with_end_error_or_the_connection(centre, last):
    await centre.asterisk.speak(centre.expect(Side.SEAT), pcm(SEAT), last)
    await centre.closed()
    assert centre.text(Side.SEAT) == "您好一二三四五热线"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"\x01\x00\x10" + UUID(int=7).bytes, "unknown_uuid"),
        (b"GET / HTTP/1.1\r\n\r\n", "unknown_kind"),
        (b"\x10\x01\x40" + bytes(320), "no_uuid"),
        (b"\x01\xff\xff" + bytes(100), "too_long"),
        (b"\x01\x00\x10half", "half_frame"),
    ],
)
async def test_what_is_not_ours_is_refused_with_a_reason_and_disturbs_nobody(centre, sent, reason):
    audio = pcm(CITIZEN)
    reader, writer = await centre.asterisk.open(b"\x01\x00\x10" + centre.expect(Side.CITIZEN).bytes)
    writer.write(b"".join(audio_frames(audio[: len(audio) // 3200 * 1600])))

    with capture_logs() as logs:
        bad_reader, bad_writer = await centre.asterisk.open(sent)
        bad_writer.write_eof()
        assert await bad_reader.read() == b""
        bad_writer.close()

    assert [entry["reason"] for entry in logs] == [reason]
    writer.write(b"".join(audio_frames(audio[len(audio) // 3200 * 1600 :])))
    writer.write_eof()
    assert await reader.read() == b""
    await centre.closed()
    assert centre.text(Side.CITIZEN) == "南大街的路灯坏了"
    writer.close()


async def test_who_only_asks_whether_we_listen_is_told_so_and_no_log(centre):
    host, port = "127.0.0.1", centre.asterisk.port
    with capture_logs() as logs:
        assert await is_listening(host, port)
        reader, writer = await centre.asterisk.open(b"")
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
    assert not logs
    await centre.tap.stop()
    assert not await is_listening(host, port)


async def test_silence_before_the_uuid_is_closed_after_its_time(centre, monkeypatch):
    monkeypatch.setattr(tap, "UUID_SECONDS", 0.05)
    with capture_logs() as logs:
        reader, writer = await centre.asterisk.open(b"\x01")
        assert await reader.read() == b""
        writer.close()
    assert [entry["reason"] for entry in logs] == ["no_uuid_in_time"]


async def test_a_second_stream_of_an_open_tap_is_refused(centre):
    uuid = centre.expect(Side.CITIZEN)
    _, first = await centre.asterisk.open(b"\x01\x00\x10" + uuid.bytes)
    await until(lambda: centre.tap.open_streams)

    with capture_logs() as logs:
        reader, second = await centre.asterisk.open(b"\x01\x00\x10" + uuid.bytes)
        assert await reader.read() == b""
        second.close()

    assert [entry["reason"] for entry in logs] == ["already_open"]
    assert centre.tap.open_streams
    first.close()
    await centre.closed()


async def test_garbage_in_mid_stream_ends_it_but_keeps_the_words_before(centre):
    with capture_logs() as logs:
        await centre.asterisk.speak(centre.expect(Side.SEAT), pcm(SEAT), last=b"\x77\x00\x00")
        await centre.closed()
    assert [entry["reason"] for entry in logs] == ["unknown_kind"]
    assert centre.text(Side.SEAT) == "您好一二三四五热线"


async def test_audio_that_lags_is_kept_within_bounds_and_the_gap_is_counted(centre, monkeypatch):
    monkeypatch.setattr(stream, "BACKLOG_SECONDS", 2.0)
    centre.may_show.clear()
    audio = pcm(CITIZEN) + bytes(6 * BYTES_PER_SECOND)

    with capture_logs() as logs:
        streaming = asyncio.create_task(centre.asterisk.speak(centre.expect(Side.CITIZEN), audio))
        await until(lambda: "audio dropped, decoding lags" in [entry["event"] for entry in logs])
        centre.may_show.set()
        await streaming
        await centre.closed()
    heard = centre.heard[Side.CITIZEN]

    assert heard.seconds + heard.lost_seconds == pytest.approx(len(audio) / BYTES_PER_SECOND)
    assert heard.lost_seconds > 1


async def test_a_side_that_sends_nothing_while_it_is_quiet_is_silent_not_missing(centre):
    audio = pcm(CITIZEN)[:-BYTES_PER_SECOND]  # ends with the last word
    reader, writer = await centre.asterisk.open(b"\x01\x00\x10" + centre.expect(Side.CITIZEN).bytes)
    writer.write(b"".join(audio_frames(audio)))

    await until(lambda: centre.stated)

    assert centre.text(Side.CITIZEN) == "南大街的路灯坏了"
    assert centre.tap.open_streams
    writer.close()
    await centre.closed()
    heard = centre.heard[Side.CITIZEN]
    assert heard.seconds > len(audio) / BYTES_PER_SECOND


async def test_a_state_that_fails_ends_the_stream_and_marks_its_words(centre):
    async def fail(fact: Fact) -> None:
        raise ConnectionError("the store is away")

    centre.tap._state = fail
    await centre.asterisk.speak(centre.expect(Side.CITIZEN), pcm(CITIZEN))
    await centre.closed()
    assert centre.heard[Side.CITIZEN].failed


async def test_stop_states_what_was_heard_and_closes_the_streams(centre):
    audio = pcm(CITIZEN)
    reader, writer = await centre.asterisk.open(b"\x01\x00\x10" + centre.expect(Side.CITIZEN).bytes)
    writer.write(b"".join(audio_frames(audio)))
    await until(lambda: centre.said)

    await centre.tap.stop()

    assert await reader.read() == b""
    assert not centre.tap.open_streams
    assert centre.text(Side.CITIZEN)
    writer.close()


async def test_a_taken_port_is_one_clear_line(recogniser, settings, centre):
    second = Centre(recogniser, settings)
    with pytest.raises(CannotStartError, match=f"{settings.audiosocket_port}.*AUDIOSOCKET_PORT"):
        await second.tap.start()


def test_the_originate_names_the_side_and_is_the_same_after_a_restart():
    uuid = tap_uuid(CALL, Side.SEAT, "PJSIP/seat-01-00000002")
    assert uuid == tap_uuid(CALL, Side.SEAT, "PJSIP/seat-01-00000002")
    assert uuid != tap_uuid(CALL, Side.CITIZEN, "PJSIP/seat-01-00000002")

    action = tap_originate("PJSIP/seat-01-00000002", uuid, "127.0.0.1", 9092)

    assert action["Channel"] == f"AudioSocket/127.0.0.1:9092/{uuid}"
    assert action["ChannelId"] == f"tap-{uuid}"
    assert (action["Application"], action["Data"]) == ("ChanSpy", "PJSIP/seat-01-00000002,qoS")
