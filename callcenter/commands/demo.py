"""`callcenter demo`: three calls over real SIP, and `demo seed`: a made-up year of tickets."""

import os
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from callcenter.demo.seed.year_of_tickets import Plan

app = typer.Typer(
    help="Three calls played over SIP and RTP, with everything running; or a made-up year.",
    invoke_without_command=True,
    rich_markup_mode=None,
)
TEXTS = Path("data") / "seed-texts" / "items.csv"


@app.callback()
def demo(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="End after the three calls; exit 0 if all is shown.")
    ] = False,
) -> None:
    """Run everything and play three calls over SIP and RTP."""
    if context.invoked_subcommand:
        return
    import asyncio

    from callcenter.demo import play_demo
    from callcenter.logs import set_up_logs
    from callcenter.settings import load_settings

    os.environ.setdefault("CALLCENTER_LOG", "error")  # the timeline tells the rest
    set_up_logs()
    sys.exit(asyncio.run(play_demo(load_settings(), once=once)))


@app.command("seed")
def seed(
    tickets: Annotated[int, typer.Option("--tickets", min=1, max=10_000_000, help="How many.")],
    number: Annotated[int, typer.Option("--seed", help="The same number makes the same year.")] = 1,
    year: Annotated[
        int | None,
        typer.Option("--year", min=2005, max=2100, help="Else the last whole one."),
    ] = None,
    calls: Annotated[
        bool,
        typer.Option("--calls/--no-calls", help="Also calls, for figures of seats."),
    ] = True,
    into_filled: Annotated[
        bool,
        typer.Option("--into-filled", help="Though calls lie there; stop the centre first."),
    ] = False,
) -> None:
    """Fill the database with a made-up year: calls, tickets, histories, ratings."""
    from callcenter.classify.items import all_items
    from callcenter.commands.register import opened_store
    from callcenter.demo.seed.county import read_county
    from callcenter.demo.seed.run import refuse_real_calls
    from callcenter.demo.seed.run import seed as write_year
    from callcenter.demo.seed.shares import read_shares
    from callcenter.settings import ROOT, load_settings
    from callcenter.tickets.finding.callers import CallerKey
    from callcenter.tickets.versions import Versions

    settings = load_settings()
    versions = Versions.of(settings)
    items = {code: one.name for code, one in all_items().items() if not one.alias_of}
    county = read_county(versions.folder(versions.in_force()), ROOT / TEXTS, items)
    with opened_store(settings) as store:
        refuse_real_calls(store, into_filled)
        plan = _plan(tickets, number, year, calls)
        quiet = not sys.stderr.isatty()
        done = write_year(
            store, plan, county, read_shares(items), CallerKey.of(settings), quiet=quiet
        )
    typer.echo(
        f"{done.tickets} tickets, {done.steps} steps, {done.facts} facts of {plan.year} in "
        f"{done.seconds:.1f} s: {done.tickets / done.seconds:.0f} tickets/s"
    )


def _plan(tickets: int, number: int, year: int | None, calls: bool) -> "Plan":
    from callcenter.demo.seed.year_of_tickets import Plan
    from callcenter.tickets.ticket import COUNTY_TIME

    now = datetime.now(UTC)
    year = year or now.astimezone(COUNTY_TIME).year - 1
    end = datetime.combine(datetime(year + 1, 1, 1, tzinfo=UTC), time(), COUNTY_TIME)
    return Plan(tickets, year, number, min(now, end.astimezone(UTC)), calls)
