"""`callcenter rules ...`: versions of the rules that sort calls; try others on calls of before.

Only what the help needs is imported here.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The rules that sort calls: try others on past calls, put them in force, go back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Folder = Annotated[Path, typer.Argument(help="A folder of rules.", exists=True, file_okay=False)]


@app.command("try")
def try_rules(
    folder: Folder,
    last: Annotated[int, typer.Option(min=1, max=100_000, help="So many calls.")] = 1000,
) -> None:
    """Say which of the last calls other rules would sort otherwise. Nothing moves."""
    from callcenter.commands.rules_told import tell_tried

    tell_tried(folder, last)


@app.command("import")
def import_rules(folder: Folder) -> None:
    """Put the files of a folder in force, as a new version."""
    from callcenter.commands.rules_told import put_in_force

    put_in_force(folder)


@app.command("versions")
def versions() -> None:
    """List the versions: number, when it was made, which files it changed."""
    from callcenter.commands.rules_told import list_versions

    list_versions()


@app.command("use")
def use(number: Annotated[int, typer.Argument(help="As `versions` lists it.", min=0)]) -> None:
    """Put another version in force; 0 is the folder of the settings."""
    from callcenter.commands.rules_told import use_version

    use_version(number)
