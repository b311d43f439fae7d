"""Tapes: what Asterisk said, as tables that read like the call they hold.

`four_real_calls.*` were recorded from one Asterisk 22.10 at once: AMI, CEL and queue_log. A citizen
is answered and parted by the seat; one is rung for in vain and gives up; one rings 110 and hangs
up; one withholds the number. The numbers and the names of bridges are made up.

`many_legs.*` likewise: nineteen calls that were sent back to a queue, passed on blind or after a
consultation, taken over, made three-way, held, kept a place for, or placed by us, one after the
other; `MANY_LEGS` names them in order. What tells nothing of a call's parts is left out, bridges'
names are cut to eight characters, and a header of several lines has ↵ between them.
"""

from pathlib import Path

HERE = Path(__file__).parent
MANY_LEGS = (
    "sent back to a queue",
    "sent back to a queue and gives up",
    "passed on blind",
    "passed on to nobody",
    "taken over",
    "passed on by hanging up",
    "passed on by key",
    "two consultations in vain",
    "passed on while it rings",
    "citizen leaves a consultation",
    "three-way",
    "passed on outside",
    "held by the phone",
    "phone lost",
    "a seat refuses",
    "the queue's time is up",
    "place kept",
    "place kept, Local stays",
    "placed by us and passed on",
)


def rows(table: str) -> list[dict[str, str]]:
    """One mapping a row, of the columns that have something in that row.

    The first line names the columns, a bar parts them; blank lines count for nothing.
    """
    header, *lines = [line for line in table.splitlines() if line.strip()]
    names = [name.strip() for name in header.split("|")]
    return [_row(names, line) for line in lines]


def tape(name: str) -> str:
    """The text of a recorded tape in this folder."""
    return (HERE / name).read_text(encoding="utf-8")


def _row(names: list[str], line: str) -> dict[str, str]:
    values = [value.strip() for value in line.split("|")]
    if len(values) > len(names):
        raise ValueError(f"a row has {len(values)} values under {len(names)} columns: {line}")
    pairs = zip(names, values, strict=False)
    return {name: value.replace("↵", "\n") for name, value in pairs if value}
