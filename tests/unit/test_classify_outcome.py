"""Unit: which number a call is for, and what takes words of danger back."""

import pytest

from callcenter.classify.keywords import Reading, classify
from callcenter.classify.rulefiles import load_rules
from callcenter.facts import Outcome, Side, Urgency

CITIZEN, SEAT = Side.CITIZEN, Side.SEAT
RULES = """
[item.113]
words.5 = ["路灯"]

[item.311]
words.5 = ["打架"]

[urgent]
enough = 5
words.3 = ["受伤"]

[needs_110]
enough = 5
not_after = ["没有"]
calm = ["保险", "演练"]
calm_before = ["去年", "如果"]
now = ["正在", "快来"]
unless = ["打错了"]
words.6 = ["着火", "着火了"]
words.5 = ["受伤了"]
words.3 = ["冒烟"]
against.2 = ["玩具"]
together = [{ words = ["拿", "刀"], weight = 5 }]

[belongs_to_12345]
enough = 4
items = ["113"]
words.4 = ["工单号"]

[negation]
before = ["不是"]
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    return load_rules(folder)


@pytest.fixture
def heard(rules):
    def read(*said: str | tuple[Side, str]) -> Reading:
        told = [(CITIZEN, one) if isinstance(one, str) else one for one in said]
        return classify(rules, told)

    return read


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("我家着火了", Outcome.NEEDS_110),
        ("他手里拿了一把刀", Outcome.NEEDS_110),
        ("路灯坏了", Outcome.BELONGS_TO_12345),
        ("我的工单号是多少", Outcome.BELONGS_TO_12345),
        ("有人打架", None),  # an item that is not among those for 12345
        ("路灯着火了", Outcome.NEEDS_110),  # danger wins
        ("路灯在冒烟", None),  # not enough danger, yet too much for 12345: the seat decides
        ("你好", None),
        ("着火了打错了", None),  # unless
        ("玩具冒烟", None),
    ],
)
def test_the_words_say_which_number_a_call_is_for(heard, said, outcome):
    assert heard(said).outcome is outcome


@pytest.mark.parametrize(
    "said",
    [
        "没有着火",
        "不是着火",
        "着火的保险怎么买",
        "消防演练说着火了",
        "去年我们小区旁边的厂着火了",
        "如果着火了怎么逃",
    ],
)
def test_danger_that_was_or_might_be_does_not_count(heard, said):
    assert heard(said).outcome is None


@pytest.mark.parametrize(
    "said",
    [
        "着火了去年刚装修的",  # 去年 calms only what follows it
        "去年修的电线正在着火",  # but not what is going on
        "着火了快来我有保险",
        "不是演练真的着火了",
        "去年就反映过了。现在着火了",  # another sentence
        "去年" + "啊" * 20 + "着火了",  # far away
        "保险我买了" + "啊" * 20 + "着火了",
    ],
)
def test_doubt_favours_safety(heard, said):
    assert heard(said).outcome is Outcome.NEEDS_110


def test_another_utterance_calms_nothing(heard):
    assert heard("是去年的事", "着火了").outcome is Outcome.NEEDS_110


def test_the_seat_alone_never_raises_110_but_helps_the_citizen(heard):
    assert heard(*[(SEAT, "是着火了吗着火")] * 5).outcome is None
    assert heard((SEAT, "是着火了吗"), (SEAT, "着火"), "在冒烟").outcome is Outcome.NEEDS_110
    assert heard(*[(SEAT, "着火了")] * 5, "玩具").outcome is None  # a word against is no word for


def test_the_seat_alone_sends_nobody_to_12345(heard):
    assert heard(*[(SEAT, "工单号是多少")] * 9, "你好").outcome is None
    assert heard("工单号是多少").outcome is Outcome.BELONGS_TO_12345


def test_who_needs_110_is_urgent_and_sees_the_words_that_say_so(heard):
    reading = heard("路灯砸的有人受伤了")
    assert (reading.outcome, reading.urgency) == (Outcome.NEEDS_110, Urgency.URGENT)
    assert [word.text for word in reading.words] == ["路灯", "受伤了"]


def test_of_two_words_in_one_place_the_longer_is_shown(tmp_path):
    text = RULES.replace("enough = 5\nwords.3", "enough = 3\nwords.3")
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    reading = classify(load_rules(tmp_path), [(CITIZEN, "有人受伤了")])
    assert [word.text for word in reading.words] == ["受伤了"]


def test_the_words_of_a_combination_are_shown_beside_it(heard):
    assert [word.text for word in heard("路灯下他拿了刀").words] == ["路灯", "拿…刀"]
