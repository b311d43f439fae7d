"""Unit: the form of quality.toml, what answers come to, and the few moves of a judgement."""

from pathlib import Path

import pytest

from callcenter.errors import BadInputError
from callcenter.quality.form import Answer, Form, Note, Question, check_notes, read_form, scored
from callcenter.settings import Settings

QUESTIONS = (
    Question(key="greeting", section="开头", text="问候", points=10),
    Question(key="answer", section="办理", text="答复", points=30, optional=True),
    Question(key="rude", section="否决", text="辱骂", knock_out=True),
)
WHOLE = """
appeal_days = 7
[[question]]
key = "greeting"
section = "开头"
text = "问候"
points = 10
"""


def given(greeting: int | None = 8, answer: int | None = 15, *, rude: bool = False) -> list[Answer]:
    return [
        Answer(question="greeting", points=greeting),
        Answer(question="answer", points=answer),
        Answer(question="rude", failed=rude),
    ]


@pytest.mark.parametrize(
    ("answers", "value"),
    [
        (given(), 57.5),  # 23 of 40
        (given(10, 30), 100.0),
        (given(8, None), 80.0),  # what does not apply is left out with its points
        (given(10, 30, rude=True), 0.0),
    ],
)
def test_a_score_is_the_points_out_of_those_that_applied(answers, value):
    assert scored(QUESTIONS, answers).value == value


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (given()[:2], "rude is missing: answer every question"),
        ([*given(), Answer(question="greeting", points=1)], "answered twice"),
        ([*given(), Answer(question="smile", points=1)], "'smile' is no question"),
        (given(None), "always applies"),
        (given(11), "worth 10 at most"),
        ([*given()[:2], Answer(question="rude", points=0)], "say failed, not points"),
        ([Answer(question="greeting", failed=True), *given()[1:]], "say points, not failed"),
    ],
)
def test_answers_that_do_not_fit_the_form_name_the_question(answers, said):
    with pytest.raises(BadInputError, match=said):
        scored(QUESTIONS, answers)


def test_a_note_is_to_a_question_of_the_form_or_to_none():
    check_notes(QUESTIONS, [Note(text="好", question="greeting", at_ms=900), Note(text="好")])
    with pytest.raises(BadInputError, match="no question of the form"):
        check_notes(QUESTIONS, [Note(text="好", question="smile")])


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("points = 10", "points = 200", "line 7: question 1 points"),
        ("points = 10", "", "line 3: question 1: give it points, or knock_out = true"),
        ("points = 10", "points = 10\nknock_out = true", "and not both"),
        ("points = 10", "points = 10\noptional = true", "calls of no score"),
        ("points = 10", "point = 10", "line 7: question 1 point"),
        ('"greeting"', '"Greeting!"', "line 4: question 1 key"),
        ("appeal_days = 7", "appeal_days = 0", "line 2: appeal_days"),
        (WHOLE[16:], WHOLE[16:] * 2, "key 'greeting' stands twice"),
        ("[[question]]", "[[question", "quality.toml cannot be used"),
    ],
)
def test_a_fault_of_the_file_is_told_with_its_place_and_remedy(tmp_path: Path, was, now, said):
    file = tmp_path / "quality.toml"
    file.write_text(WHOLE.replace(was, now), "utf-8")
    with pytest.raises(BadInputError, match="quality.toml") as refused:
        read_form(file)
    assert said in refused.value.message


def test_the_demo_countys_form_adds_up_to_a_hundred_and_a_change_is_another_revision():
    form = read_form(Settings().quality_file)
    assert sum(one.points for one in form.question) == 100
    assert form.revision != Form(appeal_days=3, question=form.question).revision
