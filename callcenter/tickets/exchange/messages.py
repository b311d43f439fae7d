"""The messages between centres, version 1; the acknowledgement of one is the HTTP answer 202. Pure.

A case is known by its owner, the centre that handed it over, and by the owner's number. Each side
numbers what it says of a case 1, 2, 3 ...: `seq`.
"""

from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from callcenter.facts import Kind, Line, Urgency
from callcenter.tickets.steps import LONGEST_REASON, Step

CODE = r"^[A-Za-z0-9-]{1,20}$"
LONGEST_WORDS = 20_000  # characters
ITEM_DIGITS = r"^\d{3}$"


class MessageKind(StrEnum):
    """What a message says."""

    CASE = "case"  # from the owner: take it, or take it again
    STATE = "state"  # from either: where the case stands here
    RESULT = "result"  # to the owner: what was done
    URGE = "urge"  # from the owner


FROM_OWNER = frozenset({MessageKind.CASE, MessageKind.STATE, MessageKind.URGE})
FROM_HANDLER = frozenset({MessageKind.STATE, MessageKind.RESULT})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class FileTold(_Part):
    """A file of the case, which stays at the owner: what it is, and where it is given out."""

    path: str = Field(
        max_length=200,
        pattern=r"^/api/v1/tickets/[0-9-]{1,40}/attachments/\d{1,6}$",
        description="at the owner's address, for the handler's own account there",
    )
    media_type: str = Field(max_length=100, pattern=r"^[a-z0-9.+/-]+$")
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class CaseTold(_Part):
    """A case as it is handed over."""

    line: Line
    item: str | None = Field(None, pattern=ITEM_DIGITS, description="of the 61; null: not known")
    item_name: str = Field("", max_length=40)
    kind: Kind | None = None
    urgency: Urgency = Urgency.ORDINARY
    words: str = Field("", max_length=LONGEST_WORDS, description="the citizen's, spoken or written")
    place: str = Field("", max_length=500)
    cell: str | None = Field(None, pattern=r"^\d{6,15}$", description="grid code")
    longitude: float | None = Field(None, ge=-180, le=180, description="degrees, WGS-84")
    latitude: float | None = Field(None, ge=-90, le=90)
    contact: str | None = Field(None, max_length=40, description="only where the law lets it")
    due_at: AwareDatetime | None = Field(None, description="the owner's own deadline")
    reason: str = Field("", max_length=LONGEST_REASON, description="why it is handed over")
    files: list[FileTold] | None = Field(None, min_length=1, max_length=100)


class StateTold(_Part):
    """Where the case stands at the sender."""

    step: Step
    number: str = Field(max_length=40, description="the sender's own number of it")
    unit: str = Field("", max_length=100, description="the name of who handles it")
    reason: str = Field("", max_length=LONGEST_REASON)
    withdrawn: bool = Field(False, description="from the owner: somebody else handles it now")


class ResultTold(_Part):
    """What was done."""

    words: str = Field("", max_length=LONGEST_REASON)
    solved: bool = True
    number: str = Field(max_length=40, description="the sender's own number of it")
    unit: str = Field("", max_length=100)


class UrgeTold(_Part):
    """The owner urges."""

    reason: str = Field("", max_length=LONGEST_REASON)


class Message(_Part):
    """One message; of its last four fields the one has a value that `kind` names."""

    version: Literal[1] = 1
    id: UUID = Field(description="the same however often it is sent")
    from_: str = Field(alias="from", pattern=CODE)
    to: str = Field(pattern=CODE)
    at: AwareDatetime = Field(description="when what it tells of happened")
    owner: str = Field(pattern=CODE, description="the code of the centre whose case it is")
    number: str = Field(min_length=1, max_length=40, description="the owner's number of the case")
    seq: int = Field(ge=1, lt=2**31, description="of what the sender says of this case")
    kind: MessageKind
    case: CaseTold | None = None
    state: StateTold | None = None
    result: ResultTold | None = None
    urge: UrgeTold | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Message":
        told = [one.value for one in MessageKind if getattr(self, one.value) is not None]
        if told != [self.kind.value]:
            raise ValueError(f"kind is {self.kind}: give the field {self.kind}, and no other")
        if self.kind not in (FROM_OWNER if self.owner == self.from_ else FROM_HANDLER):
            raise ValueError(f"{self.kind} is not said by this side: look at from and owner")
        return self

    def body(self) -> bytes:
        """As it goes over the wire, UTF-8 JSON."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


class Taken(BaseModel):
    """The acknowledgement: the message is kept, and will not be heard again."""

    id: UUID


_OF: dict[str, Any] = {"version": 1, "owner": "140728", "number": "12345-20261122-0001"}
_OUT = _OF | {"from": "140728", "to": "140700"}
_BACK = _OF | {"from": "140700", "to": "140728"}
EXAMPLES: dict[MessageKind, dict[str, Any]] = {
    MessageKind.CASE: _OUT
    | {
        "id": "6f9b8f5e-3a55-5c7c-9a64-0b4f0c1d2e01",
        "at": "2026-11-22T09:30:00+08:00",
        "seq": 1,
        "kind": "case",
        "case": {
            "line": "12345",
            "item": "113",
            "item_name": "市容市政",
            "kind": "求助",
            "urgency": "ordinary",
            "words": "南大街的路灯不亮",
            "place": "南大街",
            "cell": "140728100",
            "longitude": 112.18,
            "latitude": 37.2,
            "due_at": "2026-11-27T18:00:00+08:00",
            "reason": "属市级管辖",
            "files": [
                {
                    "path": "/api/v1/tickets/12345-20261122-0001/attachments/1",
                    "media_type": "image/jpeg",
                    "bytes": 184320,
                    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                }
            ],
        },
    },
    MessageKind.STATE: _BACK
    | {
        "id": "6f9b8f5e-3a55-5c7c-9a64-0b4f0c1d2e02",
        "at": "2026-11-22T10:05:00+08:00",
        "seq": 1,
        "kind": "state",
        "state": {"step": "handling", "number": "12345-20261122-0417", "unit": "市城市管理局"},
    },
    MessageKind.RESULT: _BACK
    | {
        "id": "6f9b8f5e-3a55-5c7c-9a64-0b4f0c1d2e03",
        "at": "2026-11-24T16:20:00+08:00",
        "seq": 2,
        "kind": "result",
        "result": {
            "words": "已更换灯泡三只",
            "solved": True,
            "number": "12345-20261122-0417",
            "unit": "市城市管理局",
        },
    },
    MessageKind.URGE: _OUT
    | {
        "id": "6f9b8f5e-3a55-5c7c-9a64-0b4f0c1d2e04",
        "at": "2026-11-23T09:00:00+08:00",
        "seq": 2,
        "kind": "urge",
        "urge": {"reason": "市民来电催办"},
    },
}
