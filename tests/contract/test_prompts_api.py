"""Contract: what callers hear, over HTTP: told, played, recorded with its checks, spoken again."""

import pytest

from callcenter.errors import CannotStartError
from callcenter.ivr.prompts import catalogue, make_prompt
from callcenter.people.roles import Role
from tests.contract.test_rights import Center
from tests.unit.test_recorded import record


@pytest.fixture
async def site(tmp_path):
    async with Center(tmp_path, is_closed=True) as site:
        site.add("root", Role.ADMINISTRATOR)
        try:
            make_prompt(site.settings, "goodbye", "zh")
        except CannotStartError as error:
            pytest.skip(error.message)
        yield site


@pytest.fixture
async def api(site):
    async with site.asks("root") as api:
        yield api


async def test_prompts_are_told_and_played(api):
    told = (await api.get("prompts")).json()
    by_name = {one["name"]: one for one in told["prompts"]}
    assert by_name["goodbye"]["seconds"] > 1
    assert by_name["greeting"]["seconds"] is None  # nobody made it yet
    waiting = next(one for one in told["sentences"] if one["name"] == "waiting-place")
    assert waiting["gaps"] == ["place"]
    heard = await api.get("prompts/sound", params={"name": "goodbye"})
    assert (heard.headers["content-type"], heard.content[:4]) == ("audio/wav", b"RIFF")
    for name in ("greeting", "../goodbye", "nonsense"):
        assert (await api.get("prompts/sound", params={"name": name})).status_code == 404
    assert (await api.get("prompts", params={"language": "fr"})).status_code == 422


async def test_a_sentence_is_played_with_samples_in_its_gaps(site, api):
    async def heard(*gaps: str, name: str = "waiting-time"):
        return await api.get("prompts/sentence", params={"name": name, "gap": gaps})

    assert (await heard("duration=3")).status_code == 404  # its stretches are not made yet
    for name in ("waiting-time-1", "number-3", "minutes", "waiting-time-2", "progress-unit-1"):
        if name in catalogue("zh"):
            make_prompt(site.settings, name, "zh")
    three = await heard("duration=3")
    assert (three.headers["content-type"], three.content[:4]) == ("audio/wav", b"RIFF")
    for name, gaps, said in (
        ("waiting-time", (), "needs duration"),
        ("waiting-time", ("duration=three",), "duration cannot be read: give minutes"),
        ("waiting-place", ("place=1000",), "place cannot be read"),
        ("progress-case", ("digits=0007", "state=lost"), "state cannot be read"),
        ("progress-due", ("moment=tomorrow",), "moment cannot be read"),
        ("progress-unit", ("unit=nobody",), "unit is not known"),
    ):
        refused = await heard(*gaps, name=name)
        assert (refused.status_code, said in refused.json()["detail"]) == (422, True), name
    assert (await heard("duration=3", name="nonsense")).status_code == 404


async def test_a_recording_is_checked_takes_its_place_and_is_taken_back(site, api, tmp_path):
    goodbye = {"name": "goodbye"}

    def sent(**how):
        return record(tmp_path / "r.wav", **how).read_bytes()

    for how, said in (
        ({"rate_hz": 11025}, "save it with one of"),
        ({"level": 0.001}, "too quiet"),
        ({"seconds": 60.0}, "is it the right text"),
    ):
        refused = await api.post("prompts/recording", params=goodbye, content=sent(**how))
        assert (refused.status_code, said in refused.json()["detail"]) == (422, True), how
    unknown = await api.post("prompts/recording", params={"name": "x"}, content=sent())
    assert unknown.status_code == 404
    taken = await api.post("prompts/recording", params=goodbye, content=sent(seconds=3.0))
    assert (taken.status_code, taken.json()["recorded"]) == (201, True)
    back = await api.post("prompts/recording/restore", params=goodbye)
    assert (back.status_code, back.json()["recorded"]) == (201, False)
    again = await api.post("prompts/recording/restore", params=goodbye)
    assert again.status_code == 404
    assert [row["subject"] for row in site.audited("prompt_recorded")] == ["goodbye"]
    assert [row["subject"] for row in site.audited("prompt_restored")] == ["goodbye"]
