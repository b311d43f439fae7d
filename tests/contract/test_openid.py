"""Contract: signing in by OpenID Connect, against a provider that answers over HTTP."""

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey
from sqlmodel import select

from callcenter.api.openid import COOKIE as WAITING
from callcenter.api.openid import PLACE
from callcenter.errors import CannotStartError
from callcenter.people import accounts
from callcenter.people.accounts import Account
from callcenter.people.roles import Role
from callcenter.people.sessions import SignedIn
from callcenter.people.sign_on import SignOn, read_sign_on
from callcenter.settings import Settings, load_settings
from tests.contract.test_rights import PASSWORD, Center
from tests.fake_oidc import CLIENT, SECRET, FakeProvider
from tests.patience import PATIENCE_SECONDS

TABLE = """
claim = "groups"
name_claim = "preferred_username"
[[grant]]
value = "seats"
roles = ["seat"]
[[grant]]
value = "gutao"
roles = ["dispatcher"]
grid = "140728100"
[[grant]]
value = "county"
roles = ["evaluator"]
[[grant]]
value = "light"
roles = ["handler"]
unit = "U1002"
[[grant]]
value = "water"
roles = ["handler"]
unit = "U1005"
[[grant]]
value = "chiefs"
roles = ["administrator"]
"""


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as provider:
        yield provider


@pytest.fixture
async def site(tmp_path: Path, provider: FakeProvider) -> AsyncIterator[Center]:
    (table := tmp_path / "sign_on.toml").write_text(TABLE, "utf-8")
    async with Center(
        tmp_path,
        is_closed=True,
        openid_issuer=provider.url,
        openid_client_id=CLIENT,
        openid_client_secret=SECRET,
        sign_on_file=table,
    ) as site:
        yield site


@pytest.fixture
async def browser(site: Center) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE_SECONDS) as client:
        yield client


async def come_back(
    browser: httpx.AsyncClient, next_page: str = "/", accept: str = "*/*"
) -> httpx.Response:
    """To the provider and back to us; what we answer then."""
    leave = await browser.get(PLACE, params={"next": next_page})
    assert leave.status_code == 303, leave.text
    back = await browser.get(leave.headers["location"])
    return await browser.get(back.headers["location"], headers={"Accept": accept})


async def who(browser: httpx.AsyncClient) -> dict:
    answer = await browser.get("/api/v1/session")
    return answer.json() if answer.status_code == 200 else {}


def account(site: Center, name: str) -> Account:
    with site.store.reading() as session:
        found = session.get(Account, name)
        assert found is not None
        return found


# --- good ones ------------------------------------------------------------------------------------


async def test_a_person_signs_in_and_has_what_the_table_gives(site, browser, provider):
    provider.person |= {"groups": ["gutao", "county", "other"], "preferred_username": "li.na"}
    answer = await come_back(browser, "/console/#/cases?step=filed")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/#/cases?step=filed")
    assert WAITING not in browser.cookies
    kept = answer.headers.get_list("set-cookie")[0]
    assert "HttpOnly" in kept
    assert "SameSite=strict" in kept
    me = await who(browser)
    assert (me["name"], me["display_name"]) == ("li.na", "李娜")
    assert (me["roles"], me["grid"]) == (["dispatcher", "evaluator"], "140728100")
    (line,) = site.audited("signed_in_by_openid")
    assert line["actor"] == "li.na"
    assert [line["subject"] for line in site.audited("account_added")] == ["li.na"]
    verdict = await httpx.AsyncClient(timeout=PATIENCE_SECONDS).get(f"{site.url}/api/v1/health")
    assert "audit_broken" not in verdict.json()["warnings"]
    assert verdict.json()["openid"] is True


async def test_an_account_is_its_subjects_and_no_names(site, browser, provider):
    site.add("li.na", Role.ADMINISTRATOR, password=PASSWORD)  # a local one of the same name
    provider.person["preferred_username"] = "li.na"
    await come_back(browser)
    mine = (await who(browser))["name"]
    assert mine.startswith("openid-")
    provider.person |= {"preferred_username": "li.na2", "name": "李娜娜", "groups": ["light"]}
    await come_back(browser)
    me = await who(browser)
    assert (me["name"], me["display_name"], me["unit"]) == (mine, "李娜娜", "U1002")
    assert me["roles"] == ["handler"]
    provider.person["sub"] = "0002"
    await come_back(browser)
    assert (await who(browser))["name"] == "li.na2"
    local = await browser.post("/api/v1/session", json={"name": "li.na", "password": PASSWORD})
    assert (local.status_code, local.json()["roles"]) == (201, ["administrator"])


# --- signing out ----------------------------------------------------------------------------------


