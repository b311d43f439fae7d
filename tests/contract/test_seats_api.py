"""Contract: seats, agents and queues over HTTP while Asterisk is away."""

import httpx
import pytest

from tests.browser.site import Site
from tests.patience import PATIENCE_SECONDS

ME = {"actor": "tester"}


@pytest.fixture
async def site(tmp_path):
    async with Site(tmp_path) as site:
        yield site


@pytest.fixture
async def api(site):
    async with httpx.AsyncClient(
        base_url=f"{site.url}/api/v1/", trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        yield client


async def test_a_seats_password_is_shown_once_and_renewed(site, api):
    made = await api.post("seats", json=ME | {"name": "seat-04", "penalty_class": "overflow"})
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert (site.settings.var_dir / "secrets" / "seat-04").read_text() == secret
    assert (await api.post("seats", json=ME | {"name": "seat-04"})).status_code == 409
    assert (await api.post("seats", json=ME | {"name": "trunk"})).status_code == 422
    renewed = (await api.post("seats/seat-04/secret", json=ME)).json()["secret"]
    assert renewed != secret
    changed = await api.patch("seats/seat-04", json=ME | {"queues": ["110"], "may_dial_out": True})
    assert changed.status_code == 200
    listed = await api.get("seats")
    assert secret not in listed.text
    assert renewed not in listed.text
    (seat,) = listed.json()
    assert (seat["queues"], seat["penalty_class"], seat["may_dial_out"], seat["phone"]) == (
        ["110"], "overflow", True, None,
    )  # fmt: skip
    assert (await api.post("seats/seat-04/close", json=ME)).status_code == 201
    assert not (site.settings.var_dir / "secrets" / "seat-04").exists()
    assert (await api.post("seats/seat-04/close", json=ME)).status_code == 404
    again = await api.post("seats", json=ME | {"name": "seat-04"})
    assert again.json()["secret"] not in (secret, renewed)


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("agents/li/sign-in", {"seat": "seat-01"}),
        ("agents/li/sign-out", {}),
        ("agents/li/force-sign-out", {"reason": "换班"}),
        ("agents/li/pause", {"reason": "用餐"}),
        ("agents/li/resume", {}),
        ("agents/li/wrap-up/extend", {}),
        ("agents/li/wrap-up/end", {}),
        ("agents/li/move", {"seat": "seat-02", "reason": "换座"}),
        ("queues/12345/close", {"reason": "停电"}),
        ("queues/12345/open", {}),
    ],
)
async def test_what_asterisk_must_do_is_refused_without_it_and_changes_nothing(api, path, more):
    await api.post("seats", json=ME | {"name": "seat-01"})
    file = {"display_name": "李", "skills": ["12345", "110"]}
    assert (await api.put("agents/li", json=ME | file)).status_code == 200
    before = (await api.get("agents")).json(), (await api.get("queues")).json()
    answer = await api.post(path, json=ME | more)
    assert (answer.status_code, answer.json()["code"]) == (503, "link_down")
    assert before == ((await api.get("agents")).json(), (await api.get("queues")).json())


async def test_messages_are_kept_for_whoever_comes_later(api):
    await api.post("seats", json=ME | {"name": "seat-01"})
    for body in ({"text": "开会", "seats": ["seat-01"]}, {"text": "今晚升级"}):
        assert (await api.post("messages", json=ME | body)).status_code == 201
    assert (await api.post("messages", json=ME | {"text": " "})).status_code == 422
    assert (
        await api.post("messages", json=ME | {"text": "x", "seats": ["seat-09"]})
    ).status_code == 404
    texts = {
        seat: [told["text"] for told in (await api.get("messages", params={"seat": seat})).json()]
        for seat in ("seat-01", "seat-02")
    }
    assert texts == {"seat-01": ["开会", "今晚升级"], "seat-02": ["今晚升级"]}
