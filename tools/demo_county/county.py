"""The demo county's divisions as a tree of blocks, and its places and units."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from tools.demo_county import names, sites
from tools.demo_county.departments import DEPARTMENTS
from tools.demo_county.people import (
    Residents,
    cell_count,
    cell_phones,
    department_phone,
    in_town,
    residents,
)
from tools.demo_county.shape import WHOLE, Block, Point

LEADERS = {1: "中心主任", 2: "乡镇(街办)中心主任", 3: "网格长", 4: "基础网格长"}
PATROLLER = "监督员"

# Where the townships lie, loosely: rows from north to south; in a row, columns from west to east;
# in a column, north to south. Their sizes follow from what they hold.
MAP: list[list[list[str]]] = [
    [["杜家庄乡"], ["南政乡"], ["洪善镇"], ["襄垣乡"]],
    [
        ["宁固镇", "香乐乡"],
        ["中都乡"],
        ["城西街道", "古陶镇"],
        ["古城街道", "城东街道"],
        ["朱坑乡"],
    ],
    [["段村镇"], ["岳壁乡"], ["卜宜乡"], ["东泉镇", "孟山乡"]],
]
TOWN_SIZE = 0.5  # the area of a community's basic cell; that of a village's is 1


@dataclass(frozen=True)
class Division:
    """A cell of the grid: its code says its level and its parents."""

    code: str
    name: str
    level: int
    block: Block
    residents: Residents = Residents(0, 0)
    phones: tuple[str, str] = ("", "")  # of the leader and of the patroller

    @property
    def parent(self) -> str:
        """The code of the cell one level up; empty for the county."""
        return {1: "", 2: self.code[:6], 3: self.code[:9], 4: self.code[:12]}[self.level]


@dataclass(frozen=True)
class Place:
    """A line of places.csv; `code` is of the finest division that wholly holds its name."""

    name: str
    kind: str
    code: str
    point: Point
    aliases: str = ""


@dataclass(frozen=True)
class Unit:
    """A line of units.csv; `township` is empty for the county's own."""

    code: str
    name: str
    level: int
    township: str
    cell: str
    phone: str


def divisions() -> list[Division]:
    """The county, then per township its villages and their cells, in order of code."""
    bare = sorted(_divisions(), key=lambda one: one.code)
    living = residents(one.code for one in bare)
    return [
        replace(one, residents=living[one.code], phones=cell_phones(number))
        for number, one in enumerate(bare)
    ]


def places(divided: list[Division]) -> list[Place]:
    """Divisions of levels 1 to 3, then streets, compounds and landmarks, each a point inside."""
    found = [_division_place(one) for one in divided if one.level <= 3]
    named = {(one.code[:9], one.name): one for one in divided if one.level == 3}
    first = {one.parent: one.block for one in reversed(divided) if one.level == 4}
    turns = count()  # so that no two of a village share a point
    for town, township in names.TOWNSHIPS.items():
        for kind, name, holder, aliases in _sites(town):
            one = named[township, holder]
            # A street is shown in its community's first cell, so that is the one it leads to.
            street = kind == "street"
            spot = first[one.code].middle() if street else one.block.spot(next(turns))
            found.append(Place(name, kind, one.code, spot, aliases))
    return found


def units(divided: list[Division]) -> list[Unit]:
    """The county's departments, then the unit of every cell of levels 2 to 4, in order of code."""
    county = [
        Unit(code, name, 1, "", names.COUNTY_CODE, department_phone(code))
        for code, name in DEPARTMENTS.items()
    ]
    towns = {code: name for name, code in names.TOWNSHIPS.items()}
    below = [_cell_unit(one, towns[one.code[:9]]) for one in divided if one.level > 1]
    return county + sorted(below, key=lambda one: one.code)


def _divisions() -> Iterator[Division]:
    yield Division(names.COUNTY_CODE, names.COUNTY_NAME, 1, WHOLE)
    rows = [sum(map(_column_size, row)) for row in MAP]
    for strip, row in zip(WHOLE.rows(rows), MAP, strict=True):
        columns = strip.columns([_column_size(column) for column in row])
        for part, towns in zip(columns, row, strict=True):
            for town, block in zip(towns, part.rows([*map(_town_size, towns)]), strict=True):
                yield Division(names.TOWNSHIPS[town], town, 2, block)
                yield from _villages(town, block)


def _villages(town: str, block: Block) -> Iterator[Division]:
    """The township's communities and villages with their cells; its seat lies in the middle."""
    below = _below(town)
    order = sorted(below)
    half = len(order) // 2
    order = [*order[1 : half + 1], order[0], *order[half + 1 :]]
    pieces = block.pieces([_village_size(code, below[code][1]) for code in order])
    for code, piece in zip(order, pieces, strict=True):
        name, cells = below[code]
        yield Division(code, name, 3, piece)
        for number, cell in enumerate(piece.pieces([1.0] * cells), 1):
            yield Division(f"{code}{number:03d}", f"{name}第{number}网格", 4, cell)


def _below(town: str) -> dict[str, tuple[str, int]]:
    """Code -> name and count of basic cells of the township's communities and villages."""
    found = {}
    for first, told in ((1, names.COMMUNITIES), (201, names.VILLAGES)):
        for number, name in enumerate(told.get(town, "").split(), first):
            code = f"{names.TOWNSHIPS[town]}{number:03d}"
            found[code] = name, cell_count(code, seat=number == 201 and town in sites.MAIN_STREETS)
    return found


def _column_size(towns: list[str]) -> float:
    return sum(map(_town_size, towns))


def _town_size(town: str) -> float:
    return sum(_village_size(code, cells) for code, (_, cells) in _below(town).items())


def _village_size(code: str, cells: int) -> float:
    return cells * (TOWN_SIZE if in_town(code) else 1.0)


def _division_place(one: Division) -> Place:
    kind = {1: "county", 2: "township", 3: "village"}[one.level]
    return Place(one.name, kind, one.code, one.block.middle())


def _sites(town: str) -> Iterator[tuple[str, str, str, str]]:
    """Kind, name, community or village, and other names of what lies in a township."""
    for street, holder in sites.STREETS.get(town, {}).items():
        yield "street", street, holder, ""
    for holder, compounds in sites.COMPOUNDS.get(town, {}).items():
        for told in compounds:
            name, _, aliases = told.partition("|")
            yield "compound", name, holder, aliases
    for name, holder, aliases in sites.LANDMARKS.get(town, []):
        yield "landmark", name, holder, aliases
    if town in sites.MAIN_STREETS:
        yield from _rural_sites(town)


def _rural_sites(town: str) -> Iterator[tuple[str, str, str, str]]:
    seat, short = names.VILLAGES[town].split()[0], town[:-1]
    yield "street", sites.MAIN_STREETS[town], seat, ""
    for what in sites.RURAL_LANDMARKS:
        yield "landmark", short + what, seat, ""
    for name, village in sites.VILLAGE_LANDMARKS[town]:
        yield "landmark", name, village, ""


def _cell_unit(one: Division, town: str) -> Unit:
    """The centre of a township, the committee of a village or community, a basic cell's leader."""
    name = {
        2: f"{town}社会管理服务中心",
        3: f"{town}{one.name}{'居' if one.name.endswith('社区') else '村'}委会",
        4: f"{town}{one.name}",
    }[one.level]
    code = f"U{one.level}{one.code[6:]}"
    return Unit(code, name, one.level, one.code[:9], one.code, one.phones[0])
