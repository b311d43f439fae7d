"""What `callcenter dispatch` prints."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import typer

from callcenter.api.dispatching import Explained, explained
from callcenter.commands.register import opened_store
from callcenter.errors import BadInputError
from callcenter.facts import Urgency
from callcenter.settings import load_settings
from callcenter.tickets.cells import LEVEL_OF_DIGITS
from callcenter.tickets.dispatch.table import Case, DispatchTable, named
from callcenter.tickets.dispatch.trying import Tried, tried
from callcenter.tickets.inforce import load_edition
from callcenter.tickets.ticket import COUNTY_TIME
from callcenter.tickets.versions import Versions


def tell_choice(item: str | None, cell: str | None, urgency: str, at: str | None) -> None:
    """Print who would take the case, and why."""
    case = Case(_item(item), _cell(cell), Urgency(urgency), _moment(at))
    settings = load_settings()
    versions = Versions.of(settings)
    number = versions.in_force()
    edition = load_edition(number, versions.folder(number))
    with opened_store(settings) as store, store.reading() as session:
        told = explained(session, edition.table, edition.clocks, case)
    for line in _lines(told):
        typer.echo(line)


def tell_tried(path: Path, last: int) -> None:
    """Print the tickets that would go elsewhere, and how many of which way."""
    settings = load_settings()
    versions = Versions.of(settings)
    folder = versions.folder(versions.in_force())
    now = DispatchTable.load(folder)
    then = DispatchTable.load(path) if path.is_dir() else DispatchTable.of_files(path, folder)
    seen, ways = 0, Counter[tuple[str, str]]()
    with opened_store(settings) as store, store.reading() as session:
        for one in tried(session, now, then, last):
            seen += 1
            if one.differs:
                ways[one.now.unit.code, one.then.unit.code] += 1
                typer.echo(_differing(one))
    typer.echo(f"table {now.version} -> {then.version}: {seen} tickets looked at, nothing moved")
    for (old, new), count in ways.most_common():
        typer.echo(f"{count:6}  {named(now.units, old)} -> {named(then.units, new)}")
    typer.echo(f"{ways.total():6}  would go elsewhere")


def _lines(told: Explained) -> list[str]:
    due = told.due_at.astimezone(COUNTY_TIME)
    lines = [f"passed    {why}" for why in told.passed]
    lines.append(f"unit      {told.unit.code} {told.unit.name}, level {told.unit.level}")
    lines.append(f"because   {told.because}; table {told.version}")
    lines.append(f"due       {due:%Y-%m-%d %H:%M}")
    if not told.calendar_announced:
        lines.append(f"warning   make-up days of {due.year} are not announced: docs/clocks.md")
    for one in told.finished_by:
        where = f"{one.here} in the township, {one.all} in all"
        lines.append(f"finished  {one.unit.code} {one.unit.name}: {where}")
    return lines


def _differing(one: Tried) -> str:
    state = "open" if one.is_open else "over"
    case = f"{one.case.item or '---'} {one.case.cell or '-'} {one.case.urgency}"
    way = f"{one.now.unit.code} -> {one.then.unit.code}"
    return f"{one.number}  {state}  {case}  {way}  {one.then.because}"


def _item(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"\d{3}", text):
        raise BadInputError(f"--item {text!r} is no item: write three digits, such as 113")
    return text


def _cell(text: str | None) -> str | None:
    if text is not None and not (text.isdecimal() and len(text) in LEVEL_OF_DIGITS):
        raise BadInputError(f"--cell {text!r} is no grid code: write 6, 9, 12 or 15 digits")
    return text


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        told = f"--at {text!r} is no time: write it as 2026-10-01T20:00"
        raise BadInputError(told) from error
    return (at if at.tzinfo else at.replace(tzinfo=COUNTY_TIME)).astimezone(UTC)
