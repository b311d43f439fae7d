"""Cases on the map and on the board: counted alike on both databases, and told over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from callcenter.api.guard import policy
from callcenter.facts import Line, Urgency
from callcenter.people import accounts, sessions
from callcenter.people.accounts import Account, Given
from callcenter.people.roles import Role
from callcenter.settings import Settings
from callcenter.store import Store
from callcenter.tickets import moving
from callcenter.tickets.finding.boarded import by_step, next_due
from callcenter.tickets.finding.looking import Standing, Wanted
from callcenter.tickets.finding.mapped import DAY, HOUR, Frame, counted, spotted, width_of
from callcenter.tickets.opening import open_ticket
from callcenter.tickets.steps import Move, Step
from callcenter.tickets.ticket import locked
from tests.browser.site import Site
from tests.patience import PATIENCE_SECONDS

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
BEGIN = datetime(2026, 11, 19, 16, tzinfo=UTC)  # the county's midnight
HERE, THERE = "140728100001001", "140728100002001"


def lay(store: Store, cell: str | None, *moves: Move, hours_ago: float, due: float = 3) -> str:
    """A ticket in a cell, opened so long ago; its unit has until `due` hours after NOW."""
    at = NOW - timedelta(hours=hours_ago)
    with store.transaction() as session:
        number = open_ticket(session, Line.SERVICE, at=at, actor="seat-01").ticket_number
        ticket = locked(session, number)
        ticket.cell, ticket.item = cell, "113"
        if cell:
            ticket.longitude, ticket.latitude = (112.15, 37.15) if cell == HERE else (112.25, 37.15)
        for move in moves:
            sent = {"unit": "U1002", "due_at": NOW + timedelta(hours=due)}
            told = sent if move is Move.DISPATCH else {"reason": "已办好"}
            moving.move(session, number, move, actor="t", at=at, **told)
    return number


def lay_some(store: Store) -> dict[str, str]:
    """One late and one in time in the first village, one closed in the second, one nowhere."""
    sent = (Move.FILE, Move.DISPATCH, Move.ACCEPT)
    numbers = {
        "late": lay(store, HERE, *sent, hours_ago=50, due=-1),
        "in time": lay(store, HERE, *sent, hours_ago=1),
        "closed": lay(store, THERE, Move.ANSWER, hours_ago=2),
        "nowhere": lay(store, None, hours_ago=1),
    }
    with store.transaction() as session:
        locked(session, numbers["in time"]).urgency = Urgency.URGENT
    return numbers


def test_they_are_counted_by_cell_and_day(store: Store) -> None:
    lay_some(store)
    with store.reading() as session:
        wanted = Wanted(since=BEGIN)
        found = counted(session, wanted, begin=BEGIN, width=DAY, digits=12, now=NOW)
        assert sorted(found) == [
            ("", 2, 1, 1, 0, 0),
            (HERE[:12], 0, 1, 1, 1, 0),
            (HERE[:12], 2, 1, 1, 0, 1),
            (THERE[:12], 2, 1, 0, 0, 0),
        ]
        towns = counted(session, wanted, begin=BEGIN, width=3 * DAY, digits=9, now=NOW)
        assert sorted(towns) == [("", 0, 1, 1, 0, 0), (HERE[:9], 0, 3, 2, 1, 1)]
        village = Wanted(cell=HERE[:12], standing=Standing.OPEN, since=BEGIN)
        assert len(counted(session, village, begin=BEGIN, width=HOUR, digits=15, now=NOW)) == 2


def test_they_are_told_one_by_one_where_the_map_looks(store: Store) -> None:
    numbers = lay_some(store)
    with store.reading() as session:
        west = Frame(112.1, 37.1, 112.2, 37.2)
        found = spotted(session, Wanted(), west, limit=5, now=NOW)
        assert [(one.number, bool(one.late)) for one in found] == [
            (numbers["in time"], False),
            (numbers["late"], True),
        ]
        assert len(spotted(session, Wanted(), west, limit=1, now=NOW)) == 2  # so there are more
        assert spotted(session, Wanted(line=Line.POLICE), west, limit=5, now=NOW) == []


def test_a_board_has_first_what_is_due_first(store: Store) -> None:
    numbers = lay_some(store)
    sooner = lay(store, HERE, Move.FILE, Move.DISPATCH, Move.ACCEPT, hours_ago=1, due=1)
    with store.reading() as session:
        steps = {one.step: one for one in by_step(session, Wanted(), now=NOW)}
        assert steps[Step.HANDLING][1:] == (3, 1, 12)
        assert set(steps) == {Step.DRAFT, Step.HANDLING, Step.CLOSED}
        due = next_due(session, Wanted(), Step.HANDLING, limit=9)
        assert [one.number for one in due] == [numbers["late"], sooner, numbers["in time"]]
        assert len(next_due(session, Wanted(), Step.HANDLING, limit=2)) == 2


@pytest.mark.parametrize(
    ("length", "width"),
    [(2 * DAY, HOUR), (30 * DAY, DAY), (365 * DAY, 7 * DAY), (3650 * DAY, 3650 / 62 * DAY)],
)
def test_a_period_has_as_many_stretches_as_a_slider_can_have(
    length: timedelta, width: timedelta
) -> None:
    assert width_of(length) == width


def test_the_policy_lets_in_the_tile_server_and_nobody_else() -> None:
    url = "https://tiles.example:8443/img/{z}/{x}/{y}.png?tk=1"
    settings = Settings(map_tiles_url=url)
    assert settings.map_tiles_origin == "https://tiles.example:8443"
    told = policy(settings.map_tiles_origin)
    assert "img-src 'self' https://tiles.example:8443;" in told
    assert "script-src 'self';" in told
    assert "://" not in policy(Settings().map_tiles_origin)
    for wrong in (
        "https://tiles.example/{z}/{x}.png",
        "ftp://a/{z}/{x}/{y}",
        "https://a;b/{z}{x}{y}",
    ):
        with pytest.raises(ValueError, match="map_tiles_url|MAP_TILES_URL"):
            Settings(map_tiles_url=wrong)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with Site(tmp_path, is_closed=True) as site:
        yield site


async def test_over_http_one_sees_ones_own_and_everything_is_audited(site: Site) -> None:
    numbers = lay_some(site.store)
    given = Given("孙核查", (Role.VERIFIER,), grid=THERE[:12])
    with site.store.transaction() as session:
        accounts.add(session, "check", given, password="", actor="t")
        session.get(Account, "check").must_change = False
    with site.store.transaction() as session:
        code = sessions.make_code(session, "check")[0]
    async with httpx.AsyncClient(base_url=f"{site.url}/api/v1", timeout=PATIENCE_SECONDS) as client:
        await client.post("/session/code", json={"code": code})
        day = {"since": "2026-11-21T16:00:00Z", "until": "2026-11-22T16:00:00Z"}
        told = (await client.post("/tickets/map", json={"level": "village", **day})).json()
        assert told["slot_seconds"] == 3600
        assert [area["cell"] for area in told["areas"]] == [THERE[:12]]
        frame = {"west": 112, "south": 37, "east": 113, "north": 38}
        points = (await client.post("/tickets/points", json=frame)).json()["points"]
        assert [one["number"] for one in points] == [numbers["closed"]]
        board = (await client.post("/tickets/board", json={"limit": 1})).json()["steps"]
        assert [(one["step"], one["total"]) for one in board] == [("closed", 1)]
        counts = (await client.post("/tickets/counts", json={"item": "113"})).json()["steps"]
        assert counts == [{"step": "closed", "total": 1, "late": 0, "moves": 2}]
        assert (await client.get("/map")).json() == {"tiles": None}
        refused = [
            await client.post("/tickets/counts", json={"words": "路灯"}),
            await client.post("/tickets/map", json={"since": day["until"], "until": day["since"]}),
            await client.post("/tickets/points", json={**frame, "west": 114}),
        ]
        assert [answer.status_code for answer in refused] == [422, 422, 422]
    async with httpx.AsyncClient(
        base_url=f"{site.url}/api/v1",
        headers={"Authorization": f"Bearer {site.context.operator_token}"},
        timeout=PATIENCE_SECONDS,
    ) as client:
        lines = (await client.get("/audit")).json()
        words = [line["what"] for line in lines if line["actor"] == "check"]
        assert words.count("tickets_mapped") == 2
        assert words.count("tickets_boarded") == 1
