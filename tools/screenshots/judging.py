"""Calls of the morning that were judged, and one judgement that was appealed."""

from typing import Final

from callcenter.ivr.call import Call
from callcenter.quality import judging
from callcenter.quality.form import Answer, Form, Note, read_form
from callcenter.quality.judging import Given
from callcenter.quality.reading import parts_of
from tools.screenshots.moment import Clock
from tools.screenshots.site import ShownSite

JUDGE: Final = "li.na"
POINTS: Final = {"greeting": 10, "listening": 15, "questions": 12, "manners": 10, "ticket": 18}
JUDGED: Final = {  # by whom it was taken: what was less than usual, and what is said of it
    "n1-102.0": ({"greeting": 4}, "没有报工号"),
    "n1-104.0": ({}, "情况问得很清楚"),
    "n1-106.0": ({"listening": 9, "questions": 8}, "市民还没说完就打断"),
    "n1-107.0": ({"ticket": 20}, ""),
}
APPEALED: Final = ("n1-102.0", "wang.fang", "第一句就报了工号,请复听")


def judge(site: ShownSite, clock: Clock) -> None:
    """Ten minutes before the picture."""
    form = read_form(site.settings.quality_file)
    at = clock.before(minutes=10)
    with site.store.transaction() as session:
        for call_id, (less, words) in JUDGED.items():
            call, parts = session.get(Call, call_id), parts_of(session, call_id)
            assert call is not None
            notes = (Note(text=words, at_ms=1200),) if words else ()
            given = Given(_answers(form, less), notes)
            row = judging.judge(session, call, parts[0], form, given, actor=JUDGE, at=at)
            if call_id == APPEALED[0]:
                judging.see(session, row, actor=APPEALED[1], at=at)
                judging.appeal(session, row, APPEALED[2], actor=APPEALED[1], at=at)


def _answers(form: Form, less: dict[str, int]) -> list[Answer]:
    """What does not always apply does not apply here."""
    return [
        Answer(question=one.key)
        if one.knock_out or one.optional
        else Answer(question=one.key, points=less.get(one.key, POINTS.get(one.key, one.points)))
        for one in form.question
    ]
