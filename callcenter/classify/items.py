"""The information categories as data: 7 classes, 61 items, one of them an alias (items.toml).

Source: the county's plan, 平政办发〔2011〕97号; see domain.md's table and the file's own head.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from callcenter.errors import BadInputError

ITEMS_FILE = Path(__file__).with_name("items.toml")


@dataclass(frozen=True)
class Item:
    """One information item; `alias_of` names the item that speaks for it, if any."""

    code: str  # three digits: the class's digit, then two more
    name: str
    class_name: str
    alias_of: str | None = None


@cache
def all_items() -> dict[str, Item]:
    """The 61 items by code, in the plan's order.

    Raises:
        BadInputError: items.toml was changed so that a code does not start with its class's digit.
    """
    told = tomllib.loads(ITEMS_FILE.read_text(encoding="utf-8"))
    items = {}
    for digit, entry in told["class"].items():
        for code, name in entry["items"].items():
            if len(code) != 3 or not code.isdecimal() or code[0] != digit:
                raise BadInputError(f"items.toml: {code!r} is no code of class {digit}")
            items[code] = Item(code, name, entry["name"], told["alias"].get(code))
    return items


def canonical(code: str) -> str:
    """The code that speaks for this one: 501 for 506, else the code itself.

    Raises:
        KeyError: No such item.
    """
    return all_items()[code].alias_of or code
