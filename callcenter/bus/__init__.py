"""How facts travel between processes: one contract, two carriers (memory and Redis).

Delivery is at least once and in publishing order per group while nothing fails. Whoever handles a
delivery claims it in the store, so a second delivery changes nothing. Audio never rides the bus.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callcenter.errors import CannotStartError
from callcenter.facts import AnyFact, PartialHeard


@dataclass(frozen=True)
class Delivery:
    """A fact handed to one member of a group; it comes again unless `done` is awaited."""

    fact: AnyFact
    times: int  # 1 at first; above where an earlier reader died with it
    done: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Published:
    """A fact as everybody sees it, with its place in the ledger."""

    seq: int
    fact: AnyFact


class Bus(Protocol):
    """The contract, tested on both carriers by tests/contract/test_flow.py."""

    async def publish(self, published: Published) -> None:
        """Hand a fact to every group and every follower. Only the relay calls this."""

    async def mention(self, partial: PartialHeard) -> None:
        """Show followers words still being spoken; nothing keeps them."""

    def deliver(self, group: str, consumer: str) -> AsyncGenerator[Delivery, None]:
        """Facts for one member of a group, for ever; each goes to one member of the group.

        A group gets what is published after its first `deliver` anywhere, and what an earlier
        member took and never finished. Close it (`aclose`) to leave: then what is in hand goes to
        another member.
        """

    async def join(self, group: str) -> None:
        """Make sure that the group exists, so that it misses nothing published from now on.

        Raises:
            CannotStartError: The carrier does not answer.
        """

    async def follow(self) -> AsyncIterator[Published | PartialHeard]:
        """Everything published after this was awaited, to whoever looks; nothing is kept.

        Facts may come twice; a jump in `seq` is no sign of loss (numbers may be skipped), the end
        of the iterator is: look at a fresh snapshot and follow again.
        """

    async def forget(self, before: datetime) -> None:
        """Keep nothing that was published before; what was not handled, the ledger still has."""

    async def close(self) -> None:
        """Give connections back; `deliver` and `follow` end."""


def open_bus(url: str) -> Bus:
    """The carrier that the URL names: `memory://`, or `redis://HOST:PORT/DB`.

    Raises:
        CannotStartError: The URL is of neither kind, or is no URL.
    """
    from callcenter.bus.memory import MemoryBus
    from callcenter.bus.redis import RedisBus

    if url.startswith("memory://"):
        return MemoryBus()
    if url.startswith(("redis://", "rediss://")):
        with suppress(ValueError):  # its text may quote the password
            return RedisBus(url)
    raise CannotStartError("CALLCENTER_BUS_URL must be memory:// or redis://HOST:PORT/DB")
