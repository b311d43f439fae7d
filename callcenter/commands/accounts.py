"""`callcenter accounts ...`: who may sign in, as what. Holds at once for a centre that runs.

Only what the help needs is imported here; the database comes with the command that is run.
"""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from callcenter.people.accounts import Account, Given

app = typer.Typer(
    help="Accounts: list, add, change, close, new first passwords, links that sign in once.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
ACTOR = "command-line"

Name = Annotated[str, typer.Argument(help="Up to 24 of a-z, 0-9, dot, dash, underscore.")]
COLUMNS = ("account", "name", "roles", "unit", "grid", "queues", "state")
Shown = Annotated[str | None, typer.Option("--display-name", help="For screens.")]
Roles = Annotated[
    list[str] | None, typer.Option("--role", help="Several times for several; see docs/people.md.")
]
UnitCode = Annotated[str | None, typer.Option("--unit", help="A handler's unit, by its code.")]
Grid = Annotated[
    str | None, typer.Option("--grid", help="The beginning of cells' codes; empty: the county.")
]
Queues = Annotated[
    list[str] | None, typer.Option("--queue", help="A queue that a supervisor supervises.")
]


@app.command("list")
def list_accounts() -> None:
    """Every account: roles, unit, grid, queues, and whether it is open."""
    from callcenter.commands.register import look
    from callcenter.people.accounts import all_accounts

    typer.echo("\t".join(COLUMNS))
    for account in look(all_accounts):
        _tell(account)


@app.command("add")
def add_account(
    name: Name,
    role: Roles = None,
    display_name: Shown = None,
    unit: UnitCode = None,
    grid: Grid = None,
    queue: Queues = None,
    password: Annotated[
        bool, typer.Option("--password/--no-password", help="Without: let in by links only.")
    ] = True,
) -> None:
    """A new account; its first password is shown this once."""
    from callcenter.people import accounts
    from callcenter.people.audited import write
    from callcenter.people.passwords import Passwords, generated
    from callcenter.settings import load_settings

    settings = load_settings()
    first = generated() if password else ""
    hashed = Passwords(least=settings.password_characters).hash(first) if first else ""
    given = _given(display_name, role, unit, grid, queue)
    account = write(settings, lambda s: accounts.add(s, name, given, password=hashed, actor=ACTOR))
    _tell(account)
    if first:
        typer.echo(f"first password: {first}")


@app.command("change")
def change_account(
    name: Name,
    role: Roles = None,
    display_name: Shown = None,
    unit: UnitCode = None,
    grid: Grid = None,
    queue: Queues = None,
) -> None:
    """Other roles, unit, grid or queues; what is not said stays."""
    from callcenter.people import accounts
    from callcenter.people.audited import write
    from callcenter.settings import load_settings

    given = _given(display_name, role, unit, grid, queue)
    _tell(write(load_settings(), lambda s: accounts.change(s, name, given, actor=ACTOR)))


@app.command("close")
def close_account(name: Name) -> None:
    """Nobody signs in with it any more; whoever is signed in is not."""
    from sqlmodel import Session

    from callcenter.people import accounts, sessions
    from callcenter.people.audited import write
    from callcenter.settings import load_settings

    def run(session: Session) -> "Account":
        account = accounts.close(session, name, actor=ACTOR)
        sessions.end_all(session, name)
        return account

    _tell(write(load_settings(), run))


@app.command("password")
def new_password(name: Name) -> None:
    """A new first password, shown this once; sessions end, and waiting after wrong ones does."""
    from sqlmodel import Session

    from callcenter.people import accounts, sessions, tries
    from callcenter.people.audited import write
    from callcenter.people.passwords import Passwords, generated
    from callcenter.settings import load_settings

    settings, first = load_settings(), generated()
    hashed = Passwords(least=settings.password_characters).hash(first)

    def run(session: Session) -> None:
        accounts.set_password(session, name, hashed, must_change=True, actor=ACTOR)
        sessions.end_all(session, name)
        tries.forget(session, name)

    write(settings, run)
    typer.echo(f"first password: {first}")


@app.command("link")
def link(name: Name) -> None:
    """A link that signs this account in, once, within ten minutes."""
    from sqlmodel import Session

    from callcenter.people import audit, sessions
    from callcenter.people.audited import write
    from callcenter.settings import load_settings

    settings = load_settings()

    def run(session: Session) -> str:
        code, _ = sessions.make_code(session, name)
        audit.append(session, actor=ACTOR, what="link_made", subject=name)
        return code

    code = write(settings, run)
    typer.echo(f"http://{settings.bind_host}:{settings.http_port}/#enter={code}")


def _given(
    display_name: str | None,
    roles: list[str] | None,
    unit: str | None,
    grid: str | None,
    queues: list[str] | None,
) -> "Given":
    from callcenter.commands.register import queues_of
    from callcenter.errors import BadInputError
    from callcenter.people.accounts import Given
    from callcenter.people.roles import GIVEN, Role

    try:
        chosen = tuple(Role(role) for role in roles) if roles else None
    except ValueError:
        raise BadInputError(f"role is not known: choose of {' '.join(GIVEN)}") from None
    return Given(display_name, chosen, unit, grid, queues_of(queues) if queues else None)


def _tell(account: "Account") -> None:
    state = "open" if account.is_open else "closed"
    fields = (account.name, account.display_name, account.roles, account.unit or "-")
    more = (account.grid or "all", account.queues or "-", state)
    typer.echo("\t".join((*fields, *more)))
