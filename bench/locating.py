"""Locating: texts a second against the number of names, and what the names cost to hold.

Names are made up, as names of the country are: stems of two to four characters from a pool, in
counties of about twenty townships of about fifteen villages. Half of the texts are as written, in
half a fifth of the characters stand for others of the same sound. One process; the time is its
own, not the clock's, so that neighbours on the machine do not count.
"""

import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass

from callcenter.sounds import alike
from callcenter.tickets.place import Place, PlaceKind
from callcenter.tickets.places import Places
from callcenter.tickets.spoken.finding import find_place
from callcenter.tickets.spoken.nation import missing_divisions

SIZES = (1_000, 10_000, 50_000, 200_000, 1_000_000)
WANTED_AT = 50_000
WANTED = 2_000  # texts a second with WANTED_AT names
TEXTS = 2_000
SHARE = 0.2  # of the characters that are misheard, in every second text
TOWNSHIPS, VILLAGES = 20, 15
PROVINCES = ("13", "14", "32", "33", "34", "36", "37", "41", "42", "43", "44", "51", "53", "61")
CITIES = 9

# What names of villages are made of, roughly as often as they are.
FIRST = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹"
    "袁邓许傅沈曾彭吕东西南北上下大小新老前后"
)
MIDDLE = (
    "家庄河山桥口塘坪岭沟湾坡岗寨堡店集屯营里头坝洼垌冲溪泉石松柏柳槐"
    "杏桃梅兰竹龙凤虎马牛羊金银铜铁水火土木福安康宁"
)
LAST = "庄河山桥口塘坪岭沟湾坡岗寨堡店集屯营头坝"


@dataclass(frozen=True)
class Cost:
    """What one size of gazetteer costs."""

    names: int
    load_seconds: float
    megabytes: float  # of the process, with this and all smaller ones gone
    texts_a_second: float


def made_up(count: int, chance: random.Random) -> Iterator[Place]:
    """So many places, counties to villages, without points."""
    left = count
    for number in range(count):
        city = f"{PROVINCES[number % len(PROVINCES)]}{1 + number // len(PROVINCES) % CITIES:02}"
        county = f"{city}{number // (len(PROVINCES) * CITIES) % 99:02}"
        rows: list[Place] = [Place(f"{_stem(chance)}县", PlaceKind.COUNTY, county, None)]
        for one in range(TOWNSHIPS):
            code = f"{county}{100 + one}"
            rows.append(Place(f"{_stem(chance)}镇", PlaceKind.TOWNSHIP, code, None))
            rows += [
                Place(f"{_stem(chance)}村", PlaceKind.VILLAGE, f"{code}{201 + each}", None)
                for each in range(max(VILLAGES, count // 4000))
            ]
        yield from rows[:left]
        left -= len(rows)
        if left <= 0:
            return


def texts_of(places: list[Place], chance: random.Random) -> list[str]:
    """Addresses of villages with what holds them, every second one misheard."""
    named = {place.code: place.name for place in places}
    villages = [one for one in places if one.kind is PlaceKind.VILLAGE]
    alikes = _alikes()
    texts = []
    for number in range(TEXTS):
        one = chance.choice(villages)
        text = f"{named[one.code[:6]]}{named[one.code[:9]]}{one.name}三组{number % 90}号的路灯不亮"
        texts.append(_misheard(text, alikes, chance) if number % 2 else text)
    return texts


def measure(count: int) -> Cost:
    """One size: loads it, finds the texts in it."""
    chance = random.Random(count)
    rows = list(made_up(count, chance))
    texts = texts_of(rows, chance)
    start = time.process_time()
    places = Places([*rows, *missing_divisions(rows)])
    loaded = time.process_time()
    for text in texts[: TEXTS // 10]:
        find_place(places, text)
    warm = time.process_time()
    for text in texts:
        find_place(places, text)
    rate = len(texts) / (time.process_time() - warm)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(len(rows), loaded - start, most, rate)


def main() -> int:
    """Prints the curve; 1 where it stays below what is wanted."""
    print(f"  {'names':>9}  {'load s':>7}  {'MB':>6}  {'texts/s':>8}")
    failed = 0
    for size in SIZES:
        cost = measure(size)
        told = f"{cost.load_seconds:7.1f}  {cost.megabytes:6.0f}  {cost.texts_a_second:8.0f}"
        print(f"  {cost.names:9}  {told}", flush=True)
        failed |= size == WANTED_AT and cost.texts_a_second < WANTED
    print(f"  wanted: {WANTED} texts/s with {WANTED_AT} names: {'missed' if failed else 'reached'}")
    return int(failed)


def _stem(chance: random.Random) -> str:
    middle = "".join(chance.choices(MIDDLE, k=chance.choice((0, 1, 1, 2))))
    return chance.choice(FIRST) + middle + chance.choice(LAST)


def _alikes() -> dict[str, str]:
    """Each sound with the common characters that have it."""
    found: dict[str, str] = {}
    for point in range(0x4E00, 0x9FA6):
        one = chr(point)
        try:
            one.encode("gb2312")
        except UnicodeEncodeError:
            continue
        found[alike(one)] = found.get(alike(one), "") + one
    return found


def _misheard(text: str, alikes: dict[str, str], chance: random.Random) -> str:
    return "".join(
        chance.choice(alikes.get(alike(one), one)) if chance.random() < SHARE else one
        for one in text
    )


if __name__ == "__main__":
    raise SystemExit(main())
