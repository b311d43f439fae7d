"""Scenario: whoever is concerned is told, once; and a seat asks the citizen."""

from datetime import UTC, datetime

import httpx
import pytest

from callcenter.api.deps import ApiContext
from callcenter.api.web import create_app
from callcenter.facts import CallbackTried, FeedbackReceived, NoticeSettled, TicketMoved
from callcenter.ivr.callback import CallbackState
from callcenter.pipeline import Site
from callcenter.roles.notices import NoticesRole
from callcenter.settings import Settings
from callcenter.tickets.notices.occasions import PortKind
from callcenter.tickets.notices.ports import Ending, Letter, Rule, TryEnd
from callcenter.tickets.notices.rows import Notice, NoticeState
from callcenter.tickets.steps import Step
from tests.center import Center
from tests.folding import played
from tests.scenarios.test_one_call import A_CALL

ANOTHER_CALL = A_CALL.replace("n1-7", "n1-9").replace("13800000001", "13800000002")
PORTS = [PortKind.SMS, PortKind.EMAIL, PortKind.WEBHOOK]


class FakePort:
    """Outside our border: takes every letter, or answers as it is told."""

    rule = Rule.SAME_KEY

    def __init__(self, kind: PortKind) -> None:
        self.kind, self.letters = kind, list[Letter]()
        self.endings = list[Ending]()

    async def send(self, letter: Letter) -> TryEnd:
        self.letters.append(letter)
        return TryEnd(self.endings.pop(0) if self.endings else Ending.SENT)


@pytest.fixture
async def center(site: Site, tmp_path, console):
    """A centre that sends."""
    settings = Settings(var_dir=tmp_path / "var", seats=9, notices_send=True)
    async with played(Center(site, settings), console) as center:
        yield center


@pytest.fixture
async def number(center) -> str:
    await center.play(A_CALL, says="南大街的路灯不亮")
    return (await center.only_ticket()).number


@pytest.fixture
def ports() -> dict[PortKind, FakePort]:
    return {kind: FakePort(kind) for kind in PORTS}


@pytest.fixture
async def api(center):
    context = ApiContext(
        center.site.settings, center.flow, None, center.desk, hosts=frozenset({"test"})
    )
    transport = httpx.ASGITransport(app=create_app(context))
    headers = {"Authorization": f"Bearer {context.operator_token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=headers
    ) as client:
        yield client


async def deliver(center, ports, at=None) -> None:
    """All that is due at noon of the county's day is sent."""
    now = lambda: at or datetime.now(UTC).replace(hour=4).replace(year=2099)  # noqa: E731
    role = NoticesRole(center.flow, PORTS, ports.values(), now=now)
    while await role.send_due():
        pass
    await center.quiet()


async def test_a_citizen_hears_the_number_and_the_result(center, number, ports):
    await center.handle(number)
    await center.robot_rings(rating=1)
    await deliver(center, ports)
    to_citizen = [(one.occasion, one.address) for one in ports[PortKind.SMS].letters
                  if one.address == "13800000001"]  # fmt: skip
    assert sorted(to_citizen) == [("filed", "13800000001"), ("result", "13800000001")]
    assert all(number in one.text for one in ports[PortKind.SMS].letters)


async def test_the_unit_is_told_of_its_work_by_each_port_it_has(center, number, ports):
    await center.move(number, "file", actor="seat-08")
    await deliver(center, ports)
    unit = [one for port in ports.values() for one in port.letters if one.occasion == "dispatched"]
    assert sorted(one.address for one in unit) == [
        "13900001002",
        "chengguan@county.example.invalid",
    ]
    assert all("3月10日18:00" in one.text for one in unit)


async def test_all_callers_of_merged_tickets_are_told_of_the_result(center, number, ports):
    await center.play(ANOTHER_CALL, says="南大街路灯坏了")
    second = next(t.number for t in await center.tickets() if t.number != number)
    await center.move(number, "file", actor="seat-08")
    await center.move(second, "merge", actor="seat-01", other=number)
    await center.handle_again(number)
    await center.robot_rings(rating=2)
    await deliver(center, ports)
    result = {one.address: one.text for one in ports[PortKind.SMS].letters
              if one.occasion == "result"}  # fmt: skip
    assert set(result) == {"13800000001", "13800000002"}
    assert second in result["13800000002"]


