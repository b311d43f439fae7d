"""What the words of one call add up to for one target. Pure; whole numbers only."""

from collections.abc import Iterator
from typing import NamedTuple

from callcenter.classify.combinations import Found
from callcenter.facts import DecidingWord, Side

THOUSANDTHS = 1_000
DECIDING = 5 * THOUSANDTHS  # a clerk's word of this weight nearly decides
POINTS = THOUSANDTHS * 100  # of a weight of 1, heard once from the citizen
PERCENT = {Side.CITIZEN: 100, Side.SEAT: 40}  # of its weight, what one mention counts
AGAIN = 4  # of what comes after the first hundred per cent, a quarter counts ...
MOST_AGAIN = 200  # ... up to here


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
            end=self.end,
            certainty=self.percent / 100,
        )


class Tally:
    """A target's points, and the words they come from."""

    __slots__ = ("_heard", "_is_said_by_citizen", "_target", "decides", "points")

    def __init__(self, target: str) -> None:
        self._target = target
        self._heard: dict[str, _Heard] = {}
        self.points = 0
        self.decides = False  # whether the citizen said a word of DECIDING
        self._is_said_by_citizen = False  # whether a word that speaks for it is the citizen's

    def count(self, found: Found, side: Side, utterance: int) -> None:
        """Takes a mention of a word, in the utterance of that number, into account."""
        thousandths = found.weights[self._target]
        heard = self._heard.get(found.word)
        if heard is None:
            heard = self._heard[found.word] = _Heard(found, side, utterance)
            self.points += thousandths * heard.said
        else:
            self.points += thousandths * heard.again(found, side, utterance)
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
        for heard in self._heard.values():
            word = heard.spoken(self._target)
            if word.thousandths > 0:
                yield word


class _Heard:
    """One word: where it is shown from, and how much of its weight counts, in per cent."""

    __slots__ = ("_found", "_shown", "_utterance", "said")

    def __init__(self, found: Found, side: Side, utterance: int) -> None:
        self._found, self._utterance = found, utterance
        self._shown = PERCENT[side], found.percent  # how well the mention counts that is shown
        self.said = PERCENT[side] * found.percent // 100  # of all mentions together

    def again(self, found: Found, side: Side, utterance: int) -> int:
        """How much more of the weight counts with this mention, in per cent."""
        said = PERCENT[side], found.percent
        if said > self._shown:
            self._shown = said
            self._found, self._utterance = found, utterance
        before = self.said
        self.said += said[0] * said[1] // 100
        return counted(self.said) - counted(before)

    def spoken(self, target: str) -> Spoken:
        """The word with its weight for a target."""
        found = self._found
        weight = found.weights[target]
        return Spoken(self._utterance, found.start, -found.end, found.word, weight, found.percent)
