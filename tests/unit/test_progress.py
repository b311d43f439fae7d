"""Category: who is told by phone how a case stands; a pure table."""

from datetime import datetime

import pytest

from callcenter.facts import Line
from callcenter.ivr.progress import MOST_WRONG, Case, may_hear, spoken, ticket_number
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import COUNTY_TIME
from tests.unit.test_phrases import read

FILED_FROM, ANOTHER = "13800001234", "13900005678"


def case(step: str = "handling", **other: object) -> Case:
    told: dict[str, object] = {
        "number": "12345-20261121-0007",
        "line": Line.SERVICE,
        "step": step,
        "filed_from": FILED_FROM,
        "unit": [],
        "due_at": datetime(2026, 11, 24, 18, 0, tzinfo=COUNTY_TIME),
    }
    return Case(**(told | other))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "caller", "proof", "wrong", "told"),
    [
        (case(), FILED_FROM, None, 0, "told"),
        (case(), ANOTHER, None, 0, "proof"),
        (case(), ANOTHER, "1234", 0, "told"),
        (case(), None, "1234", 0, "told"),
        (case(), ANOTHER, "4321", 0, "nothing"),
        (case(), ANOTHER, "234", 0, "nothing"),  # fewer digits prove less
        (case(), ANOTHER, "none", 0, "nothing"),
        (case(), ANOTHER, "1234", MOST_WRONG, "nothing"),  # guessed at too often today
        (case(), FILED_FROM, None, MOST_WRONG, "told"),  # which is no fault of the citizen's
        (case(filed_from=None), None, None, 0, "proof"),
        (case(filed_from=None), None, "1234", 0, "nothing"),
        (case(line=Line.POLICE), FILED_FROM, None, 0, "proof"),
        (case(line=Line.POLICE), FILED_FROM, "1234", 0, "nothing"),
        (None, FILED_FROM, None, 0, "proof"),  # the same question, so that nobody learns by it
        (None, FILED_FROM, "1234", 0, "nothing"),
    ],
)
def test_who_is_told(
    asked: Case | None, caller: str | None, proof: str | None, wrong: int, told: str
) -> None:
    assert may_hear(asked, caller, proof, wrong) == told


@pytest.mark.parametrize(
    ("keyed", "number"),
    [
        ("202611210007", "12345-20261121-0007"),
        ("12345202611210007", "12345-20261121-0007"),
        ("2026112112345", "12345-20261121-12345"),
        ("0007", None),
        ("", None),
        ("20261121*007", None),
    ],
)
def test_a_ticket_number_is_keyed_in_with_or_without_its_line(
    keyed: str, number: str | None
) -> None:
    assert ticket_number(keyed) == number


def test_state_unit_and_deadline_are_told_and_nothing_else() -> None:
    now = datetime(2026, 11, 22, 10, 0, tzinfo=COUNTY_TIME)
    said = read(spoken(case(), now, "zh"))
    assert said == "工单零零零七正在办理办理期限是十一月二十四号下午六点"
    assert read(spoken(case("closed"), now, "zh")) == "工单零零零七已办结"


def test_every_step_can_be_said() -> None:
    now = datetime(2026, 11, 22, 10, 0, tzinfo=COUNTY_TIME)
    for step in Step:
        for language in ("zh", "en"):
            assert read(spoken(case(step.value), now, language), language)  # type: ignore[arg-type]
