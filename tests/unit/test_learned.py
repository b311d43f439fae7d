"""Unit: learned tables as files, and their words beside the rules that a person wrote."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from callcenter.classify.keywords import MOST_LEARNED, Reading, Sorter, classify
from callcenter.classify.labels import label_rules
from callcenter.classify.learned import (
    HowLearned,
    Label,
    LearnedTable,
    LearnedWord,
    read_table,
    write_table,
)
from callcenter.classify.rulefiles import load_rules
from callcenter.classify.tally import POINTS, counted
from callcenter.classify.words import cutter
from callcenter.errors import BadInputError
from callcenter.facts import Outcome, Side

CITIZEN, SEAT = Side.CITIZEN, Side.SEAT
A_DAY = date(2026, 11, 21)


def table(**labels: dict[str, float]) -> LearnedTable:
    """A table of labels -> words -> weights."""
    return LearnedTable(
        learned=A_DAY,
        texts=10,
        label={
            name: Label(
                texts=5,
                words={
                    word: LearnedWord(weight=weight, support=3, learned=A_DAY)
                    for word, weight in words.items()
                },
            )
            for name, words in labels.items()
        },
    )


def sorted_by(learned: LearnedTable, *said: str) -> Reading:
    return classify(label_rules(learned, cutter(())), [(CITIZEN, text) for text in said])


def beside_rules(folder: Path, rules: str, learned: str) -> Path:
    """A folder of rules with a learned table in it."""
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    head = "learned = 2026-11-21\ntexts = 10\n"
    (folder / "learned.toml").write_text(head + learned, encoding="utf-8")
    return folder


def read(folder: Path, *said: str) -> Reading:
    return classify(load_rules(folder), [(CITIZEN, text) for text in said])


# --- the file ------------------------------------------------------------------------------------


def test_a_table_is_a_line_a_word_in_the_order_of_characters():
    written = write_table(table(水={"水压": 2.31, "停水": -0.5}))
    assert '[label."水".words]' in written
    lines = [line for line in written.splitlines() if "weight =" in line]
    assert lines == [
        '"停水" = { weight = -0.50, support = 3, learned = 2026-11-21 }',
        '"水压" = { weight = 2.31, support = 3, learned = 2026-11-21 }',
    ]


def test_what_was_written_is_read_again(tmp_path):
    learned = table(**{'有"引号"': {"停水": 1.5}, "点.和]": {"路灯": 2.0}})
    learned = learned.model_copy(update={"pruned": ("你好",), "settings": HowLearned(words=5)})
    file = tmp_path / "t.toml"
    file.write_text(write_table(learned), encoding="utf-8")
    assert read_table(file) == learned
    assert write_table(read_table(file)) == write_table(learned)


def test_a_line_written_by_hand_needs_only_a_weight(tmp_path):
    file = tmp_path / "t.toml"
    file.write_text(
        'learned = 2026-11-21\ntexts = 0\n[label."水".words]\n"停水" = { weight = 2 }\n',
        encoding="utf-8",
    )
    assert sorted_by(read_table(file), "停水了").score == 2


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ('"停水" = { weight = "x" }', "t.toml, line 4: label.水.words.停水.weight: "),
        ('"停水" = { weight = 200 }', "t.toml, line 4: label.水.words.停水.weight: "),
        ('"停水" = { support = 3 }', "t.toml, line 4: label.水.words.停水.weight: Field required"),
        ('"停水" = { weight = 1, wight = 2 }', "t.toml, line 4: label.水.words.停水.wight: "),
        ('"停 水" = { weight = 1 }', "t.toml, line 4: label.水.words.停 水: "),
        ('"停水" = {', "t.toml: not valid TOML: "),
    ],
)
def test_a_fault_in_a_table_is_told_with_file_and_line(tmp_path, entry, told):
    file = tmp_path / "t.toml"
    head = 'learned = 2026-11-21\ntexts = 0\n[label."水".words]\n'
    file.write_text(f"{head}{entry}\n", encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        read_table(file)
    assert refused.value.message.startswith(told)


def test_a_table_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="cannot be read"):
        read_table(tmp_path / "none.toml")
    (tmp_path / "t.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInputError, match="not UTF-8 at byte 0"):
        read_table(tmp_path / "t.toml")


# --- counting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "percent"),
    [(0, 0), (40, 40), (100, 100), (200, 125), (300, 150), (900, 150)],
)
def test_said_again_a_word_counts_up_to_half_more(said, percent):
    assert counted(said) == percent


def test_a_learned_word_counts_wherever_its_characters_stand():
    learned = table(水={"停水": 2.0, "水": 0.5}, 灯={"路灯": 2.0, "水": -0.5})
    reading = sorted_by(learned, "又停水了停水")
    assert (reading.item, reading.score) == ("水", 2 * 1.25 + 0.5 * 1.25)
    assert [(one.item, one.score) for one in reading.runner_ups] == [("灯", -0.5 * 1.25)]


def test_a_call_heard_in_pieces_is_counted_as_if_heard_at_once():
    rules = label_rules(table(水={"停水": 2.0}, 灯={"路灯": 1.0, "灯": 0.3}), cutter(()))
    said = [(CITIZEN, "路灯不亮"), (CITIZEN, "停水停水"), (SEAT, "停水"), (CITIZEN, "灯")]
    sorter = Sorter(rules)
    for one in said:
        last = sorter.hear([one])
    assert last == classify(rules, said)


def test_what_the_seat_says_is_not_counted():
    rules = label_rules(table(水={"停水": 2.0}, 灯={"路灯": 1.0}), cutter(()))
    assert classify(rules, [(SEAT, "是停水吗"), (CITIZEN, "路灯")]).item == "灯"
    assert classify(rules, [(SEAT, "是停水吗")]).item is None


def test_the_words_that_decided_stand_where_they_say():
    learned = table(水={"停水": 2.0, "水压": 1.0, "了": -1.0}, 灯={"路灯": 1.0})
    said = ["我家停水了", "水压也低"]
    words = sorted_by(learned, *said).words
    assert [word.text for word in words] == ["停水", "水压"]
    for word in words:
        assert said[word.utterance][word.start : word.end] == word.text


def test_a_learned_word_is_heard_by_its_sound_but_counts_less():
    learned = table(气={"煤气泄漏": 2.0}, 灯={"路灯": 1.0})
    written, heard = sorted_by(learned, "家里煤气泄漏了"), sorted_by(learned, "家里没气谢漏了")
    assert heard.item == "气"
    assert 0 < heard.score < written.score
    assert heard.words[0].certainty < 1


def test_an_item_code_as_a_label_shows_the_item_by_its_name():
    assert sorted_by(table(**{"113": {"路灯": 1.0}}), "路灯").item_name == "市容市政"


# --- beside the rules ----------------------------------------------------------------------------

LEARNED_WATER = '[label.209.words]\n"水" = { weight = 9 }\n"管道" = { weight = 6 }\n'


def test_no_learned_table_is_needed(tmp_path):
    (tmp_path / "rules.toml").write_text('[item.113]\nwords.5 = ["路灯"]\n', encoding="utf-8")
    assert read(tmp_path, "路灯").score == 5


def test_learned_words_alone_never_outvote_a_word_of_five(tmp_path):
    folder = beside_rules(tmp_path, '[item.113]\nwords.5 = ["路灯"]\n', LEARNED_WATER)
    reading = read(folder, "路灯边上管道有水水水")
    assert (reading.item, reading.score) == ("113", pytest.approx(5, abs=0.2))
    assert [one.item for one in reading.runner_ups] == ["209"]
    assert reading.runner_ups[0].score == MOST_LEARNED / POINTS > 5


def test_learned_words_decide_where_rules_say_little_or_nothing(tmp_path):
    folder = beside_rules(tmp_path, '[item.113]\nwords.3 = ["路灯"]\n', LEARNED_WATER)
    assert read(folder, "管道有水").item == "209"
    assert read(folder, "路灯边上管道有水").item == "209"


def test_what_learned_words_add_is_what_they_have_above_the_mean_of_all_items(tmp_path):
    learned = '[label.209.words]\n"水" = { weight = 8 }\n[label.113.words]\n"水" = { weight = 6 }\n'
    folder = beside_rules(tmp_path, '[item.205]\nwords.5 = ["物业"]\n', learned)
    reading = read(folder, "水")
    mean = 2 * (8 + 6) / len(load_rules(folder).items)
    [second] = reading.runner_ups
    share = MOST_LEARNED / POINTS / (16 - mean)  # the best has the most, the others as much less
    assert (reading.item, reading.score) == ("209", MOST_LEARNED / POINTS)
    assert (second.item, second.score) == ("113", pytest.approx(share * (12 - mean), abs=1e-3))


def test_where_a_clerk_weighed_a_word_the_learned_weight_does_not_count(tmp_path):
    learned = (
        '[label.209.words]\n"停水" = { weight = 3 }\n[label.113.words]\n"停水" = { weight = 1.1 }\n'
    )
    folder = beside_rules(tmp_path, '[item.209]\nwords.3 = ["停水"]\n', learned)
    reading = read(folder, "停水")
    assert reading.item == "209"
    assert reading.score == pytest.approx(3 - 2 / len(load_rules(folder).items), abs=1e-2)
    assert [one.item for one in reading.runner_ups] == ["113"]


def test_what_only_the_seat_said_is_not_added_to_what_was_learned(tmp_path):
    learned = '[label.209.words]\n"水" = { weight = 3 }\n'
    folder = beside_rules(tmp_path, '[item.113]\nwords.5 = ["路灯"]\n', learned)
    reading = classify(load_rules(folder), [(SEAT, "路灯坏了吗路灯"), (CITIZEN, "有水")])
    assert reading.item == "209"
    assert reading.runner_ups == ()


def test_an_item_that_a_rule_rules_out_stays_out(tmp_path):
    folder = beside_rules(tmp_path, '[item.209]\nunless = ["打错了"]\n', LEARNED_WATER)
    assert read(folder, "管道有水打错了").item is None


def test_what_speaks_against_an_item_may_outweigh_what_was_learned(tmp_path):
    learned = '[label.209.words]\n"水" = { weight = 2 }\n'
    folder = beside_rules(tmp_path, '[item.209]\nagainst.5 = ["河道"]\n', learned)
    assert read(folder, "水").item == "209"
    assert read(folder, "河道的水").item is None


def test_danger_is_learned_too_beside_a_clerks_word_and_never_speaks_for_calm(tmp_path):
    danger = '[label.needs_110.words]\n"救" = { weight = 12 }\n"保险" = { weight = -90 }\n'
    rules = '[needs_110]\nenough = 5\nwords.5 = ["着火"]\nwords.1 = ["快来"]\n'
    head = "learned = 2026-11-21\ntexts = 10\n"
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    (tmp_path / "learned-danger.toml").write_text(head + danger, encoding="utf-8")
    assert read(tmp_path, "救").outcome is None
    assert read(tmp_path, "快来").outcome is None
    assert read(tmp_path, "快来救").outcome is Outcome.NEEDS_110
    assert read(tmp_path, "快来救保险").outcome is None
    assert read(tmp_path, "着火保险").outcome is Outcome.NEEDS_110


def test_a_name_that_says_nothing_teaches_nothing(tmp_path):
    folder = beside_rules(tmp_path, '[item.113]\nwords.5 = ["路灯"]\n', LEARNED_WATER)
    rules = load_rules(folder, silent=["清水村"])
    assert classify(rules, [(CITIZEN, "清水村的事")]).item is None


def test_another_weight_is_another_version_of_the_rules(tmp_path):
    folder = beside_rules(tmp_path, '[item.113]\nwords.5 = ["路灯"]\n', LEARNED_WATER)
    before = load_rules(folder).version
    beside_rules(tmp_path, '[item.113]\nwords.5 = ["路灯"]\n', LEARNED_WATER.replace("= 9", "= 8"))
    assert load_rules(folder).version != before


@pytest.mark.parametrize("code", ["999", "506", "水"])
def test_learned_words_beside_rules_are_for_items_only(tmp_path, code):
    learned = f'[label."{code}".words]\n"水" = {{ weight = 1 }}\n'
    folder = beside_rules(tmp_path, '[item.113]\nwords.5 = ["路灯"]\n', learned)
    with pytest.raises(
        BadInputError, match=f"learned.toml, line 3: label.{code}: no label is named"
    ):
        load_rules(folder)


def test_a_table_is_toml_whatever_its_labels_are():
    written = write_table(table(**{"换\n行\\": {"水": 1.0}}))
    assert list(tomllib.loads(written)["label"]) == ["换\n行\\"]