async def test_who_was_unmerged_is_not_told_of_the_other(center, number, ports):
    await center.play(ANOTHER_CALL, says="南大街路灯坏了")
    second = next(t.number for t in await center.tickets() if t.number != number)
    before = await center.ticket(second)
    await center.move(number, "file", actor="seat-08")
    await center.move(second, "merge", actor="seat-01", other=number)
    await center.move(second, "unmerge", actor="seat-01", reason="不是同一件事")
    after = await center.ticket(second)
    changed = {"steps": before.steps + 2}
    assert after.model_dump() == before.model_dump() | changed
    await center.handle_again(number)
    await center.robot_rings(rating=2)
    await deliver(center, ports)
    result = [one.address for one in ports[PortKind.SMS].letters if one.occasion == "result"]
    assert result == ["13800000001"]


async def test_a_reopened_ticket_is_told_to_the_unit_that_had_it(center, number, ports):
    await center.handle(number)
    await center.robot_rings(rating=4)
    await deliver(center, ports)
    told = [one.occasion for one in ports[PortKind.EMAIL].letters]
    assert sorted(told) == ["dispatched", "dispatched", "reopened"]
    assert "result" not in [one.occasion for one in ports[PortKind.SMS].letters]


async def test_a_port_that_fails_is_tried_again_with_the_same_key(center, number, ports):
    ports[PortKind.SMS].endings += [Ending.AGAIN, Ending.DOUBT]
    await center.move(number, "file", actor="seat-08")
    await deliver(center, ports)
    first = datetime.now(UTC).replace(year=2100, hour=4)
    await deliver(center, ports, first)
    keys = [one.key for one in ports[PortKind.SMS].letters]
    assert (len(keys), len(set(keys))) == (4, 2)  # the citizen's and the unit's, each twice
    states = {notice.state for notice in await center.rows(Notice)}
    assert states == {NoticeState.SENT}
    settled = await center.facts(NoticeSettled)
    assert {fact.outcome for fact in settled} == {"sent"}


async def test_a_restart_owes_nothing_twice(center, number, ports):
    await center.move(number, "file", actor="seat-08")
    await deliver(center, ports)
    before = sum(len(port.letters) for port in ports.values())
    await center.restart()
    await center.quiet()
    await deliver(center, ports)
    assert sum(len(port.letters) for port in ports.values()) == before


async def test_what_was_sent_is_seen_and_no_address_is(center, number, ports, api):
    await center.move(number, "file", actor="seat-08")
    await deliver(center, ports)
    shown = await api.get(f"/api/v1/tickets/{number}/notices")
    assert {(one["to"], one["port"], one["state"]) for one in shown.json()} == {
        ("citizen", "sms", "sent"), ("U1002", "sms", "sent"), ("U1002", "email", "sent"),
    }  # fmt: skip
    assert "13800000001" not in shown.text
    assert [one["outcome"] for one in shown.json()[0]["tries"]] == ["sent"]
    assert (await api.get("/api/v1/tickets/12345-1/notices")).status_code == 404


async def test_a_person_decides_what_is_in_doubt(center, number, ports, api):
    ports[PortKind.EMAIL].rule = Rule.PERSON
    ports[PortKind.EMAIL].endings.append(Ending.DOUBT)
    await center.move(number, "file", actor="seat-08")
    await deliver(center, ports)
    (doubtful,) = (await api.get("/api/v1/notices", params={"state": "unknown"})).json()
    decide = f"/api/v1/notices/{doubtful['id']}/decision"
    told = {"decision": "arrived", "actor": "dispatcher"}
    assert (await api.post(decide, json=told)).status_code == 201
    assert (await api.post(decide, json=told)).status_code == 409
    assert (await api.post("/api/v1/notices/x/decision", json=told)).status_code == 404
    assert (await api.get("/api/v1/notices", params={"state": "unknown"})).json() == []


# --- a seat asks the citizen ---------------------------------------------------------------------


async def ask(api, number, **told):
    answer = await api.post(f"/api/v1/tickets/{number}/feedback", json={"actor": "seat-02"} | told)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("rating", "solved", "step"),
    [(1, True, Step.CLOSED), (3, True, Step.CLOSED), (2, False, Step.DISPATCHED),
     (4, True, Step.DISPATCHED), (4, False, Step.DISPATCHED)],
)  # fmt: skip
async def test_a_seat_records_what_the_citizen_said(center, number, api, rating, solved, step):
    await center.handle(number)
    status, body = await ask(api, number, rating=rating, solved=solved)
    await center.quiet()
    assert (status, body["outcome"]) == (201, "answered")
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.rating) == (step, rating)
    (told,) = await center.facts(FeedbackReceived)
    assert (told.rating, told.solved, told.by) == (rating, solved, "seat-02")
    assert [task.state for task in await center.tasks()] == [CallbackState.DONE]


