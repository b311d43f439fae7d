"""Which sound is heard when: the text's states laid over the frames."""

import numpy as np

from tools.demo_model.lexicon import SILENCE, Phones

SILENCE_PDF = 0


def make_states(phones: list[str]) -> dict[str, list[int]]:
    """The pdfs of every phone, in order: one for silence and an initial, two for a final."""
    states, number = {SILENCE: [SILENCE_PDF]}, 1
    for phone in sorted(phones):
        count = 2 if phone.startswith("-") else 1
        states[phone] = list(range(number, number + count))
        number += count
    return states


def state_sequence(words: list[Phones], states: dict[str, list[int]]) -> np.ndarray:
    """The pdfs of a sentence with silence, which may be skipped, around every word."""
    sequence = [SILENCE_PDF]
    for phones in words:
        sequence += [pdf for phone in phones for pdf in states[phone]]
        sequence.append(SILENCE_PDF)
    return np.array(sequence, np.int16)


def spread_evenly(sequence: np.ndarray, loudness: np.ndarray) -> np.ndarray:
    """A first guess: silence where it is quiet at the ends, all other states equally long."""
    low, high = np.percentile(loudness, 5), np.percentile(loudness, 95)
    loud = np.flatnonzero(loudness > low + 0.4 * (high - low))
    labels = np.full(len(loudness), SILENCE_PDF, np.int16)
    sounds = sequence[sequence != SILENCE_PDF]
    if len(loud):
        first, length = loud[0], loud[-1] + 1 - loud[0]
        labels[first : first + length] = sounds[np.arange(length) * len(sounds) // length]
    return labels


def best_path(scores: np.ndarray, sequence: np.ndarray) -> np.ndarray:
    """The likeliest state of every step (Viterbi); silence inside may be skipped."""
    steps, count = len(scores), len(sequence)
    emitted = scores[:, sequence]
    best = np.full(count, -1e9, np.float32)
    best[:2] = emitted[0, :2]
    came_from = np.zeros((steps, count), np.int8)  # how many states further back
    may_skip = np.zeros(count, bool)
    may_skip[2:] = sequence[1:-1] == SILENCE_PDF
    ways = np.full((3, count), -1e9, np.float32)
    for step in range(1, steps):
        ways[0] = best
        ways[1, 1:] = best[:-1]
        ways[2, 2:] = np.where(may_skip[2:], best[:-2], -1e9)
        came_from[step] = ways.argmax(0)
        best = ways.max(0) + emitted[step]
    at = count - 1 if best[-1] >= best[-2] else count - 2
    labels = np.zeros(steps, np.int16)
    for step in range(steps - 1, -1, -1):
        labels[step] = sequence[at]
        at -= came_from[step, at]
    return labels
