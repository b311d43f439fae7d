"""partners.toml: our own code, and the centres with which we exchange cases."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from callcenter.errors import BadInputError
from callcenter.tickets.clocks.limits import COUNTY_LEVEL
from callcenter.tickets.dispatch.units import Unit
from callcenter.tickets.exchange.messages import CODE
from callcenter.tickets.tomlfile import read_toml

URL = r"^https?://[^\s/@]+(:\d+)?(/\S*)?$"  # with no password before the host
SHORTEST_SECRET = 24  # characters; Standard Webhooks asks for 24 bytes
PLACE = "/api/v1/exchange/messages"

Code = Annotated[str, Field(pattern=CODE)]


class Side(StrEnum):
    """Where a partner stands."""

    ABOVE = "above"
    POLICE = "110"
    BELOW = "below"


class Entry(BaseModel):
    """A partner, as the file has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    side: Side
    address: str = Field(pattern=URL, description="of its centre; messages go to PLACE under it")
    unit: Code | None = Field(None, description="cases of this unit go there; default: the code")
    gives_number: bool = Field(False, description="the citizen's number goes along")
    active: bool = False


class PartnersFile(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code = "us"
    partner: dict[Code, Entry] = {}

    @model_validator(mode="after")
    def _each_is_one(self) -> "PartnersFile":
        units = [entry.unit or code for code, entry in self.partner.items()]
        if len(set(units)) < len(units):
            raise ValueError("two partners have one unit: nobody knows whose its cases are")
        if self.code in self.partner:
            raise ValueError(f"partner.{self.code} has our own code")
        return self


class Partner(BaseModel):
    """A centre with which we exchange cases now."""

    model_config = ConfigDict(frozen=True)

    code: str
    entry: Entry
    secret: str = Field(repr=False)

    @property
    def unit(self) -> str:
        """The unit whose cases go there."""
        return self.entry.unit or self.code

    @property
    def actor(self) -> str:
        """The name under which its messages move our tickets."""
        return f"partner:{self.code}"

    @property
    def url(self) -> str:
        """Where its messages go."""
        return self.entry.address.rstrip("/") + PLACE


class Partners:
    """Who we are, and the active partners by their codes."""

    def __init__(self, code: str = "us", active: Mapping[str, Partner] | None = None) -> None:
        self.code, self.active = code, dict(active or {})

    @cached_property
    def units(self) -> dict[str, Unit]:
        """A unit for each, to which a ticket can be sent as to any other."""
        return {
            one.unit: Unit(one.unit, one.entry.name, COUNTY_LEVEL, "")
            for one in self.active.values()
        }


def read_partners(path: Path, secrets: str) -> Partners:
    """The active partners of a partners.toml.

    Args:
        path: The file.
        secrets: CODE=SECRET of each active one, with spaces between.

    Raises:
        BadInputError: Names the entry and the fault; or an active partner has no secret.
    """
    file, _ = read_toml(path, PartnersFile)
    return Partners(file.code, dict(_active(file, dict(_pairs(secrets)))))


def _pairs(secrets: str) -> Iterator[tuple[str, str]]:
    for one in secrets.split():
        code, _, secret = one.partition("=")
        yield code, secret


def _active(file: PartnersFile, secrets: dict[str, str]) -> Iterator[tuple[str, Partner]]:
    for code, entry in file.partner.items():
        if not entry.active:
            continue
        secret = secrets.get(code, "")
        if len(secret) < SHORTEST_SECRET:
            raise BadInputError(
                f"partner.{code} is active and has no secret of {SHORTEST_SECRET} characters or "
                f"more: add {code}=SECRET to CALLCENTER_EXCHANGE_SECRETS"
            )
        yield code, Partner(code=code, entry=entry, secret=secret)
