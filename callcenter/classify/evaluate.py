"""How well texts are sorted: the measures, from what is true and what was guessed. Pure.

For a label, *precision* is the part of the texts sorted to it that belong there, *recall* the part
of the texts that belong there that were sorted to it, *F1* their harmonic mean; macro-F1 is the
plain mean over the labels that occur, so that a rare label counts as much as a usual one.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from callcenter.classify.keywords import Reading, classify
from callcenter.classify.labels import label_rules
from callcenter.classify.learn import Pair, learn
from callcenter.classify.learned import HowLearned
from callcenter.classify.lexicon import Rules
from callcenter.classify.words import cutter
from callcenter.errors import BadInputError
from callcenter.facts import Side

NO_LABEL = ""  # guessed where nothing spoke
TOP = 3


@dataclass(frozen=True)
class Judged:
    """One text: what it is about, and what was guessed, best first."""

    truth: str
    guesses: tuple[str, ...]

    @property
    def guess(self) -> str:
        """The best guess."""
        return self.guesses[0] if self.guesses else NO_LABEL


@dataclass(frozen=True)
class Score:
    """The measures of one label, 0 to 1; 0 where there is nothing to divide by."""

    precision: float
    recall: float
    f1: float
    support: int  # texts that belong to it


@dataclass(frozen=True)
class Scores:
    """The measures of all labels."""

    labels: Mapping[str, Score]  # those that occur, in order of their names
    accuracy: float
    macro_f1: float
    top3: float  # the part of the texts whose label is among the first three guesses
    texts: int
    confusion: Mapping[tuple[str, str], int]  # (truth, guess) -> texts


@dataclass(frozen=True)
class LabelMap:
    """Items as other labels, so that rules for items can be measured on those."""

    label_of: Mapping[str, str]
    otherwise: str | None = None  # where neither the item nor a runner-up has a label

    def of(self, guesses: Iterable[str]) -> tuple[str, ...]:
        """The labels of the guesses that have one, in order, each once."""
        labels = [self.label_of[one] for one in guesses if one in self.label_of]
        if not labels and self.otherwise is not None:
            labels = [self.otherwise]
        return tuple(dict.fromkeys(labels))


def measure(judged: Sequence[Judged]) -> Scores:
    """The measures of some texts.

    Raises:
        BadInputError: There is no text.
    """
    if not judged:
        raise BadInputError("there is no row to measure")
    confusion = Counter((one.truth, one.guess) for one in judged)
    labels = {one: _score(one, confusion) for one in sorted({one.truth for one in judged})}
    return Scores(
        labels=labels,
        accuracy=sum(one.truth == one.guess for one in judged) / len(judged),
        macro_f1=sum(one.f1 for one in labels.values()) / len(labels),
        top3=sum(one.truth in one.guesses[:TOP] for one in judged) / len(judged),
        texts=len(judged),
        confusion=confusion,
    )


def judge(rules: Rules, pairs: Iterable[Pair], labels: LabelMap | None = None) -> Iterator[Judged]:
    """Each pair as these rules sort its text."""
    for pair in pairs:
        guesses = _guesses(classify(rules, [(Side.CITIZEN, pair.text)]))
        yield Judged(pair.label, labels.of(guesses) if labels else guesses)


def cross_validate(
    pairs: Sequence[Pair],
    folds: int,
    how: HowLearned,
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> list[Judged]:
    """Each text as sorted by what the texts of the other folds teach.

    Args:
        pairs: Texts of at least two labels.
        folds: Into how many parts they are dealt; as many tables are learned.
        how: As for learning.
        tell: Told of progress, as folds done and folds in all.

    Raises:
        BadInputError: There are too few texts.
        CannotStartError: scikit-learn is not installed.
    """
    part, cut = deal(pairs, folds), cutter(())
    judged: list[Judged] = []
    for fold in range(folds):
        taught = [pair for pair, its in zip(pairs, part, strict=True) if its != fold]
        asked = [pair for pair, its in zip(pairs, part, strict=True) if its == fold]
        table = learn(taught, date.min, how)
        judged += judge(label_rules(table, cut), asked)
        tell(fold + 1, folds)
    return judged


def deal(pairs: Sequence[Pair], folds: int) -> list[int]:
    """The fold of each pair, from 0: the labels evenly dealt, equal texts into one fold.

    The same texts are dealt alike in whatever order they come.

    Raises:
        BadInputError: There are fewer different texts than folds.
    """
    if len({pair.text for pair in pairs}) < folds:
        raise BadInputError(f"too few texts for {folds} folds; ask for fewer")
    label_of = {pair.text: pair.label for pair in sorted(pairs, key=lambda one: one.label)}
    shuffled = sorted(label_of, key=lambda text: (label_of[text], _digest(text)))
    fold_of = {text: number % folds for number, text in enumerate(shuffled)}
    return [fold_of[pair.text] for pair in pairs]


def _guesses(reading: Reading) -> tuple[str, ...]:
    best = [reading.item] if reading.item else []
    return tuple([*best, *(one.item for one in reading.runner_ups)])


def _score(label: str, confusion: Mapping[tuple[str, str], int]) -> Score:
    hit = confusion.get((label, label), 0)
    belong = sum(count for (truth, _), count in confusion.items() if truth == label)
    sorted_there = sum(count for (_, guess), count in confusion.items() if guess == label)
    return Score(
        precision=hit / sorted_there if sorted_there else 0.0,
        recall=hit / belong if belong else 0.0,
        f1=2 * hit / (belong + sorted_there),
        support=belong,
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
