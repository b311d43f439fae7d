"""What people say on the hotline: sentences made from patterns, the rules' words and the county."""

import csv
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.demo_model import ROOT, SEED

CORPUS_DIR = Path(__file__).parent / "corpus"
RULES_DIR = ROOT / "callcenter" / "classify" / "rules"
COUNTY_DIR = ROOT / "data" / "demo-county"
FILLINGS = 60  # of a pattern with slots; one without gives each of its readings
NAMED_UNITS = {"1", "2"}  # of these levels; nobody calls a basic cell's leader by the unit's name
DIGITS = "零一二三四五六七八九"
HANZI = re.compile(r"[\u4e00-\u9fff]+")
SLOT = re.compile(r"\{(\w+)\}")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
CHOICE = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True)
class Corpus:
    """All text of the model; commas mark the pauses, nothing else but hanzi stands in a line."""

    sentences: list[str]
    demo: list[str]
    held_out: list[str]
    names: set[str]
    terms: list[str]


def make_corpus() -> Corpus:
    """The same text at every run, as long as patterns, rules and county stay the same."""
    rng = random.Random(SEED)
    slots = read_slots()
    demo, held_out = read_lines("demo"), read_lines("held_out")
    secret = {bare(line) for line in held_out}
    sentences: dict[str, None] = dict.fromkeys(demo)
    for line in [*read_lines("seat"), *read_lines("citizen"), *read_lines("police")]:
        fillings = FILLINGS if SLOT.search(line) else FILLINGS // 4
        sentences.update(dict.fromkeys(fill(line, slots, rng) for _ in range(fillings)))
    for name in (
        "term",
        "town",
        "village",
        "spot",
        "unit",
    ):  # every one of them at least once, alone
        sentences.update(dict.fromkeys(slots[name]))
    kept = [line for line in sentences if bare(line) not in secret]
    names = {name for slot in ("town", "village", "spot") for name in slots[slot]}
    return Corpus(kept, demo, held_out, names, slots["term"])


def read_lines(name: str) -> list[str]:
    """The patterns or sentences of one file, without its comments."""
    text = (CORPUS_DIR / f"{name}.txt").read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


def bare(sentence: str) -> str:
    """The sentence's hanzi alone, as a recogniser can give them back."""
    return "".join(HANZI.findall(sentence))


def read_slots() -> dict[str, list[str]]:
    """The words of every slot: slots.toml, the county's names and the rules' terms."""
    slots: dict[str, list[str]] = tomllib.loads(
        (CORPUS_DIR / "slots.toml").read_text(encoding="utf-8")
    )
    for slot, names in read_county().items():
        slots[slot] = sorted({*slots.get(slot, []), *names})
    slots["term"] = read_terms() or read_lines("terms")
    return slots


def read_terms() -> list[str]:
    """Every word of the keyword rules, wherever it stands in their TOML; none without rules."""
    words: set[str] = set()
    for path in sorted(RULES_DIR.glob("*.toml")):
        words.update(strings_in(tomllib.loads(path.read_text(encoding="utf-8"))))
    return sorted(word for word in words if HANZI.fullmatch(word) and 2 <= len(word) <= 8)


def strings_in(node: object) -> Iterator[str]:
    """The strings of a parsed TOML document, at any depth."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for child in node.values():
            yield from strings_in(child)
    elif isinstance(node, list):
        for child in node:
            yield from strings_in(child)


def read_county() -> dict[str, set[str]]:
    """Towns, villages, all other places as spots, and units; nothing where there is no county."""
    slots = {"township": "town", "village": "village", "county": "county"}
    found: dict[str, set[str]] = {}
    for row in read_rows("places"):
        names = [row["name"], *(row.get("aliases") or "").split("|")]
        found.setdefault(slots.get(row["kind"], "spot"), set()).update(filter(bare, names))
    for row in read_rows("units"):
        if row["level"] not in NAMED_UNITS:
            continue
        found.setdefault("unit", set()).update({row["name"], row["name"].removeprefix("县")})
    return found


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one table of the demo county, by column name."""
    path = COUNTY_DIR / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill(pattern: str, slots: dict[str, list[str]], rng: random.Random) -> str:
    """One sentence of a pattern: optional parts taken or left, choices made, slots filled."""
    while OPTIONAL.search(pattern):
        pattern = OPTIONAL.sub(lambda found: found[1] if rng.random() < 0.5 else "", pattern)
    while CHOICE.search(pattern):
        pattern = CHOICE.sub(lambda found: rng.choice(found[1].split("|")), pattern)
    while SLOT.search(pattern):
        pattern = SLOT.sub(lambda found: fill_slot(found[1], slots, rng), pattern)
    return re.sub(",+", ",", pattern).strip(",")


def fill_slot(slot: str, slots: dict[str, list[str]], rng: random.Random) -> str:
    """A word for a slot, from its list or made up as it is spoken."""
    match slot:
        case "digits":
            return spoken_digits(rng)
        case "number":
            return spoken_number(rng.choice([rng.randint(1, 20), rng.randint(1, 999)]))
        case "house":
            return spoken_house(rng)
        case "clock":
            return spoken_clock(rng)
        case _:
            return rng.choice(slots[slot])


def spoken_digits(rng: random.Random) -> str:
    """A telephone or ticket number digit by digit; 幺 for one more often than 一."""
    start = rng.choice(["1", "12345", "12345202", "110202", ""])
    digits = start + "".join(str(rng.randint(0, 9)) for _ in range(rng.randint(4, 10)))
    said = "".join(DIGITS[int(digit)] for digit in digits)
    return said.replace("一", "幺") if rng.random() < 0.6 else said


def spoken_number(number: int) -> str:
    """A number below 1000 as it is said: 25 is 二十五, 108 is 一百零八."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (DIGITS[ones] if ones else "")


def spoken_house(rng: random.Random) -> str:
    """A house or flat number."""
    house = spoken_number(rng.choice([rng.randint(1, 30), rng.randint(1, 300)]))
    flat = f"{spoken_number(rng.randint(1, 20))}号楼{spoken_number(rng.randint(1, 6))}单元"
    room = "".join(DIGITS[rng.randint(0, 9)] for _ in range(3)) + "室"
    return rng.choice([f"{house}号", f"{house}号", flat, flat + room, f"{house}号院"])


def spoken_clock(rng: random.Random) -> str:
    """A time of day."""
    part = rng.choice(["", "", "早上", "上午", "中午", "下午", "晚上", "凌晨", "半夜"])
    hour = rng.choice(["一", "两", *DIGITS[3:], "十", "十一", "十二"])
    minutes = rng.choice(["", "", "半", "多", "左右", f"{spoken_number(rng.randint(11, 59))}分"])
    return f"{part}{hour}点{minutes}"
