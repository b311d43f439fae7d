"""Numbers as they are said, and the house numbers made of them: 幺三零号 is 130号."""

import re
from dataclasses import dataclass, replace

DIGITS = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **dict(zip("〇洞幺两拐勾", "001279", strict=True)),  # as they are read over the phone
    **dict(zip("０１２３４５６７８９", "0123456789", strict=True)),
    **dict(zip("0123456789", "0123456789", strict=True)),
}
TENS = {"十": 10, "百": 100, "千": 1000}
SPOKEN = f"[{''.join(DIGITS)}{''.join(TENS)}]+"

NUMBER = rf"(?:{SPOKEN}|[A-Za-z甲乙丙丁])"
PARTS = (
    ("building", "号楼|栋楼|栋|幢|座"),
    ("unit", "号?单元|号?门洞"),
    ("group", "组|小队|队|社"),
    ("number", "号院|号|弄"),
    ("floor", "层|楼"),
    ("room", "室|房间|房|户"),
)
_PART = re.compile(
    rf"[\s,的第那个]{{0,3}}({NUMBER})(?:{'|'.join(f'(?P<{k}>{said})' for k, said in PARTS)})",
)
_BARE_ROOM = re.compile(rf"\s?({SPOKEN})(?![\d年月日点天个])")


@dataclass(frozen=True)
class HouseNumber:
    """What was said behind a street, compound or village; each a number in digits, or a letter."""

    number: str = ""  # 号
    building: str = ""  # 号楼, 栋
    unit: str = ""  # 单元
    floor: str = ""
    room: str = ""
    group: str = ""  # of a village: 组, 队

    def __str__(self) -> str:
        """As it is written: 130号 3号楼 2单元 501室."""
        parts = (
            *((self.group, "组"), (self.number, "号"), (self.building, "号楼")),
            *((self.unit, "单元"), (self.floor, "层"), (self.room, "室")),
        )
        return " ".join(said + kind for said, kind in parts if said)


def in_digits(said: str) -> str:
    """The number that was said, in digits: 二十五 is 25, 一百二 is 120, 幺三零 is 130.

    With a ten, hundred or thousand it is counted, else read digit by digit. A letter stays.
    """
    if not any(one in TENS for one in said):
        return "".join(DIGITS.get(one, one.upper()) for one in said)
    total, digits, unit = 0, "", 1
    for one in said:
        if one in TENS:
            total += int(digits or 1) * TENS[one]
            digits, unit = "", TENS[one]
        elif DIGITS[one] == "0" and one != "0":
            digits, unit = "", 1  # 一百零五: what follows is ones
        else:
            digits += DIGITS[one]
    return str(total + int(digits or 0) * max(unit // 10, 1))


def house_number_at(text: str, at: int) -> tuple[HouseNumber, int] | None:
    """The house number that begins at a place in the text, and where it ends; None: there is none.

    Every part may be said once: 三号楼二单元五零一 has a building, a unit and a room.
    """
    said = HouseNumber()
    start = at
    while found := _PART.match(text, at):
        part = str(found.lastgroup)
        if getattr(said, part):
            break
        said, at = replace(said, **{part: in_digits(found[1])}), found.end()
    if (said.unit or said.building) and not said.room:
        room = _BARE_ROOM.match(text, at)
        if room:
            said, at = replace(said, room=in_digits(room[1])), room.end()
    return (said, at) if at > start else None