async def test_signing_out_ends_the_session_at_the_provider_too(site, browser, provider):
    await come_back(browser)
    assert provider.is_signed_in
    told = (await browser.delete("/api/v1/session")).json()
    assert await who(browser) == {}
    assert told["provider_goes_on"] is False
    back = await browser.get(told["go_to"])
    assert back.headers["location"] == f"{site.url}/console/"
    assert not provider.is_signed_in
    await come_back(browser)
    everywhere = (await browser.delete("/api/v1/session/all")).json()
    assert (everywhere["ended"], everywhere["go_to"].partition("?")[0]) == (1, provider.ends_at)


async def test_where_the_provider_ends_no_session_signing_out_says_so(site, browser, provider):
    for ends_at in (None, "javascript:alert(1)"):
        provider.ends_at = ends_at
        await come_back(browser)
        with site.store.reading() as session:
            assert session.exec(select(SignedIn.id_token)).all() == [None]  # nothing to keep it for
        told = (await browser.delete("/api/v1/session")).json()
        assert told == {"go_to": None, "provider_goes_on": True}
    provider.ends_at = f"{provider.url}/end?tenant=county"
    await come_back(browser)
    provider.person["groups"] = ["seats", "x" * 4096]  # an address would be too long with it
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE_SECONDS) as other:
        await come_back(other)
        told = (await other.delete("/api/v1/session")).json()
        assert dict(httpx.URL(told["go_to"]).params) == {
            "tenant": "county",
            "client_id": CLIENT,
            "post_logout_redirect_uri": f"{site.url}/console/",
        }
    await provider.stop()
    told = (await browser.delete("/api/v1/session")).json()
    assert told == {"go_to": None, "provider_goes_on": True}
    assert await who(browser) == {}


# --- refused --------------------------------------------------------------------------------------


async def refused(
    site: Center, browser: httpx.AsyncClient, answer: httpx.Response, status: int, code: str
) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await who(browser) == {}
    assert site.audited("signed_in_by_openid") == []
    assert [json.loads(line["detail"]) for line in site.audited("sign_in_failed")] == [
        {"by": "openid", "why": code}
    ]


async def test_a_wrong_state_lets_nobody_in(site, browser, provider):
    provider.state = "x" * 64
    await refused(site, browser, await come_back(browser), 401, "openid_refused")


async def test_what_another_browser_began_lets_nobody_in(site, browser, provider):
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE_SECONDS) as other:
        leave = await other.get(PLACE)
        back = await other.get(leave.headers["location"])
    answer = await browser.get(back.headers["location"])
    await refused(site, browser, answer, 401, "openid_refused")


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("nonce", {"nonce": "another"}),
        ("nonce", {"nonce": ""}),
        ("aud", {"aud": "another-client"}),
        ("aud", {"aud": ["another-client"], "azp": CLIENT}),
        ("iss", {"iss": "https://another.example"}),
        ("ExpiredTokenError", {"exp": int(time.time()) - 600}),
        ("sub", {"sub": ""}),
        ("sub", {"sub": 17}),
    ],
)
async def test_a_wrong_id_token_lets_nobody_in(site, browser, provider, claim, wrong):
    provider.wrong = wrong
    answer = await come_back(browser)
    assert claim in answer.json()["detail"]
    await refused(site, browser, answer, 401, "openid_refused")


async def test_another_key_than_the_providers_signs_nothing(site, browser, provider):
    provider.signs_with = ECKey.generate_key("P-256", {"kid": "1"})
    await refused(site, browser, await come_back(browser), 401, "openid_refused")


async def test_a_code_is_good_once(site, browser, provider):
    leave = await browser.get(PLACE)
    back = (await browser.get(leave.headers["location"])).headers["location"]
    waiting = browser.cookies[WAITING]
    assert (await browser.get(back)).status_code == 303
    async with httpx.AsyncClient(
        base_url=site.url, cookies={WAITING: waiting}, timeout=PATIENCE_SECONDS
    ) as thief:
        answer = await thief.get(back)
    assert (answer.status_code, answer.json()["code"]) == (401, "openid_refused")


async def test_who_has_no_role_is_told_so_on_a_page(site, browser, provider):
    provider.person["groups"] = ["nothing of ours"]
    answer = await come_back(browser, accept="text/html,*/*;q=0.8")
    assert answer.status_code == 403
    assert "没有为您分配本系统的角色" in answer.text
    provider.person["groups"] = ["light", "water"]  # two units
    assert (await come_back(browser)).json()["code"] == "no_role"
    assert await who(browser) == {}
    assert len(site.audited("sign_in_failed")) == 2


