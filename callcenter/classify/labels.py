"""Sorting texts to the labels of a learned table alone, whatever labels those are."""

from callcenter.classify.context import Denial
from callcenter.classify.items import all_items
from callcenter.classify.learned import LearnedTable, as_words
from callcenter.classify.lexicon import Rules
from callcenter.classify.words import Cut


def label_rules(table: LearnedTable, cut: Cut) -> Rules:
    """Rules whose items are the table's labels; of kind, urgency and outcome they know nothing.

    With other rules' `cut`, a text that both sort is cut once.
    """
    items = all_items()
    return Rules(
        version=table.version,
        items={one: items[one].name if one in items else one for one in sorted(table.label)},
        words={},
        together=(),
        denial=Denial(),
        not_after={},
        enough={},
        cut=cut,
        learned=as_words([(table, 1)]),
    )
