"""Contract: every route with every role, as the tables say; and signing in, over HTTP.

The site is closed here as it is in earnest: who shows nothing is nobody.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from argon2 import PasswordHasher
from sqlmodel import text

from callcenter.api import live
from callcenter.api.rights import ROUTES
from callcenter.facts import Line
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.passwords import Passwords
from callcenter.people.roles import GIVEN, RIGHTS, Right, Role
from callcenter.store.append_only import may_delete
from callcenter.tickets.opening import open_draft
from callcenter.tickets.ticket import Ticket
from tests.browser.site import Site
from tests.patience import PATIENCE_SECONDS

PASSWORD, OTHER = "窗前 明月 半杯 冷茶 三只 小羊", "井底 之蛙 望见 一角 蓝天 白云"


class Counted(PasswordHasher):
    """argon2 at its cheapest, counted."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.hashes = 0

    def verify(self, *told: Any, **more: Any) -> Any:
        self.hashes += 1
        return super().verify(*told, **more)


class Center(Site):
    """A closed site with people; hashing is cheap and counted."""

    async def start(self) -> None:
        await super().start()
        self.hasher = Counted()
        self.context.passwords = Passwords(self.hasher)  # type: ignore[misc]

    def add(self, name: str, *roles: Role, password: str = "", **more: Any) -> None:
        given = Given(name, roles, **more)
        hashed = self.context.passwords.hash(password) if password else ""
        with self.store.transaction() as session:
            accounts.add(session, name, given, password=hashed, actor="test")
            session.get(Account, name).must_change = False

    def token(self, name: str) -> str:
        with self.store.transaction() as session:
            account = accounts.opened(session, name)
            return sessions.begin(session, account, self.context.lasting, how="test")

    def asks(self, name: str = "", token: str = "") -> httpx.AsyncClient:
        """A client that shows this person's session, or nothing."""
        token = token or (self.token(name) if name else "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(
            base_url=f"{self.url}/api/v1/", headers=headers, timeout=PATIENCE_SECONDS
        )

    def open(self, call_id: str, **fields: Any) -> str:
        """A draft ticket with these fields."""
        with self.store.transaction() as session:
            now = datetime.now(UTC)
            fact = open_draft(session, call_id, Line.SERVICE, at=now, actor="seat-01")[0]
            ticket = session.get(Ticket, fact.ticket_number)
            for field, value in fields.items():
                setattr(ticket, field, value)
            return fact.ticket_number

    def audited(self, what: str) -> list[dict[str, Any]]:
        with self.store.reading() as session:
            query = text("SELECT * FROM audit WHERE what = :what ORDER BY number")
            return [
                dict(row) for row in session.connection().execute(query, {"what": what}).mappings()
            ]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Center]:
    async with Center(tmp_path, is_closed=True) as site:
        yield site


# --- every route with every role ------------------------------------------------------------------

WIDE = {"unit": "U1002", "queues": ("12345", "110", "dialect", "english", "business")}
PLACES = [place for place in ROUTES if not place.startswith("WS")]


@pytest.fixture
async def walked(tmp_path: Path) -> AsyncIterator[Center]:
    async with Center(tmp_path, is_closed=True) as site:
        site.add("admin", Role.ADMINISTRATOR)
        for role in GIVEN:
            site.add(role.value, role, **WIDE)
        yield site


def shown(site: Center, role: Role) -> dict[str, str]:
    """What a role shows; a session of its own each time, for some routes end theirs."""
    if role is Role.PUBLIC:
        return {}
    token = site.context.operator_token if role is Role.OPERATOR else site.token(role.value)
    return {"Authorization": f"Bearer {token}"}


def address(place: str) -> tuple[str, str]:
    method, _, path = place.partition(" ")
    if method == "MOUNT":
        return "GET", f"{path}/page.js"
    for name, value in {"name": "nobody", "number": "1", "queue": "nowhere"}.items():
        path = path.replace(f"{{{name}}}", value)
    path = path.replace("{side}", "citizen")
    return method, path.replace("{task}", "1").replace("{call_id}", "x").replace(
        "{supervision_id}", "x"
    )


@pytest.mark.parametrize("role", Role)
async def test_every_route_answers_each_role_as_the_table_says(walked: Center, role: Role) -> None:
    answers, wanted = {}, {}
    async with httpx.AsyncClient(base_url=walked.url, timeout=PATIENCE_SECONDS) as client:
        for place in PLACES:
            method, path = address(place)
            body = {} if method in ("POST", "PATCH", "PUT") else None
            # not on the loop: the relay may hold the database, and wait for the loop to publish
            headers = await asyncio.to_thread(shown, walked, role)
            answer = await client.request(method, path, json=body, headers=headers)
            answers[place] = _refused(answer)
            has = ROUTES[place].right in RIGHTS[role]
            wanted[place] = "" if has else "401" if role is Role.PUBLIC else "403"
    assert answers == wanted