async def test_roles_taken_away_at_the_provider_are_taken_away_here(site, browser, provider):
    provider.person |= {"groups": ["chiefs"], "preferred_username": "chief"}
    await come_back(browser)
    assert (await who(browser))["roles"] == ["administrator"]
    provider.person["groups"] = []
    async with httpx.AsyncClient(base_url=site.url, timeout=PATIENCE_SECONDS) as elsewhere:
        assert (await come_back(elsewhere)).json()["code"] == "no_role"
    assert await who(browser) == {}  # the other session has ended, too
    assert account(site, "chief").person.roles == ()
    (line,) = site.audited("sign_in_failed")
    assert (line["subject"], line["actor"]) == ("chief", "")
    provider.person["groups"] = ["seats"]
    await come_back(browser)
    assert (await who(browser))["roles"] == ["seat"]


async def test_a_closed_account_stays_closed(site, browser, provider):
    site.add("admin", Role.ADMINISTRATOR)
    provider.person["preferred_username"] = "li.na"
    await come_back(browser)
    with site.store.transaction() as session:
        accounts.close(session, "li.na", actor="admin")
    answer = await come_back(browser)
    assert (answer.status_code, answer.json()["code"]) == (403, "account_closed")
    assert await who(browser) == {}
    assert not account(site, "li.na").is_open
    assert site.audited("sign_in_failed")[-1]["subject"] == "li.na"


async def test_a_provider_that_is_away_is_told_and_local_accounts_go_on(site, browser, provider):
    leave = await browser.get(PLACE)
    back = (await browser.get(leave.headers["location"])).headers["location"]
    await provider.stop()
    for path in (PLACE, back):
        answer = await browser.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "provider_away")
    page = await browser.get(PLACE, headers={"Accept": "text/html"})
    assert "统一认证平台暂时无法使用" in page.text
    site.add("li.na", Role.SEAT, password=PASSWORD)
    local = await browser.post("/api/v1/session", json={"name": "li.na", "password": PASSWORD})
    assert local.status_code == 201


@pytest.mark.parametrize(
    "page",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/api/v1/session", "console/"]
    + ["/\n/evil.example", "/console/\r\nSet-Cookie: a=b", "/console/\\evil"],
)
async def test_no_page_of_another_site_is_gone_on_to(site, browser, page):
    answer = await browser.get(PLACE, params={"next": page})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


async def test_too_many_refusals_from_an_address_make_wait(site, browser):
    for _ in range(site.settings.sign_in_tries_per_address):
        assert (await browser.get(f"{PLACE}/return")).status_code == 401
    answer = await browser.get(f"{PLACE}/return", headers={"Accept": "text/html"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_site_without_a_provider_says_so(tmp_path: Path):
    async with (
        Center(tmp_path, is_closed=True) as site,
        httpx.AsyncClient(base_url=site.url, timeout=PATIENCE_SECONDS) as browser,
    ):
        for path in (PLACE, f"{PLACE}/return?code=x&state=y"):
            answer = await browser.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await browser.get("/api/v1/health")).json()["openid"] is False


# --- the table and the settings -------------------------------------------------------------------


def test_the_demo_countys_table_can_be_used():
    assert read_sign_on(Settings().sign_on_file).claim == "groups"


def test_values_may_lie_in_objects():
    table = SignOn.model_validate(
        {"claim": "realm_access.roles", "grant": [{"value": "seats", "roles": ["seat"]}]}
    )
    assert table.given({"realm_access": {"roles": ["x", "seats"]}}).roles == [Role.SEAT]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "grant"),
        ("grant = [", "cannot be used"),
        ('[[grant]]\nvalue = "x"\nroles = ["operator"]', "roles are missing or wrong"),
        ('[[grant]]\nvalue = "x"\nroles = ["handler"]', "unit is missing"),
        ('[[grant]]\nvalue = "x"\nroles = ["seat"]\ngird = "1"', "gird"),
    ],
)
def test_a_table_that_cannot_be_used_names_its_fault(tmp_path: Path, text: str, fault: str):
    (path := tmp_path / "sign_on.toml").write_text(text, "utf-8")
    with pytest.raises(CannotStartError, match=fault):
        read_sign_on(path)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"openid_issuer": "http://sso.example"}, "CALLCENTER_OPENID_ISSUER"),
        ({"openid_issuer": "https://sso.example"}, "CALLCENTER_OPENID_CLIENT_ID is missing"),
        ({"openid_scopes": "profile"}, "CALLCENTER_OPENID_SCOPES"),
    ],
)
def test_settings_that_cannot_be_used_name_their_fault(given, fault):
    with pytest.raises(CannotStartError, match=fault):
        load_settings(**given)
