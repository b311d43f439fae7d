"""Unit: rules that change while calls go on, and readings that grow with a call."""

import threading
import time

import pytest
import structlog

from callcenter.classify import keywords
from callcenter.classify.desk import Desk
from callcenter.classify.keywords import classify
from callcenter.classify.rulebook import RuleBook
from callcenter.errors import BadInputError
from callcenter.facts import Side
from tests.patience import PATIENCE_SECONDS

LIGHTS = '[item.113]\nwords.5 = ["路灯"]'
WATER = '[item.209]\nwords.5 = ["路灯"]'
SAID = [(Side.CITIZEN, "路灯坏了"), (Side.SEAT, "哪里的路灯"), (Side.CITIZEN, "南大街")]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules.toml").write_text(LIGHTS, encoding="utf-8")
    return tmp_path


def change(folder, text):
    (folder / "rules.toml").write_text(text, encoding="utf-8")


def until(is_so):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_changed_file_becomes_the_rules_in_force_and_nobody_waits(folder):
    book = RuleBook(folder, look_seconds=0)
    old = book.rules()
    assert book.version == old.version
    change(folder, WATER)
    book.rules()
    until(lambda: book.rules() is not old)
    assert book.version == book.rules().version != old.version
    assert classify(book.rules(), SAID).item == "209"


def test_a_folder_is_looked_at_no_more_often_than_asked(folder):
    seconds = [0.0]
    book = RuleBook(folder, look_seconds=5, clock=lambda: seconds[0])
    old = book.rules()
    change(folder, WATER)
    seconds[0] = 4.9
    assert book.rules() is old
    assert "rules" not in [thread.name for thread in threading.enumerate()]
    seconds[0] = 5.0
    book.rules()
    until(lambda: book.version != old.version)


def test_a_file_added_or_taken_away_is_a_change(folder):
    book = RuleBook(folder)
    first = book.version
    (folder / "more.toml").write_text('[item.209]\nwords.5 = ["停水"]', encoding="utf-8")
    assert book.refresh().version != first
    (folder / "more.toml").unlink()
    assert book.refresh().version == first


def test_a_file_only_touched_leaves_the_rules_as_they_are(folder):
    book = RuleBook(folder)
    old = book.rules()
    change(folder, LIGHTS)
    assert book.refresh() is old


def test_faulty_rules_leave_the_old_ones_and_are_told_once(folder):
    book = RuleBook(folder)
    old = book.rules()
    change(folder, '[item.113]\nwords.5 = ["路灯"]\nwords.3 = ["路灯"]')
    with structlog.testing.capture_logs() as told:
        assert book.refresh() is book.refresh() is old
    assert [line["event"] for line in told] == ["rules faulty, the old ones stay"]
    assert told[0]["reason"].startswith("rules.toml, line 3: item.113: 路灯 has a weight here")
    change(folder, WATER)
    assert book.refresh() is not old


def test_a_folder_that_is_gone_leaves_the_old_rules(folder):
    book = RuleBook(folder)
    (folder / "rules.toml").unlink()
    folder.rmdir()
    with structlog.testing.capture_logs() as told:
        assert book.refresh() is book.rules()
    assert "no *.toml" in told[0]["reason"]


def test_a_book_does_not_open_on_faulty_rules(folder):
    change(folder, "[item.999]")
    with pytest.raises(BadInputError, match=r"rules.toml, line 1"):
        RuleBook(folder)


def test_a_call_read_utterance_by_utterance_reads_like_the_whole(folder):
    rules = RuleBook(folder).rules()
    desk = Desk(lambda: rules)
    for count in range(len(SAID) + 1):
        assert desk.read("n1-7.0", SAID[:count]) == classify(rules, SAID[:count])


@pytest.fixture
def found(monkeypatch):
    """The texts in which rules were looked for, one entry a look."""
    looked: list[str] = []
    find = keywords.Rules.find
    monkeypatch.setattr(
        keywords.Rules,
        "find",
        lambda rules, text, tokens: looked.append(text) or find(rules, text, tokens),
    )
    return looked


def test_only_new_utterances_are_looked_through(folder, found):
    desk = Desk(RuleBook(folder).rules)
    for count in range(len(SAID) + 1):
        desk.read("n1-7.0", SAID[:count])
    desk.read("n1-7.0", SAID)
    assert found == [text for _, text in SAID]


@pytest.mark.parametrize(
    "said",
    [
        [(Side.CITIZEN, "路灯不亮"), *SAID[1:]],  # the recording was heard otherwise
        SAID[:1],  # fewer than before
        [(Side.SEAT, SAID[0][1]), *SAID[1:]],
    ],
)
def test_a_transcript_that_was_changed_is_read_afresh(folder, said):
    rules = RuleBook(folder).rules()
    desk = Desk(lambda: rules)
    desk.read("n1-7.0", SAID)
    assert desk.read("n1-7.0", said) == classify(rules, said)


def test_a_call_under_way_is_read_by_the_new_rules_from_its_beginning(folder):
    book = RuleBook(folder)
    desk = Desk(book.rules)
    assert desk.read("n1-7.0", SAID[:2]).item == "113"
    change(folder, WATER)
    book.refresh()
    assert desk.read("n1-7.0", SAID) == classify(book.rules(), SAID)
    assert desk.read("n1-7.0", SAID).item == "209"


def test_the_call_unheard_for_longest_is_forgotten_and_read_afresh(folder, found):
    desk = Desk(RuleBook(folder).rules, calls=2)
    for call in ("a", "b", "a", "c"):
        desk.read(call, SAID[:1])
    found.clear()
    assert desk.read("a", SAID[:1]) == desk.read("b", SAID[:1])
    assert found == [SAID[0][1]]  # of b, which c has pushed out


def test_many_threads_read_right(folder):
    rules = RuleBook(folder).rules()
    desk, wrong = Desk(lambda: rules, calls=3), []

    def work(number):
        for count in range(60):
            said = (SAID * 20)[: count + 1]
            if desk.read(f"n1-{number % 4}", said) != classify(rules, said):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
