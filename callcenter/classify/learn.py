"""Learning: texts with labels -> weighted words. Needs scikit-learn; sorting by them does not.

A word is one of jieba's dictionary or a single Chinese character. So neither digits nor Latin
letters nor anything outside a public dictionary is ever learned, no name that the dictionary marks
as one, and nothing that fewer than `support` different texts hold: a table tells of no single
citizen.

Beside each text two altered copies are learned from, at a smaller share: its beginning, since a
call is sorted from its first words on, and one with characters replaced by others of their sound,
as a recogniser does.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from callcenter.classify.fitting import STEPS_A_LABEL, Sample, fit
from callcenter.classify.learned import HowLearned, Label, LearnedTable, LearnedWord
from callcenter.classify.learned_words import LearnedWords
from callcenter.classify.tally import counted
from callcenter.classify.words import cutter, names
from callcenter.errors import BadInputError
from callcenter.sounds import alike

LONGEST = 10  # characters of a word
BEGINNING = 60  # characters of the shorter copy
MISHEARD = 0.25  # of the characters of the other copy
COPY_SHARE = 0.3
USUAL = 5  # times a character must stand in the texts to be put for another
STRONGEST, STRENGTH = 100, 5.0  # the so many strongest words weigh so much on average
STAYS_WITHIN, AT_LEAST = 0.1, 0.05  # a weight that moved less, of itself or at all, keeps its line


@dataclass(frozen=True)
class Pair:
    """A text and what a person says it is about."""

    text: str
    label: str


def learn(
    pairs: Sequence[Pair],
    today: date,
    how: HowLearned | None = None,
    old: LearnedTable | None = None,
    never: Iterable[str] = (),
    tell: Callable[[int, int], None] = lambda _done, _of: None,
) -> LearnedTable:
    """The table that the pairs teach; the same pairs in the same order give the same table.

    Args:
        pairs: Texts of at least two labels.
        today: Written beside what is new.
        how: At most so many words a label, each in at least so many texts.
        old: An earlier table. What a person pruned there stays out; a word whose weight is about
            the same keeps its line, so that a comparison shows what changed.
        never: Words not to be learned, such as the county's names of places.
        tell: Told of progress, as steps done and steps in all.

    Raises:
        BadInputError: There is nothing to learn from.
        CannotStartError: scikit-learn is not installed.
    """
    how = how or HowLearned()
    pruned = old.pruned if old else ()
    texts = Counter(one.label for one in pairs)
    if len(texts) < 2:
        raise BadInputError("two labels at least are needed to learn what tells them apart")
    supports = _vocabulary([one.text for one in pairs], how.support, {*never, *pruned})
    if not supports:
        raise BadInputError(f"no word stands in {how.support} texts; give more texts")
    words = list(supports)
    done = iter(range(1, len(texts) * STEPS_A_LABEL + 1))
    fitted = fit(
        _samples(pairs, words),
        len(words),
        how.words,
        lambda: tell(next(done), len(texts) * STEPS_A_LABEL),
    )
    labels = {
        label: Label(
            texts=texts[label],
            words={
                words[number]: LearnedWord(
                    weight=weight, support=supports[words[number]], learned=today
                )
                for number, weight in rounded.items()
            },
        )
        for label, rounded in _rounded(fitted).items()
    }
    table = LearnedTable(learned=today, texts=len(pairs), pruned=pruned, settings=how, label=labels)
    return _with_old_lines(table, old) if old else table


def _vocabulary(texts: Sequence[str], support: int, never: set[str]) -> dict[str, int]:
    """Words that may be learned -> in how many different texts they stand, in order."""
    cut, is_name = cutter(()), names()
    different = sorted(set(texts))
    seen = {one for text in different for one in {*cut(text), *text}}
    words = {
        word
        for word in seen
        if len(word) <= LONGEST and all(map(_is_chinese, word)) and word not in never
    }
    table = LearnedWords({word: {} for word in sorted(words - is_name)})
    stood = Counter(row for text in different for row in table.count(text))
    return {table.words[row]: stood[row] for row in sorted(stood) if stood[row] >= support}


def _is_chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _samples(pairs: Sequence[Pair], words: Sequence[str]) -> list[Sample]:
    """Each text and its altered copies, in order."""
    table = LearnedWords({word: {} for word in words})
    mishear = _mishearing([one.text for one in pairs])
    samples = []
    for one in pairs:
        samples.append(Sample(one.label, _counts(one.text, table)))
        copies = [one.text[:BEGINNING], mishear(one.text)]
        samples += [
            Sample(one.label, _counts(copy, table), COPY_SHARE)
            for copy in copies
            if copy != one.text
        ]
    return samples


def _counts(text: str, table: LearnedWords) -> dict[int, float]:
    return {row: counted(100 * times) / 100 for row, times in sorted(table.count(text).items())}


def _mishearing(texts: Sequence[str]) -> Callable[[str], str]:
    """A function that replaces characters by others of their sound, the same ones in every run."""
    stood = Counter(character for text in texts for character in text)
    sounds: dict[str, list[str]] = defaultdict(list)
    for character in sorted(stood):
        if stood[character] >= USUAL and _is_chinese(character):
            sounds[alike(character)].append(character)
    chance = random.Random(0)

    def heard(character: str) -> str:
        others = sounds.get(alike(character))
        return chance.choice(others) if others and chance.random() < MISHEARD else character

    return lambda text: "".join(map(heard, text))


def _rounded(fitted: Mapping[str, Mapping[int, float]]) -> dict[str, dict[int, float]]:
    """The weights on the scale on which clerks write theirs, with two decimals; none is 0."""
    sizes = sorted((abs(one) for its in fitted.values() for one in its.values()), reverse=True)
    strongest = sizes[:STRONGEST]
    unit = STRENGTH * len(strongest) / (sum(strongest) or 1.0)
    scaled = {
        label: {number: round(weight * unit, 2) for number, weight in its.items()}
        for label, its in fitted.items()
    }
    return {
        label: {number: weight for number, weight in its.items() if weight}
        for label, its in scaled.items()
    }


def _with_old_lines(table: LearnedTable, old: LearnedTable) -> LearnedTable:
    """The table with the old lines of words whose weight is about what it was."""
    labels = {}
    for name, label in table.label.items():
        before = old.label[name].words if name in old.label else {}
        words = {
            word: before[word] if word in before and _about_same(before[word], line) else line
            for word, line in label.words.items()
        }
        labels[name] = Label(texts=label.texts, words=words)
    return table.model_copy(update={"label": labels})


def _about_same(before: LearnedWord, now: LearnedWord) -> bool:
    moved = abs(now.weight - before.weight)
    return moved <= max(AT_LEAST, STAYS_WITHIN * abs(before.weight))
