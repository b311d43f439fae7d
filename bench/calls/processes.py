"""What a process of this machine uses, read from /proc (proc(5))."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_NICEST = 19


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


@dataclass(frozen=True)
class Machine:
    """One look at the machine; seconds of all its processors since it began."""

    cpu_seconds: float  # that processes used, but for those that are nice, as who keeps awake is
    stolen_seconds: float  # that its host gave to others while processes here wanted to run


def machine() -> Machine:
    """What all processes together have used, and what they were denied."""
    line = Path("/proc/stat").read_text("ascii").splitlines()[0]
    user, _, system, _, _, irq, softirq, stolen = (int(n) / _TICKS for n in line.split()[1:9])
    return Machine(user + system + irq + softirq, stolen)


@contextmanager
def awake() -> Iterator[None]:
    """No processor of this machine goes to sleep: one process on each runs when no other wants to.

    A virtual machine's processor that sleeps is taken by the host, and comes back late where the
    host is busy. A hotline's own machine does not have that.
    """
    processes = [
        multiprocessing.get_context("spawn").Process(target=_stay_awake, args=(processor,))
        for processor in os.sched_getaffinity(0)
    ]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _stay_awake(processor: int) -> None:
    os.sched_setaffinity(0, {processor})
    os.nice(_NICEST)
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    mother = os.getppid()
    while os.getppid() == mother:  # who measures may be killed
        pass


def before_all(pid: int, priority: int, *, children: bool = True) -> None:
    """Its threads run whenever they want to, before all of a lower priority, where that may be set.

    Threads it begins later do so as well; with `children`, programs it begins, too.
    """
    policy = os.SCHED_RR | (0 if children else os.SCHED_RESET_ON_FORK)
    for thread in (Path("/proc") / str(pid) / "task").iterdir():
        with suppress(PermissionError, ProcessLookupError):
            os.sched_setscheduler(int(thread.name), policy, os.sched_param(priority))
