"""The rules that sort calls, in versions: drafts are checked whole and put in force at once.

As the county has versions, so have the rules: `var/rules/v0001/` and so on are whole folders that
never change, version 0 is the folder of the setting, and `current` names the one in force.
Source: docs/decisions/0068-rules-have-versions.md.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from callcenter.classify.lexicon import Rules
from callcenter.classify.rulefiles import LEARNED_TIMES, check_rules, load_rules
from callcenter.errors import BadInputError, ConflictError
from callcenter.settings import Settings
from callcenter.tickets.versions import STORY, Version, Versions

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.toml")
_PLACE = re.compile(r"^(?P<file>[\w.-]+\.toml)(?:, line (?P<line>\d+))?: (?P<said>.+)$", re.DOTALL)
_AT_LINE = re.compile(r"\(at line (\d+), ")

Texts = Mapping[str, str]  # a file's name -> what it is to hold


@dataclass(frozen=True)
class Fault:
    """What is wrong with a draft, and where."""

    file: str  # "" where it is no single file
    line: int | None  # from 1
    said: str


def rule_versions(settings: Settings) -> Versions:
    """The versions of the site's rules."""
    home = settings.var_dir / "rules"
    return Versions(home, settings.rules_dir, command="callcenter rules")


def rules_in_force(settings: Settings) -> Path:
    """The folder of the rules in force.

    Raises:
        BadInputError: Which it is cannot be read.
        NotFoundError: It is not there.
    """
    versions = rule_versions(settings)
    return versions.folder(versions.in_force())


def rules_folder(settings: Settings) -> Callable[[], Path]:
    """Gives the folder of the rules in force, at each look."""
    return lambda: rules_in_force(settings)


def rule_texts(folder: Path, *, learned: bool = False) -> dict[str, str]:
    """The files that people write, by name; learned tables only where they are asked for."""
    paths = sorted(folder.glob("*.toml"))
    asked = (path for path in paths if learned or path.name not in LEARNED_TIMES)
    return {path.name: path.read_text("utf-8") for path in asked}


def draft_rules(base: Path, texts: Texts, silent: frozenset[str]) -> Rules:
    """The rules that a folder has once these files are as told; nothing is changed.

    The newest are kept at hand: whoever tries a draft on calls asks for it again and again.

    Raises:
        BadInputError: A file's name or what it holds is wrong; with file, line, entry and fault.
    """
    return _drafted(base, tuple(sorted(texts.items())), silent)


def check_draft(base: Path, texts: Texts) -> tuple[int, int]:
    """How many words and combinations the rules have once these files are as told.

    Raises:
        BadInputError: As `draft_rules` does.
    """
    with _beside(base, texts) as folder:
        return check_rules(folder)


def fault_of(error: BadInputError) -> Fault:
    """Where the first fault of a draft stands, for whoever shows it beside the line."""
    found = _PLACE.match(error.message)
    if found is None:
        return Fault("", None, error.message)
    inner = found["line"] or (at := _AT_LINE.search(found["said"])) and at[1]
    return Fault(found["file"], int(inner) if inner else None, found["said"])


def put_rules_in_force(settings: Settings, based_on: int, texts: Texts) -> Version:
    """A new version with these files, in force from now on.

    Args:
        settings: The site's.
        based_on: The version in force when the draft was begun.
        texts: Files that are other than in that version.

    Raises:
        BadInputError: Nothing differs, or the rules are faulty; nothing has changed.
        ConflictError: Another version is in force by now.
        ImpossibleMoveError: Somebody else changes them at this moment.
    """
    versions = rule_versions(settings)
    with versions.writing():
        _require(versions, based_on)
        base = versions.folder(based_on)
        files = _files(base)
        changed = {name: text for name, text in texts.items() if files.get(name) != text.encode()}
        if not changed:
            raise BadInputError("the draft is as the rules in force are: change something first")
        words, combinations = check_draft(base, changed)
        files |= {name: text.encode() for name, text in changed.items()}
        counts = {"words": words, "combinations": combinations}
        return versions.publish(files, tuple(sorted(changed)), counts, load_rules)


def use_rules(settings: Settings, number: int, based_on: int) -> None:
    """Another version is in force, which was made before; 0: the folder of the setting.

    Raises:
        NotFoundError: There is no such version.
        BadInputError: It cannot be loaded.
        ConflictError: Another version than `based_on` is in force by now.
        ImpossibleMoveError: Somebody else changes them at this moment.
    """
    versions = rule_versions(settings)
    with versions.writing():
        _require(versions, based_on)
        load_rules(versions.folder(number))
        versions.put_in_force(number)


def _require(versions: Versions, based_on: int) -> None:
    now = versions.in_force()
    if now != based_on:
        told = f"version {now} is in force by now, not {based_on}: look again, then repeat"
        raise ConflictError(told, in_force=now)


@lru_cache(maxsize=2)  # the rules in force, and the draft that is tried beside them
def _drafted(base: Path, texts: tuple[tuple[str, str], ...], silent: frozenset[str]) -> Rules:
    with _beside(base, dict(texts)) as folder:
        return load_rules(folder, silent)


@contextmanager
def _beside(base: Path, texts: Texts) -> Iterator[Path]:
    """A folder of its own with the base's files, these in their place."""
    for name in texts:
        if not NAME.fullmatch(name):
            raise BadInputError(f"{name!r} is no file of rules: write a name such as kinds.toml")
    with TemporaryDirectory(prefix="rules-") as made:
        folder = Path(made)
        for name, content in _files(base).items():
            (folder / name).write_bytes(content)
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8")
        yield folder


def _files(base: Path) -> dict[str, bytes]:
    """What a version's folder holds, but for its own story."""
    paths = (path for path in base.iterdir() if path.is_file() and path.name != STORY)
    return {path.name: path.read_bytes() for path in paths}
