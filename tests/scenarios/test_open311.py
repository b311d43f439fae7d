"""Scenario: a matter comes in writing over Open311, and its writer follows it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import jsonschema
import pytest
from sqlmodel import Session

from callcenter.facts import Kind, Line, MatterWritten, TicketLocated, TicketMoved, Urgency
from callcenter.pipeline import Site
from callcenter.settings import Settings
from callcenter.tickets.opening import open_ticket
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import locked
from callcenter.tickets.written import Written
from tests.open311_schemas import (
    DEFINITION,
    DISCOVERY,
    ERRORS,
    FILED,
    REQUESTS,
    SERVICES,
    TOKENS,
)
from tests.open311_site import KEYS, OpenSite, form
from tests.patience import PATIENCE_SECONDS
from tests.scenarios.test_one_call import A_CALL

WRITER = {
    "first_name": "某某",
    "last_name": "赵",
    "email": "zhao@example.com",
    "phone": "13900000009",
    "media_url": "https://pictures.example.com/1.jpg",
}


def settings_of(tmp_path: Path, **more: Any) -> Settings:
    return Settings(var_dir=tmp_path / "var", seats=9, open311_keys=KEYS, **more)


ON_BOTH = pytest.mark.parametrize("centre", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def centre(
    site: Site, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[OpenSite]:
    """On SQLite, and of tests that are `ON_BOTH` also on PostgreSQL."""
    database = None
    if getattr(request, "param", "sqlite") == "postgresql":
        database = request.getfixturevalue("new_postgres")()
    async with OpenSite(site, settings_of(tmp_path, database_url=database)) as centre:
        yield centre


@pytest.fixture
async def client(centre: OpenSite) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=centre.url, timeout=PATIENCE_SECONDS) as client:
        yield client


def valid(answer: httpx.Response, schema: dict[str, Any], status: int = 200) -> Any:
    """What a JSON answer holds, which the schema allows."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.validate(answer.json(), schema, format_checker=checker)
    return answer.json()


def said(answer: httpx.Response, status: int) -> str:
    """What an error list says, in whichever form it came."""
    assert answer.status_code == status, answer.text
    if "json" in answer.headers["content-type"]:
        (error,) = valid(answer, ERRORS, status)
        assert error["code"] == status
        return str(error["description"])
    (element,) = ElementTree.fromstring(answer.content)
    assert element.findtext("code") == str(status)
    return element.findtext("description", "")


async def filed(client: httpx.AsyncClient, **more: Any) -> str:
    answer = await client.post("/requests.json", data=form(**more))
    return str(valid(answer, FILED, 201)[0]["service_request_id"])


# --- what is offered -------------------------------------------------------------------------


async def test_discovery_names_both_forms_and_where(client, centre):
    told = valid(await client.get("/discovery.json"), DISCOVERY)
    assert told["endpoints"][0]["url"] == centre.url
    assert told["endpoints"][0]["formats"] == ["text/xml", "application/json"]


async def test_the_61_items_are_the_services(client):
    told = valid(await client.get("/services.json"), SERVICES)
    assert len(told) == 61
    assert {one["service_code"] for one in told if one["metadata"]} == {"104", "113", "209"}
    xml = ElementTree.fromstring((await client.get("/services.xml")).content)
    assert [one.findtext("service_code") for one in xml.findall("service")] == [
        one["service_code"] for one in told
    ]
    assert xml.tag == "services"


async def test_each_service_has_a_definition(client):
    for service in valid(await client.get("/services.json"), SERVICES):
        code = service["service_code"]
        told = valid(await client.get(f"/services/{code}.json"), DEFINITION)
        assert bool(told["attributes"]) is service["metadata"]
    xml = ElementTree.fromstring((await client.get("/services/209.xml")).content)
    assert xml.tag == "service_definition"
    assert [key.text for key in xml.iter("key")] == ["water", "power", "gas", "heat"]


ACCEPTED = [
    ("/services", "*/*", "text/xml"),
    ("/services", "application/json", "application/json"),
    ("/services", "text/xml, application/json;q=0.5", "text/xml"),
    ("/services.json", "text/xml", "application/json"),
]


async def test_the_form_is_told_by_ending_or_accept(client):
    for path, accept, kind in ACCEPTED:
        answer = await client.get(path, headers={"Accept": accept})
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"


# --- filing and following --------------------------------------------------------------------


