"""What learning from labelled letters gives, beside a linear support vector machine on the same."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import jieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bench.noise import SEED, with_sound_alikes
from bench.understanding.figures import Figure, read_rows
from bench.understanding.sorting import MOST_LOST, NOISE
from callcenter.classify.evaluate import deal, judge
from callcenter.classify.labels import label_rules
from callcenter.classify.learn import Pair, learn
from callcenter.classify.words import cutter

FOLDS = 5
BEGINNING = 60  # characters
LEARNED_MARK, BEGINNING_MARK = 0.88, 0.75

Told = dict[str, list[tuple[str, str]]]  # way of asking -> (true label, label told)


def learned_labels(folder: Path) -> Iterator[Figure]:
    """Macro-F1 by cross-validation: whole letters, their beginnings, and misheard ones."""
    pairs = [Pair(row["text"], row["label"]) for row in read_rows(folder / "hotline_dev.csv")]
    told: Told = {name: [] for name in ("ours", "beginning", "misheard", "peer", "peer beginning")}
    part = deal(pairs, FOLDS)
    for fold in range(FOLDS):
        taught = [pair for pair, its in zip(pairs, part, strict=True) if its != fold]
        asked = [pair for pair, its in zip(pairs, part, strict=True) if its == fold]
        _ask_ours(told, taught, asked)
        _ask_peer(told, taught, asked)
    rests_on = f"{len(pairs)} texts, {FOLDS} folds"
    ours, beginning = _macro_f1(told["ours"]), _macro_f1(told["beginning"])
    yield Figure("seven labels, learned: macro-F1", ours, LEARNED_MARK, rests_on=rests_on)
    over = ours - _macro_f1(told["peer"])
    yield Figure("  above TF-IDF and a linear SVM", over, 0.007, rests_on=rests_on)
    name = f"  first {BEGINNING} characters"
    yield Figure(name, beginning, BEGINNING_MARK, rests_on=rests_on)
    over = beginning - _macro_f1(told["peer beginning"])
    yield Figure(f"{name}, above the SVM", over, 0.032, rests_on=rests_on)
    lost = max(ours - _macro_f1(told["misheard"]), 0.0)
    name = f"  lost with {NOISE:.0%} sound-alikes"
    yield Figure(name, lost, MOST_LOST, at_least=False, rests_on=rests_on)


def _ask_ours(told: Told, taught: Sequence[Pair], asked: Sequence[Pair]) -> None:
    rules = label_rules(learn(taught, date.min), cutter(()))
    chance = random.Random(SEED)
    misheard = [Pair(with_sound_alikes(one.text, NOISE, chance), one.label) for one in asked]
    beginnings = [Pair(one.text[:BEGINNING], one.label) for one in asked]
    for name, pairs in (("ours", asked), ("beginning", beginnings), ("misheard", misheard)):
        told[name] += [(one.truth, one.guess) for one in judge(rules, pairs)]


def _ask_peer(told: Told, taught: Sequence[Pair], asked: Sequence[Pair]) -> None:
    words = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None, sublinear_tf=True)
    peer = make_pipeline(words, LinearSVC())
    peer.fit([one.text for one in taught], [one.label for one in taught])
    labels = [one.label for one in asked]
    told["peer"] += zip(labels, peer.predict([one.text for one in asked]), strict=True)
    beginnings = [one.text[:BEGINNING] for one in asked]
    told["peer beginning"] += zip(labels, peer.predict(beginnings), strict=True)


def _macro_f1(told: Sequence[tuple[str, str]]) -> float:
    truth, guesses = zip(*told, strict=True)
    return float(f1_score(truth, guesses, average="macro"))
