"""Unit: tiny sets of texts learned end to end, through the commands that people use."""

import csv
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from callcenter.classify import fitting
from callcenter.classify.evaluate import cross_validate, measure
from callcenter.classify.learn import Pair, learn
from callcenter.classify.learned import (
    HowLearned,
    LearnedTable,
    LearnedWord,
    read_table,
    write_table,
)
from callcenter.commands.classify import classify as classify_command
from callcenter.commands.evaluate import evaluate as evaluate_command
from callcenter.commands.learn import learn as learn_command
from callcenter.errors import BadInputError, CallCenterError, CannotStartError
from callcenter.facts import Line, Side, TranscriptCompleted, UtteranceHeard
from callcenter.settings import Settings
from callcenter.store import Store, record
from callcenter.tickets.correcting import correct
from callcenter.tickets.moving import move
from callcenter.tickets.opening import open_draft
from callcenter.tickets.steps import Move

if importlib.util.find_spec("sklearn") is None and not os.environ.get("CI"):
    pytest.skip("scikit-learn is not installed", allow_module_level=True)

MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)
PLACES = ("门口", "小区里", "单位旁边", "路上", "村里")
TROUBLES = {
    "用水": ("停水两天了", "水压太低没有水", "自来水很浑浊", "水管漏水"),
    "照明": ("路灯不亮", "路灯坏了很黑", "灯杆倒了", "晚上没有灯"),
    "噪音": ("工地噪音很大", "半夜施工吵得睡不着", "音响声音太吵", "噪音扰民"),
}
PAIRS = [
    Pair(f"{place}{trouble}", label)
    for label, troubles in TROUBLES.items()
    for place, trouble in product(PLACES, troubles)
]


def taught(day: date = MONDAY, old: LearnedTable | None = None, **how: int) -> LearnedTable:
    return learn(PAIRS, day, HowLearned(**how), old)


def all_words(table: LearnedTable) -> set[str]:
    return {word for label in table.label.values() for word in label.words}


# --- learning ------------------------------------------------------------------------------------


def test_what_tells_a_label_apart_speaks_for_it():
    table = taught()
    assert {name: label.texts for name, label in table.label.items()} == dict.fromkeys(TROUBLES, 20)
    for label, word in (("用水", "水"), ("照明", "路灯"), ("噪音", "噪音")):
        weights = {name: its.words[word].weight for name, its in table.label.items()}
        assert max(weights, key=lambda name: weights[name]) == label
        assert weights[label] > 0
    assert table.label["照明"].words["路灯"].support == 10


def test_the_same_texts_give_the_same_file_byte_for_byte():
    assert write_table(taught()) == write_table(taught())


def test_a_label_has_at_most_so_many_words():
    table = taught(words=4)
    assert [len(label.words) for label in table.label.values()] == [4, 4, 4]


def test_a_word_of_too_few_texts_is_not_learned():
    assert "浑浊" in all_words(taught(support=5))
    assert "浑浊" not in all_words(taught(support=6))


def test_the_same_text_twice_supports_a_word_once():
    pairs = [*PAIRS, *[Pair("电梯困人", "用水")] * 9]
    assert "电梯" not in all_words(learn(pairs, MONDAY))


def test_numbers_letters_and_names_are_not_learned():
    pairs = [Pair(f"{one.text}张伟13800138000在北京K2区", one.label) for one in PAIRS]
    table = learn(pairs, MONDAY)
    assert all("\u4e00" <= character <= "\u9fff" for character in "".join(all_words(table)))
    assert not all_words(table) & {"北京", "张伟"}


def test_words_that_are_never_to_be_learned_are_not():
    assert "停水" in all_words(taught())
    assert "停水" not in all_words(learn(PAIRS, MONDAY, never=["停水"]))


def test_what_was_pruned_is_not_learned_again():
    pruned = taught().model_copy(update={"pruned": ("路灯",)})
    again = taught(old=pruned)
    assert "路灯" in all_words(taught())
    assert "路灯" not in all_words(again)
    assert again.pruned == ("路灯",)


def test_a_word_whose_weight_hardly_changed_keeps_its_line():
    first = taught(MONDAY)
    words = dict(first.label["照明"].words)
    words["路灯"] = LearnedWord(weight=words["路灯"].weight * 2, support=1, learned=MONDAY)
    light = first.label["照明"].model_copy(update={"words": words})
    old = first.model_copy(update={"label": {**first.label, "照明": light}})
    again = taught(FRIDAY, old)
    assert again.label["用水"] == first.label["用水"]
    assert again.label["照明"].words["路灯"].learned == FRIDAY
    assert again.label["照明"].words["路灯"].support == 10
    changed = set(write_table(first).splitlines()) ^ set(write_table(again).splitlines())
    assert len(changed) == 4  # the date above, and this word's line, before and after


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        (PAIRS[:20], "two labels at least"),
        ([], "two labels at least"),
        ([Pair("停水", "用水"), Pair("路灯", "照明")], "no word stands in 3 texts"),
    ],
)
def test_where_there_is_nothing_to_learn_from_it_is_said(pairs, told):
    with pytest.raises(BadInputError, match=told):
        learn(pairs, MONDAY)


