"""Unit: the answers that seats may give on the spot: the file, and what of it fits a question."""

from datetime import date

import pytest

from callcenter.api.answer_book import AnswerBook, read_answers
from callcenter.classify.words import cutter, language
from callcenter.errors import BadInputError
from callcenter.settings import Settings
from callcenter.tickets.duplicates.wording import Wording

DAY = date(2026, 11, 22)
ONE = '[[answer]]\nkey = "209-1"\nquestion = "暖气不热怎么办?"\nanswer = "先看阀门。"\n'


@pytest.fixture(scope="module")
def wording():
    return Wording(cutter(()), language().share)


@pytest.fixture(scope="module")
def book() -> AnswerBook:
    return read_answers(Settings().answers_file)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("我家暖气一点都不热", "209-1"),
        ("老板欠我工资不给", "201-1"),
        ("医保断缴", "103-1"),
        ("孩子要落户", "203-2"),
        ("路灯坏", "113-1"),
        ("209-4", "209-4"),
        ("报停", "209-2"),
    ],
)
def test_what_fits_best_comes_first_however_it_is_asked(wording, book, words, key):
    assert book.fitting(DAY, words, "", wording)[0].key == key


def test_an_item_gives_all_of_its_own_and_those_that_fit_the_words_first(wording, book):
    keys = [one.key for one in book.fitting(DAY, "", "209", wording)]
    assert keys == ["209-1", "209-2", "209-3", "209-4"]
    assert book.fitting(DAY, "小区停水了什么时候来水", "209", wording)[0].key == "209-3"
    assert book.fitting(DAY, "", "", wording) == book.fitting(DAY, "囧", "", wording) == []


def test_an_answer_is_given_until_its_last_day(wording, tmp_path):
    file = tmp_path / "answers.toml"
    file.write_text(ONE + "until = 2026-11-22\n", "utf-8")
    book = read_answers(file)
    assert book.fitting(DAY, "", "209", wording)
    assert not book.fitting(date(2026, 11, 23), "", "209", wording)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ONE + ONE, "'209-1' stands twice"),
        (ONE.replace("209-1", "999-1"), "line 2: answer 1 key: 999 is no item of its own"),
        (ONE.replace("209-1", "506-1"), "506 is no item of its own"),
        (ONE + "colour = 1\n", "line 5: answer 1 colour"),
        ("[[answer", "answers.toml cannot be used"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path, text, told):
    file = tmp_path / "answers.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInputError, match="answers.toml") as refused:
        read_answers(file)
    assert told in refused.value.message
