"""From transitions to words: the lexicon as one tree, spelled out in transition ids (HCL).

A phone has a variant for each place in a word (begin, end, inside, single), by which Vosk finds
where words begin and end. A word's label lies on the first arc below which no other word is, so
the search can weigh a word early. The tree shares beginnings, so it needs no determinising and no
disambiguation symbols:

    between --(silence or nothing)--> ready --first phone--> ... --last phone--> between
"""

import math
from dataclasses import dataclass, field

from tools.demo_model.grammar import EPSILON, Arc, Final
from tools.demo_model.lexicon import SILENCE, Phones

PLACES = {"B": "begin", "I": "internal", "E": "end", "S": "singleton"}
SILENCE_CHANCE = 0.3  # of a pause after a word
STAY = -math.log(0.5)  # cost of each transition: stay in a state or leave it
BETWEEN, READY, SILENT = 0, 1, 2


@dataclass
class PhoneTable:
    """Numbers of phones and transitions, as Kaldi counts them: from 1."""

    states: dict[str, list[int]]  # pdfs of each phone, in order
    ids: dict[str, int] = field(init=False)  # SIL, then b_B, b_I, ...
    triples: list[tuple[int, int, int]] = field(init=False)  # phone, state, pdf

    def __post_init__(self) -> None:
        """Numbers everything."""
        sounds = sorted(self.states.keys() - {SILENCE})
        names = [SILENCE, *(f"{sound}_{place}" for sound in sounds for place in PLACES)]
        self.ids = {name: number for number, name in enumerate(names, 1)}
        self.triples = [
            (number, state, pdf)
            for name, number in self.ids.items()
            for state, pdf in enumerate(self.states[name.rpartition("_")[0] or name])
        ]
        self._index = {triple[:2]: k for k, triple in enumerate(self.triples)}

    def transitions(self, name: str) -> list[tuple[int, int]]:
        """(stay, leave) transition ids of each state of a phone."""
        number = self.ids[name]
        count = len(self.states[name.rpartition("_")[0] or name])
        indices = [self._index[number, state] for state in range(count)]
        return [(2 * k + 1, 2 * k + 2) for k in indices]

    def boundaries(self) -> list[str]:
        """The lines of word_boundary.int."""
        kinds = {f"_{place}": kind for place, kind in PLACES.items()}
        return [f"{n} {kinds.get(name[-2:], 'nonword')}" for name, n in self.ids.items()]


@dataclass
class Node:
    """A beginning of words in the tree."""

    children: dict[str, "Node"] = field(default_factory=dict)
    below: set[int] = field(default_factory=set)  # words that begin so
    ends: list[int] = field(default_factory=list)  # words that end here


def placed(phones: Phones) -> list[str]:
    """The phones of a word in the variants of their places."""
    if len(phones) == 1:
        return [f"{phones[0]}_S"]
    inside = [f"{phone}_I" for phone in phones[1:-1]]
    return [f"{phones[0]}_B", *inside, f"{phones[-1]}_E"]


def make_tree(lexicon: dict[str, list[Phones]], word_ids: dict[str, int]) -> Node:
    """All readings of all words as one tree of phones."""
    root = Node()
    for word, readings in sorted(lexicon.items()):
        for phones in readings:
            node = root
            for phone in placed(phones):
                node = node.children.setdefault(phone, Node())
                node.below.add(word_ids[word])
            node.ends.append(word_ids[word])
    return root


class GraphBuilder:
    """Collects the arcs of HCL."""

    def __init__(self, table: PhoneTable) -> None:
        """Starts with the two states between words and the pause."""
        self.table = table
        self.arcs: list[Arc] = [(BETWEEN, READY, EPSILON, EPSILON, -math.log(1 - SILENCE_CHANCE))]
        self.finals: list[Final] = [(READY, 0.0)]
        self._last_state = SILENT
        ((stay, leave),) = table.transitions(SILENCE)
        self.arcs += [
            (BETWEEN, SILENT, leave, EPSILON, STAY - math.log(SILENCE_CHANCE)),
            (SILENT, SILENT, stay, EPSILON, STAY),
            (SILENT, READY, EPSILON, EPSILON, 0.0),
        ]

    def add_tree(self, node: Node, state: int, said: bool) -> None:
        """The words below a node; `said` when the label is already given."""
        for phone, child in sorted(node.children.items()):
            alone = not said and len(child.below) == 1
            label = next(iter(child.below)) if alone else EPSILON
            at = self.add_phone(phone, state, label)
            for word in child.ends:  # several words may sound alike
                self.arcs.append((at, BETWEEN, EPSILON, EPSILON if said or alone else word, 0.0))
            self.add_tree(child, at, said or alone)

    def add_phone(self, phone: str, state: int, label: int) -> int:
        """The states of one phone, each entered once and stayed in at will; gives the last."""
        for stay, leave in self.table.transitions(phone):
            self._last_state += 1
            self.arcs.append((state, self._last_state, leave, label, STAY))
            self.arcs.append((self._last_state, self._last_state, stay, EPSILON, STAY))
            state, label = self._last_state, EPSILON
        return state


def make_graph(
    table: PhoneTable, lexicon: dict[str, list[Phones]], word_ids: dict[str, int]
) -> tuple[list[Arc], list[Final]]:
    """Arcs and final states of HCL."""
    builder = GraphBuilder(table)
    builder.add_tree(make_tree(lexicon, word_ids), READY, said=False)
    return builder.arcs, builder.finals
