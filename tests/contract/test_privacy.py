"""Contract: retention as its routes and its commands have it; what they do is test_retention's."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.errors import BadInputError, CannotStartError, ImpossibleMoveError, NotFoundError
from callcenter.people.roles import Role
from callcenter.privacy.running import Retention
from callcenter.settings import Settings
from callcenter.store import Store
from tests.contract.test_retention import MARK, NUMBER, OTHER, OTHERS_NUMBER, a_case
from tests.contract.test_rights import Center

RULE = "recordings 12345 1 day"
HELD = "n1-2.0"


def retention_file(folder: Path) -> Path:
    """Recordings of 12345 go after a day, all else stays: so due does not hang on the date."""
    text = Settings().retention_file.read_text("utf-8")
    text = re.sub(r'= "\d+ (years?|days)"', '= "for ever"', text)
    file = folder / "retention.toml"
    file.write_text(text.replace('"12345" = "for ever"', '"12345" = "1 day"', 1), "utf-8")
    return file


def filled(folder: Path) -> Settings:
    """A site with two cases that are over; nobody is owed word of them."""
    settings = Settings(var_dir=folder / "var", retention_file=retention_file(folder))
    for place in (settings.recordings_dir, settings.attachments_dir):
        place.mkdir(parents=True)
    settings.recordings_mark.touch()
    store = Store(settings.database)
    store.prepare()
    kept = Retention.of(store, settings)
    a_case(kept, "n1-1.0", NUMBER, MARK)
    a_case(kept, HELD, OTHERS_NUMBER, OTHER)
    with store.transaction() as session:
        session.connection().exec_driver_sql("UPDATE ledger SET published = 1")
    store.close()
    return settings


def files(settings: Settings) -> list[str]:
    return sorted(one.name for one in settings.recordings_dir.glob("*.wav"))


# --- the routes -----------------------------------------------------------------------------------


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Center]:
    file = filled(tmp_path).retention_file
    async with Center(tmp_path, is_closed=True, retention_file=file) as site:
        site.add("admin", Role.ADMINISTRATOR)
        site.add("chief", Role.SUPERVISOR, queues=("12345",))
        yield site


async def posted(client: httpx.AsyncClient, path: str, **body: Any) -> tuple[int, Any]:
    answer = await client.post(f"privacy/{path}", json=body)
    return answer.status_code, answer.json()


async def test_an_administrator_looks_holds_deletes_and_all_of_it_is_audited(site):
    async with site.asks("admin") as admin:
        before = files(site.settings)
        status, ran = await posted(admin, "deletions")  # dry unless it is said
        assert (status, ran["dry_run"], ran["subjects"][RULE]) == (201, True, 4)
        assert files(site.settings) == before
        status, hold = await posted(admin, "holds", kind="call", subject=HELD, reason="法院调取")
        assert (status, hold["kind"], hold["placed_by"]) == (201, "call", "admin")
        status, ran = await posted(admin, "deletions", dry_run=False)
        assert (status, ran["subjects"][RULE], ran["held"][RULE], ran["skipped"]) == (201, 3, 1, [])
        assert files(site.settings) == [one for one in before if one.startswith(f"{HELD}-")]
        report = (await admin.get("privacy/report")).json()
        (gone,) = report["deleted"]
        assert (gone["rule"], gone["subjects"], report["holds"]) == (RULE, 3, 1)
        status, over = await posted(admin, f"holds/{hold['id']}/release", reason="已审结")
        assert (status, over["released_by"], over["release_reason"]) == (201, "admin", "已审结")
        assert (await admin.get("privacy/holds")).json() == []
        shown = (await admin.get("privacy/holds", params={"released": True})).json()
        assert [one["id"] for one in shown] == [hold["id"]]
    (run,) = site.audited("deleted_by_term")
    assert (run["actor"], json.loads(run["detail"])) == ("admin", {RULE: 3})
    assert len(site.audited("hold_placed")) == len(site.audited("hold_released")) == 1
    assert len(site.audited("holds_read")) == 2


async def test_a_number_is_held_without_being_shown_or_written_down(site):
    async with site.asks("admin") as admin:
        given = {"kind": "number", "subject": NUMBER, "reason": "核查"}
        status, hold = await posted(admin, "holds", **given)
        assert (status, hold["subject"]) == (201, None)
        listed = await admin.get("privacy/holds")
        status, again = await posted(admin, "holds", **given)
        assert (status, again["code"]) == (409, "impossible_move")
    told = listed.text + json.dumps(again) + json.dumps(site.audited("hold_placed"), default=str)
    assert NUMBER not in told


REFUSED: list[tuple[str, dict[str, Any], int]] = [
    ("holds", {"kind": "call", "subject": "n9-9.9", "reason": "x"}, 404),
    ("holds", {"kind": "ticket", "subject": "12345-20250303-9999", "reason": "x"}, 404),
    ("holds", {"kind": "number", "subject": "nobody", "reason": "x"}, 422),
    ("holds", {"kind": "person", "subject": "x", "reason": "x"}, 422),
    ("holds", {"kind": "call", "subject": HELD, "reason": "  "}, 422),
    ("holds", {"kind": "call", "subject": HELD}, 422),
    ("holds/7/release", {"reason": "x"}, 404),
    ("holds/0/release", {"reason": "x"}, 422),
    ("deletions", {"dry_run": "perhaps"}, 422),
]


async def test_what_cannot_be_is_refused_and_changes_nothing(site):
    async with site.asks("admin") as admin:
        for path, body, status in REFUSED:
            answered, problem = await posted(admin, path, **body)
            assert (answered, problem["status"]) == (status, status), path
        assert (await admin.get("privacy/holds")).json() == []
    assert len(files(site.settings)) == 6


async def test_nobody_else_may_and_a_broken_file_is_named(site):
    async with site.asks("chief") as chief, site.asks() as stranger:
        for client, status in ((chief, 403), (stranger, 401)):
            assert (await client.get("privacy/report")).status_code == status
            assert (await client.get("privacy/holds")).status_code == status
            assert (await posted(client, "deletions", dry_run=False))[0] == status
            body = {"kind": "call", "subject": HELD, "reason": "x"}
            assert (await posted(client, "holds", **body))[0] == status
    assert len(files(site.settings)) == 6
    site.settings.retention_file.write_text("at = 3", "utf-8")
    async with site.asks("admin") as admin:
        status, problem = await posted(admin, "deletions", dry_run=False)
    assert (status, "retention.toml" in problem["detail"]) == (422, True)
    assert len(files(site.settings)) == 6


# --- the commands ---------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = filled(tmp_path)
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(settings.var_dir))
    monkeypatch.setenv("CALLCENTER_RETENTION_FILE", str(settings.retention_file))
    return settings


def said(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["privacy", *words], input=answer)


def test_the_commands_look_hold_delete_and_report(here):
    before = files(here)
    dry = said("delete")
    assert (dry.exit_code, files(here)) == (0, before)
    assert re.search(rf"{RULE} +due 4  held 0", dry.output)
    assert "nothing was deleted: --now deletes" in dry.output
    assert said("hold", "place", "call", HELD, "--reason", "法院调取").output == "hold 1\n"
    ran = said("delete", "--now")
    assert (ran.exit_code, len(files(here))) == (0, 3)
    assert re.search(rf"{RULE} +due 3  held 1", ran.output)
    told = json.loads(said("report", "--json").output)
    assert [(one["rule"], one["subjects"]) for one in told["deleted"]] == [(RULE, 3)]
    shown = said("report").output
    assert re.search(rf"{RULE} +3 ", shown)
    assert "open holds         1" in shown
    assert said("hold", "release", "1", "--reason", "已审结").exit_code == 0
    assert said("hold", "list").output == ""
    fields = said("hold", "list", "--released").output.rstrip("\n").split("\t")
    assert (fields[0], *fields[2:6]) == ("1", "call", HELD, "command-line", "法院调取")
    assert fields[6].startswith("released ")


def test_a_number_is_asked_for_and_never_echoed(here):
    placed = said("hold", "place", "number", "--reason", "核查", answer=f"{NUMBER}\n")
    assert placed.exit_code == 0
    listed = said("hold", "list").output
    assert "\tnumber\t-\t" in listed
    assert NUMBER not in placed.output + listed
    refused = said("hold", "place", "number", NUMBER, "--reason", "核查").exception
    assert isinstance(refused, BadInputError)
    assert NUMBER not in str(refused)


def test_a_command_that_cannot_be_says_why(here):
    for words, error, told in (
        (("place", "person", "x", "--reason", "x"), BadInputError, "write call, ticket"),
        (("place", "call", "n9-9.9", "--reason", "x"), NotFoundError, "no call has"),
        (("place", "call", HELD, "--reason", " "), BadInputError, "reason is missing"),
        (("release", "7", "--reason", "x"), NotFoundError, "hold 7 is not known"),
    ):
        refused = said("hold", *words).exception
        assert isinstance(refused, error)
        assert told in str(refused)
    assert said("hold", "place", "call", HELD, "--reason", "x").exit_code == 0
    again = said("hold", "place", "call", HELD, "--reason", "x").exception
    assert isinstance(again, ImpossibleMoveError)
    here.retention_file.write_text("at = 3", "utf-8")
    assert isinstance(said("delete", "--now").exception, CannotStartError)
    assert len(files(here)) == 6


def test_what_is_out_of_reach_is_said_and_ends_with_1(here):
    here.recordings_mark.unlink()
    result = said("delete", "--now")
    assert (result.exit_code, len(files(here))) == (1, 6)
    assert "recordings not deleted" in result.output + result.stderr
