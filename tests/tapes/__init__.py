"""Tapes: what Asterisk said, as tables that read like the call they hold.

`four_real_calls.*` were recorded from one Asterisk 22.10 at once: AMI, CEL and queue_log. A citizen
is answered and parted by the seat; one is rung for in vain and gives up; one rings 110 and hangs
up; one withholds the number. The numbers are made up.
"""

from pathlib import Path

HERE = Path(__file__).parent


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
    return {name: value for name, value in zip(names, values, strict=False) if value}
