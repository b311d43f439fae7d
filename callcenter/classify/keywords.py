"""From words to item, kind, urgency and outcome, with the words that decided. Pure: no clock.

A target's points are the sum, over its words, of weight x how well the word was heard:

- the citizen said it once: all of the weight; the seat alone: two fifths of it, and only for
  what a word of the citizen's speaks for too (a seat's greeting decides nothing);
- said again: up to half as much on top, so that repetition counts, but never for much;
- denied (不是停水): nothing;
- heard only by its sound: as much less as that is uncertain.

Words learned from confirmed texts (`callcenter.classify.learned_words`) add to the points of items
and of danger, where the clerks' words leave doubt. A clerk's word comes before them: once the
citizen said one that decides, an item for which only learned words speak is not the first.

Points are whole numbers, so the sum does not depend on the order in which words came, and a
call heard utterance by utterance reads the same as the same call heard at once.
"""

import math
from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from callcenter.classify.learned_words import LearnedTally
from callcenter.classify.lexicon import (
    BELONGS_TO_12345,
    NEEDS_110,
    NOT,
    URGENT,
    Rules,
)
from callcenter.classify.tally import POINTS, Spoken, Tallies, touches, without_inner
from callcenter.facts import Kind, Outcome, Side, Urgency

Utterance = tuple[Side, str]
_Heard = tuple[int, list[str]]  # an utterance's number and tokens

RUNNER_UPS = 3
KINDS = {kind.value: kind for kind in Kind}
TARGETS = {Outcome.NEEDS_110: NEEDS_110, Outcome.BELONGS_TO_12345: BELONGS_TO_12345}
MOST_LEARNED = 8 * POINTS  # what learned words may add to an item
SURE_FROM = 8 * POINTS  # an item with so much, ...
SURE_PERCENT = 60  # ... and the next with at most so much of it, needs no learned words
LEAST_LEARNED = 2 * POINTS  # less, without a clerk's word, says nothing of what a call is about
INVALID = Kind.INVALID.value
INVALID_FROM = 4 * POINTS  # less than this (喂, 嗯) makes no call 无效


class Candidate(NamedTuple):
    """An item that may be meant, and its score; higher is likelier."""

    item: str  # three digits
    name: str
    score: float


class Reading(NamedTuple):
    """What the words so far speak for; the fields of CallClassified."""

    item: str | None  # three digits; None: no rule spoke
    item_name: str
    score: float  # sum of weights; 0 and above, no upper bound
    kind: Kind
    urgency: Urgency
    outcome: Outcome | None  # which number the call is for; None: the words do not say
    runner_ups: tuple[Candidate, ...]  # the next three, best first
    words: tuple[Spoken, ...]  # for item, urgency and outcome, in order of the transcript


