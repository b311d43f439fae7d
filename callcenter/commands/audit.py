"""`callcenter audit ...`: the lines of the audit, and whether they are as they were written.

Only what the help needs is imported here; the database comes with the command that is run.
"""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlmodel import Session

    from callcenter.people.audit import AuditLine, Verdict

app = typer.Typer(
    help="The audit: who read, exported, listened in, changed accounts; and whether it fits.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("show")
def show(
    actor: Annotated[str | None, typer.Option(help="Of this account.")] = None,
    what: Annotated[str | None, typer.Option(help="Such as ticket_read.")] = None,
    subject: Annotated[str | None, typer.Option(help="A ticket, a call, an account.")] = None,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The county's day.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 100,
) -> None:
    """Lines, oldest first: number, time, who, what, of what, more, from where."""
    from datetime import timedelta

    from callcenter.commands.register import look
    from callcenter.people.audit import listed
    from callcenter.tickets.ticket import COUNTY_TIME

    since = day.replace(tzinfo=COUNTY_TIME) if day else None
    until = since + timedelta(days=1) if since else None

    def see(session: "Session") -> "list[AuditLine]":
        return listed(
            session, actor=actor, what=what, subject=subject,
            since=since, until=until, limit=limit,
        )  # fmt: skip

    for line in reversed(look(see)):
        at = line.at.astimezone(COUNTY_TIME).isoformat(sep=" ", timespec="seconds")
        fields = (str(line.number), at, line.actor or "-", line.what, line.subject or "-")
        typer.echo("\t".join((*fields, line.detail, line.address or "-")))


@app.command("verify")
def verify() -> None:
    """Read the whole chain. Exit code 1: a line does not fit, and it says which."""
    from callcenter.commands.register import opened_store
    from callcenter.people.audit import verify as read_chain
    from callcenter.people.head import kept_head
    from callcenter.settings import load_settings

    settings = load_settings()
    with opened_store(settings) as store, store.reading() as session:
        found = read_chain(session, kept_head(settings))
    _tell(found)
    sys.exit(0 if found.broken_at is None else 1)


def _tell(found: "Verdict") -> None:
    if found.broken_at is not None:
        typer.echo(f"line {found.broken_at} does not fit: {found.fault}")
        return
    typer.echo(f"{found.lines} lines, every one as it was written")
    if found.head:
        typer.echo(f"head {found.head.number} {found.head.hash}")
