"""A seeded mix of calls. What a seat does with one is written in the caller's number.

    13 R T M NNNNNN      R: how long the phone rings, T: how long they talk and who hangs up,
                         M: the last digit of the seat that leaves its phone ringing (0: none)

So neither Asterisk nor any program of ours takes part in what is to happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

SERVICE, POLICE = "12345", "110"
NOBODY = 0  # no seat leaves its phone ringing

RINGS_MS = {0: 50, 1: 800, 2: 2_000, 3: 4_000, 4: 9_000}
# None: the seat waits for the citizen to hang up.
TALKS_MS: dict[int, int | None] = {0: 150, 1: 1_500, 2: 3_000, 3: 5_000, 4: 9_000, 5: 14_000}
TALKS_MS |= {6: None, 8: None}
TRANSFERS_MS = {7: 2_500}  # then the seat passes the citizen on to the last seat, without a word
CONSULTS = {8}  # people.py has the seat consult the last one and pass the citizen on

# How long after Asterisk's answer a citizen hangs up, in ms; those of the greeting end well before
# a person is rung for them.
PATIENCE_MS = {
    "a": 150, "b": 1_000, "c": 2_000,
    "h": 7_000, "i": 9_000, "j": 11_000, "k": 14_000, "l": 18_000, "m": 24_000, "n": 32_000,
    "s": 60_000, "z": 180_000,
}  # fmt: skip
GREETING, QUEUE, STEADY, PATIENT = "abc", "hijklmn", "s", "z"


@dataclass(frozen=True)
class Planned:
    """One citizen's call before it is made; `starts_ms` counts from the run's start."""

    number: str
    line: str
    starts_ms: int
    patience: str  # a key of PATIENCE_MS


@dataclass(frozen=True)
class Kind:
    """A kind of call and how often it comes; a choice is made of each field's values."""

    share: float
    patience: str = PATIENT
    rings: tuple[int, ...] = (0, 0, 1, 1, 2, 3)
    talks: tuple[int, ...] = (0, 1, 1, 2, 2, 3, 3, 4, 5)
    missing: bool = False  # some seat without an agent does not pick up


KINDS = {
    "answered": Kind(0.46),
    "short": Kind(0.08, GREETING),
    "impatient": Kind(0.16, QUEUE, rings=(1, 2, 3, 4)),  # in the queue, ringing or talking
    "hangs up first": Kind(0.10, QUEUE, rings=(0, 1), talks=(6,)),
    "no answer": Kind(0.10, missing=True),
    "passed on": Kind(0.06, rings=(0, 1), talks=(7,)),
    "consulted": Kind(0.04, rings=(0, 1), talks=(8,)),
}
POLICE_SHARE = 0.1


def plan(calls: int, seed: int, seats: int, per_second: float) -> list[Planned]:
    """So many calls in order of time, the same for the same arguments; they come in gusts.

    Args:
        calls: How many.
        seed: Of the choice.
        seats: How many there are; a missing seat is one of them.
        per_second: The mean rate.
    """
    random = Random(seed)
    starts = _gusts(calls, per_second, random)
    return [_one(serial, start, seats, random) for serial, start in enumerate(starts, 1)]


def injection(mix: list[Planned]) -> str:
    """SIPp's file of fields for citizen.xml."""
    rows = [f"{one.number};{one.line};{one.starts_ms};{one.patience}" for one in mix]
    return "\n".join(["SEQUENTIAL", *rows, ""])


def _gusts(calls: int, per_second: float, random: Random) -> Iterator[int]:
    """Moments in ms: quiet and busy stretches of 20 calls, so that queues build up and empty."""
    at = 1_000.0
    for index in range(calls):
        pace = (0.6, 2.2, 0.9)[index // 20 % 3]
        at += random.expovariate(per_second * pace) * 1_000
        yield round(at)


def _one(serial: int, starts_ms: int, seats: int, random: Random) -> Planned:
    kind = random.choices(list(KINDS.values()), [kind.share for kind in KINDS.values()])[0]
    missing = random.randint(min(seats, 4), min(seats, 9)) if kind.missing else NOBODY
    digits = f"{random.choice(kind.rings)}{random.choice(kind.talks)}{missing}"
    line = POLICE if random.random() < POLICE_SHARE else SERVICE
    return Planned(f"13{digits}{serial:06}", line, starts_ms, random.choice(kind.patience))