def test_without_scikit_learn_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.svm", None)
    with pytest.raises(CannotStartError) as refused:
        taught()
    assert refused.value.message == fitting.REMEDY


def test_every_text_is_sorted_once_by_what_the_others_teach():
    told: list[tuple[int, int]] = []
    judged = cross_validate(PAIRS, 4, HowLearned(), lambda *done: told.append(done))
    assert sorted(one.truth for one in judged) == sorted(one.label for one in PAIRS)
    assert measure(judged).accuracy >= 0.9
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


# --- the commands --------------------------------------------------------------------------------

app = typer.Typer()
app.command("learn")(learn_command)
app.command("classify")(classify_command)
app.command("evaluate")(evaluate_command)


class Ran:
    """What a command printed, and its exit code; an error of ours is its message."""

    def __init__(self, *arguments: object) -> None:
        result = CliRunner().invoke(app, [str(one) for one in arguments])
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr
        self.error = ""
        if isinstance(result.exception, CallCenterError):
            self.error = result.exception.message


@pytest.fixture
def letters(tmp_path) -> Path:
    return written(tmp_path / "letters.csv", [(one.text, one.label) for one in PAIRS])


def written(path: Path, rows: list[tuple[str, str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_is_learned_and_sorts_other_texts(letters, tmp_path):
    rules, sorted_to = tmp_path / "rules.toml", tmp_path / "out.csv"
    ran = Ran("learn", letters, "--out", rules)
    assert (ran.code, ran.error) == (0, "")
    assert "照明: 20 texts" in ran.out
    asked = written(tmp_path / "asked.csv", [("请问，路灯，什么时候修", ""), ("又停水了", "")])
    ran = Ran("classify", asked, "--text-column", "text", "--out", sorted_to, "--rules", rules)
    assert ran.code == 0
    first, second = rows_of(sorted_to)
    assert (first["item"], first["item_name"], first["class"]) == ("照明", "照明", "")
    assert second["item"] == "用水"
    assert "路灯=" in first["words"]
    assert first["runner_ups"].count(";") == 1
    assert float(first["score"]) > 0
    assert (first["kind"], first["urgency"]) == ("咨询", "ordinary")


def test_without_a_table_texts_are_sorted_to_items(tmp_path):
    asked = written(tmp_path / "asked.csv", [("小区的路灯不亮", "")])
    assert Ran("classify", asked, "--out", tmp_path / "out.csv").code == 0
    [row] = rows_of(tmp_path / "out.csv")
    assert (row["item"], row["item_name"], row["class"]) == ("113", "市容市政", "公共服务")


def test_bad_rows_are_told_by_number_and_left_out(letters, tmp_path):
    with letters.open("a", encoding="utf-8") as file:
        file.write(",用水\n路灯坏了,\n好\n")
    ran = Ran("learn", letters, "--out", tmp_path / "rules.toml")
    assert ran.code == 3
    assert "row 61: column 'text' is empty in this row" in ran.err
    assert "row 62: column 'label' is empty in this row" in ran.err
    assert "row 63: has more or fewer fields" in ran.err
    assert read_table(tmp_path / "rules.toml").texts == 60


def test_a_column_that_is_not_there_is_named(letters, tmp_path):
    ran = Ran("learn", letters, "--label-column", "item", "--out", tmp_path / "rules.toml")
    assert ran.error == "letters.csv has no column item; it has: text, label"
    assert not (tmp_path / "rules.toml").exists()


def test_a_table_with_prunings_is_not_written_over_unread(letters, tmp_path):
    rules = tmp_path / "rules.toml"
    rules.write_text(write_table(taught().model_copy(update={"pruned": ("路灯",)})), "utf-8")
    assert "add --from" in Ran("learn", letters, "--out", rules).error
    assert Ran("learn", letters, "--out", rules, "--from", rules).code == 0
    assert "路灯" not in all_words(read_table(rules))


def test_a_folder_that_is_not_there_is_told_before_anything_is_learned(letters, tmp_path):
    ran = Ran("learn", letters, "--out", tmp_path / "none" / "rules.toml")
    assert ran.error.startswith("there is no folder")


def test_without_a_table_or_tickets_there_is_nothing_to_learn_from(tmp_path):
    ran = Ran("learn", "--out", tmp_path / "rules.toml")
    assert ran.error.startswith("there is nothing to learn from: name a table, --from-tickets")


def test_learning_is_measured_by_folds_with_report_and_picture(letters, tmp_path):
    ran = Ran("evaluate", letters, "--folds", 4, "--out", tmp_path / "report")
    assert ran.code == 0
    assert "macro-F1" in ran.out
    assert (tmp_path / "report" / "report.txt").read_text("utf-8") == ran.out
    assert "照明" in (tmp_path / "report" / "confusion.svg").read_text("utf-8")


def test_labels_that_are_no_items_measure_learning_unless_told_otherwise(letters, tmp_path):
    assert Ran("evaluate", letters).out == Ran("evaluate", letters, "--folds", 5).out
    items = written(tmp_path / "items.csv", [("小区的路灯不亮", "113"), ("又停水了", "209")])
    assert "准确率 accuracy 1.0000" in Ran("evaluate", items).out


def test_a_learned_table_and_the_rules_are_measured_as_they_are(letters, tmp_path):
    Ran("learn", letters, "--out", tmp_path / "rules.toml")
    ran = Ran("evaluate", letters, "--rules", tmp_path / "rules.toml")
    assert "准确率 accuracy 1.0000" in ran.out
    items = tmp_path / "map.csv"
    items.write_text("item,label\n209,用水\n113,照明\n106,噪音\n", encoding="utf-8")
    ran = Ran("evaluate", letters, "--map", items, "--otherwise", "用水")
    assert ran.code == 0
    assert "条数 60" in ran.out


@pytest.mark.parametrize(
    "told", ["item,label\n", "item\n209\n", "item,label\n209,用水\n209,照明\n"]
)
def test_a_map_without_rows_or_with_an_item_twice_is_refused(letters, tmp_path, told):
    (tmp_path / "map.csv").write_text(told, encoding="utf-8")
    ran = Ran("evaluate", letters, "--map", tmp_path / "map.csv")
    assert "each item once" in ran.error


def test_measuring_what_is_there_and_what_is_learned_are_two_things(letters, tmp_path):
    ran = Ran("evaluate", letters, "--folds", 2, "--rules", tmp_path)
    assert "name one" in ran.error


# --- confirmed tickets ---------------------------------------------------------------------------

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
ITEMS = {"用水": "209", "照明": "113", "噪音": "106"}


@contextmanager
def store_of(settings: Settings) -> Iterator[Store]:
    store = Store(settings.database)
    store.prepare()
    yield store
    store.close()


def call(store: Store, call_id: str, said: str, item: str, *, confirmed: bool = True) -> None:
    """A call whose seat corrected the item and, if it is confirmed, filed the ticket."""
    heard = {Side.CITIZEN: said, Side.SEAT: "您好请讲石棉瓦"}
    with store.transaction() as session:
        [opened] = open_draft(session, call_id, Line.SERVICE, at=NOON, actor="seat-01")
        for side, text in heard.items():
            utterance = UtteranceHeard(
                call_id=call_id, side=side, source="live", index=0, start_ms=0, end_ms=9, text=text
            )
            record(session, utterance)
        record(
            session,
            TranscriptCompleted(call_id=call_id, source="live", model="demo", heard_seconds=1),
        )
        correct(session, opened.ticket_number, item, "", actor="seat-01")
        if confirmed:
            move(session, opened.ticket_number, Move.FILE, actor="seat-01")


@pytest.fixture
def tickets(tmp_path, monkeypatch) -> None:
    """A site whose seats confirmed a ticket for each pair, and have five drafts more."""
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(tmp_path / "var"))
    with store_of(Settings()) as store:
        for number, one in enumerate(PAIRS):
            call(store, f"n1-{number}.0", f"古陶镇{one.text}", ITEMS[one.label])
        for number in range(5):
            call(store, f"n1-{number}.9", "电梯困人了" * (number + 1), "205", confirmed=False)


@pytest.mark.usefixtures("tickets")
def test_confirmed_tickets_teach_what_citizens_said(tmp_path):
    rules = tmp_path / "learned.toml"
    ran = Ran("learn", "--from-tickets", "--support", 1, "--out", rules)
    assert (ran.code, ran.error) == (0, "")
    table = read_table(rules)
    assert set(table.label) == set(ITEMS.values())
    assert table.settings.support == 3
    assert table.label["113"].words["路灯"].weight > 0
    assert not all_words(table) & {"电梯", "您好", "石棉瓦", "古陶", "古陶镇"}


@pytest.mark.usefixtures("tickets")
def test_a_table_of_items_and_the_tickets_teach_together(tmp_path):
    party = [f"{place}入党申请书怎么写" for place in PLACES]
    rows = [(text, "506") for text in party] + [("党员组织关系转移", "501"), ("", "501")]
    seeds, rules = written(tmp_path / "seeds.csv", rows), tmp_path / "learned.toml"
    ran = Ran("learn", seeds, "--from-tickets", "--support", 1, "--out", rules)
    assert ran.code == 3  # a row of the table was bad
    table = read_table(rules)
    texts = {name: label.texts for name, label in table.label.items()}
    assert texts == {"501": 6, "209": 20, "113": 20, "106": 20}  # 506 is an alias of 501
    assert (table.texts, table.settings.support) == (66, 3)
    assert table.label["501"].words["入党"].weight > 0
    assert table.label["113"].words["路灯"].weight > 0
    assert not all_words(table) & {"组织", "古陶镇"}  # of one text; a place


@pytest.mark.usefixtures("tickets")
def test_beside_tickets_labels_must_be_items_and_are_not_repeated_in_the_error(letters, tmp_path):
    ran = Ran("learn", letters, "--from-tickets", "--out", tmp_path / "rules.toml")
    assert ran.error == (
        "letters.csv: column 'label' has labels that are no items; "
        "beside --from-tickets each must be a code of items.toml"
    )
    assert not (tmp_path / "rules.toml").exists()
