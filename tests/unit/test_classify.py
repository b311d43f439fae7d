"""Unit: what a call is about, from its words, by the rules that ship."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.classify.combinations import BETWEEN
from callcenter.classify.keywords import Reading, Sorter, classify
from callcenter.classify.lexicon import Rules
from callcenter.classify.rows import ADDED_COLUMNS, classify_row
from callcenter.classify.rulefiles import load_rules
from callcenter.errors import BadInputError
from callcenter.facts import Kind, Side, Urgency
from callcenter.settings import Settings

CITIZEN, SEAT = Side.CITIZEN, Side.SEAT


@cache
def shipped() -> Rules:
    """The clerks' rules, without what was learned."""
    return replace(load_rules(Settings().rules_dir), learned=None)


def heard(*said: str) -> Reading:
    return classify(shipped(), [(CITIZEN, text) for text in said])


def by_rules_alone(said: str) -> Reading:
    """What the rules that a person wrote say, without learned words beside them."""
    return classify(replace(shipped(), learned=None), [(CITIZEN, said)])


def test_a_broken_street_light_is_a_matter_of_the_streets():
    reading = heard("你好我要反映古陶镇南大街的路灯坏了三天了晚上很黑请派人来修")
    assert (reading.item, reading.item_name) == ("113", "市容市政")
    assert (reading.kind, reading.urgency) == (Kind.REQUEST, Urgency.ORDINARY)


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("我想咨询一下医保报销怎么办理", "111"),
        ("包工头拖欠我们农民工工资半年了", "201"),
        ("身份证丢了怎么补办", "203"),
        ("小区的电梯坏了物业不管", "205"),
        ("我们家停水两天了什么时候来水", "209"),
        ("玉米地没水浇机井坏了", "211"),
        ("隔壁邻居占了我家过道吵起来了", "306"),
        ("信访局的答复一直没有回音", "309"),
        ("有人打架快来人拿着刀", "311"),
        ("收到法轮功传单", "312"),
        ("防空洞避难场所在哪里", "405"),
        ("村干部贪污低保款我要举报", "503"),
        ("乱罚款我要申请行政复议", "601"),
        ("我是人大代表我有一个议案", "701"),
        ("最近都在说要修地铁是真的吗", "704"),
    ],
)
def test_callers_say_it_in_their_own_words(said, item):
    assert heard(said).item == item


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("请问幼儿园报名需要什么材料", Kind.CONSULTATION),
        ("路灯坏了请派人来修", Kind.REQUEST),
        ("我要投诉楼下饭店油烟扰民", Kind.COMPLAINT),
        ("我要匿名举报有人赌博", Kind.REPORT),
        ("建议在学校门口增设一个红绿灯", Kind.SUGGESTION),
        ("我要表扬派出所民警给他们送锦旗", Kind.PRAISE),
        ("上次反映的路灯问题还没处理", Kind.URGE),
        ("对不起打错了", Kind.INVALID),
        ("南大街的路灯", Kind.REQUEST),
    ],
)
def test_what_the_caller_wants_is_heard_beside_the_subject(said, kind):
    assert heard(said).kind is kind


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("喂您好打错了我找老张的理发店", Kind.INVALID),
        ("喂 喂 南大街的路灯不亮了", Kind.REQUEST),
        ("刚才打错了现在跟你说我家停水停电两天了下水道也堵了", Kind.REQUEST),
        ("喂", Kind.REQUEST),
    ],
)
def test_a_call_with_a_clear_subject_is_not_invalid(said, kind):
    assert heard(said).kind is kind


@pytest.mark.parametrize(
    "said",
    [
        "家里煤气味很大可能漏气了",
        "楼要塌了有人被困",
        "电梯坏了我们困在电梯里",
        "井盖没了有人掉下去了",
        "有人拿着刀在砍人",
    ],
)
def test_danger_to_life_is_urgent(said):
    assert heard(said).urgency is Urgency.URGENT


@pytest.mark.parametrize("said", ["没有人受伤只是灯坏了", "路灯不亮", "没有着火就是想问一下"])
def test_danger_that_is_not_there_is_not_urgent(said):
    assert heard(said).urgency is Urgency.ORDINARY


def test_what_is_denied_does_not_count_but_what_follows_does():
    reading = heard("不是停水是水压低")
    assert [word.text for word in reading.words] == ["水压低"]


def test_a_question_is_no_denial():
    assert heard("是不是停水了").item == "209"
    assert heard("不是停水了吗").item == "209"


def test_a_longer_word_replaces_the_shorter_ones_inside_it():
    reading = by_rules_alone("医疗保险")
    assert reading.item == "111"
    assert reading.runner_ups == ()