async def test_two_tries_of_a_seat_and_the_ticket_is_closed_and_says_why(center, number, api):
    await center.handle(number)
    assert (await ask(api, number, outcome="no_answer"))[0] == 201
    assert (await center.only_ticket()).step is Step.VERIFIED
    assert (await ask(api, number, outcome="no_answer"))[0] == 201
    await center.quiet()
    last = (await center.facts(TicketMoved))[-1]
    assert (last.move, last.reason, last.actor) == ("close", "回访未接通", "seat-02")
    assert [tried.attempt for tried in await center.facts(CallbackTried)] == [1, 2]
    assert (await ask(api, number, outcome="no_answer"))[0] == 409


async def test_one_try_of_the_robot_and_one_of_a_seat_are_two(center, number, api):
    await center.handle(number)
    await center.robot_rings(picks_up=False)
    assert (await ask(api, number, outcome="no_answer"))[0] == 201
    await center.quiet()
    assert (await center.only_ticket()).step is Step.CLOSED


async def test_who_answers_a_seat_and_rates_nothing_closes_it_unrated(center, number, api):
    await center.handle(number)
    assert (await ask(api, number))[0] == 201
    last = (await center.facts(TicketMoved))[-1]
    assert (last.move, last.reason) == ("close", "回访未评价")


async def test_a_rating_is_recorded_once(center, number, api):
    await center.handle(number)
    assert (await ask(api, number, rating=1, solved=True))[0] == 201
    assert (await ask(api, number, rating=4, solved=False))[0] == 409
    await center.quiet()
    assert (await center.only_ticket()).rating == 1


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"rating": 5, "solved": True}, "rating"),
        ({"rating": 0, "solved": True}, "rating"),
        ({"rating": 2}, "rating and solved belong together"),
        ({"solved": True}, "rating and solved belong together"),
        ({"rating": 2, "solved": True, "outcome": "no_answer"}, "has not rated"),
        ({"outcome": "asleep"}, "outcome"),
        ({"actor": "坐席"}, "actor"),
    ],
)
async def test_faulty_feedback_is_refused_and_changes_nothing(center, number, api, told, said):
    await center.handle(number)
    before = await center.everything()
    status, body = await ask(api, number, **told)
    assert status == 422
    assert said in body["detail"]
    assert await center.everything() == before


async def test_nobody_is_asked_about_a_ticket_that_is_not_verified(center, number, api):
    assert (await ask(api, number, rating=1, solved=True))[0] == 409
    assert (await ask(api, "12345-20250303-9999", rating=1, solved=True))[0] == 404


async def test_a_person_who_closes_without_a_rating_says_why(center, number, api):
    await center.handle(number)
    command = {"move": "close", "actor": "dispatcher"}
    answer = await api.post(f"/api/v1/tickets/{number}/moves", json=command)
    assert (answer.status_code, "reason is missing" in answer.json()["detail"]) == (422, True)
    command["reason"] = "市民当面确认已解决"
    answer = await api.post(f"/api/v1/tickets/{number}/moves", json=command)
    assert answer.status_code == 201


async def test_a_good_rating_of_what_was_not_solved_closes_nothing_later(center, number, api):
    await center.handle(number)
    assert (await ask(api, number, rating=1, solved=False))[0] == 201
    await center.quiet()
    assert (await center.only_ticket()).rating == 1
    await center.handle_again(number)
    ticket = await center.only_ticket()
    assert (ticket.step, ticket.round, ticket.rating) == (Step.VERIFIED, 2, None)
    command = {"move": "close", "actor": "dispatcher"}
    answer = await api.post(f"/api/v1/tickets/{number}/moves", json=command)
    assert (answer.status_code, "reason is missing" in answer.json()["detail"]) == (422, True)
    assert (await ask(api, number, rating=2, solved=True))[0] == 201
    await center.quiet()
    assert (await center.only_ticket()).step is Step.CLOSED
    assert [told.rating for told in await center.facts(FeedbackReceived)] == [1, 2]
