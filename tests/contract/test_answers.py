"""Contract: whatever the OpenAPI documents allow to be asked, the answer is a documented one.

Schemathesis makes the questions, from names that are right to bytes that are none. Nothing fails
but what is away (Asterisk, here), and nothing is answered that the document does not tell of.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CheckFunction
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlmodel import Session

from callcenter.api import web
from callcenter.api.open311 import door
from callcenter.facts import Line, TicketMoved
from callcenter.pipeline import Site
from callcenter.settings import Settings
from callcenter.tickets.opening import open_ticket
from tests.open311_site import KEYS, OpenSite
from tests.patience import PATIENCE_SECONDS

EXAMPLES = 2  # a route; `python -m bench.answers` asks as many as one likes


def fails_only_where_something_is_away(_context: Any, response: Response, _case: Any) -> None:
    """500 is a fault of ours; 503 says what is away."""
    assert response.status_code < 500 or response.status_code == 503, response.text


CHECKS: list[CheckFunction] = [
    fails_only_where_something_is_away,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def ask_everything(document: dict[str, Any], root: str, number: str, examples: int) -> list[str]:
    """What was found, a line each; every other question is about a ticket that there is."""
    found = []
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=root)
    for each in schema.get_all_operations():
        operation = each.ok()

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), known=st.booleans())
        def ask(case: Any, known: bool) -> None:
            for name in ("number", "service_request_id"):
                if known and name in (case.path_parameters or {}):
                    case.path_parameters[name] = number
            case.call_and_validate(checks=CHECKS, timeout=PATIENCE_SECONDS)

        try:
            ask()
        except (
            Exception,
            BaseExceptionGroup,
        ) as fault:  # the finding is the text of whatever it is
            found.append(f"{operation.label}: {_story(fault)}")
    return found


def _story(fault: BaseException) -> str:
    """What a group of findings holds, else the finding."""
    inner = getattr(fault, "exceptions", ())
    return "\n".join(_story(one) for one in inner) if inner else str(fault)


async def asked(site: Site, database: str, folder: Path, examples: int) -> list[str]:
    """What was found of a centre with one ticket, over both documents."""
    options = Settings(
        var_dir=folder / "var", database_url=database, seats=2, open311_keys=KEYS, open311_open=True
    )
    async with OpenSite(site, options) as centre:
        now = datetime.now(UTC)

        def run(session: Session) -> list[TicketMoved]:
            return [open_ticket(session, Line.SERVICE, at=now, actor="seat-01")]

        number = (await centre.flow.command(run))[0].ticket_number  # type: ignore[union-attr]
        root = centre.url.removesuffix("/open311/v2")
        ours, open311 = web.routes().openapi(), door.routes().openapi()
        found = await asyncio.to_thread(ask_everything, ours, root, number, examples)
        return found + await asyncio.to_thread(
            ask_everything, open311, centre.url, number, examples
        )


@pytest.mark.timeout(900)  # it asks many hundred questions
async def test_every_answer_is_a_documented_one(site: Site, database_url: str, tmp_path: Path):
    found = await asked(site, database_url, tmp_path, EXAMPLES)
    assert not found, "\n\n".join(found)
