"""`callcenter recordings report`: does every talk of a day have both its recordings?

Only what the help needs is imported here.
"""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from callcenter.speech.reconcile import Talks

app = typer.Typer(
    help="Recordings and the talks they belong to.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _several() -> None:
    """Keeps `report` a command of its own."""


@app.command()
def report(
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The county's day; yesterday where not given."),
    ] = None,
    hashes: Annotated[bool, typer.Option(help="Read and hash every file again.")] = True,
    legs: Annotated[bool, typer.Option(help="List every leg with its length and hash.")] = False,
) -> None:
    """Compare a day's recordings with its talks. Exit code 1: something lacks."""
    from datetime import timedelta

    from callcenter.privacy.due import recordings_deleted
    from callcenter.settings import load_settings
    from callcenter.speech.reconcile import check_files, reconcile
    from callcenter.store import Store
    from callcenter.tickets.ticket import COUNTY_TIME

    settings = load_settings()
    midnight = datetime.now(COUNTY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    begin = day.replace(tzinfo=COUNTY_TIME) if day else midnight - timedelta(days=1)
    store = Store(settings.database)
    try:
        store.prepare()
        with store.reading() as session:
            talks = reconcile(session, begin, begin + timedelta(days=1))
            deleted = recordings_deleted(session, {leg.call_id for leg in talks.legs})
    finally:
        store.close()
    if hashes:
        talks = check_files(talks, settings.recordings_dir, deleted)
    typer.echo(f"day               {begin:%Y-%m-%d}")
    typer.echo(f"deleted by term   {len(deleted)} calls' recordings")
    _tell(talks, legs)
    sys.exit(1 if talks.faulty else 0)


def _tell(talks: "Talks", legs: bool) -> None:
    whole = len(talks.legs) - len(talks.faulty)
    typer.echo(f"calls answered    {talks.calls}, of these still open {talks.still_open}")
    typer.echo(f"seats' parts      {talks.parts}")
    typer.echo(f"talk legs         {len(talks.legs)}")
    typer.echo(f"recording legs    {whole} whole, {len(talks.faulty)} lacking")
    typer.echo(f"seconds talked    {sum(leg.talk_seconds for leg in talks.legs):.0f}")
    typer.echo(f"seconds recorded  {sum(leg.seconds or 0.0 for leg in talks.legs):.0f}")
    for leg in talks.legs if legs else talks.faulty:
        state = leg.fault or "whole"
        lengths = f"{leg.seconds or 0.0:.1f} of {leg.talk_seconds:.1f} s"
        typer.echo(f"{leg.call_id}  {leg.side:7}  {lengths}  {leg.sha256 or '-'}  {state}")