def test_a_word_inside_a_longer_one_counts_at_its_ends_only():
    assert [word.text for word in by_rules_alone("自来水厂").words] == ["自来水", "水厂"]
    assert by_rules_alone("医疗保险金").runner_ups == ()
    assert by_rules_alone("人民政府").item is None


def test_the_place_a_call_is_about_says_nothing_of_its_subject():
    rules = load_rules(Settings().rules_dir, silent=["车站社区"])
    reading = classify(rules, [(CITIZEN, "车站社区的路灯不亮")])
    assert [word.text for word in reading.words] == ["路灯不亮"]


def test_the_citizen_weighs_more_than_the_seat():
    both = classify(shipped(), [(SEAT, "是停水吗"), (CITIZEN, "是路灯的问题")])
    assert both.item == "113"
    assert classify(shipped(), [(SEAT, "路灯")]).score < heard("路灯").score


def test_saying_it_again_counts_but_never_for_much():
    once, often = heard("停水").score, heard("停水", *["停水"] * 50).score
    assert once < often <= 1.5 * once


def test_the_deciding_words_stand_where_they_say():
    said = [(SEAT, "您好请讲"), (CITIZEN, "南大街那个井盖丢了很危险"), (CITIZEN, "路灯也不亮")]
    reading = classify(shipped(), said)
    assert {word.text for word in reading.words} >= {"井盖丢了", "路灯"}
    for word in reading.words:
        shown = said[word.utterance][1][word.start : word.end]
        assert shown == word.text or BETWEEN in word.text


def test_a_combination_stands_from_its_first_word_to_its_last():
    reading = heard("我家门口的灯一直不亮")
    assert ("灯…不亮", 5, 10) in [(word.text, word.start, word.end) for word in reading.words]


def test_words_of_the_seat_are_shown_where_the_citizen_said_them():
    reading = classify(shipped(), [(SEAT, "是停水吗"), (CITIZEN, "对停水")])
    assert [word.utterance for word in reading.words] == [1]


def test_a_call_without_any_rule_word_has_no_item_and_is_a_request():
    reading = heard("喂", "", "嗯嗯 abc")
    assert (reading.item, reading.item_name, reading.score) == (None, "", 0)
    assert reading.kind is Kind.REQUEST


def test_equal_points_go_to_the_lower_code():
    reading = by_rules_alone("路灯医院")
    assert (reading.item, reading.runner_ups[0].item) == ("103", "113")
    assert reading.score == reading.runner_ups[0].score


def test_a_row_of_a_table_gets_its_columns_behind_its_own():
    rules = replace(shipped(), learned=None)
    row = classify_row(rules, {"id": "7", "text": "小区停水路灯坏了"}, "text")
    assert tuple(row) == ("id", "text", *ADDED_COLUMNS)
    assert (row["id"], row["item"], row["class"]) == ("7", "113", "公共服务")
    assert row["kind"] == "求助"
    assert "209=5" in row["runner_ups"].split(";")
    assert row["words"] == "路灯坏了=5"


@pytest.mark.parametrize("row", [{"id": "7"}, {"text": " "}, {"text": None}])
def test_a_row_without_text_is_refused_without_telling_its_content(row):
    with pytest.raises(BadInputError, match="'text' is missing or empty"):
        classify_row(shipped(), row, "text")


WORDS = sorted(shipped().words)
utterances = st.lists(
    st.tuples(
        st.sampled_from(Side),
        st.lists(
            st.sampled_from([*WORDS, "不是", "没有", "我", "吗", " "]) | st.text(max_size=4),
            max_size=8,
        ).map("".join),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(utterances)
def test_a_call_heard_bit_by_bit_reads_like_the_whole(said):
    sorter = Sorter(shipped())
    for utterance in said:
        sorter.hear([utterance])
    assert sorter.reading() == classify(shipped(), said)


@settings(deadline=None)
@given(utterances, st.randoms(use_true_random=False))
def test_scores_do_not_depend_on_who_spoke_first(said, random):
    mixed = said.copy()
    random.shuffle(mixed)
    one, other = classify(shipped(), said), classify(shipped(), mixed)
    assert (one.item, one.score, one.kind) == (other.item, other.score, other.kind)
    assert (one.urgency, one.runner_ups) == (other.urgency, other.runner_ups)


def test_of_two_combinations_with_the_same_words_the_stronger_counts_whoever_spoke_first():
    both = [
        (CITIZEN, "不发工资"),
        (SEAT, "不发工资"),
    ]  # by one rule 工资…不发 weighs 5, by another 4
    one, other = classify(shipped(), both), classify(shipped(), both[::-1])
    assert one.score == other.score
    assert {word.weight for word in one.words if word.text == f"工资{BETWEEN}不发"} <= {5.0}


@settings(deadline=None)
@given(st.text())
def test_cutting_loses_no_character(text):
    assert "".join(shipped().cut(text)) == text
