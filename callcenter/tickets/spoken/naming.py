"""How names of divisions are built and shortened: 古陶 + 镇, 恩施 + 土家族苗族自治州.

A name is found by its stem; what follows the stem in the words then says how surely it is meant:
its own ending, another ending of its kind (a 镇 that has become a 街道 keeps its old callers), or
none.
"""

import re
from functools import cache

from callcenter.tickets.place import PlaceKind

PEOPLES = tuple(
    (
        "蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 "
        "高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 "
        "普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 "
        "珞巴 基诺 回族民 民 各"
    ).split()
)
_LONG_ONES = [people for people in PEOPLES if len(people) > 1]  # some autonomies leave out 族
_OF_PEOPLES = f"(?:(?:{'|'.join(PEOPLES)})族)*(?:(?:{'|'.join(_LONG_ONES)})(?=自治))?"

# Endings of each kind, any of which may be said for any other; longest first.
ENDINGS = {
    PlaceKind.PROVINCE: ("特别行政区", "自治区", "省", "市"),
    PlaceKind.CITY: ("自治州", "地区", "市", "盟"),
    PlaceKind.COUNTY: ("自治县", "自治旗", "新区", "县", "市", "区", "旗"),
    PlaceKind.TOWNSHIP: (
        *("街道办事处", "街办事处", "办事处", "街道办", "镇政府", "乡政府", "民族乡", "管委会"),
        *("管理区", "管理处", "街道", "地区", "苏木", "镇", "乡"),
    ),
    PlaceKind.VILLAGE: (
        *("社区居民委员会", "社区居委会", "居民委员会", "村民委员会", "村村委会", "村委会"),
        *("村村委", "居委会", "村委", "社区", "大队", "嘎查", "村"),
    ),
    PlaceKind.COMPOUND: ("居民小区", "住宅小区", "家属院", "家属区", "小区", "社区"),
}

# What is left without these (平安, 惠民) is too often another word to be believed alone.
WEAK_WITHOUT = ("社区", "居委会", "居民委员会", "小区", "家属院", "新区")

# Behind a stem these make another name of it: 东风路 is no 东风村, 城西小学 no 城西街道.
OTHER_NAMES = (
    *("路", "街", "大道", "巷", "胡同", "小学", "中学", "学校", "幼儿园", "医院", "书店", "花园"),
    *("小区", "新村", "大厦", "广场", "公园", "市场", "超市", "酒店", "宾馆", "公司", "银行", "桥"),
    *("东路", "西路", "南路", "北路", "中路", "东街", "西街", "南街", "北街", "国道", "省道"),
)


@cache
def _ending_of(kind: PlaceKind) -> re.Pattern[str]:
    endings = "|".join(ENDINGS[kind])
    if kind is PlaceKind.VILLAGE:
        return re.compile(f"(?:{endings})+$")
    return re.compile(f"{_OF_PEOPLES}(?:{endings})$")


def stem_size(name: str, kind: PlaceKind) -> int:
    """How many characters of the name are its stem; all where it has no ending to leave out.

    A stem has two characters at least: 新镇 and 东村 are never shortened.
    """
    if kind not in ENDINGS:
        return len(name)
    found = _ending_of(kind).search(name, 2)
    return found.start() if found else len(name)