def _refused(answer: httpx.Response) -> str:
    """The status by which the gate refused; "" where the request came through to the route."""
    if answer.status_code == 401 and answer.json()["code"] == "sign_in_needed":
        return "401" if "sign in first" in answer.json()["detail"] else ""
    if answer.status_code == 403 and answer.json()["detail"].startswith("your roles"):
        return "403"
    assert answer.status_code < 500 or answer.json()["code"] == "link_down", answer.text
    return ""


@pytest.mark.parametrize("role", Role)
async def test_a_live_socket_opens_to_who_has_its_right(walked: Center, role: Role) -> None:
    for place, right, part in (
        ("live", Right.WATCH, "board"),
        ("seat/live", Right.TAKE_CALLS, "words"),
    ):
        opened = websockets.connect(
            f"ws://{walked.host}/api/v1/{place}",
            additional_headers=shown(walked, role),
            open_timeout=PATIENCE_SECONDS,
        )
        if right in RIGHTS[role]:
            async with opened as socket:
                assert part in json.loads(await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS))
        else:
            with pytest.raises(websockets.InvalidStatus) as refused:
                await opened
            assert refused.value.response.status_code == 403


async def test_what_is_no_route_tells_nothing(walked: Center) -> None:
    for path in ("/api/v1/nothing", "/api/v1/tickets/1/secret", "/static/../web.py", "/docs"):
        answer = await httpx.AsyncClient(base_url=walked.url, timeout=PATIENCE_SECONDS).get(path)
        assert answer.status_code == 404
    answer = await httpx.AsyncClient(base_url=walked.url, timeout=PATIENCE_SECONDS).put(
        "/api/v1/tickets", json={}
    )
    assert answer.status_code == 405
    head = await httpx.AsyncClient(base_url=walked.url, timeout=PATIENCE_SECONDS).head(
        "/api/v1/openapi.json"
    )
    assert head.status_code == 401


# --- how far --------------------------------------------------------------------------------------


async def test_a_handler_has_the_units_tickets_and_no_others(site: Center) -> None:
    mine = site.open("1", unit="U1002", step="dispatched", cell="140728100")
    others = site.open("2", unit="U1005", step="dispatched", cell="140728100")
    site.add("chengguan", Role.HANDLER, unit="U1002")
    async with site.asks("chengguan") as client:
        assert [t["number"] for t in (await client.get("tickets")).json()] == [mine]
        assert (await client.get(f"tickets/{mine}")).status_code == 200
        assert (await client.get(f"tickets/{others}")).status_code == 404
        hidden = await client.post(f"tickets/{others}/moves", json={"move": "accept"})
        assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")
        moved = await client.post(f"tickets/{mine}/moves", json={"move": "accept"})
        assert (moved.status_code, moved.json()["actor"]) == (201, "handler:U1002")
    assert [line["subject"] for line in site.audited("ticket_moved")] == [mine]


async def test_a_unit_beside_another_sees_the_ticket_until_it_parts(site: Center) -> None:
    number = site.open("1", unit="U1005", step="handling")
    site.add("chengguan", Role.HANDLER, unit="U1002")
    site.add("li.na", Role.DISPATCHER)
    async with site.asks("chengguan") as handler, site.asks("li.na") as dispatcher:
        for move, seen in (("join", True), ("part", False)):
            body = {"move": move, "other": "U1002", "reason": "与灯具有关"}
            told = await dispatcher.post(f"tickets/{number}/moves", json=body)
            assert told.status_code == 201, told.text
            answer = await handler.get(f"tickets/{number}")
            assert (answer.status_code == 200) is seen
            assert bool((await handler.get("tickets")).json()) is seen


async def test_a_townships_dispatcher_has_the_township(site: Center) -> None:
    here = site.open("1", step="filed", cell="140728100001001")
    there = site.open("2", step="filed", cell="140728200001001")
    nowhere = site.open("3", step="filed")
    site.add("li.na", Role.DISPATCHER, grid="140728100")
    site.add("county", Role.DISPATCHER)
    async with site.asks("li.na") as client:
        assert [t["number"] for t in (await client.get("tickets")).json()] == [here]
        body = {"move": "dispatch", "unit": "U1002"}
        for number in (there, nowhere):
            assert (await client.post(f"tickets/{number}/moves", json=body)).status_code == 404
        moved = await client.post(f"tickets/{here}/moves", json=body)
        assert (moved.status_code, moved.json()["actor"]) == (201, "dispatcher:li.na")
    async with site.asks("county") as client:
        assert {t["number"] for t in (await client.get("tickets")).json()} == {here, there, nowhere}


