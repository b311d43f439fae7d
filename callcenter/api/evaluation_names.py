"""What people call the keys of evaluation's rows: units, townships, cells, items."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from callcenter.api.deps import ApiContext
from callcenter.tickets.evaluation.count import By

TOWNSHIP_LEVEL: Final = 2  # the grid level of townships


def names_of(context: ApiContext, by: By) -> Mapping[str, str]:
    """What people call the keys of rows."""
    units = context.units().values()
    if by == "unit":
        return {unit.code: unit.name for unit in units}
    if by == "township":
        return {unit.township: unit.name for unit in units if unit.level == TOWNSHIP_LEVEL}
    if by == "cell":
        return cell_names(context.grid)
    return context.items if by == "item" else {}


@lru_cache(maxsize=2)  # a grid that is replaced may still be asked for once
def cell_names(grid: bytes) -> Mapping[str, str]:
    """The cells' names by their codes, each after those that hold it: 古城街道 鼓楼社区."""
    cells = {one["properties"]["code"]: one["properties"] for one in json.loads(grid)["features"]}

    def whole(code: str) -> str:
        cell = cells[code]
        parent = cell["parent"]
        is_top = parent not in cells or not cells[parent]["parent"]
        return cell["name"] if is_top else f"{whole(parent)} {cell['name']}"

    return {code: whole(code) for code in cells}
