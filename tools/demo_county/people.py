"""How many live in a cell, and the telephones of those who answer for it; all made up.

Nothing is drawn at random: a number follows from the cell's code, so it stays when others change.
Source of the sizes: the county's plan (平政办发〔2011〕97号): a basic cell of the town has
300 to 500 households or 1 000 to 1 500 people, one of a village about 500 people.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

TOWN_HOUSEHOLDS = 340, 480  # of a basic cell; both ends are reached
VILLAGE_HOUSEHOLDS = 135, 190
HOUSEHOLD = 3  # people, and some households have one more
TOWN_CELLS = 4, 7  # of a community
VILLAGE_CELLS = 1, 7
SEAT_CELLS = 2  # more in the village where the township has its seat

# A number that can be printed and never dialled: after an area code (0354 is 晋中) a subscriber's
# number begins with 2 to 9; 0 asks for another area and 1 is for services and mobile telephones.
RESERVED = "0354-0"


class Residents(NamedTuple):
    """Who lives in a cell."""

    households: int
    people: int


def residents(codes: Iterable[str]) -> dict[str, Residents]:
    """Of every cell; a parent's are the sum of its children's."""
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code in codes:
        if len(code) == 15:
            households = throw(code, *(TOWN_HOUSEHOLDS if in_town(code) else VILLAGE_HOUSEHOLDS))
            people = households * HOUSEHOLD + throw(code, 0, households // 10)
            for digits in (6, 9, 12, 15):
                total[code[:digits]][0] += households
                total[code[:digits]][1] += people
    return {code: Residents(*numbers) for code, numbers in total.items()}


def cell_count(code: str, *, seat: bool) -> int:
    """How many basic cells the village or community of this code has."""
    if in_town(code):
        return throw(code, *TOWN_CELLS)
    return throw(code, *VILLAGE_CELLS) + SEAT_CELLS * seat


def in_town(code: str) -> bool:
    """Whether it is a community's code or in one: they count from 001, villages from 201."""
    return code[9] == "0"


def department_phone(unit: str) -> str:
    """The telephone of a county department, by its unit's code."""
    return f"{RESERVED}0{unit[1:]:>05}"


def cell_phones(number: int) -> tuple[str, str]:
    """Of the leader and of the patroller of the county's cell of this number, from 0."""
    return f"{RESERVED}{100_000 + 2 * number}", f"{RESERVED}{100_001 + 2 * number}"


def throw(code: str, low: int, high: int) -> int:
    """A number from low to high, both reached; the same for the same code, everywhere."""
    return low + zlib.crc32(f"{low} to {high} {code}".encode()) % (high - low + 1)
