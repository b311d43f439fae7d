"""A county's notices.toml: its words, its ports, and whom units are reached at; checked whole."""

import re
import tomllib
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from callcenter.errors import BadInputError
from callcenter.tickets.notices.occasions import TEMPLATES, PortKind
from callcenter.tickets.notices.pauses import QuietHours
from callcenter.tickets.notices.wording import Language, fault_of

MOBILE = re.compile(r"1[3-9]\d{9}")  # what an SMS reaches
PHONE = r"^0?\d[\d-]{2,18}$"
URL = r"^https?://[^\s/@]+(:\d+)?(/\S*)?$"  # with no password before the host
MAIL = r"^[^\s@<>,;:\"]+@[A-Za-z0-9.-]+$"
SMS_GAPS = frozenset({"address", "text", "key", "ticket", "secret"})
HEADER_GAPS = frozenset({"key", "secret"})  # a text may hold what no header can

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["21:00"])]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Port(_Part):
    """What all ports have: how often they try, how long they wait, when they are silent."""

    attempts: int = Field(6, ge=1, le=20)
    pause_seconds: float = Field(30, gt=0, description="after the first try; then twice as long")
    longest_pause_seconds: float = Field(3600, gt=0)
    timeout_seconds: float = Field(10, gt=0, le=25)
    quiet: tuple[Clock, Clock] | None = Field(None, description="county time, over midnight too")

    @model_validator(mode="after")
    def _quiet_is_not_always(self) -> "Port":
        if self.quiet and self.quiet[0] == self.quiet[1]:
            raise ValueError("quiet begins when it ends: leave it out, or give two times")
        return self

    @property
    def quiet_hours(self) -> QuietHours | None:
        """When nobody is disturbed; None: at no time."""
        if self.quiet is None:
            return None
        return QuietHours(time.fromisoformat(self.quiet[0]), time.fromisoformat(self.quiet[1]))


class SmsPort(Port):
    """An SMS gateway that is asked over HTTP, in whatever form it wants."""

    url: str = Field(pattern=URL)
    method: Literal["POST", "PUT", "GET"] = "POST"
    form: Literal["json", "form", "query"] = "json"
    headers: dict[str, str] = {}
    body: dict[str, str]
    success: dict[str, str] = Field({}, description="what a JSON answer must say beside HTTP 2xx")
    repeats: Literal["same_key", "person"] = Field(
        "same_key", description="person: the gateway does not know a key it had before"
    )

    @model_validator(mode="after")
    def _gaps_are_known(self) -> "SmsPort":
        for place, texts, gaps in (
            ("headers", self.headers, HEADER_GAPS),
            ("body", self.body, SMS_GAPS),
        ):
            for name, text in texts.items():
                if text and (fault := fault_of(text, gaps)):
                    raise ValueError(f"{place}.{name}: {fault}")
        lacking = {"address", "text"} - {
            gap for gap in SMS_GAPS if any(f"{{{gap}}}" in text for text in self.body.values())
        }
        if lacking:
            raise ValueError(f"body lacks {{{min(lacking)}}}: nothing would reach anybody")
        return self

    @property
    def wants_secret(self) -> bool:
        """Whether its requests name `{secret}`."""
        return any("{secret}" in text for text in (*self.headers.values(), *self.body.values()))


class EmailPort(Port):
    """A mail server that takes our letters."""

    host: str = Field(min_length=1)
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = Field("", description="its password is the setting NOTICE_EMAIL_PASSWORD")
    sender: str = Field(pattern=MAIL)


class Ports(_Part):
    """The ports there are; one that is left out carries nothing."""

    sms: SmsPort | None = None
    phone: Port | None = None
    email: EmailPort | None = None
    webhook: Port | None = None

    def __getitem__(self, kind: PortKind) -> Port | None:
        """The port of a kind."""
        port: Port | None = getattr(self, kind.value)
        return port


class Contact(_Part):
    """Where a unit, or the dispatcher, is reached."""

    sms: str | None = Field(None, pattern=rf"^{MOBILE.pattern}$")
    email: str | None = Field(None, pattern=MAIL)
    webhook: str | None = Field(None, pattern=URL)
    language: Language | None = None

    def address(self, kind: PortKind) -> str | None:
        """The address of a port's kind."""
        found: str | None = getattr(self, kind.value, None)
        return found


class Template(_Part):
    """A notice's words in both languages."""

    zh: str
    en: str

    @model_validator(mode="after")
    def _can_be_used(self) -> "Template":
        for language, text in (("zh", self.zh), ("en", self.en)):
            if fault := fault_of(text):
                raise ValueError(f"{language}: {fault}")
        return self

    def of(self, language: Language) -> str:
        """The words in a language."""
        return self.zh if language == "zh" else self.en


class NoticeBook(_Part):
    """All that a county says about notices."""

    language: Language = Field("zh", description="of citizens, and of who has no other")
    port: Ports = Ports()
    contact: dict[str, Contact] = Field({}, description="by unit code, and `dispatcher`")
    subject: Template
    template: dict[str, Template]

    @model_validator(mode="after")
    def _is_whole(self) -> "NoticeBook":
        for fault in self._faults():
            raise ValueError(fault)
        return self

    def _faults(self) -> Iterator[str]:
        for name in sorted(TEMPLATES - set(self.template)):
            yield f"template.{name} is missing: write it in zh and en"
        for name in sorted(set(self.template) - TEMPLATES):
            yield f"template.{name} is no notice: the notices are {', '.join(sorted(TEMPLATES))}"
        for name, contact in self.contact.items():
            for kind in PortKind:
                if contact.address(kind) and self.port[kind] is None:
                    yield f"contact.{name}.{kind} has no port: write [port.{kind}] or leave it out"

    def language_of(self, contact: str) -> Language:
        """The language in which somebody is told."""
        known = self.contact.get(contact)
        return (known.language if known else None) or self.language


def read_book(path: Path) -> NoticeBook:
    """The notices of a county's file.

    Raises:
        BadInputError: Names the file, the entry and the fault.
    """
    try:
        told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return NoticeBook.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(map(str, first["loc"]))
        fault = first["msg"].removeprefix("Value error, ")
        told_at = f"{entry}: " if entry else ""
        raise BadInputError(f"{path.name} cannot be used: {told_at}{fault}") from error
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path.name} cannot be used: {error}") from error
