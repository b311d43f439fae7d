"""Readings of the calls under way, each grown from the one before."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from callcenter.classify.keywords import Reading, Sorter, Utterance
from callcenter.classify.lexicon import Rules

CALLS = 500  # remembered; more than a county ever has at one time


@dataclass
class _Hearing:
    """A call as far as it was read: with which rules, and which utterances."""

    rules: Rules
    sorter: Sorter
    heard: list[Utterance] = field(default_factory=list)

    def goes_on_with(self, rules: Rules, utterances: Sequence[Utterance]) -> bool:
        """Whether these rules are still ours and the utterances begin with those heard."""
        return self.rules is rules and list(utterances[: len(self.heard)]) == self.heard


class Desk:
    """Reads calls utterance by utterance, in time proportional to the new words.

    What it remembers is only ever a shortcut: a call it does not know, whose utterances were
    changed, or that began under older rules is read afresh from its utterances. So every reading is
    that of the rules in force, whatever happened before. May be used from any thread.
    """

    def __init__(self, rules: Callable[[], Rules], calls: int = CALLS) -> None:
        """Asks for the rules in force at each reading (`RuleBook.rules`); forgets old calls."""
        self._rules = rules
        self._most = calls
        self._calls: OrderedDict[str, _Hearing] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, call_id: str, utterances: Sequence[Utterance]) -> Reading:
        """What all of a call's utterances so far speak for: `classify` of them."""
        rules = self._rules()
        with self._lock:  # taken out: two threads never share a Sorter
            hearing = self._calls.pop(call_id, None)
        if hearing is None or not hearing.goes_on_with(rules, utterances):
            hearing = _Hearing(rules, Sorter(rules))
        new = utterances[len(hearing.heard) :]
        reading = hearing.sorter.hear(new)
        hearing.heard += new
        with self._lock:
            self._calls[call_id] = hearing
            while len(self._calls) > self._most:
                self._calls.popitem(last=False)
        return reading
