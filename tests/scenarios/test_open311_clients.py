"""Scenario: programs that others wrote file and follow matters with us.

georeport is kept for the Python of today; it reads and does not file. three was written for
Python 2: one name that is gone is given back to it, and its JSON side works; its XML side does not
any more. FixMyStreet is Perl: its requests are sent as perllib/Open311.pm of
mysociety/fixmystreet builds them.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from georeport import GeoReport

from callcenter.pipeline import Site
from callcenter.settings import Settings
from callcenter.tickets.written import Written
from tests.open311_site import KEY, KEYS, OpenSite, form
from tests.patience import PATIENCE_SECONDS

COUNTY = "140728"
DETAIL = "title:  路灯不亮\n\ndetail: 南大街的路灯不亮\n\nurl: https://fms.example.com/1\n"


@pytest.fixture
async def centre(site: Site, tmp_path: Path) -> AsyncIterator[OpenSite]:
    settings = Settings(var_dir=tmp_path / "var", seats=1, open311_keys=KEYS)
    async with OpenSite(site, settings) as centre:
        yield centre


@pytest.mark.parametrize("ending", ["json", "xml"])
async def test_georeport_follows(centre: OpenSite, ending: str) -> None:
    client = GeoReport(centre.url, COUNTY, output_format=ending)
    async with httpx.AsyncClient(base_url=centre.url, timeout=PATIENCE_SECONDS) as other:
        for _ in range(2):  # it reads, and files nothing; of one alone its XML side makes no list
            await other.post("/requests.xml", data=form())
    number = max(ticket.number for ticket in await centre.tickets())

    def use() -> tuple[Any, ...]:
        return (
            client.get_service_list(),
            client.get_service_definition("209"),
            client.get_service_request(number),
            client.get_service_requests(service_code="113", status="open"),
        )

    services, definition, found, listed = await asyncio.to_thread(use)
    assert (len(services), definition["service_code"]) == (61, "209")
    assert (found["service_request_id"], found["status"]) == (number, "open")
    assert len(listed) == 2


async def test_three_files_and_follows(centre: OpenSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    from three.core import Three

    client = Three(centre.url, api_key=KEY, jurisdiction=COUNTY)

    def use() -> tuple[Any, ...]:
        (filed,) = client.post(
            "113", address="南大街", name="某某 赵", phone="13900000009", description="路灯不亮"
        )
        number = filed["service_request_id"]
        return (
            client.discovery(),
            client.services(),
            client.services("209"),
            number,
            client.request(number),
            client.requests("113", between=["11-01-2026", "11-02-2026"]),
            client.requests(code="113", status="open", count=5),
        )

    discovery, services, definition, number, found, none, listed = await asyncio.to_thread(use)
    assert discovery["endpoints"][0]["url"] == centre.url
    assert (len(services), definition["service_code"]) == (61, "209")
    assert [one["service_request_id"] for one in (*found, *listed)] == [number, number]
    assert none == []
    (row,) = await centre.rows(Written)
    assert (row.first_name, row.last_name, row.phone) == ("某某", "赵", "13900000009")


async def test_fixmystreet_files_and_follows(centre: OpenSite) -> None:
    sent = {
        "jurisdiction_id": COUNTY,
        "api_key": KEY,
        "lat": "37.15786",
        "long": "112.23912",
        "email": "zhao@example.com",
        "description": DETAIL,
        "service_code": "113",
        "first_name": "某某",
        "last_name": "赵",
        "phone": "13900000009",
        "media_url": "https://fms.example.com/photo/1.jpeg",
        "attribute[component]": "0371",
    }
    asked = {"jurisdiction_id": COUNTY}
    async with httpx.AsyncClient(base_url=centre.url, timeout=PATIENCE_SECONDS) as client:
        listed = ElementTree.fromstring((await client.get("/services.xml", params=asked)).content)
        assert len(listed.findall("service")) == 61
        filed = await client.post("/requests.xml", data=sent)
        assert filed.is_success
        number = ElementTree.fromstring(filed.content).findtext("request/service_request_id")
        asked |= {"service_request_id": str(number)}
        found = ElementTree.fromstring((await client.get("/requests.xml", params=asked)).content)
    assert number == (await centre.only_ticket()).number
    assert found.findtext("request/status") == "open"
    (row,) = await centre.rows(Written)
    assert (row.description, row.attributes) == (DETAIL.strip(), {"component": ["0371"]})
