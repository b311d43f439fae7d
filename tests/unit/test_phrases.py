"""Category: what is said, put together from prompts; pure tables."""

from datetime import datetime

import pytest

from callcenter.ivr import phrases
from callcenter.ivr.expected import expected_minutes
from callcenter.ivr.prompts import GAP, LANGUAGES, catalogue, sentences
from callcenter.tickets.ticket import COUNTY_TIME


def read(names: list[str], language: str = "zh") -> str:
    texts = [catalogue(language)[name].rstrip("。.") for name in names]
    return ("" if language == "zh" else " ").join(texts)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "零", "zero"),
        (2, "二", "two"),
        (10, "十", "ten"),
        (15, "十五", "fifteen"),
        (20, "二十", "twenty"),
        (23, "二十三", "twenty three"),
        (100, "一百", "one hundred"),
        (105, "一百零五", "one hundred and five"),
        (115, "一百一十五", "one hundred and fifteen"),
        (342, "三百四十二", "three hundred and forty two"),
        (200, "二百", "two hundred"),
    ],
)
def test_numbers_are_counted(value: int, zh: str, en: str) -> None:
    assert read(phrases.number(value, "zh")) == zh
    assert read(phrases.number(value, "en"), "en") == en


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(1, "一分钟", "one minute"), (2, "两分钟", "two minutes"), (12, "十二分钟", "twelve minutes"),
     (61, "两小时", "two hours")],
)  # fmt: skip
def test_durations_are_rounded_up_and_two_is_liang(value: int, zh: str, en: str) -> None:
    assert read(phrases.minutes(value, "zh")) == zh
    assert read(phrases.minutes(value, "en"), "en") == en


@pytest.mark.parametrize(
    ("day", "hour", "minute", "zh", "en"),
    [
        (22, 18, 0, "今天下午六点", "today six o'clock in the afternoon"),
        (23, 9, 30, "明天上午九点半", "tomorrow thirty minutes past nine in the morning"),
        (30, 20, 5, "十一月三十号晚上八点零五分",
         "thirty of November five minutes past eight in the evening"),
        (25, 0, 0, "十一月二十五号上午十二点",
         "twenty five of November twelve o'clock in the morning"),
        (24, 14, 0, "十一月二十四号下午两点",
         "twenty four of November two o'clock in the afternoon"),
    ],
)  # fmt: skip
def test_moments(day: int, hour: int, minute: int, zh: str, en: str) -> None:
    now = datetime(2026, 11, 22, 10, 0, tzinfo=COUNTY_TIME)
    at = datetime(2026, 11, day, hour, minute, tzinfo=COUNTY_TIME)
    assert read(phrases.moment(at, now, "zh")) == zh
    assert read(phrases.moment(at, now, "en"), "en") == en


def test_a_sentence_is_its_stretches_with_the_gaps_filled() -> None:
    said = phrases.sentence("waiting-time", "zh", duration=phrases.minutes(3, "zh"))
    assert said == ["waiting-time-1", "number-3", "minutes"]
    assert read(said) == "预计等候大约三分钟"


def test_both_languages_have_the_same_prompts_and_gaps() -> None:
    zh, en = (dict(sentences(language)) for language in LANGUAGES)
    assert zh.keys() == en.keys()
    for name, text in zh.items():
        assert set(GAP.findall(text)) == set(GAP.findall(en[name])), name
    whole = [
        {name for name in catalogue(language) if not name.startswith(tuple(zh))}
        for language in LANGUAGES
    ]
    assert whole[0] == whole[1]


@pytest.mark.parametrize(
    ("position", "talks", "seats", "minutes"),
    [
        (1, [45.0] * 5, 1, 1),
        (1, [46.0] * 5, 1, 2),  # never rounded down
        (4, [105.0] * 9, 2, 4),
        (1, [1.0] * 5, 100, 1),
        (3, [60.0] * 4, 2, None),  # too few talks to know
        (3, [60.0] * 9, 0, None),  # nobody serves
    ],
)
def test_an_expected_wait_is_rounded_up_or_not_said(
    position: int, talks: list[float], seats: int, minutes: int | None
) -> None:
    assert expected_minutes(position, talks, seats) == minutes