async def test_a_move_is_for_the_roles_of_its_row(site: Center) -> None:
    number = site.open("1", unit="U1002", step="dispatched")
    site.add("chengguan", Role.HANDLER, unit="U1002")
    async with site.asks("chengguan") as client:
        body = {"move": "forward", "unit": "U1005", "reason": "不归我们管"}
        answer = await client.post(f"tickets/{number}/moves", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert "派遣员 may do it" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("named", "status"),
    [(None, 201), ("dispatcher:li.na", 201), ("li.na", 201), ("dispatcher:wang", 403),
     ("seat-01", 403), ("handler:U1002", 403)],
)  # fmt: skip
async def test_nobody_acts_under_anothers_name(
    site: Center, named: str | None, status: int
) -> None:
    number = site.open("1", step="filed")
    site.add("li.na", Role.DISPATCHER)
    async with site.asks("li.na") as client:
        body = {"move": "dispatch", "unit": "U1002", "actor": named}
        answer = await client.post(f"tickets/{number}/moves", json=body)
        assert answer.status_code == status
        history = (await client.get(f"tickets/{number}")).json()["history"]
    assert [step["actor"] for step in history[1:]] == ["dispatcher:li.na"] * (status == 201)


async def test_a_program_acts_for_whom_it_names(site: Center) -> None:
    number = site.open("1", step="filed")
    async with site.asks(token=site.context.operator_token) as client:
        body = {"move": "dispatch", "unit": "U1002", "actor": "dispatcher:demo"}
        answer = await client.post(f"tickets/{number}/moves", json=body)
    assert answer.json()["actor"] == "dispatcher:demo"


async def test_an_agent_acts_as_the_seat_and_orders_their_own_desk(site: Center) -> None:
    number = site.open("1")
    site.add("li", Role.SEAT)
    async with site.asks(token=site.context.operator_token) as program:
        for name in ("li", "wang"):
            file = {"display_name": name, "skills": ["12345"]}
            assert (await program.put(f"agents/{name}", json=file)).status_code == 200
    with site.store.transaction() as session:
        session.connection().execute(text("UPDATE agent SET seat = 'seat-01' WHERE name = 'li'"))
    async with site.asks("li") as client:
        moved = await client.post(f"tickets/{number}/moves", json={"move": "file"})
        assert moved.json()["actor"] == "seat-01"
        mine = await client.post("agents/li/pause", json={"reason": "用餐"})
        assert mine.json()["code"] == "link_down"  # it went as far as Asterisk
        body = {"reason": "用餐", "actor": "li"}
        assert (await client.post("agents/wang/pause", json=body)).status_code == 403


async def test_a_supervisor_has_the_queues_supervised(site: Center) -> None:
    site.add("wang", Role.SUPERVISOR, queues=("12345",))
    async with site.asks(token=site.context.operator_token) as program:
        for name, queue in (("li", "12345"), ("zhao", "110")):
            file = {"display_name": name, "skills": [queue]}
            assert (await program.put(f"agents/{name}", json=file)).status_code == 200
    async with site.asks("wang") as client:
        body = {"reason": "换班"}
        answers = {
            path: (await client.post(path, json=body)).json()["code"]
            for path in ("agents/li/force-sign-out", "agents/zhao/force-sign-out",
                         "queues/12345/close", "queues/dialect/close")
        }  # fmt: skip
    assert list(answers.values()) == ["link_down", "not_allowed"] * 2


# --- signing in -----------------------------------------------------------------------------------


async def sign_in(client: httpx.AsyncClient, name: str, password: str, **more: str):
    return await client.post("session", json={"name": name, "password": password, **more})


