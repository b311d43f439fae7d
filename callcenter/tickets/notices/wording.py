"""What a notice says: a template of the county with its gaps filled. Pure.

A template may name `{ticket}`, `{state}`, `{unit}` and `{deadline}`, and nothing else: there is no
gap that a citizen's name, number, words or address could fill.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Literal

from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import COUNTY_TIME

Language = Literal["zh", "en"]
GAPS = frozenset({"ticket", "state", "unit", "deadline"})
LONGEST = 300  # characters: about five parts of a Chinese SMS
STATES: dict[Language, dict[Step, str]] = {
    "zh": {
        Step.DRAFT: "正在登记",
        Step.FILED: "已立案",
        Step.DISPATCHED: "已派遣",
        Step.RETURNED: "退单待判",
        Step.HANDLING: "处理中",
        Step.SUSPENDED: "挂账",
        Step.REPORTED: "已反馈",
        Step.VERIFIED: "已核查",
        Step.CLOSED: "已办结",
        Step.REOPENED: "重办",
        Step.DECLINED: "不予受理",
        Step.MERGED: "已并单",
        Step.VOID: "已作废",
    },
    "en": {
        Step.DRAFT: "being taken down",
        Step.FILED: "filed",
        Step.DISPATCHED: "sent to its unit",
        Step.RETURNED: "returned, to be judged",
        Step.HANDLING: "being handled",
        Step.SUSPENDED: "suspended",
        Step.REPORTED: "reported as done",
        Step.VERIFIED: "verified",
        Step.CLOSED: "closed",
        Step.REOPENED: "reopened",
        Step.DECLINED: "not accepted",
        Step.MERGED: "joined with another case",
        Step.VOID: "void",
    },
}
UNKNOWN: dict[Language, str] = {"zh": "未定", "en": "not set"}


@dataclass(frozen=True)
class Gaps:
    """What fills a template's gaps."""

    ticket: str
    state: Step
    unit: str = ""  # its name
    due_at: datetime | None = None

    def filled(self, language: Language) -> dict[str, str]:
        """Every gap with its words."""
        return {
            "ticket": self.ticket,
            "state": STATES[language][self.state],
            "unit": self.unit or UNKNOWN[language],
            "deadline": deadline(self.due_at, language),
        }


def fault_of(template: str, allowed: frozenset[str] = GAPS) -> str | None:
    """What is wrong with a template, for a person; None where it can be used."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        return f"{error}; write a brace that is meant as one twice"
    for _, gap, form, conversion in parts:
        if gap is not None and (gap not in allowed or form or conversion):
            return f"{{{gap}}} is no gap: use {', '.join(f'{{{one}}}' for one in sorted(allowed))}"
    if not template.strip():
        return "it is empty: write what is to be said"
    if len(template) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    return None


def fill(template: str, gaps: Mapping[str, str]) -> str:
    """The template with its gaps filled; one that `fault_of` finds no fault with."""
    return "".join(
        text + (gaps[gap] if gap else "") for text, gap, _, _ in Formatter().parse(template)
    )


def deadline(at: datetime | None, language: Language) -> str:
    """A moment in the county's time, as people read it."""
    if at is None:
        return UNKNOWN[language]
    local = at.astimezone(COUNTY_TIME)
    if language == "zh":
        return f"{local.month}月{local.day}日{local:%H:%M}"
    return f"{local:%Y-%m-%d %H:%M}"
