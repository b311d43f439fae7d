"""What the words of one call add up to for each target. Pure; whole numbers only."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from callcenter.classify.combinations import BETWEEN, Found
from callcenter.facts import Side

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

    utterance: int  # index into the transcript, both sides in order of time
    start: int  # character offset in that utterance
    minus_end: int
    text: str
    thousandths: int
    percent: int  # how certainly; below 100 where it was heard by its sound

    @property
    def end(self) -> int:
        """Behind its last character."""
        return -self.minus_end

    @property
    def weight(self) -> float:
        """How much it says, on the scale on which clerks write their weights."""
        return self.thousandths / THOUSANDTHS

    @property
    def certainty(self) -> float:
        """1 where it is written so."""
        return self.percent / 100


class Tallies:
    """The points of all targets, and the words they come from."""

    __slots__ = ("_by_citizen", "_deciding", "_heard", "points")

    def __init__(self) -> None:
        self.points: dict[str, int] = {}  # of the targets that a word speaks for or against
        self._heard: dict[str, dict[str, _Heard]] = defaultdict(dict)  # target -> word
        self._by_citizen: set[str] = set()  # targets that a word of the citizen's speaks for
        self._deciding: set[str] = set()  # ... with DECIDING or more

    def count(self, words: Iterable[Found], side: Side, utterance: int) -> None:
        """Takes the words of an utterance into account, of which this is the number."""
        points, of_side, is_citizen = self.points, PERCENT[side], side is Side.CITIZEN
        for found in words:
            percent = of_side * found.percent // 100
            for target, thousandths in found.weights.items():
                mention = percent, thousandths, side, utterance, found
                before = self._heard[target].setdefault(found.word, mention)
                more = thousandths * percent
                if before is not mention:
                    self._heard[target][found.word], more = _again(before, mention)
                points[target] = points.get(target, 0) + more
                if is_citizen and thousandths > 0:
                    self._by_citizen.add(target)
                    if thousandths >= DECIDING:
                        self._deciding.add(target)

    def decides(self, target: str) -> bool:
        """Whether the citizen said a word that nearly decides for a target."""
        return target in self._deciding

    def spoken_for(self) -> dict[str, int]:
        """The points of the targets whose points are the citizen's too."""
        return {one: its for one, its in self.points.items() if its > 0 and one in self._by_citizen}

    def is_spoken_for(self, target: str) -> bool:
        """Whether a target's points are the citizen's too; the seat's alone decide nothing."""
        return self.points.get(target, 0) > 0 and target in self._by_citizen

    def counted(self, target: str) -> int:
        """A target's points; none where only the seat's words speak for it."""
        points = self.points.get(target, 0)
        return points if target in self._by_citizen else min(points, 0)

    def words(self, target: str) -> list[Spoken]:
        """Each word that speaks for a target, once: where the citizen, else the seat, said it."""
        return [
            Spoken(utterance, found.start, -found.end, found.word, thousandths, found.percent)
            for _, thousandths, _, utterance, found in self._heard[target].values()
            if thousandths > 0
        ]


def _again(before: _Heard, now: _Heard) -> tuple[_Heard, int]:
    """A word with one mention more, and the points that this adds."""
    said, old, *_ = before
    percent, thousandths, *_ = now
    strongest = max(old, thousandths, key=lambda weight: (abs(weight), weight))
    more = strongest * counted(said + percent) - old * counted(said)
    return (said + percent, strongest, *_better(before, now)), more


def _better(before: _Heard, now: _Heard) -> tuple[Side, int, Found]:
    """The mention that a word is shown from: the first of those that count the most."""
    _, _, shown_side, _, shown = before
    _, _, side, _, found = now
    if (PERCENT[side], found.percent) > (PERCENT[shown_side], shown.percent):
        return now[2:]
    return before[2:]


def without_inner(words: Iterable[Spoken]) -> list[Spoken]:
    """The words less those inside a longer one; a combination hides no word of its own."""
    last: Spoken | None = None
    left = []
    for word in words:
        if last and word.utterance == last.utterance and word.minus_end >= last.minus_end:
            continue
        if BETWEEN not in word.text:
            last = word
        left.append(word)
    return left


def touches(word: Spoken, others: Iterable[Spoken]) -> bool:
    """Whether it shares characters with one of the others: what a rule's word says is enough."""
    for one in others:  # any() would take longer than what it asks
        if (
            one.utterance == word.utterance
            and one.start < -word.minus_end
            and word.start < -one.minus_end
        ):
            return True
    return False