async def test_unknown_wrong_closed_and_passwordless_get_one_answer_for_one_hash(
    site: Center,
) -> None:
    site.add("admin", Role.ADMINISTRATOR)
    for name in ("li", "closed"):
        site.add(name, Role.SEAT, password=PASSWORD)
    site.add("linked", Role.SEAT)
    with site.store.transaction() as session:
        accounts.close(session, "closed", actor="admin")
    answers = set()
    async with site.asks() as client:
        for name in ("li", "nobody", "closed", "linked", "", "' OR 1=1 --"):
            before = site.hasher.hashes
            answer = await sign_in(client, name, "something quite else")
            answers.add((answer.status_code, answer.text, "set-cookie" in answer.headers))
            assert site.hasher.hashes - before == 1, name
    assert len(answers) == 1
    assert answers.pop()[0] == 401
    assert [line["subject"] for line in site.audited("sign_in_failed")] == [
        "li", "", "closed", "linked", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["li", "nobody"])
async def test_too_many_wrong_ones_wait_whether_the_name_is_known_or_not(
    site: Center, name: str
) -> None:
    site.add("li", Role.SEAT, password=PASSWORD)
    async with site.asks() as client:
        statuses = [(await sign_in(client, name, f"wrong {n}")).status_code for n in range(7)]
        refused = await sign_in(client, name, PASSWORD)
    assert statuses == [401] * 5 + [429] * 2
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_tries")
    assert 0 < int(refused.headers["retry-after"]) <= 31
    assert site.hasher.hashes == 5  # who waits costs nothing


async def test_guesses_at_once_are_counted_each(site: Center) -> None:
    site.add("li", Role.SEAT, password=PASSWORD)
    async with site.asks() as client:
        guesses = [sign_in(client, "li", f"wrong {number}") for number in range(20)]
        statuses = [answer.status_code for answer in await asyncio.gather(*guesses)]
    assert (statuses.count(401), statuses.count(429)) == (5, 15)


async def test_the_cookie_is_for_pages_and_the_token_for_programs(site: Center) -> None:
    site.add("li", Role.SEAT, password=PASSWORD)
    async with site.asks() as page:
        answer = await sign_in(page, "li", PASSWORD)
        assert answer.json()["token"] is None
        flags = answer.headers["set-cookie"].lower()
        assert "httponly" in flags
        assert "samesite=strict" in flags
        assert (await page.get("session")).json()["acts_as"] == "seat:li"
        assert (await page.delete("session")).json() == {"go_to": None, "provider_goes_on": False}
        assert (await page.get("session")).status_code == 401
        made = await sign_in(page, "li", PASSWORD, kind="token")
        assert "set-cookie" not in made.headers
    async with site.asks(token=made.json()["token"]) as program:
        assert (await program.get("tickets")).status_code == 200
        assert (await program.delete("session/all")).json()["ended"] == 1
        assert (await program.get("tickets")).status_code == 401


async def test_a_first_password_must_be_changed_before_anything_else(site: Center) -> None:
    site.add("admin", Role.ADMINISTRATOR)
    async with site.asks("admin") as admin:
        new = {"name": "li.na", "display_name": "李娜", "roles": ["dispatcher"]}
        first = (await admin.post("accounts", json=new)).json()["password"]
    async with site.asks() as client, site.asks() as elsewhere:
        assert (await sign_in(client, "li.na", first)).json()["must_change"] is True
        await sign_in(elsewhere, "li.na", first)
        refused = await client.get("tickets")
        assert (refused.status_code, refused.json()["code"]) == (403, "password_must_change")
        for wanted in ("too short", first, "passwordpassword"):
            body = {"old": first, "new": wanted}
            assert (await client.post("session/password", json=body)).status_code == 422
        wrong = await client.post("session/password", json={"old": "not it", "new": OTHER})
        assert wrong.status_code == 401
        changed = await client.post("session/password", json={"old": first, "new": OTHER})
        assert changed.json()["must_change"] is False
        assert (await client.get("tickets")).status_code == 200
        assert (await elsewhere.get("session")).status_code == 401
        assert (await sign_in(elsewhere, "li.na", first)).status_code == 401
        assert (await sign_in(elsewhere, "li.na", OTHER)).status_code == 201


async def test_a_role_that_is_taken_away_is_gone_at_once(site: Center) -> None:
    site.add("admin", Role.ADMINISTRATOR)
    site.add("li.na", Role.DISPATCHER)
    async with site.asks("admin") as admin, site.asks("li.na") as client:
        assert (await client.get("tickets")).status_code == 200
        roles = {"roles": ["handler"], "unit": "U9"}
        unknown = await admin.patch("accounts/li.na", json=roles)
        assert (unknown.status_code, unknown.json()["code"]) == (422, "bad_input")
        roles["unit"] = "U1002"
        assert (await admin.patch("accounts/li.na", json=roles)).status_code == 200
        assert (await client.get("numbers")).status_code == 403
        await admin.post("accounts/li.na/close")
        assert (await client.get("session")).status_code == 401
    changes = [(line["actor"], line["what"]) for what in ("account_changed", "account_closed")
               for line in site.audited(what)]  # fmt: skip
    assert changes == [("admin", "account_changed"), ("admin", "account_closed")]


