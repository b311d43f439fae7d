"""While a citizen talks: what the seat is told of danger, of the place, and of what to ask."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.commands import county_files
from callcenter.facts import CallClassified, Outcome, TicketLocated, Urgency
from callcenter.pipeline import load_site
from callcenter.settings import Settings
from tests.center import Center
from tests.folding import ConsoleBoard, played
from tests.scenarios.test_one_call import A_CALL

CALL = "n1-1.0"


@pytest.fixture
async def own_center(tmp_path: Path, console: ConsoleBoard | None) -> AsyncIterator[Center]:
    """A centre with a folder of rules of its own, which a clerk may change."""
    settings = Settings(var_dir=tmp_path / "var", rules_dir=tmp_path / "rules")
    shutil.copytree(Settings().rules_dir, settings.rules_dir)
    for learned in settings.rules_dir.glob("learned*.toml"):
        learned.unlink()
    async with played(Center(load_site(settings), settings), console) as center:
        yield center


async def call_id(center: Center) -> str:
    """The only call's."""
    return (await center.only_ticket()).call_id


async def questions(center: Center) -> list[str]:
    """What the seat was told to ask, one after the other."""
    return [fact.question for fact in await center.facts(TicketLocated)]


async def test_danger_told_to_12345_is_said_at_once_with_the_words_that_say_so(center):
    await center.play(A_CALL, says="你好我家厨房着火了快来救人")
    told = (await center.facts(CallClassified))[-1]
    assert told.outcome is Outcome.NEEDS_110
    assert any("着火" in word.text for word in told.words)
    assert (await center.only_ticket()).urgency is Urgency.URGENT


async def test_each_answer_leads_to_the_next_question_until_there_is_none(center):
    await center.play(A_CALL, says="路灯不亮了")
    call = await call_id(center)
    await center.hear(call, "在古陶镇")
    await center.hear(call, "就是南大街")
    await center.hear(call, "南大街幺三零号对面")
    assert await questions(center) == ["具体在什么位置?", "哪个村?", "多少号?", ""]
    located = (await center.facts(TicketLocated))[-1]
    assert located.place == "南大街"
    assert located.detail == "130号 对面"
    assert [len(fact.cell or "") for fact in await center.facts(TicketLocated)] == [0, 9, 15, 15]


async def test_what_changes_nothing_is_not_stated_again(center):
    await center.play(A_CALL, says="古陶镇南大街的路灯不亮")
    before = await center.facts(TicketLocated)
    await center.hear(await call_id(center), "晚上黑得很", "请派人来修")
    assert await center.facts(TicketLocated) == before


async def test_a_caller_who_takes_a_place_back_is_believed(center):
    await center.play(A_CALL, says="城东街道的路灯不亮")
    await center.hear(await call_id(center), "不对不对是城西街道")
    places = [fact.place for fact in await center.facts(TicketLocated)]
    assert places == ["城东街道", "城西街道"]
    assert (await center.only_ticket()).place == "城西街道"


async def test_a_place_heard_only_by_its_sound_is_found_and_less_certain(center):
    await center.play(A_CALL, says="古逃镇兰打街的路灯不亮")
    (located,) = await center.facts(TicketLocated)
    assert located.place == "南大街"
    assert [word.text for word in located.words][0] == "南大街"
    assert all(word.certainty < 0.8 for word in located.words)
    said = "古逃镇兰打街的路灯不亮"
    assert said[located.words[0].start : located.words[0].end] == "兰打街"


async def test_a_neighbours_matter_says_whom_to_forward_it_to(center):
    await center.play(A_CALL, says="介休市这边的路灯不亮")
    (located,) = await center.facts(TicketLocated)
    assert located.cell is None
    assert located.place == "介休市"
    assert located.forward_to.startswith("介休市")
    assert (await center.only_ticket()).cell is None


async def test_words_that_lead_out_of_the_county_say_whom_to_forward_to(center):
    await center.play(A_CALL, says="火车站往西五十公里那里的路灯不亮")
    (located,) = await center.facts(TicketLocated)
    assert located.cell is None
    assert located.forward_to


async def test_an_imported_name_is_found_from_the_next_words_of_a_call_under_way(
    own_center, tmp_path, monkeypatch
):
    center = own_center
    settings = center.site.settings
    await center.play(A_CALL, says="哗啦棒广场的路灯不亮")
    assert (await center.only_ticket()).place == ""

    names = (settings.county_dir / "places.csv").read_text(encoding="utf-8")
    street = next(line for line in names.splitlines() if line.startswith("南大街,"))
    (tmp_path / "names.csv").write_text(
        f"{names}{street.replace('南大街,street', '哗啦棒广场,landmark')}\n", encoding="utf-8"
    )
    monkeypatch.setenv("CALLCENTER_VAR_DIR", str(settings.var_dir))
    county_files.import_files(county_files.offered({"gazetteer": tmp_path / "names.csv"}, "wgs-84"))
    center.site.in_force.edition()  # somebody asks, and a thread begins to load the new version
    center.site.in_force.settle()
    await center.hear(await call_id(center), "就在那儿")
    ticket = await center.only_ticket()
    assert (ticket.place, ticket.cell) == ("哗啦棒广场", "140728100001001")


async def test_a_changed_rule_counts_from_the_next_words_of_a_call_under_way(own_center):
    center = own_center
    await center.play(A_CALL, says="这里有个哗啦棒")
    rules = center.site.settings.rules_dir / "item-9-new.toml"
    rules.write_text('[item.211]\nwords.5 = ["哗啦棒"]\n', encoding="utf-8")
    center.site.book.refresh()
    await center.hear(await call_id(center), "你们管不管")
    items = [fact.item for fact in await center.facts(CallClassified)]
    assert items == [None, "211"]


async def test_a_faulty_rule_changes_nothing_and_the_call_goes_on(own_center):
    center = own_center
    await center.play(A_CALL, says="路灯不亮了")
    rules = center.site.settings.rules_dir / "item-9-new.toml"
    rules.write_text('[item.999]\nwords.5 = ["路灯"]\n', encoding="utf-8")
    before = center.site.book.version
    center.site.book.refresh()
    await center.hear(await call_id(center), "路灯坏了")
    assert center.site.book.version == before
    assert [fact.item for fact in await center.facts(CallClassified)] == ["113", "113"]
