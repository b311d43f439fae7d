"""The demo county's texts: county.toml, dispatch.toml and README.md."""

from collections import Counter
from collections.abc import Iterable, Iterator

from callcenter.classify.items import all_items
from tools.demo_county import names
from tools.demo_county.county import Division, Place, Unit
from tools.demo_county.departments import DEPARTMENTS, TAKES, TOWNSHIP_FIRST
from tools.demo_county.people import RESERVED, in_town

COUNTY_TOML = """\
# The demo county. Made by tools/demo_county; change the tool, not this file. README.md beside it
# says what is real and what is made up.

code = "140728"
name = "平遥县"
datum = "WGS-84" # of every longitude and latitude in this folder, in degrees
made_up = true

# The county's plan of 2011 counts 17 townships. One has joined another since; the grid keeps its
# cell, because people go on saying its name, and marks it with the property `merged_into`.
[[merged]]
name = "孟山乡"
code = "140728204"
into = "140728102" # 东泉镇, in 2021

# What lies outside, and where a call about it goes. Names, codes and area codes are real; the sides
# are rough, and whether the lines are reached in just this way was not checked: taken as made up.
[above]
name = "晋中市"
code = "140700"
hotline = "0354-12345"

[[neighbour]]
name = "文水县"
code = "141121"
side = "北"
hotline = "拨0358-12345,由吕梁市转文水县"

[[neighbour]]
name = "祁县"
code = "140727"
side = "东北"
hotline = "拨0354-12345,由晋中市转祁县"

[[neighbour]]
name = "武乡县"
code = "140429"
side = "东"
hotline = "拨0355-12345,由长治市转武乡县"

[[neighbour]]
name = "沁源县"
code = "140431"
side = "南"
hotline = "拨0355-12345,由长治市转沁源县"

[[neighbour]]
name = "介休市"
code = "140781"
side = "西南"
hotline = "拨0354-12345,由晋中市转介休市"

[[neighbour]]
name = "汾阳市"
code = "141182"
side = "西"
hotline = "拨0358-12345,由吕梁市转汾阳市"
"""

DISPATCH_HEAD = """\
# Which unit takes an item. Made by tools/demo_county; change the tool, not this file. The first
# [[rule]] that fits decides; else [township]: items that the township's own centre takes first when
# the grid cell is known to level 2 or finer; else [county]: item -> unit of units.csv.
# [[duty]]: when a unit is there, and who stands in for it. docs/dispatch.md tells of every key.
"""
DISPATCH_RULES = """\
[[rule]]
items = ["209"] # 水电气暖
urgency = "urgent"
hours = "off"
unit = "U1000"
note = "夜间和节假日由县中心值班调度"

[[duty]]
unit = "U1002" # 县城市管理局
hours = "office"
urgency = "urgent" # an ordinary ticket waits for the morning
stand_in = "U1000"
"""

README = """\
# The demo county

Made by `python -m tools.demo_county`, the same bytes on every machine: change the tool, not these
files. `callcenter` runs on this folder unless `CALLCENTER_COUNTY_DIR` names another.

| file | what |
|---|---|
| `county.toml` | code, name, datum; what lies around, and where a call about it goes |
| `grid.geojson` | the cells of four levels (WGS-84): who answers for each, how many live there |
| `places.csv` | names people say, each with a point and the code of the division that holds it |
| `units.csv` | who handles cases, from the county's departments to the basic cells |
| `dispatch.toml` | which unit takes which of the 61 items, at which hours |
| `clocks.toml` | how long what may take, where it is not as usual |
| `calendar.toml` | holidays and make-up days of the county's own |

## How much there is

{counts}

The people of a cell are the sum of its children's. A basic cell of a community has {town}
people, one of a village {village}.

## What is real

- The names and codes of the county, its townships, its neighbours and the city above it.
- That the plan of 2011 (平政办发〔2011〕97号) has 17 townships and 273 villages, the sizes of basic
  cells, and that 孟山乡 joined 东泉镇 in 2021 (its cell stays, with the property `merged_into`).

## What is made up

- Every border, point and number of households and people.
- Villages, communities, streets, compounds and landmarks: their names are of the kinds usual in the
  region; where one is that of a real place, its position and size are still made up.
- Departments and who takes what; leaders and patrollers are roles, no persons.
- How to reach the lines of the neighbours.
- All telephone numbers. They begin `{reserved}`: after an area code no subscriber's number in China
  begins with 0 or 1 (0 would ask for another area, 1 is for services and mobile telephones), so
  they can be printed and read aloud but never reach anybody.

## Traps, on purpose

{traps}
"""


UNITS = (
    "county departments",
    "township centres",
    "village and community committees",
    "leaders of basic cells",
)


def dispatch_toml() -> str:
    """The whole of dispatch.toml."""
    unit_of = {item: unit for unit, items in TAKES.items() for item in items}
    lines = "\n".join(
        f'"{item}" = "{unit_of[item]}" # {told.name}: {DEPARTMENTS[unit_of[item]]}'
        for item, told in sorted(all_items().items())
    )
    first = ", ".join(f'"{item}"' for item in TOWNSHIP_FIRST)
    return f"""{DISPATCH_HEAD}
unclear = "U1000" # no item yet

{DISPATCH_RULES}
[county]
{lines}

[township]
items = [{first}]
"""


def readme(divided: list[Division], placed: list[Place], handling: list[Unit]) -> str:
    """The whole of README.md, with what the other files hold counted."""
    basic = [one for one in divided if one.level == 4]
    return README.format(
        counts=_table("| what | how many |", _counts(divided, placed, handling)),
        town=_span([one.residents.people for one in basic if in_town(one.code)]),
        village=_span([one.residents.people for one in basic if not in_town(one.code)]),
        reserved=RESERVED,
        traps="\n".join(_traps()),
    )


def _counts(
    divided: list[Division], placed: list[Place], handling: list[Unit]
) -> Iterator[tuple[str, int]]:
    level = Counter(one.level for one in divided)
    town = Counter(one.level for one in divided if one.level > 2 and in_town(one.code))
    kind = Counter(one.kind for one in placed)
    yield "townships and sub-districts (16 of today and 孟山乡)", level[2]
    yield "villages", level[3] - town[3]
    yield "communities of the county town", town[3]
    yield "basic cells", level[4]
    yield "of these in communities", town[4]
    yield "households", divided[0].residents.households
    yield "people", divided[0].residents.people
    yield "places with a name", len(placed)
    yield "of these streets", kind["street"]
    yield "of these residential compounds", kind["compound"]
    yield "of these schools, markets, bridges, sights and other landmarks", kind["landmark"]
    yield "units", len(handling)
    for number, who in enumerate(UNITS, 1):
        yield f"of these {who}", sum(one.level == number for one in handling)


def _table(head: str, rows: Iterable[tuple[str, int]]) -> str:
    return "\n".join([head, "|---|---|", *(f"| {what} | {number:,} |" for what, number in rows)])


def _span(numbers: list[int]) -> str:
    return f"{min(numbers):,} to {max(numbers):,}"


def _traps() -> Iterator[str]:
    for fault, told in names.TRAPS.items():
        named = [f"{name} ({', '.join(rest)})" for name, *rest in told]
        yield f"- {fault}: {'; '.join(named)}"
