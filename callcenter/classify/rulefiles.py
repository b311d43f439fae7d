"""Rules from TOML files that a hotline clerk reads and changes (rules/README.md says how)."""

import hashlib
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callcenter.classify.items import all_items
from callcenter.classify.lexicon import NOT, URGENT, Denial, Rules, Together
from callcenter.classify.words import cutter
from callcenter.errors import BadInputError
from callcenter.facts import Kind

Word = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^\S+$")]
Weight = Annotated[float, Field(gt=0, le=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Combination(_Strict):
    words: list[Word] = Field(min_length=2, max_length=4)
    weight: Weight


class _Section(_Strict):
    """What speaks for one target, as written: `words.5 = [...]`, `together = [...]` and so on."""

    words: dict[Weight, list[Word]] = {}
    against: dict[Weight, list[Word]] = {}
    together: list[_Combination] = []
    unless: list[Word] = []
    not_after: list[Word] = []


class _Urgent(_Section):
    enough: Weight


class _Negation(_Strict):
    before: list[Word]
    but_not: list[Word] = []


class _File(_Strict):
    item: dict[str, _Section] = {}
    kind: dict[Kind, _Section] = {}
    urgent: _Urgent | None = None
    negation: _Negation | None = None


def load_rules(folder: Path) -> Rules:
    """The rules of every `*.toml` in a folder; takes about a second the first time in a process.

    Raises:
        BadInputError: Names the file, the line where it can be told, the entry and the fault.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise BadInputError(f"{folder} holds no *.toml; rules_dir must name a folder of rules")
    book = _Book()
    digest = hashlib.sha256()
    for path in files:
        text = path.read_text(encoding="utf-8")
        digest.update(f"{path.name}\0{text}\0".encode())
        book.add(_Page(path.name, text))
    return book.rules(digest.hexdigest()[:12])


class _Page:
    """One file's text and contents, able to say where an entry stands."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._lines = text.splitlines()
        try:
            self.contents = _File.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise BadInputError(f"{name}: not valid TOML: {error}") from error
        except ValidationError as error:
            first = error.errors()[0]
            path = [str(part) for part in first["loc"] if part != "[key]"]
            found = first["input"]
            needle = found if isinstance(found, str) and found not in path else ".".join(path[2:4])
            raise self.fault(path, needle, f"{first['msg']} (found: {found!r})") from error

    def fault(self, path: list[str], needle: str, reason: str) -> BadInputError:
        """The error for an entry; its line is the first with `needle` in the path's section."""
        section = path[1] if path[0] in ("item", "kind") and len(path) > 1 else path[0]
        heads = (
            n for n, line in enumerate(self._lines) if line.startswith("[") and section in line
        )
        head = next(heads, 0)
        below = (n for n, line in enumerate(self._lines[head:], head) if needle in line)
        entry = ".".join(path[:4])
        return BadInputError(f"{self.name}, line {next(below, head) + 1}: {entry}: {reason}")


class _Book:
    """What all files together say."""

    def __init__(self) -> None:
        self._words: dict[str, dict[str, int]] = {}
        self._together: list[Together] = []
        self._not_after: dict[str, tuple[str, ...]] = {}
        self._denial = Denial()
        self._urgent_enough = float("inf")

    def add(self, page: _Page) -> None:
        """Takes a page's sections over."""
        contents = page.contents
        for code, section in contents.item.items():
            _check_item(page, code)
            self._add_section(page, ["item", code], code, section)
        for kind, section in contents.kind.items():
            self._add_section(page, ["kind", kind], kind, section)
        if contents.urgent:
            self._add_section(page, ["urgent"], URGENT, contents.urgent)
            self._urgent_enough = contents.urgent.enough
        if contents.negation:
            said = contents.negation
            self._denial = Denial(tuple(said.before), tuple(said.but_not))

    def rules(self, version: str) -> Rules:
        """The rules that the pages make."""
        return Rules(
            version=version,
            items={code: item.name for code, item in all_items().items() if not item.alias_of},
            words={word: self._words[word] for word in sorted(self._words)},
            together=tuple(self._together),
            denial=self._denial,
            not_after=self._not_after,
            urgent_enough=self._urgent_enough,
            cut=cutter(self._words),
        )

    def _add_section(self, page: _Page, path: list[str], target: str, section: _Section) -> None:
        weighted = [(w, weight) for weight, words in section.words.items() for w in words]
        weighted += [(w, -weight) for weight, words in section.against.items() for w in words]
        for word, weight in weighted:
            if target in self._words.setdefault(word, {}):
                raise page.fault(path, f'"{word}"', f"{word} has a weight here already; keep one")
            self._words[word][target] = round(weight * 1000)
        for word in section.unless:
            self._words.setdefault(word, {})[NOT + target] = 1000
        for rule in section.together:
            for word in rule.words:
                self._words.setdefault(word, {})  # a word even if only this combination needs it
            weights = {target: round(rule.weight * 1000)}
            self._together.append(Together(tuple(rule.words), weights))
        if section.not_after:
            self._not_after[target] = tuple(section.not_after)


def _check_item(page: _Page, code: str) -> None:
    item = all_items().get(code)
    if item is None:
        raise page.fault(["item", code], "", "no such item; items.toml lists all 61")
    if item.alias_of:
        reason = f"is an alias; its words belong to {item.alias_of}"
        raise page.fault(["item", code], "", reason)
