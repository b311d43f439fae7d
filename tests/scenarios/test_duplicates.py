"""Scenario: two citizens tell of one lamp, a third of something else beside it."""

import pytest

from callcenter.facts import DuplicatesProposed, LinkWhy, NoticeSettled
from callcenter.tickets.attachments import attach, attachments_of
from callcenter.tickets.calls import calls_of, link_call
from callcenter.tickets.clocks.running import clocks_of
from callcenter.tickets.notices.rows import Notice
from callcenter.tickets.ticket import history
from tests.scenarios.test_one_call import A_CALL
from tests.unit.test_attachments import PNG

FIRST, SECOND, THIRD = "13800000001", "13800000002", "13800000003"


def call(number: int, caller: str) -> str:
    return A_CALL.replace("n1-7", f"n1-{number}").replace(FIRST, caller)


async def ticket_of(center, call_id: str) -> str:
    return next(one.number for one in await center.tickets() if one.call_id == call_id)


async def proposed(center, call_id: str) -> list[list[str]]:
    told = [fact for fact in await center.facts(DuplicatesProposed) if fact.call_id == call_id]
    return [[offer.ticket_number for offer in fact.offers] for fact in told]


@pytest.fixture
async def lamp(center) -> str:
    """A broken lamp, told of and filed."""
    await center.play(call(7, FIRST), says="南大街的路灯不亮，晚上看不见路")
    number = await ticket_of(center, "n1-7.0")
    await center.move(number, "file", actor="seat-08")
    return number


async def test_a_second_citizen_in_other_words_is_offered_the_first_ones_ticket(center, lamp):
    await center.play(call(8, SECOND), says=["喂你好", "我说个事", "南大街那边路灯坏了好几天"])
    assert await proposed(center, "n1-8.0") == [[lamp]]
    (told,) = [f for f in await center.facts(DuplicatesProposed) if f.call_id == "n1-8.0"]
    assert "路灯" in told.offers[0].why[-1].words
    await center.hear("n1-8.0", "黑咕隆咚的，路灯一个都没亮")
    assert await proposed(center, "n1-8.0") == [[lamp]]  # nothing new, nothing stated
    await center.move(lamp, "accept", actor="handler:U1002")
    await center.hear("n1-8.0", "对")
    assert await proposed(center, "n1-8.0") == [[lamp], [lamp]]  # it stands elsewhere now


async def test_what_lies_beside_it_and_is_another_matter_is_not_offered(center, lamp):
    await center.play(call(9, THIRD), says="南大街小学门口有人卖过期零食")
    assert await proposed(center, "n1-9.0") == []


async def test_an_offer_that_turns_out_another_matter_is_taken_back(center, lamp):
    await center.play(call(8, SECOND), says="南大街路灯坏了")
    assert await proposed(center, "n1-8.0") == [[lamp]]
    await center.hear("n1-8.0", "不对，不是南大街，是洪善大街，洪善大街")
    assert (await proposed(center, "n1-8.0"))[-1] == []


async def everything_of(center, number: str):
    ticket = await center.ticket(number)
    return {
        "ticket": ticket.model_dump(exclude={"steps"}),
        "steps": await center.look(lambda s: [row.model_dump() for row in history(s, number)]),
        "files": await center.look(lambda s: [f.model_dump() for f in attachments_of(s, number)]),
        "calls": await center.look(lambda s: [c.model_dump() for c in calls_of(s, number)]),
        "clocks": await center.look(
            lambda s: {k: (c.due_at, c.running) for k, c in clocks_of(s, number).items()}
        ),
    }


async def test_a_merge_taken_back_loses_nothing(center, lamp, tmp_path):
    await center.play(call(8, SECOND), says="南大街路灯坏了好几天")
    second = await ticket_of(center, "n1-8.0")
    await center.move(second, "file", actor="seat-08")
    with center.store.transaction() as session:
        now = center.teller.now
        attach(session, second, PNG, "路灯.png", tmp_path, at=now, actor="seat-08")
        link_call(session, second, "n1-7.0", LinkWhy.URGED, at=now, actor="seat-08")
    before = await everything_of(center, second)
    await center.move(second, "merge", actor="seat-08", other=lamp)
    await center.move(second, "unmerge", actor="seat-08", reason="不是同一盏灯")
    after = await everything_of(center, second)
    assert [row["move"] for row in after["steps"]][-2:] == ["merge", "unmerge"]
    after["steps"] = after["steps"][:-2]
    assert after == before


async def test_who_was_merged_into_a_draft_hears_of_an_answer_on_the_spot_too(center, lamp):
    """The draft's own caller is on the telephone; the other one is not."""
    await center.play(call(8, SECOND), says="南大街路灯坏了好几天")
    draft = await ticket_of(center, "n1-8.0")
    await center.move(lamp, "merge", actor="seat-08", other=draft)
    await center.move(draft, "answer", actor="seat-08", reason="今晚已修好")
    told = [row for row in await center.rows(Notice) if row.occasion == "answered"]
    assert [(row.to_call, row.ticket_number) for row in told] == [("n1-7.0", draft)]
    assert lamp in told[0].text
    assert len([f for f in await center.facts(NoticeSettled) if f.occasion == "answered"]) == 1