async def test_a_written_matter_becomes_a_dispatched_ticket(client, centre):
    number = await filed(client, **WRITER)
    await centre.quiet()
    ticket = await centre.ticket(number)
    assert await centre.moves(number) == ["open", "file", "dispatch"]
    assert (ticket.step, ticket.call_id, ticket.item) == (Step.DISPATCHED, None, "113")
    assert ticket.place == "南大街"
    assert centre.site.table.units[ticket.unit].name == "县城市管理局"
    (row,) = await centre.rows(Written)
    assert (row.phone, row.media_url) == (WRITER["phone"], WRITER["media_url"])
    assert row.by == "open311:citizens-app"


@ON_BOTH
async def test_its_writer_follows_it_to_its_end(client, centre):
    number = await filed(client)
    await centre.quiet()
    (told,) = valid(await client.get(f"/requests/{number}.json"), REQUESTS)
    assert (told["status"], told["agency_responsible"]) == ("open", "县城市管理局")
    assert told["expected_datetime"] > told["requested_datetime"]
    await centre.handle_again(number)  # no number to ring: closed without a rating
    (told,) = valid(await client.get(f"/requests/{number}.json"), REQUESTS)
    assert (told["status"], told["status_notes"]) == ("closed", "已办结")


async def test_an_answer_holds_nothing_of_the_writer(client, centre):
    number = await filed(client, **WRITER, **{"attribute[component]": "0371"})
    await centre.quiet()
    answers = [
        await client.get(f"/requests{ending}") for ending in (f"/{number}.json", ".json", ".xml")
    ]
    for answer in answers:
        assert "路灯" not in answer.text
        assert "0371" not in answer.text
        assert not any(one in answer.text for one in WRITER.values())
    (told,) = answers[0].json()
    assert told["description"] == "市容市政"
    assert told["address"].startswith("平遥县古陶镇")


@ON_BOTH
async def test_a_point_is_answered_by_one_of_its_cell(client, centre):
    point = {"lat": "37.15786", "long": "112.23912"}
    number = await filed(client, **point)
    (told,) = valid(await client.get(f"/requests/{number}.json"), REQUESTS)
    ticket = await centre.ticket(number)
    assert (ticket.latitude, ticket.longitude) == (37.15786, 112.23912)
    assert told["address_id"] == ticket.cell
    assert (told["lat"], told["long"]) != (37.15786, 112.23912)
    again = await filed(client, address_id=ticket.cell, address_string="")
    assert (await centre.ticket(again)).cell == ticket.cell


async def test_the_words_are_published_where_the_site_says_so(site, tmp_path):
    settings = settings_of(tmp_path, open311_publishes_words=True)
    async with (
        OpenSite(site, settings) as centre,
        httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client,
    ):
        await client.post(f"{centre.url}/requests.json", data=form(**WRITER))
        answer = await client.get(f"{centre.url}/requests.json")
    assert answer.json()[0]["description"] == "南大街的路灯不亮"
    assert not any(one in answer.text for one in WRITER.values())


async def test_what_words_say_beside_the_item_is_kept(client, centre):
    number = await filed(
        client, description="投诉，燃气泄漏了，味道很大", service_code="209",
        **{"attribute[utility]": "gas"},
    )  # fmt: skip
    ticket = await centre.ticket(number)
    (fact,) = await centre.facts(MatterWritten)
    assert (ticket.kind, ticket.urgency) == (fact.call_kind, Urgency.URGENT)
    assert ticket.item == "209"


async def test_danger_is_answered_with_the_number_to_dial(client):
    answer = await client.post(
        "/requests.json", data=form(description="有人拿刀砍人，快来人", service_code="311")
    )
    assert "立即拨打110" in valid(answer, FILED, 201)[0]["service_notice"]


async def test_a_matter_without_words_is_a_request(client, centre):
    number = await filed(client, description="")
    ticket = await centre.ticket(number)
    assert (ticket.kind, ticket.urgency) == (Kind.REQUEST, Urgency.ORDINARY)


async def test_another_item_by_the_words_is_told_to_the_dispatcher(client, centre):
    number = await filed(client, description="家里停水两天了，自来水一滴都没有", service_code="113")
    assert (await centre.ticket(number)).item == "113"
    (fact,) = await centre.facts(MatterWritten)
    assert fact.item_by_words == "209"


