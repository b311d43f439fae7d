"""Unit: what a partner is told of a step; partners.toml; the document's examples."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from callcenter.errors import BadInputError
from callcenter.settings import ROOT, Settings
from callcenter.tickets.exchange.messages import EXAMPLES, Message, MessageKind
from callcenter.tickets.exchange.owing import what_to_tell
from callcenter.tickets.exchange.partners import Entry, Partner, Side, read_partners
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import TicketStep

SECRET = "x" * 24
THEM = Partner(
    code="city",
    entry=Entry(name="市中心", side=Side.ABOVE, address="https://city.example", active=True),
    secret=SECRET,
)
S, M, K = Step, Move, MessageKind
ACTIVE = """
code = "county"
[partner.city]
name = "市中心"
side = "above"
address = "https://city.example"
active = true
"""


def line(move: Move, before: Step, after: Step, unit: str, actor: str = "u") -> TicketStep:
    told: dict[str, Any] = {"move": move, "from_step": before, "to_step": after}
    return TicketStep(
        ticket_number="t", number=9, at=datetime(2026, 1, 1, tzinfo=UTC), actor=actor, unit=unit,
        **told,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("step", "before", "ours", "told"),
    [
        (line(M.DISPATCH, S.FILED, S.DISPATCHED, "city"), None, True, K.CASE),
        (line(M.FORWARD, S.HANDLING, S.DISPATCHED, "city"), "U1002", True, K.CASE),
        (line(M.FORWARD, S.HANDLING, S.DISPATCHED, "U1002"), "city", True, K.STATE),
        (line(M.FORWARD, S.HANDLING, S.DISPATCHED, "U1002"), "U1003", True, None),
        (line(M.URGE, S.HANDLING, S.HANDLING, "city"), "city", True, K.URGE),
        (line(M.URGE, S.HANDLING, S.HANDLING, "U1002"), "U1002", True, None),
        (line(M.CLOSE, S.VERIFIED, S.CLOSED, "city"), "city", True, K.STATE),
        (line(M.REOPEN, S.VERIFIED, S.REOPENED, "city"), "city", True, None),
        (line(M.REPORT, S.HANDLING, S.REPORTED, "city", "partner:city"), "city", True, None),
        (line(M.NOTE, S.HANDLING, S.HANDLING, "city"), "city", True, None),
        (line(M.ACCEPT, S.DISPATCHED, S.HANDLING, "U1002"), "U1002", False, K.STATE),
        (line(M.REPORT, S.HANDLING, S.REPORTED, "U1002"), "U1002", False, K.RESULT),
        (line(M.URGE, S.HANDLING, S.HANDLING, "U1002"), "U1002", False, None),
        (line(M.CLOSE, S.VERIFIED, S.CLOSED, "U1002", "partner:city"), "U1002", False, None),
    ],
)
def test_what_a_partner_is_told(step, before, ours, told):
    assert what_to_tell(step, before, THEM, ours=ours) is told


def test_the_document_shows_the_examples_and_they_are_messages():
    text = (ROOT / "docs" / "exchange.md").read_text("utf-8")
    shown = [json.loads(one) for one in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    assert shown == list(EXAMPLES.values())
    for kind, example in EXAMPLES.items():
        message = Message.model_validate(example)
        assert message.kind is kind
        assert Message.model_validate_json(message.body()) == message


def test_the_demo_county_exchanges_nothing():
    settings = Settings()
    partners = read_partners(settings.partners_file, settings.exchange_secrets)
    assert (partners.code, partners.active, partners.units) == ("140728", {}, {})


def test_an_active_partner_is_a_unit(tmp_path):
    file = tmp_path / "partners.toml"
    file.write_text(ACTIVE, "utf-8")
    partners = read_partners(file, f"other=y city={SECRET}")
    assert partners.active["city"].url == "https://city.example/api/v1/exchange/messages"
    assert partners.units["city"].name == "市中心"
    assert SECRET not in repr(partners.active)


@pytest.mark.parametrize(
    ("text", "secrets", "fault"),
    [
        (ACTIVE, "", "no secret of 24 characters"),
        (ACTIVE, "city=short", "no secret of 24 characters"),
        (ACTIVE.replace("above", "beside"), "", "line 5: partner city side"),
        (ACTIVE.replace("https://", "https://me:secret@"), "", "partner city address"),
        (ACTIVE.replace('"county"', '"city"'), "", "our own code"),
        (
            ACTIVE + ACTIVE.partition('"county"')[2].replace("city]", 'town]\nunit = "city"'),
            "",
            "two partners",
        ),
    ],
)
def test_a_fault_in_partners_is_named(tmp_path, text, secrets, fault):
    file = tmp_path / "partners.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInputError, match=fault) as refused:
        read_partners(file, secrets)
    assert "secret@" not in refused.value.message
