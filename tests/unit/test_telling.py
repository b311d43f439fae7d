"""Unit: what was found out about a place, as the fact that states it."""

from functools import cache

import pytest

from callcenter.facts import TicketLocated
from callcenter.settings import Settings
from callcenter.tickets.county import County, load_county
from callcenter.tickets.grid import Wgs84Point
from callcenter.tickets.locating import locate
from callcenter.tickets.spoken.finding import find_place
from callcenter.tickets.telling import as_fact

NUMBER, CALL = "12345-20250303-0001", "n1-7.0"


@cache
def demo() -> County:
    return load_county(Settings().county_dir)


def fact_of(*said: str) -> TicketLocated:
    """The fact of what a citizen said, an utterance each."""
    return as_fact(locate(demo(), said), demo(), said, number=NUMBER, call_id=CALL)


def said_words(fact: TicketLocated, *said: str) -> list[tuple[str, str]]:
    """Each place's name with the words that stand where the fact says."""
    return [(word.text, said[word.utterance][word.start : word.end]) for word in fact.words]


def test_a_street_is_told_with_its_cell_its_point_and_what_was_said_of_where():
    fact = fact_of("古陶镇南大街一百三十号对面的路灯不亮")
    assert (fact.ticket_number, fact.call_id, fact.revision) == (NUMBER, CALL, 0)
    assert (fact.place, fact.detail) == ("南大街", "130号 对面")
    assert (fact.cell, fact.cell_name) == ("140728100001001", "南大街社区第1网格")
    assert fact.level == 4
    [street] = find_place(demo().places, "古陶镇南大街")[:1]
    assert (fact.longitude, fact.latitude) == street.place.degrees
    assert 0.5 < fact.score <= 1
    assert (fact.question, fact.forward_to) == ("", "")


def test_the_fact_survives_being_written_and_read():
    fact = fact_of("古陶镇南大街的路灯不亮", "就是李家庄那边")
    assert TicketLocated.model_validate_json(fact.model_dump_json()) == fact


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (["南大街的路灯不亮"], [("南大街", "南大街")]),
        (["你好", "南大街的路灯不亮"], [("南大街", "南大街")]),
        (["喂", "", "南大街", "坏了"], [("南大街", "南大街")]),
        (["古陶镇的", "我说南大街"], [("南大街", "南大街"), ("古陶镇", "古陶镇")]),
        (["喂我在", "兰大街"], [("南大街", "兰大街")]),  # by its sound
        (["段村镇", "是段村", "啊"], [("段村", "段村"), ("段村镇", "段村镇")]),
    ],
)
def test_words_stand_where_they_were_said_utterance_by_utterance(said, words):
    assert said_words(fact_of(*said), *said) == words


def test_a_township_is_told_as_far_as_it_was_said():
    fact = fact_of("我在段村镇")
    assert (fact.place, fact.cell_name, fact.level) == ("段村镇", "段村镇", 2)
    assert (fact.detail, fact.question) == ("", "哪个村?")


def test_of_namesakes_none_is_chosen_and_each_is_a_candidate():
    fact = fact_of("李家庄没水了")
    assert (fact.place, fact.cell, fact.level) == ("李家庄", "140728", 1)
    assert (fact.longitude, fact.latitude) == (None, None)
    assert {one.cell: one.cell_name for one in fact.candidates} == {
        "140728101202": "段村镇李家庄",
        "140728205203": "朱坑乡李家庄",
    }
    assert fact.question == "哪个镇的李家庄?"


def test_the_next_candidates_are_told_with_cell_and_point_but_not_the_best_again():
    fact = fact_of("我家在段村镇", "我说的是南大街的路灯")
    assert fact.place == "南大街"
    assert "南大街" not in {one.place for one in fact.candidates}
    [other] = [one for one in fact.candidates if one.place == "段村镇"]
    assert (other.level, other.cell, other.cell_name) == (2, "140728101", "段村镇")
    point = Wgs84Point(other.longitude, other.latitude)
    assert demo().grid.cell_at(point, other.level).code == other.cell
    assert [one.score for one in fact.candidates] == sorted(
        (one.score for one in fact.candidates), reverse=True
    )


def test_what_the_caller_took_back_is_no_candidate():
    fact = fact_of("不是城东街道", "是城西街道")
    assert fact.place == "城西街道"
    assert "城东街道" not in {one.place for one in fact.candidates}


def test_a_neighbour_is_told_with_whom_to_ring_and_nothing_is_asked():
    fact = fact_of("我在文水县", "这边停水了")
    assert (fact.place, fact.cell, fact.level) == ("文水县", None, 0)
    assert fact.forward_to == "文水县 拨0358-12345,由吕梁市转文水县"
    assert (fact.question, fact.longitude, fact.words) == ("", None, ())


@pytest.mark.parametrize("said", [[], [""], ["你好", "我要反映一个问题"], ["不在城东街道"]])
def test_words_that_name_no_place_leave_only_the_question(said):
    fact = fact_of(*said)
    assert fact == TicketLocated(
        at=fact.at,
        ticket_number=NUMBER,
        call_id=CALL,
        revision=0,
        cell=None,
        question="具体在什么位置?",
    )
