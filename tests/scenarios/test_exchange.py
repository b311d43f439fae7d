"""Scenario: a case goes up to another centre and comes back done, over a wire that is bad."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import Engine, event
from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.api.deps import ApiContext
from callcenter.api.web import create_app, listen, serve
from callcenter.bus.memory import MemoryBus
from callcenter.errors import BadInputError, ImpossibleMoveError
from callcenter.flow import Flow
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Given
from callcenter.people.audit import AuditLine
from callcenter.people.roles import Role
from callcenter.people.sessions import Lasting
from callcenter.pipeline import Site
from callcenter.roles.exchange import ExchangeRole
from callcenter.settings import Settings
from callcenter.store import Store
from callcenter.tickets.attachments import attach
from callcenter.tickets.exchange.messages import EXAMPLES, MessageKind
from callcenter.tickets.exchange.partners import PLACE, Entry, Partner, Partners, Side
from callcenter.tickets.exchange.rows import ExchangeCase, ExchangeMessage, ExchangeState
from callcenter.tickets.notices.signing import signed
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import TicketStep
from callcenter.tickets.written import Written
from tests.center import Center
from tests.patience import PATIENCE_SECONDS
from tests.scenarios.fake_wire import FakeWire
from tests.scenarios.test_one_call import A_CALL
from tests.servers import free_port
from tests.unit.test_attachments import PNG

COUNTY, CITY = "140728", "140700"
SECRET = "a-secret-that-two-centres-share"
NAMES = {COUNTY: "县中心", CITY: "市中心"}


class Peer(Center):
    """A centre with one partner at the other end of the wire."""

    def __init__(
        self, site: Site, folder: Path, us: str, them: str, wire: FakeWire, database: str = ""
    ) -> None:
        side = Side.ABOVE if them == CITY else Side.BELOW
        entry = Entry(name=NAMES[them], side=side, address=f"http://{them}.test", active=True)
        partner = Partner(code=them, entry=entry, secret=SECRET)
        settings = Settings(var_dir=folder / us, seats=9, database_url=database or None)
        super().__init__(replace(site, partners=Partners(us, {them: partner})), settings)
        context = ApiContext(
            settings,
            self.flow,
            None,  # type: ignore[arg-type]
            self.desk,
            partners=lambda: self.site.partners,
            hosts=frozenset({f"{us}.test"}),
        )
        self.app = wire.apps[f"{us}.test"] = create_app(context)
        self.headers = {"Authorization": f"Bearer {context.operator_token}"}
        self.client = httpx.AsyncClient(transport=wire)
        self.hours = 0

    async def send(self) -> int:
        """One round of what is due; a day passes."""
        self.hours += 25
        now = datetime.now(UTC) + timedelta(hours=self.hours)
        sent = await ExchangeRole(self.flow, self.client, lambda: now).send_due()
        return sent

    async def kinds(self, *, theirs: bool) -> list[str]:
        rows = await self.rows(ExchangeMessage)
        return [one.kind.value for one in sorted(rows, key=lambda m: m.seq) if one.theirs is theirs]


@asynccontextmanager
async def two_centres(
    site: Site, tmp_path: Path, wire: FakeWire, databases: tuple[str, str] = ("", "")
) -> AsyncIterator[tuple[Peer, Peer]]:
    async with (
        Peer(site, tmp_path, COUNTY, CITY, wire, databases[0]) as county,
        Peer(site, tmp_path, CITY, COUNTY, wire, databases[1]) as city,
    ):
        yield county, city


async def exchange(wire: FakeWire, *centres: Peer) -> None:
    """Until nobody owes anybody anything."""
    while True:
        sent = [await centre.send() for centre in centres]
        await wire.let_through()
        for centre in centres:
            await centre.quiet()
        open_ = [await centre.rows(ExchangeMessage) for centre in centres]
        states = {one.state for rows in open_ for one in rows}
        assert not states & {ExchangeState.STUCK, ExchangeState.REFUSED}
        if not any(sent) and states <= {ExchangeState.SENT, ExchangeState.TAKEN}:
            return


async def handed_up(county: Peer) -> str:
    """A call's ticket, on its way to the city."""
    await county.play(A_CALL, says="南大街的路灯不亮")
    number = (await county.only_ticket()).number
    await county.move(number, "file")
    await county.move(number, "forward", unit=CITY, reason="属市级管辖")
    return number


