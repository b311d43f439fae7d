"""What a process of this machine uses, read from /proc (proc(5))."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Usage:
    """One look at a process; seconds of CPU since it began."""

    cpu_seconds: float
    memory_bytes: int  # resident
    open_files: int
    threads: int


def usage(pid: int) -> Usage:
    """What it uses now.

    Raises:
        FileNotFoundError: No such process.
    """
    folder = Path("/proc") / str(pid)
    fields = (folder / "stat").read_text("ascii").rpartition(")")[2].split()
    return Usage(
        cpu_seconds=(int(fields[11]) + int(fields[12])) / _TICKS,
        memory_bytes=int((folder / "statm").read_text("ascii").split()[1]) * _PAGE,
        open_files=len(list((folder / "fd").iterdir())),
        threads=int(fields[17]),
    )


def machine_cpu_seconds() -> float:
    """Seconds of CPU that all processes of the machine have used since it began."""
    numbers = [int(n) for n in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    return (sum(numbers) - numbers[3] - numbers[4]) / _TICKS  # all but idle and waiting for disks
