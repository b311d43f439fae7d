"""Facts folded onto boards by the console's own reducer (console/src/live), beside Python's."""

import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from shutil import which
from typing import Any

from sqlmodel import col, select

from callcenter.api.board import Board, apply, mask_fact
from callcenter.api.feed import snapshot
from callcenter.facts import AnyFact, PartialHeard, read_fact, write_fact
from callcenter.settings import ROOT
from callcenter.store import LedgerRow, Store
from tests.center import Center

CONSOLE = ROOT / "console"
NODE = which("node", path=str(ROOT / ".deps" / "bin"))


def missing() -> str:
    """What is not here that the console's reducer needs; "" where all is."""
    if NODE is None:
        return "node"
    return "" if (CONSOLE / "node_modules" / "vite").is_dir() else "the console's packages"


class ConsoleBoard:
    """The console's reducer in a process of its own, which lasts for a whole run of tests."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def fold(self, board: Board | None, facts: list[AnyFact | PartialHeard]) -> Any:
        """The board after these facts, as JSON; None: begin with an empty one."""
        assert self._process.stdin
        assert self._process.stdout
        told = [json.loads(_written(fact)) for fact in facts]
        before = board.model_dump(mode="json") if board else None
        self._process.stdin.write(json.dumps({"board": before, "facts": told}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def console_board() -> Iterator[ConsoleBoard]:
    """Runs while the block does."""
    command = [str(NODE), str(CONSOLE / "tests" / "fold.mjs")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=CONSOLE) as process:
        yield ConsoleBoard(process)


@asynccontextmanager
async def played(center: Center, console: ConsoleBoard | None) -> AsyncIterator[Center]:
    """The centre, running; whatever its tape told is checked at the end."""
    async with center:
        yield center
        await center.quiet()
        check_tape(center.store, console)


def check_tape(store: Store, console: ConsoleBoard | None) -> None:
    """What happened, folded onto the board of before it, gives what a page gets that comes now.

    At every quarter of the ledger; in Python, and in TypeScript where it is `console`'s.
    """
    with store.reading() as session:
        rows = session.exec(select(LedgerRow).order_by(col(LedgerRow.seq))).all()
        facts: list[AnyFact | PartialHeard] = [mask_fact(read_fact(row.body)) for row in rows]
        now, through = snapshot(session)
    assert through == (rows[-1].seq if rows else 0)
    check_folds(facts, now, console)


def check_folds(
    facts: list[AnyFact | PartialHeard], now: Board, console: ConsoleBoard | None
) -> None:
    """Cut at each quarter, the facts behind it fold the board of before it into this one."""
    for quarter in range(4):
        met = len(facts) * quarter // 4
        before = folded(Board(), facts[:met])
        assert folded(before, facts[met:]) == now
        if console is not None:
            assert console.fold(before, facts[met:]) == now.model_dump(mode="json")


def folded(board: Board, facts: list[AnyFact | PartialHeard]) -> Board:
    """The board after these facts, by Python's reducer."""
    for fact in facts:
        board = apply(board, fact)
    return board


def _written(fact: AnyFact | PartialHeard) -> str:
    return fact.model_dump_json() if isinstance(fact, PartialHeard) else write_fact(fact)