class KilledError(Exception):
    """The process is gone at this commit."""


@contextmanager
def killed_at(commit: int) -> Iterator[None]:
    """That commit of any centre, counted from 0, does not happen; the later ones do."""
    left = commit

    def dies(_connection: Any) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            raise KilledError

    event.listen(Engine, "commit", dies)
    try:
        yield
    finally:
        event.remove(Engine, "commit", dies)


async def walk(wire: FakeWire, county: Peer, city: Peer, settle: Any) -> None:
    """The whole way of a case, from one centre to the other and back."""
    number = await handed_up(county)
    await settle()
    theirs = (await city.only_ticket()).number
    assert (await county.ticket(number)).step is Step.DISPATCHED
    await county.move(number, "urge", reason="市民来电催办")
    unit = (await city.ticket(theirs)).unit
    await city.move(theirs, "accept", actor=f"handler:{unit}")
    await settle()
    assert (await county.ticket(number)).step is Step.HANDLING
    await city.move(theirs, "report", actor=f"handler:{unit}", reason="已更换灯泡三只")
    await city.move(theirs, "verify", actor="verifier")
    await settle()
    assert (await county.ticket(number)).step is Step.VERIFIED
    assert await city.tasks() == []  # the county's citizen is rung by the county
    await county.robot_rings(rating=1)
    await settle()


async def seen_at_both(county: Peer, city: Peer) -> None:
    """Both have the same case at its end, and nothing twice."""
    ours, theirs = await county.only_ticket(), await city.only_ticket()
    assert (ours.step, theirs.step) == (Step.CLOSED, Step.CLOSED)
    assert (theirs.item, theirs.kind, theirs.urgency) == (ours.item, ours.kind, ours.urgency)
    assert theirs.urged == 1
    (written,) = await city.rows(Written)
    assert (written.description, written.phone) == ("南大街的路灯不亮", "")  # no number goes along
    by_city = [one for one in await county.rows(TicketStep) if one.actor == f"partner:{CITY}"]
    assert [one.move.value for one in by_city] == ["accept", "report", "verify"]
    assert by_city[1].reason == "已更换灯泡三只"
    assert await city.moves(theirs.number) == [
        "open", "file", "dispatch", "accept", "urge", "report", "verify", "close",
    ]  # fmt: skip
    assert await city.kinds(theirs=True) == ["case", "urge", "state"]
    assert await county.kinds(theirs=False) == ["case", "urge", "state"]
    assert await city.kinds(theirs=False) == ["state", "state", "result", "state"]
    assert await county.kinds(theirs=True) == ["state", "state", "result", "state"]
    (case,) = await county.rows(ExchangeCase)
    assert (case.ours, case.their_number) == (True, theirs.number)


@pytest.mark.parametrize(("seed", "kind"), [(3, "sqlite"), (12345, "postgresql")])
async def test_a_case_goes_up_and_comes_back_over_a_bad_wire(site, tmp_path, seed, kind, request):
    wire, databases = FakeWire(seed), ("", "")
    if kind == "postgresql":
        new = request.getfixturevalue("new_postgres")
        databases = new(), new()
    async with two_centres(site, tmp_path, wire, databases) as (county, city):
        await walk(wire, county, city, lambda: exchange(wire, county, city))
        await seen_at_both(county, city)
        assert wire.carried > 7  # some of them came again


async def test_killed_at_any_commit_nothing_is_lost_and_nothing_doubled(site, tmp_path):
    wire = FakeWire(is_bad=False)
    deaths = 0
    async with two_centres(site, tmp_path, wire) as (county, city):

        async def settle() -> None:
            nonlocal deaths
            for commit in range(4):  # claim, the partner's inbox, settle, and what follows there
                for centre in (county, city):
                    with killed_at(commit):
                        try:
                            await centre.send()
                        except KilledError:
                            deaths += 1
                        await county.quiet()
                        await city.quiet()
            await exchange(wire, county, city)

        await walk(wire, county, city, settle)
        await seen_at_both(county, city)
    assert deaths > 5


