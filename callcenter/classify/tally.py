"""What the words of one call add up to for one target. Pure; whole numbers only."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from callcenter.classify.combinations import BETWEEN, Found
from callcenter.facts import DecidingWord, Side

THOUSANDTHS = 1_000
DECIDING = 5 * THOUSANDTHS  # a clerk's word of this weight nearly decides
POINTS = THOUSANDTHS * 100  # of a weight of 1, heard once from the citizen
PERCENT = {Side.CITIZEN: 100, Side.SEAT: 40}  # of its weight, what one mention counts
AGAIN = 4  # of what comes after the first hundred per cent, a quarter counts ...
MOST_AGAIN = 200  # ... up to here


# Per cent of a word's weight, of all its mentions together; its weight, the strongest where two
# combinations have the same words, so that the order does not matter; the mention it is shown from.
_Heard = tuple[int, int, Side, int, Found]


def counted(said: int) -> int:
    """How many per cent of its weight a word counts, of the per cents of all its mentions."""
    if said <= 100:
        return said
    return 100 + min(said - 100, MOST_AGAIN) // AGAIN


class Spoken(NamedTuple):
    """A word that spoke for a target; sorted, of those that begin in one place the longer first."""

    utterance: int
    start: int
    minus_end: int
    text: str
    thousandths: int
    percent: int

    @property
    def end(self) -> int:
        """Behind its last character."""
        return -self.minus_end

    def as_word(self) -> DecidingWord:
        """The word as it is shown."""
        return DecidingWord(
            text=self.text,
            weight=self.thousandths / THOUSANDTHS,
            utterance=self.utterance,
            start=self.start,
            end=-self.minus_end,
            certainty=self.percent / 100,
        )


class Tally:
    """A target's points, and the words they come from."""

    __slots__ = ("_heard", "_is_said_by_citizen", "decides", "points")

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}
        self.points = 0
        self.decides = False  # whether the citizen said a word of DECIDING
        self._is_said_by_citizen = False  # whether a word that speaks for it is the citizen's

    def count(self, found: Found, thousandths: int, side: Side, utterance: int) -> None:
        """Takes a mention of a word into account; `utterance` is the number of its utterance."""
        percent = PERCENT[side] * found.percent // 100
        heard = self._heard.get(found.word)
        if heard is None:
            self._heard[found.word] = percent, thousandths, side, utterance, found
            self.points += thousandths * percent
        else:
            said, before, *_ = heard
            strongest = max(before, thousandths, key=lambda weight: (abs(weight), weight))
            self.points += strongest * counted(said + percent) - before * counted(said)
            mention = _better(heard, side, utterance, found)
            self._heard[found.word] = said + percent, strongest, *mention
        if thousandths > 0 and side is Side.CITIZEN:
            self._is_said_by_citizen = True
            self.decides |= thousandths >= DECIDING

    @property
    def is_spoken_for(self) -> bool:
        """Whether its points are the citizen's too; the seat's alone decide nothing."""
        return self.points > 0 and self._is_said_by_citizen

    @property
    def counted(self) -> int:
        """Its points; none where only the seat's words speak for it."""
        return self.points if self.is_spoken_for else min(self.points, 0)

    def words(self) -> Iterator[Spoken]:
        """Each word that speaks for it, once: where the citizen, else the seat, said it first."""
        for _, thousandths, _, utterance, found in self._heard.values():
            if thousandths > 0:
                yield Spoken(
                    utterance, found.start, -found.end, found.word, thousandths, found.percent
                )


def _better(heard: _Heard, side: Side, utterance: int, found: Found) -> tuple[Side, int, Found]:
    """The mention that a word is shown from: the first of those that count the most."""
    _, _, shown_side, _, shown = heard
    if (PERCENT[side], found.percent) > (PERCENT[shown_side], shown.percent):
        return side, utterance, found
    return heard[2:]


class Tallies(dict[str, Tally]):
    """Target -> its tally, a new one where there was none."""

    def __missing__(self, target: str) -> Tally:
        tally = self[target] = Tally()
        return tally


def without_inner(words: Iterable[Spoken]) -> Iterator[Spoken]:
    """The words less those inside a longer one; a combination hides no word of its own."""
    last: Spoken | None = None
    for word in words:
        if last and word.utterance == last.utterance and word.end <= last.end:
            continue
        if BETWEEN not in word.text:
            last = word
        yield word


def touches(word: Spoken, others: Iterable[Spoken]) -> bool:
    """Whether it shares characters with one of the others: what a rule's word says is enough."""
    return any(
        one.utterance == word.utterance and one.start < word.end and word.start < one.end
        for one in others
    )
