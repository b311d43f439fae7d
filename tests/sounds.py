"""Tones to speak and ways to find again what was spoken."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8000


def tone(hertz: float, seconds: float) -> bytes:
    """16-bit PCM at a quarter of full scale."""
    times = np.arange(round(RATE_HZ * seconds)) / RATE_HZ
    return (8192 * np.sin(2 * np.pi * hertz * times)).astype("<i2").tobytes()


def samples(pcm: bytes) -> NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2").astype(np.float64)


def wav(path: Path) -> NDArray[np.float64]:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (RATE_HZ, 2, 1)
        return samples(file.readframes(file.getnframes()))


def strength(sound: NDArray[np.float64], hertz: float) -> float:
    """How much of the sound's energy lies within 10 Hz of `hertz`: 0 to 1."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    near = np.abs(np.fft.rfftfreq(len(sound), 1 / RATE_HZ) - hertz) < 10
    return float(power[near].sum() / max(power.sum(), 1.0))


def onset_seconds(sound: NDArray[np.float64]) -> float:
    return float(np.flatnonzero(np.abs(sound) > 2000)[0] / RATE_HZ)


def likeness(heard: NDArray[np.float64], spoken: NDArray[np.float64]) -> float:
    """1 where `spoken` is somewhere in `heard` unchanged, near 0 where it is not."""
    heard = np.concatenate([heard, np.zeros(160)])  # a file's last part of a packet is not sent
    places = len(heard) - len(spoken) + 1
    if places < 1:
        return 0.0
    size = len(heard) + len(spoken)
    spectra = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken, size))
    products = np.fft.irfft(spectra, size)[:places]
    sums = np.concatenate([[0.0], np.cumsum(heard**2)])
    energies = sums[len(spoken) :] - sums[:places]
    return float((products / np.sqrt(np.maximum(energies, 1.0) * (spoken**2).sum())).max())