async def posted(city: Peer, body: dict[str, Any], secret: str = SECRET, **more: str) -> Any:
    content = json.dumps(body).encode()
    headers = signed(secret, body["id"], datetime.now(UTC), content) | more
    transport = httpx.ASGITransport(app=city.app)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{CITY}.test") as client:
        return await client.post(PLACE, content=content, headers=headers)


async def test_what_is_not_signed_or_not_in_order_changes_nothing(site, tmp_path):
    wire = FakeWire(is_bad=False)
    case = EXAMPLES[MessageKind.CASE]
    async with two_centres(site, tmp_path, wire) as (_, city):
        for refused in (
            await posted(city, case, secret="another-secret-of-somebody-else"),
            await posted(city, case, **{"webhook-signature": "v1,AAAA"}),
            await posted(city, case | {"from": "999999", "owner": "999999"}),
        ):
            assert (refused.status_code, refused.json()["code"]) == (401, "signature_wrong")
        wrong = await posted(city, case | {"kind": "urge"})
        assert (wrong.status_code, "kind is urge" in wrong.json()["detail"]) == (422, True)
        wrong = await posted(city, case | {"case": case["case"] | {"item": "路灯"}})
        assert (wrong.status_code, wrong.json()["field"]) == (422, "case.item")
        assert "路灯" not in wrong.text  # never a citizen's words
        early = await posted(city, case | {"seq": 2})
        assert (early.status_code, early.json()["expected"]) == (409, 1)
        assert await city.tickets() == []
        assert await city.rows(ExchangeMessage) == []
        taken = [await posted(city, case) for _ in range(2)]
        assert [one.status_code for one in taken] == [202, 202]
        assert taken[0].json() == taken[1].json() == {"id": case["id"]}
        again = await posted(city, case | {"id": str(uuid4())})  # another one with its place
        assert (again.status_code, again.json()["expected"]) == (409, 2)
        await city.quiet()
        assert len(await city.tickets()) == 1


async def test_a_refusal_is_shown_and_sent_again_by_a_person(site, tmp_path, monkeypatch):
    wire = FakeWire(is_bad=False)
    async with two_centres(site, tmp_path, wire) as (county, city):
        entry = city.site.partners.active.pop(COUNTY)  # the city does not know the county yet
        number = await handed_up(county)
        while (await county.rows(ExchangeMessage))[0].state is not ExchangeState.STUCK:
            await county.send()
        (row,) = await county.rows(ExchangeMessage)
        assert (row.attempts, row.detail) == (13, "HTTP 401")
        transport = httpx.ASGITransport(app=county.app)
        url = f"http://{COUNTY}.test/api/v1/exchange?state=stuck"
        async with httpx.AsyncClient(transport=transport, headers=county.headers) as client:
            listed = (await client.get(url)).json()
        assert [(one["id"], one["ticket_number"]) for one in listed] == [(row.id, number)]
        assert "路灯" not in json.dumps(listed, ensure_ascii=False)
        city.site.partners.active[COUNTY] = entry
        monkeypatch.setenv("CALLCENTER_VAR_DIR", str(county.site.settings.var_dir))
        again = ["exchange", "resend", row.id]
        assert CliRunner().invoke(app, again).output == "due again\n"
        assert isinstance(CliRunner().invoke(app, again).exception, ImpossibleMoveError)  # is due
        (line,) = [one for one in await county.rows(AuditLine) if one.what == "exchange_resent"]
        assert (line.actor, line.subject) == ("command-line", number)
        await exchange(wire, county, city)
        assert (await city.only_ticket()).step is Step.DISPATCHED
        # taken back: somebody else handles it now, and the city sees that
        await county.move(number, "forward", unit="U1002", reason="县里先办")
        await exchange(wire, county, city)
        assert (await city.moves((await city.only_ticket()).number))[-1] == "note"


