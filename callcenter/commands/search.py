"""`callcenter search rebuild`: the index of words and callers, made anew from the ledger."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from callcenter.store import Store

app = typer.Typer(help="Finding tickets: the index.", no_args_is_help=True, rich_markup_mode=None)
BATCH = 200  # tickets of a transaction, so that others write between


@app.callback()
def _group() -> None:
    """Keeps `rebuild` a word of its own while it is the only command."""


@app.command("rebuild")
def rebuild() -> None:
    """Write anew what every ticket is found by; may run beside the centre.

    After a loss of the callers' key (the old hashes tell nothing) or an update from a version that
    could not find.
    """
    from callcenter.commands.register import opened_store
    from callcenter.pipeline import make_findable
    from callcenter.settings import load_settings
    from callcenter.tickets.finding.callers import CallerKey
    from callcenter.tickets.ticket import locked

    settings = load_settings()
    key = CallerKey.of(settings)
    with opened_store(settings) as store:
        numbers = list(_numbers(store))
        with typer.progressbar(length=len(numbers), label="tickets") as bar:
            for start in range(0, len(numbers), BATCH):
                some = numbers[start : start + BATCH]
                with store.transaction() as session:
                    for number in some:
                        make_findable(session, locked(session, number), key)
                bar.update(len(some))
    typer.echo(f"{len(numbers)} tickets can be found")


def _numbers(store: "Store") -> Iterator[str]:
    from sqlmodel import select

    from callcenter.tickets.ticket import Ticket

    with store.reading() as session:
        yield from session.exec(select(Ticket.number).order_by(Ticket.number))
