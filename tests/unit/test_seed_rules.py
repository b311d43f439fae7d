"""Unit: the learned tables that are shipped follow from the seed texts."""

import pytest

from callcenter.classify.learned import DANGER_FILE, LEARNED_FILE, read_table
from callcenter.classify.lexicon import NEEDS_110
from callcenter.settings import load_settings
from tools.seed_rules import __main__ as seed_rules

SAME_WORDS = 0.99
SAME_WEIGHT = 0.05


def shipped(file):
    return read_table(load_settings().rules_dir / file)


def test_the_words_of_danger_are_those_that_the_seed_texts_teach(tmp_path):
    kept = shipped(DANGER_FILE).label[NEEDS_110].words
    taught = seed_rules.learned_danger(tmp_path / DANGER_FILE).label[NEEDS_110].words
    common = kept.keys() & taught.keys()
    assert len(common) >= SAME_WORDS * max(len(kept), len(taught))
    moved = {word for word in common if abs(kept[word].weight - taught[word].weight) > SAME_WEIGHT}
    assert moved == set()


@pytest.mark.parametrize(
    ("file", "texts", "column"),
    [(LEARNED_FILE, "items.csv", "item"), (DANGER_FILE, "danger.csv", "label")],
)
def test_as_many_texts_taught_as_there_are(file, texts, column):
    pairs = seed_rules.seed_pairs(texts, column)
    assert shipped(file).texts == len(pairs)
    assert shipped(file).label.keys() <= {pair.label for pair in pairs}
