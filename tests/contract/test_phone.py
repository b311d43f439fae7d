"""Contract: the browser's telephone over HTTP and its WebSocket, before a fake Asterisk."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from sqlmodel import select
from websockets.asyncio.server import ServerConnection, serve

from callcenter.agents import moves, seats
from callcenter.agents.agent import Agent
from callcenter.ami.passwords import seat_secret
from callcenter.api.phone import pages, relay
from callcenter.people import accounts, audit, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from tests.browser.site import Site
from tests.patience import PATIENCE_SECONDS
from tests.servers import free_port


class FakeAsterisk:
    """Says every message back, and counts who is there."""

    def __init__(self) -> None:
        self.there = 0
        self.protocols: list[str | None] = []

    async def talk(self, socket: ServerConnection) -> None:
        self.there += 1
        self.protocols.append(socket.subprotocol)
        async for message in socket:
            await socket.send(message)
        self.there -= 1


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """`wang` is signed in at seat-01; `zhao`, who has the same rights, at none."""
    async with Site(tmp_path, is_closed=True, asterisk_http_port=free_port()) as site:
        with site.store.transaction() as session:
            seats.first_seats(session, ["seat-01", "seat-02"])
            for name in ("wang", "zhao"):
                accounts.add(session, name, Given(name, (Role.SEAT,)), password="", actor="t")
                session.get(Account, name).must_change = False
                moves.register(session, name, name, ["12345"], "t")
            moves.sign_in(session, session.get(Agent, "wang"), "seat-01", actor="wang")
        yield site


@pytest.fixture
async def asterisk(site: Site) -> AsyncIterator[FakeAsterisk]:
    fake = FakeAsterisk()
    async with serve(
        fake.talk, "127.0.0.1", site.settings.asterisk_http_port, subprotocols=["sip"]
    ):
        yield fake


def shows(site: Site, name: str) -> dict[str, str]:
    with site.store.transaction() as session:
        account = accounts.opened(session, name)
        token = sessions.begin(session, account, site.context.lasting, how="test")
    return {"Authorization": f"Bearer {token}"}


def phone(site: Site, name: str, **more: Any) -> websockets.connect:
    url = f"ws://{site.host}/api/v1/phone/sip?holds=false"
    told = {"additional_headers": shows(site, name), "subprotocols": ["sip"]} | more
    told |= {"open_timeout": PATIENCE_SECONDS}
    return websockets.connect(url, **told)


async def test_the_picture_and_the_account_are_of_whom_asks(site: Site) -> None:
    async with httpx.AsyncClient(
        base_url=f"{site.url}/api/v1/", headers=shows(site, "wang"), timeout=PATIENCE_SECONDS
    ) as client:
        told = (await client.get("phone")).json()
        assert (told["agent"]["state"], told["seat"]["name"], told["call"]) == (
            "ready", "seat-01", None,
        )  # fmt: skip
        account = (await client.get("phone/account")).json()
        desks = (await client.get("phone/desks")).json()
        elsewhere = await client.get("phone/calls/n1-1.0/caller")
    assert [(desk["name"], desk["agent"]) for desk in desks] == [
        ("seat-01", "wang"), ("seat-02", None),
    ]  # fmt: skip
    assert elsewhere.status_code == 404
    secret = seat_secret(site.settings, "seat-01")
    kept = hashlib.md5(f"seat-01-web:asterisk:{secret}".encode()).hexdigest()
    assert (account["username"], account["ha1"]) == ("seat-01-web", kept)
    assert secret not in str(account)
    async with httpx.AsyncClient(
        base_url=f"{site.url}/api/v1/", headers=shows(site, "zhao"), timeout=PATIENCE_SECONDS
    ) as client:
        assert (await client.get("phone/account")).status_code == 403
        assert (await client.get("phone")).json()["seat"] is None
    with site.store.reading() as session:
        noted = [line.what for line in session.exec(select(audit.AuditLine))]
    assert noted.count("phone_account_read") == 1


async def test_sip_goes_both_ways_for_who_sits_at_the_seat_and_one_page_at_a_time(
    site: Site, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LOOK_SECONDS", 0.05)
    signed = (
        'REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username="%s", realm="asterisk"\r\n\r\n'
    )
    async with phone(site, "wang") as first:
        assert first.subprotocol == "sip"
        await first.send(signed % "seat-01-web")
        assert "REGISTER" in str(await asyncio.wait_for(first.recv(), PATIENCE_SECONDS))
        async with phone(site, "wang") as second:
            await asyncio.wait_for(first.wait_closed(), PATIENCE_SECONDS)
            assert first.close_code == 4409  # another page took it
            await second.send(signed % "seat-02-web")
            await asyncio.wait_for(second.wait_closed(), PATIENCE_SECONDS)
            assert second.close_code == relay.OTHER_PHONE
    assert asterisk.protocols == ["sip", "sip"]
    async with phone(site, "wang") as third:
        await third.send("CRLF")
        await asyncio.wait_for(third.recv(), PATIENCE_SECONDS)
        with site.store.transaction() as session:
            moves.sign_out(session, session.get(Agent, "wang"), actor="wang")
        await asyncio.wait_for(third.wait_closed(), PATIENCE_SECONDS)
    assert third.close_code == relay.NO_SEAT
    while asterisk.there:  # Asterisk hears of each that is gone  # noqa: ASYNC110
        await asyncio.sleep(0.01)


RINGS = (
    "INVITE sip:seat-01-web@seat.invalid SIP/2.0\r\nTo: <sip:seat-01-web@seat.invalid>\r\n"
    "Call-ID: 7\r\nCSeq: 1 INVITE\r\n\r\n"
)
ANSWER = "SIP/2.0 %s\r\nTo: <sip:a>;tag=1\r\nCall-ID: 7\r\nCSeq: 1 INVITE\r\n\r\n"


async def test_what_rings_at_a_page_rings_at_the_one_that_follows_until_it_is_answered(
    site: Site, asterisk: FakeAsterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def says(page: websockets.ClientConnection, text: str) -> None:
        await page.send(text)
        assert await asyncio.wait_for(page.recv(), PATIENCE_SECONDS) == text

    async with phone(site, "wang") as first:
        await says(first, RINGS)
    async with phone(site, "wang") as anew:
        assert await asyncio.wait_for(anew.recv(), PATIENCE_SECONDS) == RINGS
        await says(anew, ANSWER % "180 Ringing")
        async with phone(site, "wang") as other:  # another computer takes it while it rings
            assert await asyncio.wait_for(other.recv(), PATIENCE_SECONDS) == RINGS
            await says(other, ANSWER % "200 OK")
            assert asterisk.protocols == ["sip"]  # all on the one way that Asterisk knows
    monkeypatch.setattr(pages, "RETURN_SECONDS", 0.01)
    async with phone(site, "wang") as later:
        await says(later, RINGS.replace("INVITE", "CANCEL"))
        await says(later, RINGS)
    while asterisk.there:  # nobody came  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert asterisk.protocols == ["sip", "sip"]


async def test_who_may_not_is_told_why(site: Site) -> None:
    async with phone(site, "zhao") as socket:
        await asyncio.wait_for(socket.wait_closed(), PATIENCE_SECONDS)
    assert socket.close_code == relay.NO_SEAT
    async with phone(site, "wang") as socket:  # nobody listens there
        await asyncio.wait_for(socket.wait_closed(), PATIENCE_SECONDS)
    assert socket.close_code == 1013
    with pytest.raises(websockets.InvalidStatus):
        await phone(site, "wang", subprotocols=["other"])
    with pytest.raises(websockets.InvalidStatus):
        await phone(site, "wang", additional_headers={})
