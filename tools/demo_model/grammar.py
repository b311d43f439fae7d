"""Which word follows which: a bigram with absolute discounting, as an automaton (G)."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

DISCOUNT = 0.6  # taken from every count for words never seen after this one
UNSEEN = 0.3  # added to every word's count, so that the characters can be said alone
START, END = "<s>", "</s>"
START_STATE, BACKOFF_STATE = 0, 1
EPSILON = 0

Arc = tuple[int, int, int, int, float]  # from, to, what is heard, what is said, cost
Final = tuple[int, float]


def make_grammar(
    cuts: Iterable[list[str]], word_ids: dict[str, int]
) -> tuple[list[Arc], list[Final]]:
    """Arcs and final states; from a word's state the unseen goes through the back-off state."""
    followers: dict[str, Counter[str]] = defaultdict(Counter)
    for words in cuts:
        known = [START, *(word for word in words if word in word_ids), END]
        for word, following in zip(known, known[1:], strict=False):
            followers[word][following] += 1
    alone = unigrams(followers, word_ids)
    states = {START: START_STATE}
    states |= {word: number for number, word in enumerate(sorted(followers.keys() - {START}), 2)}
    arcs: list[Arc] = []
    finals: list[Final] = []

    def add(state: int, word: str, probability: float) -> None:
        if word == END:
            finals.append((state, -math.log(probability)))
        else:
            to = states.get(word, BACKOFF_STATE)
            arcs.append((state, to, word_ids[word], word_ids[word], -math.log(probability)))

    for word, counts in sorted(followers.items()):
        total = counts.total()
        left = DISCOUNT * len(counts) / total
        for following, count in sorted(counts.items()):
            add(states[word], following, (count - DISCOUNT) / total + left * alone[following])
        arcs.append((states[word], BACKOFF_STATE, EPSILON, EPSILON, -math.log(left)))
    for word, probability in sorted(alone.items()):
        add(BACKOFF_STATE, word, probability)
    return arcs, finals


def unigrams(followers: dict[str, Counter[str]], word_ids: dict[str, int]) -> dict[str, float]:
    """The probability of each word whatever came before."""
    counts: Counter[str] = Counter()
    for following in followers.values():
        counts.update(following)
    words = [*word_ids, END]
    total = counts.total() + UNSEEN * len(words)
    return {word: (counts[word] + UNSEEN) / total for word in words}
