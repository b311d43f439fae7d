"""Contract: rules over HTTP and by command: read, checked, tried on past calls, put in force."""

from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from callcenter.__main__ import app
from callcenter.classify.rulebook import RuleBook
from callcenter.facts import Line, Side, UtteranceHeard
from callcenter.ivr.call import Call
from callcenter.people.roles import Role
from callcenter.pipeline.rules import rules_folder, rules_in_force
from callcenter.store import record
from tests.contract.test_rights import Center
from tests.small_county import write_county

CITY = '[item.113]\nwords.5 = ["路灯"]\nwords.2 = ["灯"]\n'
KINDS = '[kind."投诉"]\nwords.5 = ["投诉"]\n'
WATER = '[item.209]\nwords.5 = ["水管"]\n'
BOTH = '[item.205]\nwords.5 = ["路灯"]\n\n[item.113]\nwords.2 = ["灯"]\n'
SAID = ("路灯坏了", "水管漏了", "投诉", "路灯坏了", "灯坏了")
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
async def site(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "city.toml").write_text(CITY, "utf-8")
    (folder / "kinds.toml").write_text(KINDS, "utf-8")
    async with Center(tmp_path, is_closed=True, rules_dir=folder) as site:
        site.add("root", Role.ADMINISTRATOR)
        with site.store.transaction() as session:
            for number, text in enumerate(SAID):
                call = f"n1-{number}.0"
                at = NOON + timedelta(minutes=number)
                session.add(Call(id=call, line=Line.SERVICE, arrived_at=at))
                record(session, heard(call, text))
            silent = Call(id="n1-9.0", line=Line.SERVICE, arrived_at=NOON)
            session.add(silent)
            session.connection().exec_driver_sql("UPDATE ledger SET published = 1")  # told
        yield site


def heard(call, text):
    return UtteranceHeard(
        call_id=call, side=Side.CITIZEN, source="live", index=0, start_ms=0, end_ms=900,
        text=text, at=NOON,
    )  # fmt: skip


async def test_rules_are_told_as_files_and_as_people_read_them(site):
    async with site.asks("root") as api:
        told = (await api.get("rules")).json()
    assert (told["number"], told["versions"]) == (0, [])
    assert [(one["name"], one["text"]) for one in told["files"]] == [
        ("city.toml", CITY), ("kinds.toml", KINDS),
    ]  # fmt: skip
    city, complaint = told["sections"]
    assert (city["name"], city["title"], city["file"]) == ("item.113", "市容市政", "city.toml")
    assert city["words"] == [
        {"weight": 5.0, "words": ["路灯"]}, {"weight": 2.0, "words": ["灯"]},
    ]  # fmt: skip
    assert complaint["name"] == "kind.投诉"


@pytest.mark.parametrize(
    ("file", "text", "line", "said"),
    [
        ("city.toml", '[item.113]\nwords.5 = ["路灯"]\nwords.2 = ["路灯"]\n', 3, "keep one"),
        ("new.toml", '[item.999]\nwords.5 = ["路灯"]\n', 1, "no such item"),
        ("city.toml", "[item.113]\nwords.5 = !\n", 2, "not valid TOML"),
        ("city.toml", '[item.113]\nwords.500 = ["路灯"]\n', 2, "less than or equal to 100"),
        ("../city.toml", CITY, None, "no file of rules"),
    ],
)
async def test_a_faulty_draft_is_told_with_its_line_and_changes_nothing(
    site, file, text, line, said
):
    async with site.asks("root") as api:
        told = (await api.post("rules/check", json={"files": {file: text}})).json()
        (fault,) = told["faults"]
        assert fault["line"] == line
        assert said in fault["said"]
        new = await api.post("rules/versions", json={"based_on": 0, "files": {file: text}})
        assert new.status_code == 422
    assert rules_in_force(site.settings) == site.settings.rules_dir


async def test_a_learned_table_is_not_written_here(site):
    async with site.asks("root") as api:
        answer = await api.post("rules/check", json={"files": {"learned.toml": CITY}})
    assert (answer.status_code, answer.json()["field"]) == (422, "files")


async def test_a_draft_is_tried_on_calls_of_before_part_by_part(site):
    async with site.asks("root") as api:
        files, before, parts = {"city.toml": BOTH, "water.toml": WATER}, None, []
        while True:
            asked = {"files": files, "before": before, "most": 4}
            answer = await api.post("rules/tries", json=asked)
            assert "路灯" not in answer.text  # nothing of what was said
            parts.append(answer.json())
            if (before := parts[-1]["before"]) is None:
                break
    assert [part["looked_at"] for part in parts] == [4, 1]
    assert {part["calls"] for part in parts} == {6}
    moved = {
        one["call_id"]: (one["now"]["item"], one["then"]["item"])
        for part in parts
        for one in part["differ"]
    }
    assert moved == {
        "n1-3.0": ("113", "205"), "n1-1.0": (None, "209"), "n1-0.0": ("113", "205"),
    }  # fmt: skip
    assert len(site.audited("rules_tried")) == 2
    async with site.asks("root") as api:
        gone = await api.post("rules/tries", json={"files": {}, "before": "n1-77.0"})
    assert gone.status_code == 404


async def test_a_draft_put_in_force_is_a_version_and_another_may_follow(site):
    book = RuleBook(rules_folder(site.settings))
    async with site.asks("root") as api:
        new = await api.post("rules/versions", json={"based_on": 0, "files": {"city.toml": BOTH}})
        assert (new.status_code, new.json()["number"]) == (201, 1)
        assert new.json()["changed"] == ["city.toml"]
        late = await api.post("rules/versions", json={"based_on": 0, "files": {"x.toml": WATER}})
        assert (late.status_code, late.json()["in_force"]) == (409, 1)
        same = await api.post("rules/versions", json={"based_on": 1, "files": {"city.toml": BOTH}})
        assert same.status_code == 422
        assert "205" in book.refresh().words["路灯"]
        back = await api.post("rules/versions/0/use", json={"based_on": 1})
        assert (back.status_code, back.json()["number"]) == (201, 0)
        assert "205" not in book.refresh().words["路灯"]
        none = await api.post("rules/versions/7/use", json={"based_on": 0})
        assert none.status_code == 404
    assert [row["subject"] for row in site.audited("rules_changed")] == ["1", "0"]
    assert (site.settings.rules_dir / "city.toml").read_text("utf-8") == CITY


async def test_a_pointer_that_is_broken_leaves_the_rules_as_they_are(site):
    book = RuleBook(rules_folder(site.settings))
    (site.settings.var_dir / "rules").mkdir()
    (site.settings.var_dir / "rules" / "current").write_text("x")
    assert "113" in book.refresh().words["路灯"]


async def test_the_commands_do_the_same(site, tmp_path, monkeypatch):
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(site.settings.var_dir))
    monkeypatch.setenv("CALLCENTER_RULES_DIR", str(site.settings.rules_dir))
    monkeypatch.setenv("CALLCENTER_COUNTY_DIR", str(write_county(tmp_path / "small")))
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "city.toml").write_text(BOTH, "utf-8")
    told = CliRunner().invoke(app, ["rules", "try", str(folder), "--last", "6"])
    assert "5 calls looked at, nothing moved" in told.output
    assert "2  113 市容市政 求助 ordinary -> 205 物业管理 求助 ordinary" in told.output
    assert (
        "version 1 is in force" in CliRunner().invoke(app, ["rules", "import", str(folder)]).output
    )
    assert "*   1" in CliRunner().invoke(app, ["rules", "versions"]).output
    assert "version 0 is in force" in CliRunner().invoke(app, ["rules", "use", "0"]).output
