"""`callcenter open311 ...`: keys for programs that file matters."""

from typing import Annotated

import typer

app = typer.Typer(
    help="Open311: keys for the programs of others.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Label = Annotated[str, typer.Argument(help="What the history will call the program.")]

KEY_BYTES = 32


@app.callback()
def about() -> None:
    """Open311: keys for the programs of others."""


@app.command("key")
def key(label: Label) -> None:
    """Make a key: shown once, for the program; its hash is for the settings."""
    import hashlib
    import re
    import secrets

    from callcenter.errors import BadInputError

    if not re.fullmatch(r"[a-z0-9-]{1,20}", label):
        raise BadInputError("label must have 1 to 20 small letters, digits or hyphens")
    made = secrets.token_urlsafe(KEY_BYTES)
    typer.echo(f"key for the program, shown only now: {made}")
    hashed = hashlib.sha256(made.encode()).hexdigest()
    typer.echo(f"add to CALLCENTER_OPEN311_KEYS: {label}={hashed}")
