"""What a program asks: its key, its form, its filters; whatever does not fit is an error list.

Messages name the field, its fault and the remedy, and repeat nothing that was sent.
Source: GeoReport v2, "POST Service Request" and "GET Service Requests".
"""

import hashlib
import hmac
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.types import Message

from callcenter.api.open311.answers import RefusedError
from callcenter.errors import NotFoundError
from callcenter.settings import Settings
from callcenter.tickets.cells import Cell, Wgs84Point, widened
from callcenter.tickets.grid import Grid

MOST_BYTES = 1024 * 1024  # of a form; pictures come as media_url
MOST_FIELDS = 200
MOST_FILES = 5
LONGEST = {
    "description": 4000,  # the specification's
    "address_string": 500,
    "address_id": 40,
    "media_url": 1000,
    "first_name": 100,
    "last_name": 100,
    "email": 254,
    "phone": 40,
    "lat": 40,
    "long": 40,
    "service_code": 40,
    "jurisdiction_id": 60,
    "api_key": 200,
}
DAYS = timedelta(days=90)
ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,40})\](?:\[\])?")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
STATUSES = ("open", "closed")


@dataclass(frozen=True)
class Period:
    """Moments of filing, both ends included."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Posted:
    """A form as it was sent: texts by field, answers by question, and whether files came along."""

    fields: dict[str, str]
    attributes: dict[str, list[str]]
    has_files: bool

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


async def read_form(request: Request) -> Posted:
    """The form of a POST, urlencoded as the specification says, or multipart as some send it.

    Raises:
        RefusedError: It is too large, of another kind, or a field is too long or holds what is
            no text.
    """
    body = await _body(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise RefusedError(
            415, "Content-Type is no form: send application/x-www-form-urlencoded, in UTF-8"
        )

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    again = Request(request.scope, receive)
    async with again.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
        return _posted(form)


def may_file(settings: Settings, key: str) -> str:
    """Who files with this key: "open311", and the label of the key.

    Raises:
        RefusedError: The key is missing or unknown.
    """
    given = hashlib.sha256(key.encode()).hexdigest()
    found = ""
    for entry in settings.open311_keys.split():
        label, _, known = entry.partition("=")
        found = label if hmac.compare_digest(known, given) else found
    if found:
        return f"open311:{found}"
    if key and not settings.open311_open:
        raise RefusedError(403, "api_key is not known: ask the call centre for one")
    if not settings.open311_open:
        raise RefusedError(403, "api_key was not provided: ask the call centre for one")
    return "open311"


def check_jurisdiction(asked: str | None, ours: str) -> None:
    """Nothing, where this is asked of us; a site serves one jurisdiction, so it may be left out.

    Raises:
        RefusedError: Another one is asked for.
    """
    if asked and asked != ours:
        raise RefusedError(404, "jurisdiction_id was not found: this endpoint serves one county")


def read_point(posted: Posted) -> Wgs84Point | None:
    """Where lat and long say it is; None: they are not given.

    Raises:
        RefusedError: One is missing, or is no number of degrees.
    """
    if not posted["lat"] and not posted["long"]:
        return None
    if not posted["lat"] or not posted["long"]:
        raise RefusedError(400, "lat or long was not provided: send both, or neither")
    return Wgs84Point(_degrees(posted, "long", 180.0), _degrees(posted, "lat", 90.0))


def read_cell(posted: Posted, grid: Grid) -> Cell | None:
    """The grid cell that address_id names; None: it is not given.

    Raises:
        RefusedError: The grid has no such cell.
    """
    if not posted["address_id"]:
        return None
    try:
        return grid.cell(widened(posted["address_id"]))
    except NotFoundError:
        raise RefusedError(400, "address_id is no cell of the county's grid") from None


def read_period(start: str | None, end: str | None, now: datetime) -> Period:
    """The period that is asked for: 90 days at most, the newest where nothing is said.

    Raises:
        RefusedError: A date is none, has no time zone, or the period is too long.
    """
    ends = _moment("end_date", end) if end else None
    begins = _moment("start_date", start) if start else None
    try:
        last = ends or min(now, begins + DAYS if begins else now)
        first = begins or last - DAYS
    except OverflowError:
        raise RefusedError(400, "start_date or end_date lies beyond all time") from None
    if last < first:
        raise RefusedError(400, "end_date is before start_date: exchange them")
    if last - first > DAYS:
        raise RefusedError(400, "start_date to end_date spans more than 90 days: ask in parts")
    return Period(first, last)


def read_list(name: str, given: str | None, allowed: Collection[str] = ()) -> list[str]:
    """The values of a comma-delimited argument; empty: it was not given.

    Raises:
        RefusedError: A value is none of those allowed, or no text.
    """
    values = [one.strip() for one in (given or "").split(",") if one.strip()]
    if allowed and any(one not in allowed for one in values):
        raise RefusedError(400, f"{name} must be of {', '.join(allowed)}, with commas between")
    return [_text(name, one) for one in values]


def _posted(form: FormData) -> Posted:
    fields: dict[str, str] = {}
    attributes: dict[str, list[str]] = {}
    has_files = False
    for name, value in form.multi_items():
        if not isinstance(value, str):
            has_files = True
        elif name in LONGEST:
            fields[name] = _short(name, value).strip()
        elif found := ATTRIBUTE.fullmatch(name):
            attributes.setdefault(found[1], []).append(_text("attribute", value).strip())
    return Posted(fields, attributes, has_files)


def _short(name: str, value: str) -> str:
    if len(value) > LONGEST[name]:
        raise RefusedError(400, f"{name} is longer than {LONGEST[name]} characters: shorten it")
    return _text(name, value)


def _text(name: str, value: str) -> str:
    if CONTROLS.search(value):
        raise RefusedError(400, f"{name} holds control characters: send plain text in UTF-8")
    return value


def _degrees(posted: Posted, name: str, most: float) -> float:
    try:
        degrees = float(posted[name])
    except ValueError:
        degrees = math.nan
    if not -most <= degrees <= most:  # false for what is no number, too
        raise RefusedError(400, f"{name} is no number of degrees: send WGS-84, such as 37.19")
    return degrees


def _moment(name: str, given: str) -> datetime:
    try:
        # A + that was not escaped arrives as a space.
        moment = datetime.fromisoformat(given.strip().replace(" ", "+"))
        zoned = moment.tzinfo is not None
        return moment.astimezone(UTC) if zoned else _no_moment(name)
    except (ValueError, OverflowError):
        return _no_moment(name)


def _no_moment(name: str) -> datetime:
    raise RefusedError(400, f"{name} must be like 2026-11-22T08:00:00+08:00, with its time zone")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise RefusedError(413, "the form is larger than 1 MB: send pictures as media_url")
    return bytes(body)
