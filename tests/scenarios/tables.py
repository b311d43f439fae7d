"""Stories as tables: what Asterisk says, with only the columns that the story is about."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.tapes import rows

BEGAN = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)  # a Monday, ten in the morning in the county
# What Asterisk says with these events and most stories do not care for.
UNTOLD = {
    "Newchannel": {"Context": "from-citizens", "Exten": "12345"},
    "QueueCallerJoin": {"Position": "1"},
    "QueueCallerAbandon": {"HoldTime": "1"},
    "AgentRingNoAnswer": {"RingTime": "15000"},
    "AgentConnect": {"HoldTime": "1"},
    "AgentComplete": {"TalkTime": "1"},
    "QueueMemberStatus": {"Paused": "0"},
}


class Teller:
    """Tells tables by one clock. `Time` is seconds since it began; without it, a second later."""

    def __init__(self) -> None:
        self.began = BEGAN
        self._second = 0.0

    @property
    def now(self) -> datetime:
        """When the last message was said."""
        return self.began + timedelta(seconds=self._second)

    def wait(self, seconds: float) -> None:
        """Nothing is said for a while."""
        self._second += seconds

    def messages(self, table: str) -> Iterator[dict[str, str]]:
        """The table's AMI messages, whole."""
        for row in rows(table):
            if "Timestamp" not in row:
                self._second = float(row.pop("Time", self._second + 1))
                row["Timestamp"] = str(self.now.timestamp())
            yield {**UNTOLD.get(row["Event"], {}), **_channels(row), **row}


def _channels(row: dict[str, str]) -> dict[str, str]:
    leg, seat = row.get("Uniqueid"), row.get("MemberName")
    if leg is None:
        return {}
    told = {"Linkedid": leg, "Channel": f"PJSIP/trunk-{leg}"}
    if seat:
        told |= {"DestUniqueid": f"{leg}-{seat}", "DestChannel": f"PJSIP/{seat}-{leg}"}
    return told
