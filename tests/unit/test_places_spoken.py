"""Unit: places as callers speak of them: by sound, with numbers, directions and second thoughts."""

from functools import cache

import pytest

from callcenter.tickets.grid import Wgs84Point
from callcenter.tickets.place import Place, PlaceKind
from callcenter.tickets.places import Places
from callcenter.tickets.spoken.beside import Beside, between, moved
from callcenter.tickets.spoken.finding import find_place
from callcenter.tickets.spoken.numbers import HouseNumber, house_number_at, in_digits
from callcenter.tickets.spoken.questions import question_about

TOWN = Wgs84Point(112.0, 37.0)
NAMES = [  # name, kind, code
    ("云城县", "county", "990101"),
    ("东关街道", "township", "990101001"),
    ("西关街道", "township", "990101002"),
    ("沙河镇", "township", "990101100"),
    ("柳林镇", "township", "990101101"),
    ("石门回族乡", "township", "990101200"),
    ("平安社区", "village", "990101001001"),
    ("书院社区", "village", "990101002001"),
    ("李家庄", "village", "990101100201"),
    ("沙河村", "village", "990101100202"),
    ("李家庄", "village", "990101101201"),
    ("赵家堡村", "village", "990101101202"),
    ("人民路", "street", "990101001001"),
    ("解放街", "street", "990101001001"),
    ("振兴小区", "compound", "990101002001"),
    ("县医院", "landmark", "990101002001"),
    ("人民路小学", "landmark", "990101001001"),
]


@cache
def names() -> Places:
    return Places(Place(name, PlaceKind(kind), code, TOWN) for name, kind, code in NAMES)


def best(text):
    return find_place(names(), text)[0]


@pytest.mark.parametrize(
    ("said", "name", "code"),
    [
        ("沙和镇赵家宝村没电", "赵家堡村", "990101101202"),  # by sound, and the wrong township
        ("我在杀河镇", "沙河镇", "990101100"),
        ("西官街道书院设区", "书院社区", "990101002001"),
        ("柳林镇的李加庄", "李家庄", "990101101201"),
        ("云城县刘林街道", "柳林镇", "990101101"),  # by sound, and by the ending of another kind
        ("石门乡", "石门回族乡", "990101200"),
        ("沙河镇政府门口", "沙河镇", "990101100"),
        ("沙河大队", "沙河村", "990101100202"),
        ("振新小区停水", "振兴小区", "990101002001"),
    ],
)
def test_a_misheard_name_is_found_by_its_sound(said, name, code):
    assert (best(said).place.name, best(said).place.code) == (name, code)


def test_what_is_written_right_beats_what_only_sounds_so():
    alike = Places(
        Place(name, PlaceKind.VILLAGE, f"9901011002{number:02}", TOWN)
        for number, name in enumerate(["李庄村", "黎庄村", "理庄村"])
    )
    for name in ("李庄村", "黎庄村", "理庄村"):
        first, *others = find_place(alike, f"我们{name}停水了")
        assert first.place.name == name
        assert not first.words[0].by_sound
        assert all(one.score < first.score for one in others)


@pytest.mark.parametrize(
    "said", ["新华书店门口", "平安回家", "东边的路灯", "你好我想问一下医保", "解放军接亲", "沙盒这"]
)
def test_usual_words_are_no_places(said):
    assert [one for one in find_place(names(), said) if one.score > 0.3] == []


SECOND_THOUGHTS = [
    ("不是东关是西关", "西关街道", "东关街道"),
    ("我在东关街道,不对,是西关街道", "西关街道", "东关街道"),
    ("东关 说错了 西关的", "西关街道", "东关街道"),
    ("沙河镇李家庄 不对不对 应该是柳林镇", "柳林镇", "沙河镇"),
]


@pytest.mark.parametrize(("said", "meant", "denied"), SECOND_THOUGHTS)
def test_what_was_taken_back_comes_last(said, meant, denied):
    found = find_place(names(), said)
    assert meant in {found[0].place.name, *(word.place.name for word in found[0].words)}
    denials = [one for one in found if one.place.name == denied]
    assert [one.score for one in denials] == [0.0]
    assert found[-1].score == 0.0


