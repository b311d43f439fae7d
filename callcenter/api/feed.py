"""One board a process, kept current, and everybody who looks at it.

The bus is the quick way and the ledger the sure one: facts come from `bus.follow`; whatever it
missed (a hole in `seq`, a carrier that was away, our own start) is read from the ledger. The board
is a fold that neither order nor repetition changes, so both ways may overlap.

A viewer first gets the board and the queue wall as they are, then every fact after them and each
wall that differs from the one before, each message numbered. A viewer
too slow to keep up is let go and starts again with a fresh board.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import structlog
from sqlmodel import Session, col, select

from callcenter.api.board import Board, apply, mask_fact
from callcenter.api.board_wall import WallView
from callcenter.api.wall_feed import WallFeed
from callcenter.bus import Bus, Published
from callcenter.facts import AnyFact, PartialHeard, read_fact, write_fact
from callcenter.store import LedgerRow, Parked, Store

RECENT = 5_000  # ledger rows folded into a first board; some 150 calls
RARE = (  # what may lie further back than that; of each kind so many rows
    ("seat_seen",),
    ("link_lost", "link_restored"),
    ("agent_moved",),
    ("seats_told",),
    ("picture_mended",),
)
RARE_ROWS = 500
BACKLOG = 1_000  # messages a viewer may be behind
CATCH_UP_SECONDS = 5.0
PAUSE_SECONDS = 0.5

log = structlog.get_logger()


def snapshot(session: Session) -> tuple[Board, int]:
    """The board of the recent past and the newest place of the ledger in it."""
    newest = select(LedgerRow).order_by(col(LedgerRow.seq).desc())
    recent = session.exec(newest.limit(RECENT)).all()
    board = Board()
    of_kinds = [newest.where(col(LedgerRow.name).in_(kinds)).limit(RARE_ROWS) for kinds in RARE]
    rare = [row for query in of_kinds for row in reversed(session.exec(query).all())]
    for row in [*rare, *reversed(recent)]:
        board = apply(board, read_fact(row.body))
    still = {f"{fact_id}|{name}" for fact_id, name in session.exec(_parked)}
    parked = {key: view for key, view in board.parked.items() if key in still}
    return board.model_copy(update={"parked": parked}), (recent[0].seq or 0) if recent else 0


def after(session: Session, seq: int) -> list[Published]:
    """What the ledger holds after this place, in its order, at most RECENT rows."""
    query = select(LedgerRow).where(col(LedgerRow.seq) > seq).order_by(col(LedgerRow.seq))
    rows = session.exec(query.limit(RECENT))
    return [Published(row.seq or 0, read_fact(row.body)) for row in rows]


class Viewer:
    """One who looks: messages without their number, None when let go."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[str | None] = asyncio.Queue(BACKLOG)

    def tell(self, message: str) -> bool:
        """Put a message into the viewer's queue; False and let go where it is full."""
        with suppress(asyncio.QueueFull):
            self.messages.put_nowait(message)
            return True
        while not self.messages.empty():
            self.messages.get_nowait()
        self.messages.put_nowait(None)
        return False

    async def next(self) -> str | None:
        """The next message; waits until there is one."""
        return await self.messages.get()


Watch = Callable[[AnyFact | PartialHeard], None]


class Feed:
    """Keeps the board current while `run` runs."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self.ready = asyncio.Event()
        self.board = Board()
        self.through = 0  # every place of the ledger up to here is in the board
        self._store, self._bus = store, bus
        self._viewers: set[Viewer] = set()
        self._watches: set[Watch] = set()
        self._early: list[Published | PartialHeard] = []
        self._behind = asyncio.Event()
        self.wall = WallFeed(store, lambda: self.through, self._tell_wall)
        self._written: tuple[Board, str] = (self.board, self.board.model_dump_json())

    async def run(self) -> None:
        """Follow the bus and the ledger until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._keep_up())
            await self.ready.wait()
            tasks.create_task(self.wall.run())

    @contextmanager
    def look(self) -> Iterator[tuple[Viewer, str]]:
        """A viewer who gets everything from now on, and the message that comes before it."""
        viewer = Viewer()
        self._viewers.add(viewer)
        self.wall.watch(True)
        try:
            wall = self.wall.view.model_dump_json() if self.wall.view else "null"
            yield viewer, f'"seq":{self.through},"board":{self._board_json()},"wall":{wall}'
        finally:
            self._let_go(viewer)

    @contextmanager
    def beside(self, watch: Watch) -> Iterator[None]:
        """Calls `watch` with whatever has come onto the board, once it is there."""
        self._watches.add(watch)
        try:
            yield
        finally:
            self._watches.discard(watch)

    async def _follow(self) -> None:
        while True:
            try:
                async for shown in await self._bus.follow():
                    self._take(shown)
                log.warning("bus no longer followed, following again")
            except Exception as error:  # the loop's edge
                log.warning("bus cannot be followed", error=type(error).__name__)
            self._behind.set()
            await asyncio.sleep(PAUSE_SECONDS)

    async def _keep_up(self) -> None:
        while True:
            self._behind.clear()
            try:
                await (self._catch_up() if self.ready.is_set() else self._begin())
            except Exception as error:  # the loop's edge: the database may be away
                log.warning("ledger cannot be read", error=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
            with suppress(TimeoutError):
                async with asyncio.timeout(CATCH_UP_SECONDS):
                    await self._behind.wait()

    async def _begin(self) -> None:
        self.board, self.through = await asyncio.to_thread(self._read_snapshot)
        await self.wall.begin()
        self.ready.set()
        for shown in self._early:
            self._take(shown)
        self._early.clear()

    async def _catch_up(self) -> None:
        missed = await asyncio.to_thread(self._read_after, self.through)
        for published in missed:
            self._show(published.fact, published.seq)
        self.through = max([self.through, *(published.seq for published in missed)])

    def _take(self, shown: Published | PartialHeard) -> None:
        if not self.ready.is_set():
            self._early.append(shown)
        elif isinstance(shown, PartialHeard):
            self._show(shown)
        else:
            self._show(shown.fact, shown.seq)
            if shown.seq == self.through + 1:
                self.through = shown.seq
            elif shown.seq > self.through:
                self._behind.set()  # a hole: missed on the bus, or never kept by the database

    def _show(self, shown: AnyFact | PartialHeard, seq: int = 0) -> None:
        if isinstance(shown, PartialHeard):
            message = f'"partial":{shown.model_dump_json()}'
        else:
            self.wall.take(shown)
            shown = mask_fact(shown)
            message = f'"seq":{seq},"fact":{write_fact(shown)}'
        self.board = apply(self.board, shown)
        self._tell_all(message)
        for watch in tuple(self._watches):
            watch(shown)

    def _tell_wall(self, wall: WallView) -> None:
        self._tell_all(f'"wall":{wall.model_dump_json()}')

    def _tell_all(self, message: str) -> None:
        for viewer in [viewer for viewer in self._viewers if not viewer.tell(message)]:
            log.warning("viewer too slow, let go", backlog=BACKLOG)
            self._let_go(viewer)

    def _let_go(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)
        self.wall.watch(bool(self._viewers))

    def _board_json(self) -> str:
        if self._written[0] is not self.board:
            self._written = (self.board, self.board.model_dump_json())
        return self._written[1]

    def _read_snapshot(self) -> tuple[Board, int]:
        with self._store.reading() as session:
            return snapshot(session)

    def _read_after(self, seq: int) -> list[Published]:
        with self._store.reading() as session:
            return after(session, seq)


_parked = select(Parked.fact_id, Parked.handler)
