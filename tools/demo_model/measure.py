"""Character error rates of the finished model, heard by Vosk as in a call."""

import json
import random
import time
from pathlib import Path

import numpy as np
from vosk import KaldiRecognizer, Model, SetLogLevel

from tools.demo_model import RATE_HZ, SEED
from tools.demo_model.corpus import Corpus, bare
from tools.demo_model.lexicon import cut, pinyin_of
from tools.demo_model.speech import SEEN_VOICES, UNSEEN_VOICES, any_reading, telephone

CHUNK_BYTES = 1600  # 0.1 s
IN_TEXT = 80  # sentences of the training text, anew in another voice and on another line


def measure(folder: Path, corpus: Corpus) -> None:
    """Prints one line for each group of sentences and voices, and every miss of the demo."""
    SetLogLevel(-1)
    model = Model(str(folder))
    rng = random.Random(SEED + 1)
    groups = {
        "demo": corpus.demo * 3,
        "in text": rng.sample(corpus.sentences, IN_TEXT),
        "held out": corpus.held_out * 2,
    }
    for name, sentences in groups.items():
        for kind, voices in (("seen", SEEN_VOICES), ("unseen", UNSEEN_VOICES)):
            measure_group(model, f"{name}, {kind} voices", sentences, corpus, voices)


def measure_group(
    model: Model, title: str, sentences: list[str], corpus: Corpus, voices: tuple[str, ...]
) -> None:
    """Prints the errors of one group, and what was misheard."""
    rng = random.Random(f"{SEED} {title}")
    noise = np.random.default_rng(SEED)
    wrong = characters = exact = 0
    spoken_seconds = cpu_seconds = 0.0
    misses = []
    for sentence in sentences:
        pinyin = pinyin_of(cut(sentence, corpus.names), sentence)
        reading = any_reading(pinyin, voices, rng)
        line = telephone(reading.samples(), noise)
        started = time.process_time()
        heard = recognise(model, line)
        cpu_seconds += time.process_time() - started
        spoken_seconds += len(line) / RATE_HZ
        said = bare(sentence)
        errors = distance(said, heard)
        wrong, characters, exact = wrong + errors, characters + len(said), exact + (not errors)
        if errors:
            misses.append(f"    {said} -> {heard} ({reading.voice or 'plain'})")
    print(
        f"  {title}: CER {wrong / characters:.3f}, {exact} of {len(sentences)} exact, "
        f"{cpu_seconds / spoken_seconds:.3f} CPU s per s",
        flush=True,
    )
    print("\n".join(misses), flush=True)


def recognise(model: Model, samples: np.ndarray) -> str:
    """The words Vosk hears, without spaces, over all utterances it finds."""
    recogniser = KaldiRecognizer(model, RATE_HZ)
    content, words = samples.tobytes(), []
    for first in range(0, len(content), CHUNK_BYTES):
        if recogniser.AcceptWaveform(content[first : first + CHUNK_BYTES]):
            words.append(json.loads(recogniser.Result())["text"])
    words.append(json.loads(recogniser.FinalResult())["text"])
    return "".join(words).replace(" ", "")


def distance(said: str, heard: str) -> int:
    """Characters to change, add or drop (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, character in enumerate(said, 1):
        diagonal, row[0] = row[0], number
        for k, other in enumerate(heard, 1):
            changed = diagonal + (character != other)
            diagonal, row[k] = row[k], min(row[k] + 1, row[k - 1] + 1, changed)
    return row[-1]
