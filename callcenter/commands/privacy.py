"""`callcenter privacy ...`: what is kept and how long, deleting what is due, and holds.

Only what the help needs is imported here; the database comes with the command that is run.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from callcenter.privacy.reporting import Report
    from callcenter.privacy.rows import Hold
    from callcenter.privacy.running import Ran, Retention

BY = "command-line"
Why = Annotated[str, typer.Option("--reason", help="Why, such as the court's reference.")]

app = typer.Typer(
    help="What is kept of citizens and how long, deleting it, and keeping it from deletion.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
hold_app = typer.Typer(
    help="Keep a call, a ticket or a number's calls from deletion.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(hold_app, name="hold")


@app.command("report")
def report(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """What is held, how old, what is due or held, what was deleted by which rule."""
    from callcenter.privacy.reporting import report as read_report

    with _retention() as retention:
        found = read_report(retention, datetime.now(UTC))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _tell(found)


@app.command("delete")
def delete(
    now: Annotated[
        bool, typer.Option("--now/--dry-run", help="Delete, or only say what is due.")
    ] = False,
) -> None:
    """Delete what is due; without --now only what would be deleted is told."""
    from callcenter.privacy.holds import Who

    with _retention() as retention:
        at = datetime.now(UTC)
        ran = retention.run(at, Who(BY)) if now else retention.due(at)
    _tell_run(ran)
    for name in ran.skipped:
        typer.echo(f"{name} not deleted: their folder is not here, or not ours to write", err=True)
    if not now:
        typer.echo("nothing was deleted: --now deletes")
    sys.exit(1 if ran.skipped else 0)


@hold_app.command("place")
def place(
    kind: Annotated[str, typer.Argument(help="call, ticket or number.")],
    reason: Why,
    subject: Annotated[
        str, typer.Argument(help="The call's or ticket's number; a telephone number is asked for.")
    ] = "",
) -> None:
    """Nothing of it is deleted until the hold is released."""
    from callcenter.errors import BadInputError
    from callcenter.people.head import keep_head
    from callcenter.privacy.holds import Who
    from callcenter.privacy.holds import place as place_hold
    from callcenter.privacy.rows import Held

    if kind not in tuple(Held):
        raise BadInputError(f"kind {kind!r} is not known: write {', '.join(Held)}")
    named = Held(kind)
    if named is Held.NUMBER and subject:
        raise BadInputError("leave the number out, it would stay in the shell's history: I ask")
    subject = subject or typer.prompt("number", hide_input=named is Held.NUMBER)
    with _retention() as retention:
        with retention.store.transaction() as session:
            at = datetime.now(UTC)
            hold = place_hold(session, named, subject, reason, Who(BY), retention.key, at)
        keep_head(retention.settings, retention.store)
    typer.echo(f"hold {hold.id}")


@hold_app.command("release")
def release(hold_id: Annotated[int, typer.Argument(min=1)], reason: Why) -> None:
    """What was held becomes due by its term again."""
    from callcenter.people.head import keep_head
    from callcenter.privacy.holds import Who
    from callcenter.privacy.holds import release as release_hold

    with _retention() as retention:
        with retention.store.transaction() as session:
            release_hold(session, hold_id, reason, Who(BY), datetime.now(UTC))
        keep_head(retention.settings, retention.store)


@hold_app.command("list")
def list_holds(
    released: Annotated[bool, typer.Option(help="Those that are released, too.")] = False,
) -> None:
    """The holds: number, since when, of what, by whom, why; of a number only that it is one."""
    from callcenter.privacy.holds import listed

    with _retention() as retention, retention.store.reading() as session:
        for hold in listed(session, released=released):
            typer.echo("\t".join(_hold_fields(hold)))


def _hold_fields(hold: "Hold") -> Iterator[str]:
    from callcenter.privacy.rows import Held

    yield str(hold.id)
    yield hold.placed_at.isoformat(timespec="seconds")
    yield hold.kind.value
    yield "-" if hold.kind is Held.NUMBER else hold.subject
    yield hold.placed_by
    yield hold.reason or "-"
    if hold.released_at:
        yield f"released {hold.released_at.isoformat(timespec='seconds')} {hold.released_by}"


@contextmanager
def _retention() -> "Iterator[Retention]":
    from callcenter.commands.register import opened_store
    from callcenter.privacy.running import Retention
    from callcenter.settings import load_settings

    settings = load_settings()
    with opened_store(settings) as store:
        yield Retention.of(store, settings)


def _tell(found: "Report") -> None:
    typer.echo(f"deletes by itself  {'yes, each day' if found.deletes else 'no: switched off'}")
    typer.echo(f"last run           {_day(found.last_run)}")
    typer.echo(f"open holds         {found.holds}")
    typer.echo("\nkept          line   term       calls   tickets  oldest      due     held")
    for one in found.stock:
        line = f"{one.kept:12}  {one.line:5}  {one.term:9}  {one.calls:6}  {one.tickets:7}"
        typer.echo(f"{line}  {_day(one.oldest):10}  {one.due:6}  {one.held:5}")
    typer.echo("\nfiles            term      files  bytes        oldest      due")
    for file in found.files:
        counts = f"{file.files:6}  {file.bytes:11}  {_day(file.oldest):10}  {file.due:4}"
        typer.echo(f"{file.kept:15}  {file.term:8}  {counts}")
    for name in found.unrotated:
        typer.echo(f"{name} begins before its term: have it renamed (docs/operations.md)")
    typer.echo("\ndeleted by rule                subjects  pieces  first       last")
    for gone in found.deleted:
        days = f"{_day(gone.first_at)}  {_day(gone.last_at)}"
        typer.echo(f"{gone.rule:30} {gone.subjects:8}  {gone.pieces:6}  {days}")


def _tell_run(ran: "Ran") -> None:
    for rule in sorted(ran.subjects | ran.pieces | ran.held):
        told: list[tuple[Literal["due", "held"], int]] = [
            ("due", ran.subjects[rule]),
            ("held", ran.held[rule]),
        ]
        counts = "  ".join(f"{name} {count}" for name, count in told)
        typer.echo(f"{rule:30} {counts}  pieces {ran.pieces[rule]}")


def _day(at: datetime | None) -> str:
    from callcenter.tickets.ticket import COUNTY_TIME

    return f"{at.astimezone(COUNTY_TIME):%Y-%m-%d}" if at else "-"
