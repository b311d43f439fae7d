"""Contract: a call is judged, seen, appealed and decided, by whom it may be; and averages."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import select
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.errors import ImpossibleMoveError
from callcenter.facts import AgentMoved
from callcenter.ivr.call import Call, refold
from callcenter.people.roles import Role
from callcenter.quality import judging
from callcenter.quality.form import Answer, read_form
from callcenter.quality.judging import Given
from callcenter.quality.reading import averages, parts_of, steps_of
from callcenter.quality.rows import JudgementMove, JudgementStep
from callcenter.settings import Settings
from callcenter.store import Store, record, unpublished
from tests.calls import ACall, at
from tests.contract.test_rights import Center

CALL, FORM = "n1-7.0", read_form(Settings().quality_file)
MONTH = {"month": "2026-03"}


def signed_in(agent: str, seat: str, seconds: float) -> AgentMoved:
    return AgentMoved(
        at=at(seconds), agent=agent, number=1, move="sign_in", from_state="signed_out",
        to_state="ready", seat=seat, queues=("12345",), reason="", actor=agent,
    )  # fmt: skip


def tell(store: Store) -> None:
    """Wang talks at seat-01, then seat-02, where nobody is signed in; both parts are over."""
    call = ACall("7").queued().answered("seat-01", 5).parted("seat-01", 60)
    call.answered("seat-02", 0, "transfer").parted("seat-02", 30).ended()
    with store.transaction() as session:
        for fact in (signed_in("wang", "seat-01", -600), *call.facts):
            record(session, fact)
        refold(session, CALL)


def answers(points: int | None = None, failed: str = "") -> list[dict[str, Any]]:
    """Full points, or these to the first question; a knock-out where one is named."""
    return [
        {"question": one.key, "failed": one.key == failed}
        if one.knock_out
        else {
            "question": one.key,
            "points": points if points is not None and not row else one.points,
        }
        for row, one in enumerate(FORM.question)
    ]


def body(part: str = "seat-01", **more: Any) -> dict[str, Any]:
    return {"seat_leg": f"{CALL}-{part}", "form": FORM.revision, "answers": answers(4)} | more


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Center]:
    async with Center(tmp_path, is_closed=True) as site:
        for name in ("wang", "li"):
            site.add(name, Role.SEAT)
        for name in ("chief", "second"):
            site.add(name, Role.SUPERVISOR, queues=("12345",))
        site.add("chief110", Role.SUPERVISOR, queues=("110",))
        site.add("wang2", Role.SUPERVISOR, queues=("12345",))
        await asyncio.to_thread(tell, site.store)
        while _is_owing(site.store):  # noqa: ASYNC110  # the relay and a test's own writing would
            await asyncio.sleep(0.01)  # wait for each other
        yield site


def _is_owing(store: Store) -> bool:
    """Whether facts are still to be published."""
    with store.reading() as session:
        return bool(unpublished(session, 1))


async def asked(site: Center, who: str, method: str, path: str, **more: Any) -> tuple[int, Any]:
    async with site.asks(who) as client:
        answer = await client.request(method, f"quality/{path}", **more)
    return answer.status_code, answer.json()


async def test_a_judgement_goes_from_the_judge_to_the_agent_and_by_appeal_to_another(site):
    _, form = await asked(site, "chief", "GET", "form")
    assert form["revision"] == FORM.revision
    note = {"text": "没有报工号", "question": "greeting", "at_ms": 1200}
    status, row = await asked(site, "chief", "POST", f"calls/{CALL}", json=body(notes=[note]))
    assert (status, row["agent"], row["score"], row["state"]) == (201, "wang", 94.0, "judged")
    assert [row["id"]] == [one["id"] for one in (await asked(site, "wang", "GET", "mine"))[1]]
    assert (await asked(site, "li", "GET", "mine"))[1] == []
    place = f"judgements/{row['id']}"
    for _ in range(2):
        status, seen = await asked(site, "wang", "POST", f"{place}/seen")
        assert (status, seen["state"], len(seen["steps"])) == (200, "seen", 2)
    why = {"reason": "第一句就报了工号"}
    assert (await asked(site, "li", "POST", f"{place}/appeal", json=why))[0] == 404
    assert (await asked(site, "wang", "POST", f"{place}/appeal", json=why))[0] == 200
    assert (await asked(site, "wang", "POST", f"{place}/appeal", json=why))[0] == 409
    decided = {"reason": "复听属实", "answers": answers()}
    status, refused = await asked(site, "chief", "POST", f"{place}/decision", json=decided)
    assert (status, refused["code"]) == (403, "not_allowed")
    assert (await asked(site, "chief110", "POST", f"{place}/decision", json=decided))[0] == 403
    status, row = await asked(site, "second", "POST", f"{place}/decision", json=decided)
    assert (status, row["score"], row["state"]) == (200, 100.0, "decided")
    assert [(one["move"], one["actor"], one["score"]) for one in row["steps"]] == [
        ("judge", "supervisor:chief", 94.0), ("see", "wang", None),
        ("appeal", "wang", None), ("change", "supervisor:second", 100.0),
    ]  # fmt: skip
    assert (row["steps"][0]["notes"], row["steps"][2]["reason"]) == ([note], why["reason"])
    told = "call_judged judgement_seen judgement_appealed judgement_decided".split()
    assert [len(site.audited(what)) for what in told] == [1, 2, 1, 1]
    assert not any("工号" in str(site.audited(what)) for what in told)
    assert len(site.audited("own_quality_read")) == 2


async def test_only_a_whole_and_new_judgement_of_ones_own_queue_is_taken(site):
    place = f"calls/{CALL}"
    refused = [
        (await asked(site, who, "POST", place, json=json))
        for who, json in (
            ("chief110", body()),
            ("chief", body(form="older")),
            ("chief", body(answers=answers()[1:])),
            ("chief", body("seat-02")),
            ("chief", body(seat_leg="n1-no.0")),
            ("chief", body(answers=answers(11))),
        )
    ]
    assert [(status, told["code"]) for status, told in refused] == [
        (403, "not_allowed"), (409, "conflict"), (422, "bad_input"), (422, "bad_input"),
        (404, "not_found"), (422, "bad_input"),
    ]  # fmt: skip
    assert "nobody was signed in" in refused[3][1]["detail"]
    status, parts = await asked(site, "chief", "GET", place)
    assert [(one["seat"], one["agent"], one["judgement"]) for one in parts] == [
        ("seat-01", "wang", None), ("seat-02", "", None),
    ]  # fmt: skip
    assert (await asked(site, "chief", "POST", place, json=body()))[0] == 201
    assert (await asked(site, "second", "POST", place, json=body()))[0] == 409
    assert (await asked(site, "chief110", "GET", place))[0] == 403


async def test_an_average_opens_the_list_behind_it(site):
    given = body(answers=answers(failed="rude"))
    assert (await asked(site, "chief", "POST", f"calls/{CALL}", json=given))[1]["score"] == 0
    _, (row,) = await asked(site, "chief", "GET", "averages", params=MONTH)
    assert {"agent": "wang", "judged": 1, "mean": 0.0, "knocked_out": 1, "appealed": 0}.items() <= (
        row.items()
    )
    async with site.asks("chief") as client:
        listed = (await client.get(site.url + row["judgements"])).json()
    assert [(one["call_id"], one["knocked_out"]) for one in listed] == [(CALL, True)]
    weeks = (await asked(site, "chief", "GET", "averages", params=MONTH | {"interval": "week"}))[1]
    assert [(one["since"], one["judged"]) for one in weeks] == [("2026-03-02T00:00:00+08:00", 1)]
    assert (await asked(site, "chief110", "GET", "averages", params=MONTH))[1] == []
    assert (await asked(site, "chief110", "GET", "judgements", params=MONTH))[1] == []


def test_on_either_database_it_is_judged_once_appealed_in_time_and_never_rewritten(store):
    tell(store)
    given = Given([Answer.model_validate(one) for one in answers()])
    with store.transaction() as session:
        part, call = parts_of(session, CALL)[0], session.get(Call, CALL)
        about = {"actor": "supervisor:chief", "at": at(900)}
        row = judging.judge(session, call, part, FORM, given, **about)
        with pytest.raises(ImpossibleMoveError, match="judged already"):
            judging.judge(session, call, part, FORM, given, **about)
        late = at(900) + timedelta(days=FORM.appeal_days)
        with pytest.raises(ImpossibleMoveError, match="days for an appeal are over"):
            judging.appeal(session, row, "早已报过", actor="wang", at=late)
        judging.appeal(session, row, "早已报过", actor="wang", at=late - timedelta(seconds=1))
        judging.decide(session, row, "维持", None, actor="supervisor:second", at=late)
        number = row.id
    with store.reading() as session:
        moves = [one.move for one in steps_of(session, [number])[number]]
        found = averages(session, at(0), datetime(2026, 4, 1, tzinfo=UTC), "whole")
    assert moves == [JudgementMove.JUDGE, JudgementMove.APPEAL, JudgementMove.STAND]
    assert [(one.agent, one.mean, one.appealed, one.changed) for one in found] == [
        ("wang", 100.0, 1, 0)
    ]
    with pytest.raises(DatabaseError, match="appended to"), store.transaction() as session:
        session.exec(select(JudgementStep)).first().reason = "另写"


def test_the_command_line_checks_the_form_and_tells_averages(tmp_path, monkeypatch):
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(tmp_path / "var"))
    run = CliRunner().invoke
    told = run(app, ["quality", "check"])
    assert (told.exit_code, "100 points" in told.output) == (0, True)
    broken = tmp_path / "quality.toml"
    broken.write_text("appeal_days = 0\n", "utf-8")
    refused = run(app, ["quality", "check", str(broken)])
    assert "line 1: appeal_days" in str(refused.exception)
    store = Store(f"sqlite:///{tmp_path / 'var' / 'callcenter.db'}")
    store.prepare()
    tell(store)
    with store.transaction() as session:
        part, call = parts_of(session, CALL)[0], session.get(Call, CALL)
        given = Given([Answer.model_validate(one) for one in answers(4)])
        judging.judge(session, call, part, FORM, given, actor="supervisor:chief", at=at(900))
    store.close()
    shown = run(app, ["quality", "averages", "--month", "2026-03"]).output.splitlines()
    assert shown[0].split("\t")[:4] == ["since", "until", "agent", "judged"]
    assert shown[1].split("\t")[2:5] == ["wang", "1", "94.0"]