async def test_an_address_that_nobody_knows_is_filed_without_a_cell(client, centre):
    number = await filed(client, address_string="某处", description="井盖坏了")
    assert (await centre.ticket(number)).cell is None
    (told,) = valid(await client.get(f"/requests/{number}.json"), REQUESTS)
    assert told["address"] is None
    assert len(await centre.facts(TicketLocated)) == 1


async def test_pictures_in_the_form_are_named_as_not_taken(client):
    answer = await client.post(
        "/requests.json", data=form(), files={"media": ("a.png", b"\x89PNG", "image/png")}
    )
    assert "附件未收" in valid(answer, FILED, 201)[0]["service_notice"]


async def test_a_site_may_answer_with_a_token(site, tmp_path):
    settings = settings_of(tmp_path, open311_tokens=True)
    async with (
        OpenSite(site, settings) as centre,
        httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client,
    ):
        told = valid(await client.post(f"{centre.url}/requests.json", data=form()), FILED, 201)
        token = told[0]["token"]
        (found,) = valid(await client.get(f"{centre.url}/tokens/{token}.json"), TOKENS)
        assert found["service_request_id"] == (await centre.only_ticket()).number
        assert "token was not found" in said(await client.get(f"{centre.url}/tokens/x.json"), 404)


@ON_BOTH
async def test_two_sendings_with_one_key_are_one_ticket(client, centre):
    headers = {"Idempotency-Key": "a-resending-program"}
    answers = [await client.post("/requests.json", data=form(), headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await centre.tickets()) == 1


@ON_BOTH
async def test_many_at_once_lose_and_double_nothing(client, centre):
    numbers = await asyncio.gather(*(filed(client) for _ in range(10)))
    assert len(set(numbers)) == 10
    assert sorted(one.number for one in await centre.tickets()) == sorted(numbers)


# --- finding ---------------------------------------------------------------------------------


@ON_BOTH
async def test_requests_are_found_by_what_the_specification_names(client, centre):
    lights = [await filed(client) for _ in range(3)]
    water = await filed(client, service_code="209", **{"attribute[utility]": "water"})
    await centre.quiet()
    await centre.move(lights[0], "accept")

    async def found(**asked: Any) -> list[str]:
        answer = await client.get("/requests.json", params=asked)
        return [one["service_request_id"] for one in valid(answer, REQUESTS)]

    now = datetime.now(UTC)
    assert await found() == [water, *reversed(lights)]
    assert await found(service_code="209") == [water]
    assert await found(service_code="209,113") == [water, *reversed(lights)]
    assert await found(status="closed") == []
    assert await found(status="open,closed") == [water, *reversed(lights)]
    assert await found(page_size=2) == [water, lights[2]]
    assert await found(page_size=2, page=2) == [lights[1], lights[0]]
    assert await found(service_request_id=f"{lights[0]},{water}", status="closed") == [
        water,
        lights[0],
    ]
    assert await found(end_date=(now - timedelta(hours=1)).isoformat()) == []
    assert len(await found(start_date=(now - timedelta(hours=1)).isoformat())) == 4


async def test_tickets_of_calls_are_shown_where_the_site_says_so(site, tmp_path):
    for shows, status in ((False, 404), (True, 200)):
        settings = settings_of(tmp_path / str(shows), open311_shows_calls=shows)
        async with (
            OpenSite(site, settings) as centre,
            httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client,
        ):
            await centre.play(A_CALL, says="南大街的路灯不亮")
            number = (await centre.only_ticket()).number
            answer = await client.get(f"{centre.url}/requests/{number}.json")
            assert answer.status_code == status


async def test_tickets_of_110_are_never_shown(site, tmp_path):
    async with OpenSite(site, settings_of(tmp_path, open311_shows_calls=True)) as centre:
        now = datetime.now(UTC)

        def run(session: Session) -> list[TicketMoved]:
            opened = open_ticket(session, Line.POLICE, at=now, actor="seat-01")
            ticket = locked(session, opened.ticket_number)
            ticket.item, ticket.item_name = "311", "社会治安"
            return [opened]

        (opened,) = await centre.flow.command(run)
        async with httpx.AsyncClient(base_url=centre.url, timeout=PATIENCE_SECONDS) as client:
            assert valid(await client.get("/requests.json"), REQUESTS) == []
            answer = await client.get(f"/requests/{opened.ticket_number}.json")
            assert "was not found" in said(answer, 404)


# --- what is refused -------------------------------------------------------------------------


WRONG_FORMS: list[tuple[dict[str, Any], int, str]] = [
    ({"api_key": ""}, 403, "api_key was not provided"),
    ({"api_key": "another"}, 403, "api_key is not known"),
    ({"service_code": ""}, 400, "service_code was not provided"),
    ({"service_code": "999"}, 404, "service_code was not found"),
    ({"jurisdiction_id": "city.gov"}, 404, "jurisdiction_id was not found"),
    ({"address_string": ""}, 400, "a location was not provided"),
    ({"lat": "37.1"}, 400, "lat or long was not provided"),
    ({"lat": "north", "long": "112.2"}, 400, "lat is no number"),
    ({"lat": "nan", "long": "112.2"}, 400, "lat is no number"),
    ({"lat": "37.1", "long": "912.2"}, 400, "long is no number"),
    ({"lat": "37.44", "long": "112.03"}, 400, "lie outside the county: send it to 文水县"),
    ({"address_id": "1"}, 400, "address_id is no cell"),
    ({"description": "路" * 4001}, 400, "description is longer than 4000"),
    ({"description": "路\x00灯"}, 400, "description holds control characters"),
    ({"service_code": "209"}, 400, "attribute[utility] was not provided"),
    ({"service_code": "209", "attribute[utility]": "oil"}, 400, "must be one of water, power"),
    ({"service_code": "209", "attribute[utility]": ["gas", "heat"]}, 400, "given 2 times"),
    (
        {"service_code": "209", "attribute[utility]": "gas", "attribute[since]": "gestern"},
        400,
        "attribute[since] is no datetime",
    ),
    ({"attribute[colour]": "red"}, 400, "an attribute is not asked for"),
]


async def test_what_does_not_fit_is_named_and_changes_nothing(client, centre):
    for more, status, field in WRONG_FORMS:
        for ending in ("json", "xml"):
            answer = await client.post(f"/requests.{ending}", data=form(**more))
            assert field in said(answer, status)
    assert await centre.tickets() == []


WRONG_QUESTIONS = [
    ("/services.csv", 400, "form"),
    ("/services/999.json", 404, "service_code was not found"),
    ("/services.json?jurisdiction_id=city.gov", 404, "jurisdiction_id was not found"),
    ("/requests/12345-20200101-0001.json", 404, "service_request_id was not found"),
    ("/requests/%00.json", 400, "control characters"),
    ("/requests.json?status=gone", 400, "status must be of open, closed"),
    ("/requests.json?service_code=999", 404, "service_code was not found"),
    ("/requests.json?start_date=2026-01-01", 400, "with its time zone"),
    ("/requests.json?start_date=soon", 400, "start_date must be like"),
    ("/requests.json?start_date=0001-01-01T00:00:00%2B09:00", 400, "start_date"),
    ("/requests.json?end_date=0001-01-02T00:00:00Z", 400, "beyond all time"),
    (
        "/requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-06-01T00:00:00Z",
        400,
        "spans more than 90 days",
    ),
    (
        "/requests.json?start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z",
        400,
        "is before start_date",
    ),
    ("/requests.json?page=0", 400, "page"),
    ("/requests.json?page_size=1001", 400, "page_size"),
    ("/tokens/none.xml", 404, "token was not found"),
    ("/nothing.json", 404, "Not Found"),
]


async def test_a_question_that_does_not_fit_is_an_error_list(client):
    for path, status, fault in WRONG_QUESTIONS:
        assert fault in said(await client.get(path), status)


async def test_a_form_is_a_form_and_no_larger_than_one(client, centre):
    assert "is no form" in said(await client.post("/requests.json", json=form()), 415)
    large = form(description="路" * 800_000)
    assert "larger than 1 MB" in said(await client.post("/requests.json", data=large), 413)
    assert await centre.tickets() == []


async def test_without_keys_nobody_files_unless_the_site_is_open(site, tmp_path):
    for is_open, status in ((False, 403), (True, 201)):
        settings = Settings(var_dir=tmp_path / str(is_open), open311_open=is_open)
        async with (
            OpenSite(site, settings) as centre,
            httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client,
        ):
            data = {name: value for name, value in form().items() if name != "api_key"}
            answer = await client.post(f"{centre.url}/requests.json", data=data)
            assert answer.status_code == status
            assert (await client.get(f"{centre.url}/requests.json")).status_code == 200
