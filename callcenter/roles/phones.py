"""A seat's telephones: registered or not, as contacts tell; and what of a seat's state is news."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Literal

from callcenter.facts import PhoneSeen, SeatSeen

HERE: Final = frozenset({"Created", "Updated", "Reachable", "NonQualified"})
GONE: Final = frozenset({"Removed", "Unreachable"})
WEB: Final = "-web"  # the browser's endpoint, beside the seat's own
UNSEEN: Final = ""  # the contact of a telephone that had registered before we looked


class SeatNews:
    """Asterisk tells a seat's state once a queue and again on every look; once is enough."""

    def __init__(self) -> None:
        self._paused: dict[str, dict[str, bool]] = {}  # by seat and queue
        self._told: dict[str, tuple[str, bool]] = {}

    def news(self, seen: SeatSeen) -> SeatSeen | None:
        """The fact, paused where every queue of the seat is; None where that was told."""
        paused = self._paused.setdefault(seen.seat, {})
        paused[seen.queue] = seen.paused
        whole = seen.model_copy(update={"paused": all(paused.values())})
        return None if self._told.get(seen.seat) == (whole.status, whole.paused) else whole

    def keep(self, seen: SeatSeen) -> None:
        """This was stated."""
        self._told[seen.seat] = (seen.status, seen.paused)

    def clear(self) -> None:
        """Whatever comes next is news."""
        self._paused.clear()
        self._told.clear()


class Phones:
    """Keeps which contacts each endpoint has; one a link.

    A telephone that comes back from another address is there twice for a moment, and the old
    contact's end is told last.
    """

    def __init__(self, node: str) -> None:
        self._node = node
        self._contacts: dict[str, set[str]] = {}

    def hear(self, headers: Mapping[str, str]) -> PhoneSeen | None:
        """The fact that a ContactStatus event states, if it is news."""
        endpoint, status = headers.get("EndpointName", ""), headers.get("ContactStatus", "")
        if headers.get("Event") != "ContactStatus" or not endpoint.startswith("seat-"):
            return None
        contacts = self._contacts.setdefault(endpoint, set())
        before = bool(contacts)
        uri = headers.get("URI", UNSEEN)
        if status in HERE:
            contacts.add(uri)
        elif status in GONE:
            contacts.discard(uri if uri in contacts else UNSEEN)
        if before == bool(contacts):
            return None
        return self._seen(endpoint, bool(contacts), _moment(headers))

    def set(self, endpoint: str, registered: bool) -> PhoneSeen:
        """The fact that a look at Asterisk states."""
        contacts = self._contacts.setdefault(endpoint, set())
        if not registered:
            contacts.clear()
        elif not contacts:
            contacts.add(UNSEEN)
        return self._seen(endpoint, registered, datetime.now(UTC))

    def _seen(self, endpoint: str, registered: bool, at: datetime) -> PhoneSeen:
        phone: Literal["sip", "web"] = "web" if endpoint.endswith(WEB) else "sip"
        seat = endpoint.removesuffix(WEB)
        return PhoneSeen(at=at, node=self._node, seat=seat, phone=phone, registered=registered)


def _moment(headers: Mapping[str, str]) -> datetime:
    try:
        return datetime.fromtimestamp(float(headers["Timestamp"]), UTC)
    except (KeyError, ValueError):
        return datetime.now(UTC)
