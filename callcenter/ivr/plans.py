"""When 12345 is served as always, and what callers hear at other times: `plans.toml`. Pure.

    a day's hours  ->  AstDB plan/12345/YYYYMMDD = "08:30-11:59&14:30-17:59|plan-night|queue|night"

Asterisk reads the key of the day itself (asterisk-config/citizens.conf), so a plan holds while all
of ours is down. A day without a key is open around the clock, as GB/T 33358 wants the line to be.
110 has no plan.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, cast

from callcenter.errors import BadInputError
from callcenter.ivr.prompts import catalogue

Then = Literal["queue", "message"]
THENS = ("queue", "message")
WHOLE_DAY = ("00:00", "24:00")
MOST_STRETCHES = 3  # of a day; the dialplan looks at so many
DAYS_AHEAD = 60
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")


@dataclass(frozen=True)
class DayPlan:
    """What holds on one kind of day."""

    open: tuple[tuple[str, str], ...]  # from and until, "08:30" and "12:00", in order
    prompt: str  # outside these hours
    then: Then  # go on to the queue, or to a message

    @property
    def is_always_open(self) -> bool:
        """Whether nothing is said and nothing changes."""
        return self.open == (WHOLE_DAY,)


@dataclass(frozen=True)
class Plans:
    """A site's plans."""

    night: DayPlan  # of working days
    holiday: DayPlan  # of all other days, by the national calendar
    waiting: int  # so many callers wait: call-back and message are offered first; 0: never
    minutes: int  # the same for an expected wait; 0: never


def read_plans(file: Path) -> Plans:
    """The plans of a file.

    Raises:
        BadInputError: The first fault, with the file, the field and the remedy.
    """
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadInputError(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} is no TOML: {error}") from error
    try:
        _refuse_unknown(told, {"night", "holiday", "overload"}, "")
        overload = _table(told, "overload")
        _refuse_unknown(overload, {"waiting", "minutes"}, "overload.")
        return Plans(
            night=_day(_table(told, "night"), "night"),
            holiday=_day(_table(told, "holiday"), "holiday"),
            waiting=_count(overload, "waiting"),
            minutes=_count(overload, "minutes"),
        )
    except ValueError as fault:
        raise BadInputError(f"{file}: {fault}") from None


def days(
    plans: Plans, first: date, is_working_day: Callable[[date], bool]
) -> Iterator[tuple[str, str]]:
    """Keys below AstDB's plan/12345 and values, for DAYS_AHEAD days; an empty value opens one."""
    for ahead in range(DAYS_AHEAD):
        day = first + timedelta(days=ahead)
        name = "night" if is_working_day(day) else "holiday"
        plan = plans.night if name == "night" else plans.holiday
        yield f"{day:%Y%m%d}", "" if plan.is_always_open else _value(plan, name)


def _value(plan: DayPlan, name: str) -> str:
    hours = "&".join(f"{start}-{_last_minute(end)}" for start, end in plan.open)
    return f"{hours or 'none'}|{plan.prompt}|{plan.then}|{name}"


def _last_minute(end: str) -> str:
    """GotoIfTime counts the last minute in."""
    minutes = int(end[:2]) * 60 + int(end[3:]) - 1
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _day(table: Mapping[str, Any], name: str) -> DayPlan:
    _refuse_unknown(table, {"open", "prompt", "then"}, f"{name}.")
    prompt, then = table.get("prompt", f"plan-{name}"), table.get("then", "queue")
    if prompt not in catalogue():
        raise ValueError(f'{name}.prompt is no prompt: see "callcenter prompts list"')
    if then not in THENS:
        raise ValueError(f"{name}.then must be one of {', '.join(THENS)}")
    return DayPlan(_hours(table.get("open", ["00:00-24:00"]), f"{name}.open"), prompt, then)


def _hours(told: Any, field: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(told, list) or len(told) > MOST_STRETCHES:
        raise ValueError(f'{field} must be a list of at most {MOST_STRETCHES}: ["08:30-18:00"]')
    for stretch in told:
        if not isinstance(stretch, str) or not _HOURS.fullmatch(stretch):
            raise ValueError(f'{field} must hold hours such as "08:30-18:00"')
    hours = [cast(tuple[str, str], tuple(stretch.split("-"))) for stretch in told]
    ends = [moment for stretch in hours for moment in stretch]
    if ends != sorted(set(ends)):
        raise ValueError(f"{field} must be in order, each end after its beginning, none twice")
    return tuple(hours)


def _table(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = told.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"{name} must be a table: [{name}]")
    return table


def _count(table: Mapping[str, Any], name: str) -> int:
    value = table.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10_000:
        raise ValueError(f"overload.{name} must be a whole number from 0 (never) to 10000")
    return value


def _refuse_unknown(told: Mapping[str, Any], known: set[str], where: str) -> None:
    for name in told:
        if name not in known:
            raise ValueError(f"{where}{name} is not known: {', '.join(sorted(known))} are")
