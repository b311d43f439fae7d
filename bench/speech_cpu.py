"""CPU per second of audio: our speech path over bare Vosk, same wav, same model, same run.

Ours is all of it: AudioSocket over TCP, frames, backlog, threads, partials, facts. Asterisk's part,
sending the frames, is played by a child process whose CPU is not counted, at `SPEED` times real
time. Bare Vosk reads half a second at a time, as its own examples do.
"""

import asyncio
import json
import socket
import subprocess
import sys
import time
import wave
from uuid import UUID, uuid4

from vosk import KaldiRecognizer, Model, SetLogLevel

from callcenter.facts import Fact, PartialHeard, Side
from callcenter.settings import ROOT, Settings, load_settings
from callcenter.speech.audiosocket import BYTES_PER_SECOND, RATE_HZ
from callcenter.speech.models import SpeechModel, find_model
from callcenter.speech.recognise import Recogniser
from callcenter.speech.stream import BACKLOG_SECONDS, TapOf
from callcenter.speech.tap import Tap
from callcenter.speech.transcript import SideHeard

AUDIO_SECONDS = int(BACKLOG_SECONDS) - 1  # so that nothing is dropped on however busy a machine
SPEED = 10  # frames come one by one, as in a call, and the bench ends within half a minute
BARE_BYTES = 8000
ROUNDS = 4

SENDER = """
import socket, sys, time
port, speed = int(sys.argv[1]), float(sys.argv[2])
uuid, audio = bytes.fromhex(sys.argv[3]), sys.stdin.buffer.read()
line = socket.create_connection(("127.0.0.1", port))
line.sendall(b"\\x01\\x00\\x10" + uuid)
began = time.monotonic()
for sent in range(0, len(audio), 320):
    line.sendall(b"\\x10\\x01\\x40" + audio[sent:sent + 320])
    time.sleep(max(0.0, began + sent / 16000 / speed - time.monotonic()))
line.sendall(b"\\x00\\x00\\x00")
line.shutdown(socket.SHUT_WR)
line.recv(1)
"""


def speech() -> bytes:
    """About `AUDIO_SECONDS` of two voices in turn, 8 kHz, whole frames."""
    audio = b""
    for name in ("citizen_street_light", "seat_greeting"):
        with wave.open(str(ROOT / "tests" / "voices" / f"{name}.wav"), "rb") as file:
            audio += file.readframes(file.getnframes())
    times = AUDIO_SECONDS * BYTES_PER_SECOND // len(audio) + 1
    whole = (audio * times)[: AUDIO_SECONDS * BYTES_PER_SECOND]
    return whole[: len(whole) // 320 * 320]


def bare(model: SpeechModel, audio: bytes) -> tuple[float, str]:
    """CPU seconds and words of Vosk alone."""
    loaded = Model(str(model.path))
    began = time.process_time()
    decoder = KaldiRecognizer(loaded, float(min(RATE_HZ, model.rate_hz)))
    decoder.SetWords(True)
    text = ""
    for start in range(0, len(audio), BARE_BYTES):
        if decoder.AcceptWaveform(audio[start : start + BARE_BYTES]):
            text += json.loads(decoder.Result())["text"]
        else:
            decoder.PartialResult()
    text += json.loads(decoder.FinalResult())["text"]
    return time.process_time() - began, text.replace(" ", "")


async def ours(recogniser: Recogniser, settings: Settings, audio: bytes) -> tuple[float, str]:
    """CPU seconds of this process and words of the whole path, from the socket to the facts."""
    uuid, texts = uuid4(), []

    async def lookup(asked: UUID) -> TapOf | None:
        return TapOf("bench", Side.CITIZEN) if asked == uuid else None

    async def say(partial: PartialHeard) -> None:
        partial.model_dump_json()

    async def state(fact: Fact) -> None:
        texts.append(fact.text)

    async def ended(asked: UUID, heard: SideHeard) -> None:
        pass  # nobody closes a transcript here

    tap = Tap(recogniser, settings, lookup=lookup, say=say, state=state, ended=ended)
    await tap.start()
    began = time.process_time()
    arguments = (str(settings.audiosocket_port), str(SPEED), uuid.hex)
    sender = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SENDER, *arguments, stdin=subprocess.PIPE
    )
    await sender.communicate(audio)
    spent = time.process_time() - began
    await tap.stop()
    return spent, "".join(texts)


def main() -> int:
    """Prints CPU per audio second of both and their ratio; 1 where the words differ."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = load_settings(audiosocket_port=port)
    model, audio = find_model(settings), speech()
    SetLogLevel(-1)
    recogniser = Recogniser(model)
    seconds = len(audio) / BYTES_PER_SECOND
    best_bare = best_ours = float("inf")
    for _ in range(ROUNDS):
        bare_cpu, bare_text = bare(model, audio)
        our_cpu, our_text = asyncio.run(ours(recogniser, settings, audio))
        best_bare, best_ours = min(best_bare, bare_cpu), min(best_ours, our_cpu)
    recogniser.close()
    print(
        f"speech CPU per audio second ({model.name}, {seconds:.0f} s, best of {ROUNDS}): "
        f"ours {best_ours / seconds * 1000:.2f} ms, bare Vosk {best_bare / seconds * 1000:.2f} ms, "
        f"ratio {best_ours / best_bare:.2f}"
    )
    if our_text != bare_text:
        print("the words of both differ: not a fair comparison")
    return int(our_text != bare_text)


if __name__ == "__main__":
    raise SystemExit(main())
