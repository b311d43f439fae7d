"""Files for import, checked whole or taken over as a new version: what command and API both do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from callcenter.errors import BadInputError, ConflictError
from callcenter.tickets.clocks.calendar import CALENDAR_FILE
from callcenter.tickets.clocks.limits import CLOCKS_FILE
from callcenter.tickets.datum import Datum
from callcenter.tickets.imports.draft import (
    COUNTY,
    DISPATCH,
    GRID,
    PLACES,
    UNITS,
    Draft,
    Offered,
    draft,
)
from callcenter.tickets.inforce import load_edition
from callcenter.tickets.versions import Version, Versions

# A file's name in a county folder -> what an import calls it.
OFFERED: Mapping[str, str] = {
    GRID: "grid",
    PLACES: "gazetteer",
    UNITS: "units",
    DISPATCH: "dispatch",
    COUNTY: "county",
    CLOCKS_FILE: "clocks",
    CALENDAR_FILE: "calendar",
}


def check_import(versions: Versions, offered: Offered) -> Draft:
    """What an import would make, with all that is wrong; nothing is changed.

    Raises:
        BadInputError: Nothing is offered, or the folder that it makes cannot be loaded.
    """
    made = draft(offered, versions.folder(versions.in_force()))
    if not made.faults:
        with TemporaryDirectory() as folder:  # what an import would load before it is in force
            for name, content in made.files.items():
                (Path(folder) / name).write_bytes(content)
            load_edition(0, Path(folder))
    return made


def take_over(
    versions: Versions, offered: Offered, based_on: int | None = None
) -> tuple[Draft, Version | None]:
    """The new version, which is in force from now on; None where the draft has faults.

    Args:
        versions: The county's.
        offered: The files.
        based_on: The version that must be in force; None: whichever is.

    Raises:
        BadInputError: Nothing is offered, or the folder that it makes cannot be loaded.
        ConflictError: Another version is in force by now.
        ImpossibleMoveError: Somebody else imports now.
    """
    with versions.writing():
        now = versions.in_force()
        if based_on not in (None, now):
            told = f"version {now} is in force by now, not {based_on}: look again, then repeat"
            raise ConflictError(told, in_force=now)
        made = draft(offered, versions.folder(now))
        if made.faults:
            return made, None
        counts = made.counts
        return made, versions.publish(
            made.files, made.changed, counts, lambda folder: load_edition(0, folder)
        )


@contextmanager
def offered_texts(texts: Mapping[str, str], datum: Datum | None = None) -> Iterator[Offered]:
    """Texts as files for import, by the names that they have in a county folder.

    Raises:
        BadInputError: A name is none of those.
    """
    if unknown := texts.keys() - OFFERED.keys():
        known = " ".join(OFFERED)
        raise BadInputError(f"{min(unknown)!r} is no file of a county: choose of {known}")
    with TemporaryDirectory(prefix="county-") as made:
        paths = {OFFERED[name]: Path(made) / name for name in texts}
        for name, text in texts.items():
            (Path(made) / name).write_text(text, "utf-8")
        yield Offered(**paths, datum=datum)
