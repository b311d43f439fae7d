"""`callcenter database ...`: which revision the tables have, and the way to another."""

from typing import Annotated

import typer

app = typer.Typer(
    help="The database's tables: which revision they have, up, down.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Revision = Annotated[str, typer.Argument(help="As `database show` names it.")]


@app.command("show")
def show() -> None:
    """Every revision, and which one the database has."""
    from callcenter.settings import load_settings
    from callcenter.store import Store, revisions

    store = Store(load_settings().database)
    current = store.revision()
    store.close()
    typer.echo(f"{store.url.render_as_string(hide_password=True)}")
    for number, what in revisions.all_revisions():
        typer.echo(f"{'*' if number == current else ' '} {number}  {what}")
    if current is None:
        typer.echo("the database is empty, or older than the revisions; the next start marks it")


@app.command("upgrade")
def upgrade() -> None:
    """To the newest revision, as each start does."""
    from callcenter.settings import load_settings
    from callcenter.store import Store

    store = Store(load_settings().database)
    store.prepare()
    typer.echo(f"the database has revision {store.revision()}")
    store.close()


@app.command("downgrade")
def downgrade(revision: Revision) -> None:
    """Back to an earlier revision, for an earlier version of callcenter; stop everything first."""
    from callcenter.settings import load_settings
    from callcenter.store import Store

    store = Store(load_settings().database)
    copy = store.migrate(revision)
    if copy:
        typer.echo(f"a copy from before lies in {copy}")
    typer.echo(f"the database has revision {store.revision() or revision}")
    store.close()
