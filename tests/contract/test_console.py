"""Contract: the console's pages as a browser gets them, over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from callcenter.api import console
from tests.browser.site import Site
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as Vite leaves it, which the site serves."""
    folder = tmp_path / "dist"
    monkeypatch.setattr(console, "FOLDER", folder)
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>console</title>", "utf-8")
    (folder / "assets" / "index-abc123.js").write_text("export {}", "utf-8")
    (folder / ".made-from").write_text("1 2", "utf-8")
    (tmp_path / "secret").write_text("not yours", "utf-8")
    return folder


@pytest.fixture
async def client(built: Path, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        Site(tmp_path, is_closed=True) as site,
        httpx.AsyncClient(base_url=site.url, timeout=PATIENCE_SECONDS) as client,
    ):
        yield client


async def test_the_page_is_asked_for_each_time_and_its_assets_never_again(client):
    page = await client.get("/console/")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert page.headers["content-type"].startswith("text/html")
    asset = await client.get("/console/assets/index-abc123.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "javascript" in asset.headers["content-type"]
    unchanged = await client.get("/console/", headers={"If-None-Match": page.headers["etag"]})
    assert unchanged.headers["etag"] == page.headers["etag"]


async def test_nothing_inline_and_nothing_evaluated_is_allowed(client):
    rules = (await client.get("/console/")).headers["content-security-policy"]
    assert "default-src 'none'" in rules
    assert "script-src 'self';" in rules
    assert "style-src 'self';" in rules
    assert "unsafe" not in rules


async def test_a_place_of_the_console_gets_the_page_and_a_lost_asset_does_not(client):
    page = await client.get("/console/")
    for place in ("cases", "cases/12345-20261122-0001?step=filed", "no/such/place"):
        assert (await client.get(f"/console/{place}")).content == page.content
    lost = await client.get("/console/assets/index-old.js")
    assert (lost.status_code, lost.json()["code"]) == (404, "not_found")
    bare = await client.get("/console")
    assert bare.status_code == 307
    assert bare.headers["location"].endswith("/console/")


async def test_nothing_outside_the_folder_is_given_out(client):
    page = (await client.get("/console/")).content
    for place in ("%2e%2e/secret", "..%2fsecret", "%2e%2e%2fsecret", ".made-from", "a%00b"):
        assert (await client.get(f"/console/{place}")).content == page, place
    assert (await client.post("/console/", content=b"x")).status_code == 405


async def test_where_it_is_not_built_it_says_so_and_the_page_at_the_root_works(client, built):
    (built / "index.html").unlink()
    told = await client.get("/console/cases")
    assert told.status_code == 404
    assert "make console" in told.text
    assert "尚未构建" in told.text
    assert (await client.get("/")).status_code == 200
