"""The training recordings: who reads what, heard over a telephone line, as cepstra."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import Pool

import numpy as np

from tools.demo_model import SEED
from tools.demo_model.corpus import Corpus
from tools.demo_model.features import cepstra
from tools.demo_model.lexicon import (
    TAUGHT_WORDS,
    Phones,
    common_words,
    cut,
    phones_of,
    pinyin_of,
    readings,
)
from tools.demo_model.speech import SEEN_VOICES, Reading, any_reading, sounds, telephone

DEMO_READINGS = 32  # of every demo sentence
HANZI_SHARE = 0.25  # of the readings are given to espeak-ng as hanzi
PHRASE_SHARE = 0.25  # are common words in any order: every sound beside every other


@dataclass(frozen=True)
class Recording:
    """One utterance to learn from."""

    number: int
    reading: Reading
    words: list[Phones]

    def cepstra(self) -> np.ndarray:
        """Frames x 40; the line's noise and silence depend on the number alone."""
        rng = np.random.default_rng([SEED, self.number])
        return cepstra(telephone(self.reading.samples(), rng))


def plan_recordings(corpus: Corpus, count: int) -> list[Recording]:
    """About `count` recordings: the demo often, then every word once, then more by chance."""
    rng = random.Random(SEED)
    texts = [line for line in corpus.demo for _ in range(DEMO_READINGS)]
    phrases = int(count * PHRASE_SHARE)
    wanted = count - len(texts) - phrases
    texts += sentences_that_cover(corpus, wanted, rng) + random_phrases(phrases, rng)
    cuts = [cut(text, corpus.names) for text in texts]
    spoken = [pinyin_of(words, text) for words, text in zip(cuts, texts, strict=True)]
    for number in readable_as_hanzi(texts, spoken, rng):
        spoken[number] = texts[number]
    recordings = []
    for number, (given, words) in enumerate(zip(spoken, cuts, strict=True)):
        phones = [phones_of(readings(word)[0]) for word in words]
        if all(phones):
            reading = any_reading(given, SEEN_VOICES, rng)
            recordings.append(Recording(number, reading, [p for p in phones if p]))
    return recordings


def readable_as_hanzi(texts: list[str], pinyin: list[str], rng: random.Random) -> list[int]:
    """Some texts that espeak-ng reads right from hanzi, though it knows no context."""
    chosen = [number for number in range(len(texts)) if rng.random() < HANZI_SHARE]
    as_hanzi = sounds([texts[number] for number in chosen])
    as_pinyin = sounds([pinyin[number] for number in chosen])
    pairs = zip(chosen, as_hanzi, as_pinyin, strict=True)
    return [number for number, one, other in pairs if one == other]


def sentences_that_cover(corpus: Corpus, count: int, rng: random.Random) -> list[str]:
    """Sentences with every word of the text among them, as far as `count` reaches."""
    shuffled = rng.sample(corpus.sentences, len(corpus.sentences))
    covered: set[str] = set()
    first, rest = [], []
    for sentence in shuffled:
        words = set(cut(sentence, corpus.names))
        (rest if words <= covered else first).append(sentence)
        covered |= words
    return (first + rest)[:count]


def random_phrases(count: int, rng: random.Random) -> list[str]:
    """Three to six common words each, in an order nobody says."""
    words = common_words(TAUGHT_WORDS)
    return ["".join(rng.sample(words, rng.randint(3, 6))) for _ in range(count)]


def heard(recordings: list[Recording], workers: int = 2) -> Iterator[np.ndarray]:
    """The cepstra of every recording, in order."""
    with Pool(workers) as pool:
        yield from pool.imap(Recording.cepstra, recordings, chunksize=32)
