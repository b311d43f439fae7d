"""Unit: rule words heard by their sound, and well-written text that loses nothing by it."""

import gc
import subprocess
import sys
from functools import cache
from itertools import pairwise
from random import Random

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.noise import with_sound_alikes
from callcenter.classify.keywords import Reading, Sorter, classify
from callcenter.classify.lexicon import Rules
from callcenter.classify.rulefiles import load_rules
from callcenter.classify.soundalikes import Heard, Language, SoundAlikes
from callcenter.classify.words import cutter
from callcenter.facts import Outcome, Side
from callcenter.settings import Settings

CITIZEN = Side.CITIZEN
RULES = """
[item.113]
words.5 = ["路灯", "井盖"]
words.2 = ["街道"]
together = [{ words = ["井盖", "丢了|没了"], weight = 4 }]

[item.209]
words.5 = ["停水", "煤气泄漏", "煤气"]

[needs_110]
enough = 5
not_after = ["没有"]
words.6 = ["煤气泄漏"]

[negation]
before = ["不是"]
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory) -> Rules:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    return load_rules(folder)


@pytest.fixture
def heard(rules):
    def read(*said: str) -> Reading:
        return classify(rules, [(CITIZEN, text) for text in said])

    return read


def words(reading: Reading) -> list[tuple[str, int, int]]:
    return [(word.text, word.start, word.end) for word in reading.words]


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("南边的路登坏了", "路灯"),
        ("门口井改没有盖好", "井盖"),
        ("家里庭水两天", "停水"),
        ("家里没气泄漏", "煤气泄漏"),
        ("家里没气谢漏", "煤气泄漏"),
    ],
)
def test_a_word_written_with_other_characters_of_its_sound_is_heard(heard, said, word):
    reading = heard(said)
    (found,) = [one for one in reading.words if one.text == word]
    assert 0.3 < found.certainty < 1
    assert len(said[found.start : found.end]) == len(word)


def test_what_is_written_right_is_certain_and_counts_for_more(heard):
    right, alike = heard("路灯坏了"), heard("路登坏了")
    assert [word.certainty for word in right.words] == [1.0]
    assert alike.item == right.item
    assert right.score > alike.score > 0
    assert alike.words[0].weight == right.words[0].weight  # the rule's; certainty says the rest


def test_a_word_both_heard_and_written_is_shown_where_it_is_written(heard):
    reading = heard("路登", "路灯")
    assert [(word.utterance, word.certainty) for word in reading.words] == [(1, 1.0)]


@pytest.mark.parametrize(
    "said",
    [
        "我们去街道了",
        "公司的公示",  # written right, though each sounds like many
        "挺睡得着的",
        "接到通知了",  # 接到 is a word of its own, though it sounds like 街道
        "没器材",
    ],
)
def test_well_written_text_is_taken_as_it_is_written(heard, said):
    assert all(word.certainty == 1 for word in heard(said).words)


def test_a_sound_that_is_sooner_another_word_is_not_taken_for_the_rules():
    language = Language({"公": 900, "司": 900, "思": 900, "示": 900, "公司": 9000, "公示": 9})
    assert SoundAlikes(["公示"], language).find(["公", "思"]) == []
    assert SoundAlikes(["公司"], language).find(["公", "思"]) == [(0, Heard("公司", 92))]


def test_of_overlapping_sounds_the_first_and_longest_is_heard():
    sounds = SoundAlikes(["煤气", "煤气泄漏", "气泄"], Language({"煤气": 50}))
    found = sounds.find(list("没汽谢漏"))
    assert [(start, one.word) for start, one in found] == [(0, "煤气泄漏")]


def test_combinations_denial_and_silence_hold_for_what_is_heard(heard):
    assert ("井盖…没了", 0, 5) in words(heard("井改都没了"))
    assert heard("不是庭水").words == ()
    assert heard("煤器泄漏").outcome is Outcome.NEEDS_110
    assert heard("没有煤器泄漏").outcome is None


def test_the_seats_words_are_heard_too_but_decide_nothing(rules):
    assert classify(rules, [(Side.SEAT, "路登坏了")]).item is None


def test_the_name_of_a_place_is_not_heard_as_a_word(tmp_path):
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    silent = load_rules(tmp_path, silent=["路登村"])
    assert classify(silent, [(CITIZEN, "我住路登村")]).item is None


def test_sounds_can_be_left_out(tmp_path):
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    assert classify(load_rules(tmp_path, sounds=False), [(CITIZEN, "路登坏了")]).item is None


def test_a_call_heard_bit_by_bit_reads_like_the_whole_with_errors_too(rules):
    said = [(CITIZEN, with_sound_alikes(text, 0.25, Random(1))) for text in A_CALL]
    sorter = Sorter(rules)
    for utterance in said:
        reading = sorter.hear([utterance])
    assert reading == classify(rules, said)


A_CALL = ["喂你好", "我家门口的路灯坏了", "井盖也丢了", "小区停水三天了", "煤气泄漏了怎么办"]
OTHER_PROCESS = """
from pathlib import Path
from callcenter.classify.keywords import classify
from callcenter.classify.rulefiles import load_rules
from callcenter.facts import Side
from callcenter.settings import Settings
rules = load_rules(Settings().rules_dir)
said = [(Side.CITIZEN, text) for text in {said!r}]
print(rules.version, classify(rules, said))
"""


def test_the_same_words_give_the_same_answer_in_every_process():
    said = ["喂你好", "路登坏了三天了", "井改也丢了", "小区庭水"]
    program = OTHER_PROCESS.format(said=said)
    told = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            cwd=Settings().rules_dir.parents[2],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert "percent=88" in told.pop()  # of 100: a word heard by its sound is among them


@cache
def cut_by_both():
    known = ["路灯坏了", "古陶镇", "没水"]
    theirs = jieba.Tokenizer()
    for word in sorted(known):
        theirs.add_word(word)
    return theirs, cutter(known)


LETTERS = st.sampled_from("路灯坏了没水南大街的古陶镇停电一二3aB.- ，\n〇𠀀")


@settings(deadline=None, max_examples=300)
@given(st.text(LETTERS, max_size=30) | st.text(max_size=10))
def test_texts_are_cut_as_jieba_cuts_them(text):
    theirs, ours = cut_by_both()
    assert ours(text) == list(theirs.cut(text, HMM=False))


@pytest.fixture
def calls_made():
    """Counts the functions, ours and C's, that a piece of work calls."""

    def count(work) -> int:
        calls = 0

        def note(_frame: object, event: str, _what: object) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        gc.disable()  # what it finds to do then is not this work's
        sys.setprofile(note)
        try:
            work()
        finally:
            sys.setprofile(None)
            gc.enable()
        return calls

    return count


def test_hearing_more_costs_no_more_however_long_the_call(rules, calls_made):
    said = [(CITIZEN, text) for text in [*A_CALL, "路登坏了"]]
    sorter, costs = Sorter(rules), []
    for _ in range(40):
        costs.append([calls_made(lambda one=one: sorter.hear([one])) for one in said])
    later = costs[3:]  # what is met for the first time is looked up and remembered
    assert all(one == other for one, other in pairwise(later))
