"""The demo county's divisions as a tree of blocks, and its places and units."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.demo_county import names
from tools.demo_county.shape import WHOLE, Block, Point, middle

LEADERS = {1: "中心主任", 2: "乡镇(街办)中心主任", 3: "网格长", 4: "基础网格长"}

# Where the townships lie, loosely: rows from north to south with their share of the height; in a
# row, columns from west to east with their share of the width; in a column, north to south.
MAP: list[tuple[float, list[tuple[float, list[str]]]]] = [
    (2.6, [(3, ["杜家庄乡"]), (3, ["南政乡"]), (3, ["洪善镇"]), (3, ["襄垣乡"])]),
    (
        3.4,
        [
            (3, ["宁固镇", "香乐乡"]),
            (1.6, ["中都乡"]),
            (1.8, ["城西街道", "古陶镇"]),
            (1.8, ["古城街道", "城东街道"]),
            (2.6, ["朱坑乡"]),
        ],
    ),
    (3, [(2.6, ["段村镇"]), (2.4, ["岳壁乡"]), (2.4, ["卜宜乡"]), (3, ["东泉镇"])]),
]


@dataclass(frozen=True)
class Division:
    """A cell of the grid: its code says its level and its parents."""

    code: str
    name: str
    level: int
    block: Block

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


def divisions() -> list[Division]:
    """The county, then per township its villages and their cells, in order of code."""
    found = [Division(names.COUNTY_CODE, names.COUNTY_NAME, 1, WHOLE)]
    blocks = dict(_township_blocks())
    for name, code in sorted(names.TOWNSHIPS.items(), key=lambda town: town[1]):
        found.append(Division(code, name, 2, blocks[name]))
        found.extend(_villages(code, name, blocks[name]))
    return found


def places(divided: list[Division]) -> list[Place]:
    """Divisions of levels 1 to 3, then streets and landmarks, each with a point inside."""
    named = {(one.code[:9], one.name): one for one in divided if one.level == 3}
    found = [_division_place(one) for one in divided if one.level <= 3]
    for town, code in names.TOWNSHIPS.items():
        for street, community in names.STREETS.get(town, {}).items():
            holder = named[code, community]
            found.append(Place(street, "street", holder.code, middle(holder.block)))
        for index, (name, community, aliases) in enumerate(_landmarks(town)):
            holder = named[code, community]
            point = middle(holder.block.pieces(3)[index % 3])
            found.append(Place(name, "landmark", holder.code, point, aliases))
    return found


def units() -> list[tuple[str, str, int, str]]:
    """Code, name, level and township (empty for the county's own) of every unit."""
    county = [(code, name, 1, "") for code, name in names.DEPARTMENTS.items()]
    centres = [
        (f"U2{code[-3:]}", f"{name}社会管理服务中心", 2, code)
        for name, code in names.TOWNSHIPS.items()
    ]
    return county + centres


def _township_blocks() -> Iterator[tuple[str, Block]]:
    for row, (_, columns) in zip(WHOLE.rows([share for share, _ in MAP]), MAP, strict=True):
        strips = row.columns([share for share, _ in columns])
        for strip, (_, towns) in zip(strips, columns, strict=True):
            yield from zip(towns, strip.rows([1] * len(towns)), strict=True)


def _villages(code: str, town: str, block: Block) -> Iterator[Division]:
    six = [village for strip in block.rows([1, 1, 1]) for village in strip.columns([1, 1])]
    first = 1 if town in names.STREETS else 201  # communities count from 001, villages from 201
    for index, (name, piece) in enumerate(zip(names.VILLAGES[town].split(), six, strict=True)):
        village = f"{code}{first + index:03d}"
        yield Division(village, name, 3, piece)
        for number, cell in enumerate(piece.pieces(2 + index % 3), 1):
            yield Division(f"{village}{number:03d}", f"{name}第{number}网格", 4, cell)


def _division_place(one: Division) -> Place:
    kind = {1: "county", 2: "township", 3: "village"}[one.level]
    return Place(one.name, kind, one.code, middle(one.block))


def _landmarks(town: str) -> list[tuple[str, str, str]]:
    if town in names.LANDMARKS:
        return names.LANDMARKS[town]
    seat, short = names.VILLAGES[town].split()[0], town[:-1]
    return [(short + what, seat, "") for what in names.RURAL_LANDMARKS]