class Sorter:
    """One call's classification, growing with each utterance.

    Hearing takes time in proportion to the new words; a reading takes time in proportion to the
    targets and the different words that decide, of which the rules know so many, however long the
    call.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._utterances = 0
        self._tallies = Tallies()
        self._learned: LearnedTally | None = None  # not before it is asked
        self._not_asked: list[_Heard] = []  # what learned words were not looked for in

    def hear(self, utterances: Iterable[Utterance]) -> Reading:
        """The reading with these utterances, which follow those heard before."""
        for side, text in utterances:
            tokens = self._rules.cut(text)
            self._tallies.count(self._rules.find(text, tokens), side, self._utterances)
            if self._rules.learned and side is Side.CITIZEN:
                self._not_asked.append((self._utterances, tokens))
            self._utterances += 1
        return self.reading()

    def reading(self) -> Reading:
        """What the words so far speak for. Ties go to the lower item code, the earlier kind."""
        spoken_for = self._tallies.spoken_for()
        by_rules = {one: its for one, its in spoken_for.items() if one in self._rules.items}
        ranked = self._ranked(by_rules)
        learned = self._ask_learned() if self._is_in_doubt(ranked) else {}
        if learned:
            ranked = self._ranked(self._with_learned(learned, by_rules))
            self._put_ruled_first(ranked, by_rules)
        item, points = ranked[0] if ranked else (None, 0)
        outcome = self._outcome(item, max(learned.get(NEEDS_110, 0), 0))
        urgent = outcome is Outcome.NEEDS_110 or self._is_enough(URGENT, spoken_for.get(URGENT, 0))
        names = self._rules.items
        return Reading(
            item=item,
            item_name=names[item] if item else "",
            score=points / POINTS,
            kind=self._kind(spoken_for, self._points(item) if item else 0),
            urgency=Urgency.URGENT if urgent else Urgency.ORDINARY,
            outcome=outcome,
            runner_ups=tuple(
                [
                    Candidate(code, names[code], other / POINTS)
                    for code, other in ranked[1 : 1 + RUNNER_UPS]
                ]
            ),
            words=tuple(self._deciding(item, urgent, outcome, with_learned=bool(learned))),
        )

    def _is_in_doubt(self, ranked: list[tuple[str, int]]) -> bool:
        """Whether the clerks' words leave open what a call is about, or whether there is danger."""
        danger = self._points(NEEDS_110)
        if not self._rules.words or 0 < danger and not self._is_enough(NEEDS_110, danger):
            return True
        best, second = ([points for _, points in ranked[:2]] + [0, 0])[:2]
        return best < SURE_FROM or second * 100 > best * SURE_PERCENT

    def _ask_learned(self) -> dict[str, int]:
        """What learned words speak for; they are looked for only now, in what is new."""
        if self._rules.learned is None:
            return {}
        if self._learned is None:
            self._learned = LearnedTally(self._rules.learned)
        for utterance, tokens in self._not_asked:
            self._learned.hear(utterance, self._rules.without_silent(tokens))
        self._not_asked.clear()
        return self._learned.points()

    def _points(self, target: str) -> int:
        return self._tallies.points.get(target, 0)

    def _ranked(self, points: Mapping[str, int]) -> list[tuple[str, int]]:
        """The items that no word rules out, best first."""
        said = self._tallies.points
        ruled_out = {one[len(NOT) :] for one, its in said.items() if one[0] == NOT and its}
        left = [(-its, item) for item, its in points.items() if item not in ruled_out]
        return [(item, -its) for its, item in sorted(left)]

    def _put_ruled_first(self, ranked: list[tuple[str, int]], by_rules: Container[str]) -> None:
        """Where a clerk's word of the citizen's decides for one of them, the best that has any."""
        ruled = [number for number, (item, _) in enumerate(ranked) if item in by_rules]
        if any(self._tallies.decides(ranked[number][0]) for number in ruled):
            ranked.insert(0, ranked.pop(ruled[0]))

    def _with_learned(self, learned: Mapping[str, int], by_rules: Container[str]) -> dict[str, int]:
        """The points of the items that may be meant; without rules, of all labels.

        Of learned words, beside rules, what it has above the mean, up to MOST_LEARNED for the best
        and in proportion for the others: the longer a text, the more of its words say little. A
        stray learned word alone makes no item one that may be meant.
        """
        items = self._rules.items
        if not self._rules.words:
            return dict(learned)
        taught = [learned.get(item, 0) for item in items]
        mean = sum(taught) // len(taught)
        best = max(max(taught) - mean, MOST_LEARNED)
        least = mean - (-LEAST_LEARNED * best // MOST_LEARNED)  # rounded up
        points = {
            item: (its - mean) * MOST_LEARNED // best
            for item, its in zip(items, taught, strict=True)
            if its >= least
        }
        for item in self._tallies.points:
            if item not in items:
                continue
            share = (learned.get(item, 0) - mean) * MOST_LEARNED // best
            share += self._tallies.counted(item)
            if item in by_rules or share >= LEAST_LEARNED:
                points[item] = share
            else:
                points.pop(item, None)
        return points

    def _kind(self, spoken_for: Mapping[str, int], item_points: int) -> Kind:
        kinds = [kind for kind in KINDS if kind in spoken_for]
        if INVALID in kinds and spoken_for[INVALID] < max(INVALID_FROM, item_points):
            kinds.remove(INVALID)  # a clear subject is not 无效
        return KINDS[max(kinds, key=spoken_for.__getitem__)] if kinds else Kind.REQUEST

    def _is_enough(self, target: str, points: int) -> bool:
        enough = self._rules.enough.get(target, math.inf) * POINTS
        return points >= enough and not self._points(NOT + target)

    def _outcome(self, item: str | None, learned: int) -> Outcome | None:
        """Danger first, and what speaks for it speaks against 12345 as much.

        What learned words have for danger is 0 or more: they never speak for calm. Nor do they
        raise an alarm by themselves: a clerk's word of the citizen's must stand beside them.
        """
        danger = self._points(NEEDS_110) + learned
        if self._is_enough(NEEDS_110, danger) and self._tallies.is_spoken_for(NEEDS_110):
            return Outcome.NEEDS_110
        calm = self._tallies.counted(BELONGS_TO_12345) - max(danger, 0)
        if item in self._rules.items_for_12345:
            calm += self._points(item)
        return Outcome.BELONGS_TO_12345 if self._is_enough(BELONGS_TO_12345, calm) else None

    def _deciding(
        self, item: str | None, urgent: bool, outcome: Outcome | None, *, with_learned: bool
    ) -> list[Spoken]:
        """Their words in order, each place once; of 受伤 and 受伤了 in one place the longer."""
        targets = ([item] if item else []) + ([URGENT] if urgent else [])
        targets += [TARGETS[outcome]] if outcome else []
        words: dict[tuple[int, int, int], Spoken] = {}  # by where they stand
        for target in targets:
            for word in self._tallies.words(target):
                words.setdefault(word[:3], word)
        for target in targets if with_learned else ():
            learned = self._learned.words(target) if self._learned else ()
            ruled = list(words.values())
            words |= {one[:3]: one for one in learned if not touches(one, ruled)}
        return without_inner(sorted(words.values()))


def classify(rules: Rules, utterances: Iterable[Utterance]) -> Reading:
    """The reading of a whole call: what a Sorter says after hearing it, in one or in many goes."""
    return Sorter(rules).hear(utterances)