def test_is_it_not_is_no_denial():
    assert best("是不是西关街道管").place.name == "西关街道"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("我家住东关 我说的是西关那边的路", "西关街道"),
        ("我是沙河镇的 在人民路小学门口摔了一跤", "人民路小学"),
        ("我住柳林镇赵家堡村 县医院停车收费不合理", "县医院"),
        ("我家住赵家堡村 家里停水了", "赵家堡村"),  # the home is the place where no other is named
    ],
)
def test_the_place_of_the_problem_beats_the_home(said, name):
    assert best(said).place.name == name


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("二十五", "25"),
        ("幺三零", "130"),
        ("一百二十八", "128"),
        ("一百二", "120"),
        ("两百零五", "205"),
        ("十", "10"),
        ("三千零五十", "3050"),
        ("25", "25"),
        ("a", "A"),
    ],
)
def test_spoken_numbers_become_digits(said, digits):
    assert in_digits(said) == digits


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("二十五号", HouseNumber(number="25")),
        ("三号楼二单元", HouseNumber(building="3", unit="2")),
        ("3栋2单元501室", HouseNumber(building="3", unit="2", room="501")),
        ("三号楼二单元五零一", HouseNumber(building="3", unit="2", room="501")),
        ("12号院3号楼1单元602", HouseNumber(number="12", building="3", unit="1", room="602")),
        ("A座12层", HouseNumber(building="A", floor="12")),
        ("三组", HouseNumber(group="3")),
        ("停水了", None),
    ],
)
def test_a_house_number_comes_apart(said, number):
    told = house_number_at(said, 0)
    assert (told[0] if told else None) == number


def test_a_number_belongs_to_the_street_before_it():
    assert best("人民路幺三零号漏水").spot.house == HouseNumber(number="130")
    assert best("漏水的是振兴小区三号楼").spot.house == HouseNumber(building="3")


def test_of_two_mentions_the_later_tells_more():
    assert best("人民路的灯坏了 就是人民路十二号").spot.house == HouseNumber(number="12")


def test_a_direction_moves_the_point_and_widens_the_circle():
    spot = best("县医院往东两百米").spot
    assert spot.beside == Beside("往东两百米", 60.0, 90, 200)
    assert spot.point.latitude == TOWN.latitude
    assert spot.point.longitude == pytest.approx(112.00225, abs=1e-5)
    assert spot.radius_metres == 160


def test_opposite_says_no_direction():
    spot = best("县医院的斜对面").spot
    assert (spot.beside.words, spot.point) == ("斜对面", TOWN)
    assert spot.radius_metres > best("县医院").spot.radius_metres


@pytest.mark.parametrize(
    "said", ["人民路和解放街交叉口", "解放街跟人民路的路口", "人民路与解放街交汇处"]
)
def test_two_streets_meet(said):
    spot = best(said).spot
    assert spot.crossing.name in ("人民路", "解放街")
    assert spot.crossing != best(said).place


def test_half_way_and_back():
    there = moved(TOWN, 0, 1000)
    middle, half = between(TOWN, there)
    assert half == pytest.approx(500, abs=1)
    assert TOWN.latitude < middle.latitude < there.latitude


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("你好我要反映个事", "具体在什么位置?"),
        ("我是云城县的", "哪个镇?"),
        ("沙河镇停水了", "哪个村?"),
        ("西关街道停水了", "哪个社区?"),
        ("李家庄停水了", "哪个镇的李家庄?"),
        ("东关那边 还是西关那边 反正就那一片", "东关还是西关?"),
        ("人民路的路灯", "多少号?"),
        ("人民路25号", ""),
        ("振兴小区停气", "几号楼?"),
        ("振兴小区3号楼停气", ""),
        ("赵家堡村的路", "村里什么地方?"),
        ("书院社区", "哪条街,哪个小区?"),
        ("县医院", ""),
        ("人民路和解放街交叉口", ""),
        ("不在东关", "具体在什么位置?"),
    ],
)
def test_one_question_narrows_it(said, asked):
    assert question_about(find_place(names(), said)) == asked