async def test_what_the_county_cannot_is_escalated_to_the_city_with_its_files(site, tmp_path):
    """The unit had accepted it; files stay at the county, and the city's account fetches them."""
    wire = FakeWire(is_bad=False)
    async with two_centres(site, tmp_path, wire) as (county, city):
        await county.play(A_CALL, says="南大街的路灯不亮")
        number = (await county.only_ticket()).number
        with county.store.transaction() as session:
            folder = county.site.settings.attachments_dir
            attach(
                session, number, PNG, "赵某某.png", folder, at=county.teller.now, actor="seat-01"
            )
        await county.move(number, "file")
        unit = (await county.ticket(number)).unit
        await county.move(number, "accept", actor=f"handler:{unit}")
        with pytest.raises(BadInputError, match="2001 characters, 2000 at most"):
            await county.move(number, "escalate", unit=CITY, reason="县" * 2001)
        longest = "县里没有相应设备" * 250
        await county.move(number, "escalate", unit=CITY, reason=longest, actor=f"handler:{unit}")
        await exchange(wire, county, city)
        theirs = await city.only_ticket()
        lines = [one for one in await city.rows(TicketStep) if one.ticket_number == theirs.number]
        noted = [one.reason for one in lines if one.move.value == "note"]
        assert noted[0] == longest  # all of it, though it had no room beside ours
        assert "赵某某" not in noted[1]
        path = f"/api/v1/tickets/{number}/attachments/1"
        assert f"http://{COUNTY}.test{path} (image/png)" in noted[1]
        for account, unit_of, status in (("city", CITY, 200), ("other", "U1002", 404)):
            given = Given(account, (Role.HANDLER,), unit=unit_of)
            with county.store.transaction() as session:
                made = accounts.add(session, account, given, password="", actor="test")
                made.must_change = False
                token = sessions.begin(session, made, Lasting(), how="test")
            transport = httpx.ASGITransport(app=county.app)
            async with httpx.AsyncClient(transport=transport) as client:
                client.headers["Authorization"] = f"Bearer {token}"
                answer = await client.get(f"http://{COUNTY}.test{path}")
            assert answer.status_code == status
        await city.move(theirs.number, "accept", "report", "verify", reason="已更换灯泡三只")
        await exchange(wire, county, city)
        assert (await county.ticket(number)).step is Step.VERIFIED


def sends(site: Site, database: str) -> None:
    """What sends, as a process of its own: it has nothing of the other but what it read."""

    async def run() -> None:
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            await ExchangeRole(Flow(Store(database), MemoryBus(), site), client).run()

    asyncio.run(run())


async def test_a_sender_killed_before_it_notes_the_answer_sends_nothing_twice(site, tmp_path):
    """kill -9 of another process, after the city has taken the message and before it says so."""
    wire, port = FakeWire(is_bad=False), free_port()
    async with two_centres(site, tmp_path, wire) as (county, city):
        number = await handed_up(county)
        (partner,) = county.site.partners.active.values()
        entry = partner.entry.model_copy(update={"address": f"http://127.0.0.1:{port}"})
        there = partner.model_copy(update={"entry": entry})
        known = replace(county.site, partners=Partners(COUNTY, {CITY: there}))
        sender = get_context("fork").Process(
            target=sends, args=(known, county.site.settings.database), daemon=True
        )
        killed = asyncio.Event()

        async def takes_and_kills(scope: Scope, receive: Receive, _send: Send) -> None:
            request = Request(scope, receive)
            headers = dict(request.headers) | {"host": f"{CITY}.test"}
            async with httpx.AsyncClient(transport=wire) as client:
                url = f"http://{CITY}.test{scope['path']}"
                answer = await client.post(url, content=await request.body(), headers=headers)
            assert answer.status_code == 202
            sender.kill()
            killed.set()

        serving = asyncio.create_task(serve(takes_and_kills, listen("127.0.0.1", port)))
        sender.start()
        try:
            await asyncio.wait_for(killed.wait(), PATIENCE_SECONDS)
        finally:
            sender.kill()
            serving.cancel()
        sender.join()
        (row,) = [one for one in await county.rows(ExchangeMessage) if not one.theirs]
        assert (row.state, sender.exitcode) == (ExchangeState.SENDING, -signal.SIGKILL)
        await exchange(wire, county, city)  # its claim is over: another sends it again
        (row, *_) = [one for one in await county.rows(ExchangeMessage) if not one.theirs]
        assert (row.state, row.attempts) == (ExchangeState.SENT, 2)
        theirs = await city.only_ticket()
        assert await city.moves(theirs.number) == ["open", "file", "dispatch"]
        assert (await county.ticket(number)).step is Step.DISPATCHED
