"""What is said, put together from prompts as people say it. Pure.

    sentence("waiting-time", "zh", duration=minutes(3, "zh"))
        -> waiting-time-1 number-3 minutes waiting-time-2     预计等候大约 三 分钟

Each function gives prompt names in order; `Spoken` may also hold the path of a wav of its own.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from callcenter.ivr.prompts import GAP, Language, catalogue, number_prompts, sentences

Spoken = list[str]
TENS: Final = range(20, 100, 10)
EVENING_HOUR, NOON = 18, 12


def sentence(name: str, language: Language, **gaps: Sequence[str]) -> Spoken:
    """A sentence of the catalogue with its gaps filled."""
    known, spoken = catalogue(language), Spoken()
    for number, piece in enumerate(GAP.split(sentences(language)[name])):
        if number % 2:
            spoken += gaps[piece]
        elif (stretch := f"{name}-{number // 2 + 1}") in known:
            spoken.append(stretch)
    return spoken


def number(value: int, language: Language) -> Spoken:
    """A whole number from 0 to 999 as it is counted: 一百零五, one hundred and five.

    Raises:
        ValueError: It is none of those.
    """
    if not 0 <= value <= 999:
        raise ValueError("only numbers from 0 to 999 are spoken")
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return _below_hundred(rest)
    spoken = ["number-100"] if hundreds == 1 else [f"number-{hundreds}", "hundred"]
    if not rest:
        return spoken
    if language == "zh":
        between = ["zero-between"] if rest < 10 else []
        teen = ["number-1"] if 10 <= rest < 20 else []  # 一百一十五, but 十五
        return [*spoken, *between, *teen, *_below_hundred(rest)]
    return [*spoken, "zero-between", *_below_hundred(rest)]


def counted(value: int, language: Language) -> Spoken:
    """A number before what is counted: 两 and not 二."""
    return ["two"] if value == 2 and language == "zh" else number(value, language)


def minutes(value: int, language: Language) -> Spoken:
    """A duration in minutes, of whole hours from 60 on and rounded up: 三分钟, two hours."""
    hours = -(-value // 60)
    unit, count = ("minute", value) if value < 60 else ("hour", hours)
    return [*counted(count, language), unit if count == 1 else f"{unit}s"]


def digits(value: str) -> Spoken:
    """A ticket's or telephone number, digit by digit."""
    return number_prompts(value)


def moment(at: datetime, now: datetime, language: Language) -> Spoken:
    """A day and a time of day, both of one zone: 十一月二十二号下午六点."""
    day, time = _day(at.date(), now.date(), language), _time(at, language)
    return [*day, *time]


def _below_hundred(value: int) -> Spoken:
    if value <= TENS.start:
        return [f"number-{value}"]
    tens, ones = value - value % 10, value % 10
    return [f"number-{tens}", *([f"number-{ones}"] if ones else [])]


def _day(day: date, today: date, language: Language) -> Spoken:
    if day == today:
        return ["today"]
    if day == today + timedelta(days=1):
        return ["tomorrow"]
    month, of_month = f"month-{day.month}", number(day.day, language)
    if language == "zh":
        return [month, *of_month, "day-of-month"]
    return [*of_month, "day-of-month", month]


def _time(at: datetime, language: Language) -> Spoken:
    hour = (at.hour - 1) % 12 + 1
    part = "morning" if at.hour < NOON else "afternoon" if at.hour < EVENING_HOUR + 1 else "evening"
    if language == "zh":
        return [part, *counted(hour, language), "o-clock", *_minutes_past(at.minute)]
    if at.minute == 0:
        return [*number(hour, language), "o-clock", part]
    past = [*number(at.minute, language), "minute-of-hour"]
    return [*past, *number(hour, language), part]


def _minutes_past(minute: int) -> Spoken:
    if minute == 0:
        return []
    if minute == 30:
        return ["half-past"]
    zero = ["number-0"] if minute < 10 else []
    return [*zero, *_below_hundred(minute), "minute-of-hour"]
