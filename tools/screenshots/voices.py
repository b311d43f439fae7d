"""Recordings of a made-up talk: espeak-ng speaks both sides, each in its own file."""

import asyncio
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from callcenter.facts import Side
from callcenter.ivr.prompts import RATE_HZ, speak, write_wav
from callcenter.settings import Settings
from tools.screenshots.calls import GAP_MS, Said

HEADER_BYTES = 44


async def recordings_of(
    settings: Settings, call_id: str, said: Said
) -> tuple[dict[Side, Path], list[int]]:
    """A wav for each side in the folder of recordings; how long each line takes, in ms."""
    lines = [await asyncio.to_thread(_spoken, settings, text) for _, text in said]
    lasting = [len(line) * 1000 // RATE_HZ for line in lines]
    paths = {}
    for side in Side:
        track = [_quiet(600)]
        for (who, _), line, ms in zip(said, lines, lasting, strict=True):
            track += [line if who is side else _quiet(ms), _quiet(GAP_MS)]
        paths[side] = settings.recordings_dir / f"{call_id}-{side.value}.wav"
        write_wav(paths[side], np.concatenate(track))
    return paths, lasting


def _spoken(settings: Settings, text: str) -> NDArray[np.int16]:
    with wave.open(str(speak(settings, text))) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def _quiet(ms: int) -> NDArray[np.int16]:
    return np.zeros(ms * RATE_HZ // 1000, np.int16)
