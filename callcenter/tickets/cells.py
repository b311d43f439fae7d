"""What a cell of the grid is, and the points it holds: words that everything about the grid uses.

Source: domain.md's table of levels; codes of 6, 9, 12 and 15 digits.
"""

from dataclasses import dataclass

CODE_DIGITS = {1: 6, 2: 9, 3: 12, 4: 15}
LEVEL_OF_DIGITS = {digits: level for level, digits in CODE_DIGITS.items()}
FINEST = 4


@dataclass(frozen=True)
class Wgs84Point:
    """A point in degrees, datum WGS-84 as GPS gives it (not GCJ-02, not BD-09)."""

    longitude: float
    latitude: float


@dataclass(frozen=True)
class Cell:
    """One cell of the grid and who answers for it."""

    code: str  # 6, 9, 12 or 15 digits at level 1, 2, 3, 4
    level: int  # 1 county, 2 township, 3 village or community, 4 basic grid
    name: str
    parent: str | None  # the code one level up; None for the county
    leader: str = ""  # a role, 网格长
    patroller: str = ""  # a role, 监督员


def widened(code: str) -> str:
    """The code in the form of today: an older basic cell's 14 digits (6+3+3+2) become 15.

    The two digits of the basic cell are written with three: 14072810000107 is 140728100001007.
    Any other text stays as it is.
    """
    return f"{code[:12]}0{code[12:]}" if len(code) == 14 and code.isdecimal() else code
