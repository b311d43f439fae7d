"""Learns the acoustic model: guess where the sounds lie, learn, lay them anew, learn again."""

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tools.demo_model import SEED
from tools.demo_model.acoustic import AcousticModel
from tools.demo_model.align import best_path, make_states, spread_evenly, state_sequence
from tools.demo_model.network import CONTEXT, STEP, Network
from tools.demo_model.recordings import Recording

CHUNK = 40  # steps learnt from at once
BATCH = 64  # chunks
SHORT = 18  # states: short sentences are the easiest to lay out, so they come first
# (only short sentences, learning rate) of the passes before the last ones.
SCHEDULE = ((True, 2e-3), (True, 2e-3), (True, 1e-3), (False, 1e-3), (False, 1e-3))
FINAL_RATE = 1e-3  # falls to nothing over the last passes


@dataclass
class Utterance:
    """One recording made ready: frames with CONTEXT and a chunk's length of padding around."""

    frames: np.ndarray
    sequence: np.ndarray
    labels: np.ndarray


def train(
    recordings: list[Recording],
    cepstra: Iterable[np.ndarray],
    phones: list[str],
    final_epochs: int,
) -> AcousticModel:
    """The trained model; prints a line an epoch."""
    states = make_states(phones)
    heard = list(cepstra)
    mean, spread = statistics(heard)
    said = [
        prepare((frames - mean) / spread, state_sequence(recording.words, states))
        for recording, frames in zip(recordings, heard, strict=True)
    ]
    del heard
    pdfs = sum(map(len, states.values()))
    network = Network(len(mean), pdfs, np.random.default_rng(SEED))
    teach(network, said, final_epochs, pdfs)
    return AcousticModel(network, states, mean, spread, prior_of(said, pdfs))


def teach(network: Network, said: list[Utterance], final_epochs: int, pdfs: int) -> None:
    """All passes: SCHEDULE with a new alignment after each, then the last ones."""
    rng = random.Random(SEED)
    short = [one for one in said if len(one.sequence) < SHORT]
    for number, (only_short, rate) in enumerate(SCHEDULE):
        chosen = short if only_short else said
        learn_epoch(network, chosen, (rate, rate), rng)
        next_is_short = number + 1 < len(SCHEDULE) and SCHEDULE[number + 1][0]
        realign(network, short if next_is_short else said, prior_of(chosen, pdfs))
    for epoch in range(final_epochs):
        first, last = (FINAL_RATE * (1 - (epoch + k) / final_epochs) + 1e-5 for k in (0, 1))
        learn_epoch(network, said, (first, last), rng)


def statistics(heard: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each cepstrum over all frames."""
    count = sum(len(frames) for frames in heard)
    mean = sum(frames.sum(0, dtype=np.float64) for frames in heard) / count
    square = sum((frames.astype(np.float64) ** 2).sum(0) for frames in heard) / count
    return mean.astype(np.float32), np.sqrt(square - mean**2).astype(np.float32)


def prepare(frames: np.ndarray, sequence: np.ndarray) -> Utterance:
    """An utterance with its first, even guess of labels."""
    steps = -(-len(frames) // STEP)
    padded = np.pad(frames, ((CONTEXT, CONTEXT + STEP * CHUNK), (0, 0)), mode="edge")
    return Utterance(padded, sequence, spread_evenly(sequence, frames[::STEP, 0][:steps]))


def learn_epoch(
    network: Network, said: list[Utterance], rates: tuple[float, float], rng: random.Random
) -> None:
    """Every chunk once, in a new order; the learning rate slides between the two given."""
    started = time.monotonic()
    chunks = [(one, at) for one in said for at in range(0, len(one.labels), CHUNK)]
    rng.shuffle(chunks)
    noise = np.random.default_rng(rng.randrange(2**32))
    results = []
    for first in range(0, len(chunks), BATCH):
        share = first / len(chunks)
        batch = chunks[first : first + BATCH]
        frames, labels = stack(batch, noise)
        results.append(network.learn(frames, labels, rates[0] + share * (rates[1] - rates[0])))
    loss, hits = np.mean(results, axis=0)
    seconds = time.monotonic() - started
    print(
        f"  {len(said)} utterances: loss {loss:.3f}, {hits:.1%} of steps right, {seconds:.0f} s",
        flush=True,
    )


def stack(
    batch: list[tuple[Utterance, int]], noise: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Frames and labels of some chunks, each shifted a little, as another telephone would."""
    length = STEP * (CHUNK - 1) + 1 + 2 * CONTEXT
    frames = np.stack([one.frames[at * STEP : at * STEP + length] for one, at in batch])
    frames += 0.1 * noise.standard_normal((len(batch), 1, frames.shape[2]), dtype=np.float32)
    labels = np.full((len(batch), CHUNK), -1, np.int64)
    for row, (one, at) in zip(labels, batch, strict=True):
        known = one.labels[at : at + CHUNK]
        row[: len(known)] = known
    return frames, labels


def realign(network: Network, said: list[Utterance], prior: np.ndarray) -> None:
    """New labels for every utterance: the likeliest path under the present network."""
    started = time.monotonic()
    for one in said:
        steps = len(one.labels)
        frames = one.frames[None, : STEP * (steps - 1) + 1 + 2 * CONTEXT]
        one.labels = best_path(network.scores(frames)[0] - np.log(prior), one.sequence)
    print(f"  sounds laid anew, {time.monotonic() - started:.0f} s", flush=True)


def prior_of(said: list[Utterance], pdfs: int) -> np.ndarray:
    """The share of every pdf in the labels; none is zero."""
    counts = np.bincount(np.concatenate([one.labels for one in said]), minlength=pdfs) + 1.0
    return (counts / counts.sum()).astype(np.float32)
