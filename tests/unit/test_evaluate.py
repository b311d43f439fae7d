"""Unit: the measures of sorting, against tables worked out by hand."""

import xml.etree.ElementTree as ET

import pytest
from rich.cells import cell_len

from callcenter.classify.evaluate import Judged, LabelMap, deal, judge, measure
from callcenter.classify.learn import Pair
from callcenter.classify.rulefiles import load_rules
from callcenter.commands.confusion import as_svg, as_text
from callcenter.errors import BadInputError
from callcenter.settings import Settings

# truth x guess:   水  灯  路  (none)
#            水     3   1   0   0
#            灯     0   2   1   1
#            路     0   0   2   0
A_TABLE = [
    *[Judged("水", ("水", "灯"))] * 3,
    Judged("水", ("灯", "路", "水")),
    *[Judged("灯", ("灯",))] * 2,
    Judged("灯", ("路", "水", "水管", "灯")),
    Judged("灯", ()),
    *[Judged("路", ("路", "灯"))] * 2,
]


def test_precision_recall_and_f1_are_those_worked_out_by_hand():
    scores = measure(A_TABLE)
    told = {name: (one.precision, one.recall, one.support) for name, one in scores.labels.items()}
    assert told == {"水": (1, 3 / 4, 4), "灯": (2 / 3, 2 / 4, 4), "路": (2 / 3, 1, 2)}
    f1 = {name: one.f1 for name, one in scores.labels.items()}
    assert f1 == pytest.approx({"水": 6 / 7, "灯": 4 / 7, "路": 4 / 5})
    assert scores.macro_f1 == pytest.approx((6 / 7 + 4 / 7 + 4 / 5) / 3)
    assert scores.accuracy == 7 / 10


def test_the_first_three_guesses_count_for_top_3_and_no_more():
    assert measure(A_TABLE).top3 == 8 / 10


def test_a_label_that_is_never_guessed_right_has_zeros():
    scores = measure([Judged("水", ("灯",)), Judged("灯", ("灯",))])
    assert scores.labels["水"].f1 == scores.labels["水"].precision == 0


def test_nothing_to_measure_is_refused():
    with pytest.raises(BadInputError, match="no row"):
        measure([])


@pytest.mark.parametrize(
    ("guesses", "labels"),
    [
        (("209", "113", "103"), ("城建", "卫生")),
        (("701", "103"), ("卫生",)),
        (("701",), ("其他",)),
        ((), ("其他",)),
    ],
)
def test_an_item_counts_as_its_label_else_a_runner_up_else_the_given_one(guesses, labels):
    known = LabelMap({"209": "城建", "113": "城建", "103": "卫生"}, "其他")
    assert known.of(guesses) == labels


def test_without_a_given_label_nothing_is_guessed():
    assert LabelMap({"209": "城建"}).of(("701",)) == ()


def test_hand_written_rules_are_judged_by_item_and_by_label():
    rules = load_rules(Settings().rules_dir)
    [item] = judge(rules, [Pair("我们家停水两天了", "209")])
    [label] = judge(rules, [Pair("我们家停水两天了", "城建")], LabelMap({"209": "城建"}))
    assert item.guess == "209"
    assert label.guess == "城建"


def test_labels_are_dealt_evenly_and_equal_texts_into_one_fold():
    pairs = [Pair(f"第{n}条", "水" if n % 3 else "灯") for n in range(30)]
    pairs += [pairs[0], pairs[1]]
    folds = deal(pairs, 5)
    assert folds[30:] == folds[:2]
    for label, each in (("水", 4), ("灯", 2)):
        of_label = [
            fold for fold, one in zip(folds[:30], pairs, strict=False) if one.label == label
        ]
        assert [of_label.count(fold) for fold in range(5)] == [each] * 5


def test_texts_are_dealt_alike_in_whatever_order_they_come():
    pairs = [Pair(f"第{n}条", "水" if n % 2 else "灯") for n in range(20)]
    there, back = deal(pairs, 4), deal(pairs[::-1], 4)
    assert there == back[::-1]


def test_more_folds_than_texts_are_refused():
    with pytest.raises(BadInputError, match="too few texts for 3 folds"):
        deal([Pair("一", "水"), Pair("二", "灯")], 3)


def test_the_table_as_text_is_aligned_though_chinese_letters_are_wide():
    report = as_text(measure(A_TABLE))
    assert "准确率 accuracy 0.7000   macro-F1 0.7429   前三 top-3 0.8000   条数 10" in report
    counts = report.split("\n\n")[1].splitlines()
    assert [line.split()[-4:] for line in counts] == [
        ["1", "2", "3", "4"],
        ["3", "1", "·", "·"],
        ["·", "2", "1", "1"],
        ["·", "·", "2", "·"],
        ["·", "·", "·", "·"],  # 4 is none at all: no text belongs there
    ]
    assert len({cell_len(line) for line in counts}) == 1


def test_the_picture_holds_every_cell_and_escapes_what_it_is_told():
    judged = [Judged("<水>&", ("<水>&",)), Judged("灯", ())]
    picture = ET.fromstring(as_svg(measure(judged)))
    titles = [one.text for one in picture.iter("{http://www.w3.org/2000/svg}title")]
    assert "<水>& → <水>&: 1 / 1" in titles
    assert "灯 → （无）: 1 / 1" in titles
    assert len(titles) == 2 * 3