async def test_no_answer_tells_a_password_or_a_hash(site: Center) -> None:
    site.add("admin", Role.ADMINISTRATOR, password=PASSWORD)
    async with site.asks("admin") as client:
        for path in ("accounts", "session", "audit", "rights"):
            told = (await client.get(path)).text
            assert "argon2" not in told
            assert PASSWORD not in told


async def test_who_signs_out_is_let_go_by_the_live_page(
    site: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SIGNED_IN_SECONDS", 0.05)
    site.add("wang", Role.SUPERVISOR, queues=("12345",))
    shows = {"Authorization": f"Bearer {site.token('wang')}"}
    url = f"ws://{site.host}/api/v1/live"
    async with websockets.connect(
        url, additional_headers=shows, open_timeout=PATIENCE_SECONDS
    ) as socket:
        await asyncio.wait_for(socket.recv(), PATIENCE_SECONDS)
        with site.store.transaction() as session:
            sessions.end_all(session, "wang")
        await asyncio.wait_for(socket.wait_closed(), PATIENCE_SECONDS)
    assert socket.close_code == 1008


# --- the audit ------------------------------------------------------------------------------------


async def test_each_reading_and_export_is_a_line(site: Center) -> None:
    number = site.open("1")
    site.add("wang", Role.SUPERVISOR, queues=("12345",))
    async with site.asks("wang") as client:
        await client.get("tickets", params={"step": "draft"})
        await client.get(f"tickets/{number}")
        await client.get("tickets/unknown")
        await client.get("board")
        await client.get("numbers")
        await client.get("numbers", params={"format": "csv"})
        await client.get("numbers/calls", params={"figure": "offered", "format": "csv"})
    with site.store.reading() as session:
        rows = session.connection().execute(
            text("SELECT what, subject, detail FROM audit WHERE actor = 'wang' ORDER BY number")
        )
        lines = [(what, subject, json.loads(detail)) for what, subject, detail in rows]
    assert lines == [
        ("tickets_listed", "", {"step": "draft"}),
        ("ticket_read", number, {}),
        ("board_read", "", {}),
        ("figures_exported", "", {"format": "csv"}),
        ("figure_list_exported", "", {"figure": "offered", "format": "csv"}),
    ]


async def test_what_cannot_be_audited_is_not_answered(site: Center) -> None:
    number = site.open("1", place="南大街 12 号")
    site.add("wang", Role.SUPERVISOR, queues=("12345",))
    async with site.asks("wang") as client:
        with site.store.transaction() as session:
            session.connection().execute(text("ALTER TABLE audit RENAME TO gone"))
        answer = await client.get(f"tickets/{number}")
        assert (answer.status_code, answer.json()["code"]) == (503, "store_away")
        assert "南大街" not in answer.text
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(
                f"ws://{site.host}/api/v1/live",
                additional_headers=client.headers,
                open_timeout=PATIENCE_SECONDS,
            )


async def test_health_tells_the_head_and_that_lines_are_missing(site: Center) -> None:
    number = site.open("1")
    site.add("admin", Role.ADMINISTRATOR)
    async with site.asks("admin") as client:
        for _ in range(3):
            await client.get(f"tickets/{number}")
        health = (await client.get("health")).json()
        assert health["audit"]["number"] == 4
        assert "audit_broken" not in health["warnings"]
        assert (await client.get("audit/verdict")).json()["fits"] is True
        with site.store.transaction() as session, may_delete(session, "to do damage"):
            session.connection().execute(text("DELETE FROM audit WHERE number > 2"))
        health = (await client.get("health")).json()
        assert "audit_broken" in health["warnings"]
        told = (await client.get("audit/verdict")).json()
        assert (told["fits"], told["broken_at"]) == (False, 3)


async def test_a_link_is_made_by_programs_and_lets_in_once(site: Center) -> None:
    site.add("wang", Role.SUPERVISOR, queues=("12345",))
    async with site.asks(token=site.context.operator_token) as program:
        made = await program.post("session/codes", json={"account": "wang"})
    async with site.asks() as client:
        code = {"code": made.json()["code"]}
        assert (await client.post("session/code", json=code)).json()["name"] == "wang"
        assert (await client.get("session")).json()["display_name"] == "wang"
        assert (await client.post("session/code", json=code)).status_code == 404
