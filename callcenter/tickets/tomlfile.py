"""A county's TOML files, read strictly: a fault is told with file, line, key and remedy."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from callcenter.errors import BadInputError

Model = TypeVar("Model", bound=BaseModel)
Key = str | int

_HEADER = re.compile(r"^\s*\[\[?\s*\"?([^\]\"]+?)\"?\s*\]")
_KEY = re.compile(r"^\s*\"?([A-Za-z0-9_-]+)\"?\s*=")


@dataclass(frozen=True)
class TomlText:
    """The text of a TOML file, to say in which line something stands."""

    name: str
    text: str

    def line_of(self, *path: Key) -> int | None:
        """The line of a key such as ("limit", 2, "items"), or of the nearest that stands above it.

        Args:
            path: Names of tables and keys; a number is the place in an array of tables, from 0.
        """
        where = tuple(str(part) for part in path)
        above = (where[:depth] for depth in range(len(where), 0, -1))
        return next((self._lines[one] for one in above if one in self._lines), None)

    def place(self, *path: Key) -> str:
        """Line and key, for a person, who counts from 1: "line 12: limit 3 items"."""
        line = self.line_of(*path)
        parts = " ".join(part if isinstance(part, str) else f"{part + 1}" for part in path)
        return ": ".join(([f"line {line}"] if line else []) + ([parts] if parts else []))

    def fault(self, *path: Key, said: str) -> BadInputError:
        """The error that names the place, the fault and the remedy."""
        return BadInputError(f"{self.name} cannot be used: {self.place(*path)}: {said}")

    @cached_property
    def _lines(self) -> dict[tuple[str, ...], int]:
        """The first line of each header and key, by its path; found once: dispatch asks often."""
        lines: dict[tuple[str, ...], int] = {}
        for line, path in self._found():
            lines.setdefault(path, line)
        return lines

    def _found(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        table: tuple[str, ...] = ()
        counts: dict[str, int] = {}
        for line, text in enumerate(self.text.splitlines(), 1):
            if header := _HEADER.match(text):
                name = header[1]
                table = tuple(name.split("."))
                if text.lstrip().startswith("[["):
                    counts[name] = counts.get(name, -1) + 1
                    table = (*table, str(counts[name]))
                yield line, table
            elif key := _KEY.match(text):
                yield line, (*table, key[1])


def read_toml(path: Path, model: type[Model]) -> tuple[Model, TomlText]:
    """What the file says, checked, and its text.

    Raises:
        BadInputError: Names the file, the line, the key, the fault and the remedy.
    """
    try:
        text = TomlText(path.name, path.read_text(encoding="utf-8"))
        return model.model_validate(tomllib.loads(text.text)), text
    except ValidationError as error:
        first = error.errors()[0]
        where = [part for part in first["loc"] if part != "[key]"]
        said = first["msg"].removeprefix("Value error, ")
        raise text.fault(*where, said=said) from error
    except (OSError, ValueError) as error:
        raise BadInputError(f"{path.name} cannot be used: {error}") from error
