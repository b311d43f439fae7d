"""Sounds: what may be taken for what, and at which cost."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.sounds import alike, alike_forms, cost

MAY_BE_HEARD_AS = [  # dearest last
    ("古陶", "古陶", 0.0),
    ("古陶", "股陶", 0.075),  # one character of the same sound
    ("城西", "程西", 0.075),
    ("路灯", "露等", 0.175),  # the second in another tone
    ("城西", "陈西", 0.125),  # en for eng
    ("知", "资", 0.25),
    ("牛奶", "流奶", 0.125),
    ("飞机", "灰机", 0.15),  # hui for fei
    ("风", "轰", 0.3),
    ("年", "娘", 0.25),  # an for ang holds behind a glide too
    ("银行", "银航", 0.075),  # the reading it has in this word
]


@pytest.mark.parametrize(("meant", "heard", "told"), MAY_BE_HEARD_AS)
def test_what_sounds_alike_has_one_shape_and_a_cost(meant: str, heard: str, told: float) -> None:
    assert alike(heard) in alike_forms(meant)
    assert cost(heard, meant) == pytest.approx(told)
    assert cost(meant, heard) == pytest.approx(told)


@pytest.mark.parametrize(
    ("one", "other"),
    [("城西", "城东"), ("花", "哈"), ("路灯", "路"), ("一", "1"), ("a", "b"), ("王", "龙")],
)
def test_what_does_not_sound_alike_is_never_taken_for_it(one: str, other: str) -> None:
    assert cost(one, other) == inf


def test_a_name_has_a_form_for_each_mixture_of_its_readings() -> None:
    forms = alike_forms("银行长")
    assert forms[0] == alike("银行长")
    assert {alike("银形掌"), alike("银航掌")} <= set(forms)
    assert alike_forms("古陶镇") == (alike("古陶镇"),)


@given(st.text())
def test_a_shape_is_as_long_as_its_text(text: str) -> None:
    assert len(alike(text)) == len(text)
    assert len(alike_forms(text)[0]) == len(text)


@given(st.text(alphabet="古陶镇城西南大街路灯银行长重了都飞灰年娘", min_size=1))
def test_a_finite_cost_means_a_common_form(text: str) -> None:
    heard = text.translate(str.maketrans("陶灯飞年", "桃等灰娘"))
    assert cost(heard, text) < 1
    assert alike(heard) in [*alike_forms(text), alike(text)]


def test_what_has_no_chinese_sound_stays() -> None:
    assert alike("K2 路, 25号!")[:3] == "K2 "
    assert alike("，。") == "，。"
