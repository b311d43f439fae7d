"""What `callcenter county check`, `import`, `versions` and `use` do."""

from pathlib import Path

import typer

from callcenter.errors import BadInputError
from callcenter.settings import load_settings
from callcenter.tickets.datum import read_datum
from callcenter.tickets.imports.draft import Draft, Offered
from callcenter.tickets.imports.taking import check_import, take_over
from callcenter.tickets.inforce import load_edition
from callcenter.tickets.versions import Version, Versions


def offered(files: dict[str, Path | None], datum: str | None) -> Offered:
    """The files that were given, by the names of `Offered`.

    Raises:
        BadInputError: The datum is not known.
    """
    return Offered(**files, datum=read_datum(datum) if datum else None)


def check_files(wanted: Offered) -> None:
    """Say what an import would do; change nothing.

    Raises:
        BadInputError: There are faults, which were told.
    """
    versions = Versions.of(load_settings())
    made = check_import(versions, wanted)
    _tell(made)
    typer.echo(f"would be imported: {_counts(made.counts)}")


def import_files(wanted: Offered) -> None:
    """Make a new version and put it in force.

    Raises:
        BadInputError: There are faults, which were told; nothing has changed.
        ImpossibleMoveError: Somebody else imports now.
    """
    versions = Versions.of(load_settings())
    made, version = take_over(versions, wanted)
    _tell(made)
    if version:
        typer.echo(f"version {version.number} is in force: {_counts(version.counts)}")


def list_versions() -> None:
    """A line a version, the one in force marked."""
    versions = Versions.of(load_settings())
    now = versions.in_force()
    for number in versions.numbers():
        mark = "*" if number == now else " "
        typer.echo(f"{mark}{number:4}  {_story(versions.story(number), versions.original)}")


def use_version(number: int) -> None:
    """Put a version in force that was made before.

    Raises:
        NotFoundError: There is no such version.
        BadInputError: It cannot be loaded.
        ImpossibleMoveError: Somebody else imports now.
    """
    versions = Versions.of(load_settings())
    with versions.writing():
        load_edition(number, versions.folder(number))
        versions.put_in_force(number)
    typer.echo(f"version {number} is in force")


def _tell(made: Draft) -> None:
    """What was noted, and what is wrong, which ends it."""
    for note in made.notes:
        typer.echo(note)
    for line in made.faults.lines():
        typer.echo(line, err=True)
    if made.faults:
        faults = "1 fault" if made.faults.count == 1 else f"{made.faults.count} faults"
        raise BadInputError(f"nothing was changed: {faults}, told above")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _story(version: Version | None, original: Path) -> str:
    if version is None:
        return f"the county folder of the settings, {original}"
    made = f"{version.made_at.astimezone():%Y-%m-%d %H:%M}"
    changed = " ".join(version.changed)
    return f"{made}  of {version.based_on}: {changed}  ({_counts(version.counts)})"
