"""Rules from TOML files that a hotline clerk reads and changes (rules/README.md says how)."""

import hashlib
import tomllib
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callcenter.classify.combinations import Together
from callcenter.classify.context import Calm, Denial
from callcenter.classify.items import all_items
from callcenter.classify.learned import (
    DANGER_FILE,
    LEARNED_FILE,
    LearnedTable,
    as_words,
    check_labels,
    read_table,
)
from callcenter.classify.lexicon import BELONGS_TO_12345, NEEDS_110, NOT, URGENT, Rules
from callcenter.classify.soundalikes import SoundAlikes
from callcenter.classify.words import cutter, language
from callcenter.errors import BadInputError
from callcenter.facts import Kind

NAMED = ("item", "kind")  # sections that carry a name: [item.113]
# How many times over a learned weight counts beside a clerk's. Source: decision record 0016.
LEARNED_TIMES = {LEARNED_FILE: 2.0, DANGER_FILE: 1.5}

Word = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^\S+$")]
Alternatives = Annotated[str, Field(pattern=r"^[^\s|]{1,20}(\|[^\s|]{1,20})*$")]  # 坏了|不亮
Weight = Annotated[float, Field(gt=0, le=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Combination(_Strict):
    words: list[Alternatives] = Field(min_length=2, max_length=4)
    weight: Weight


class _Section(_Strict):
    """What speaks for one target, as written: `words.5 = [...]`, `together = [...]` and so on."""

    words: dict[Weight, list[Word]] = {}
    against: dict[Weight, list[Word]] = {}
    together: list[_Combination] = []
    unless: list[Word] = []
    not_after: list[Word] = []


class _Danger(_Section):
    enough: Weight
    calm: list[Word] = []
    calm_before: list[Word] = []
    now: list[Word] = []


class _NoDanger(_Danger):
    items: list[str] = []


class _Negation(_Strict):
    before: list[Word]
    but_not: list[Word] = []


class _File(_Strict):
    item: dict[str, _Section] = {}
    kind: dict[Kind, _Section] = {}
    urgent: _Danger | None = None
    needs_110: _Danger | None = None
    belongs_to_12345: _NoDanger | None = None
    negation: _Negation | None = None


def load_rules(folder: Path, silent: Iterable[str] = (), *, sounds: bool = True) -> Rules:
    """The rules of every `*.toml` in a folder; takes about two seconds the first time in a process.

    Args:
        folder: Usually settings.rules_dir.
        silent: Names of places that hold rule words and yet say nothing about the subject.
        sounds: Whether words count that only sound like a rule's.

    Raises:
        BadInputError: Names the file, the line where it can be told, the entry and the fault.
    """
    book, digest = _read(folder)
    tables = _learned(folder)
    digest.update("".join(table.version for table, _ in tables).encode())
    return book.rules(digest.hexdigest()[:12], frozenset(silent), sounds, tables)


def check_rules(folder: Path) -> tuple[int, int]:
    """How many words and combinations a folder's written rules have; much faster than loading.

    Raises:
        BadInputError: As `load_rules` does, but for learned tables, which are not read.
    """
    return _read(folder)[0].counts


def _read(folder: Path) -> "tuple[_Book, hashlib._Hash]":
    """What the written files say, and the digest of their texts."""
    files = sorted(path for path in folder.glob("*.toml") if path.name not in LEARNED_TIMES)
    if not files:
        raise BadInputError(f"{folder} holds no *.toml; rules_dir must name a folder of rules")
    book = _Book()
    digest = hashlib.sha256()
    for path in files:
        text = _text(path)
        digest.update(f"{path.name}\0{text}\0".encode())
        book.add(_Page(path.name, text))
    return book, digest


def _learned(folder: Path) -> list[tuple[LearnedTable, float]]:
    """The learned tables beside the rules, and how many times over they count."""
    items = {code for code, item in all_items().items() if not item.alias_of}
    tables = []
    for name, times in LEARNED_TIMES.items():
        if (folder / name).exists():
            table = read_table(folder / name)
            check_labels(table, items if name == LEARNED_FILE else {NEEDS_110}, folder / name)
            tables.append((table, times))
    return tables


def _text(path: Path) -> str:
    written = path.read_bytes()
    try:
        return written.decode()
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        told = f"{path.name}, line {line}: not UTF-8; save the file in that encoding"
        raise BadInputError(told) from error


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
            reason = f"{first['msg']} (found: {first['input']!r})"
            keys = path[2:] if path[0] in NAMED else path[1:]
            needles = [str(first["input"]), ".".join(keys[:2]), *keys[:1]]
            raise self.fault(path, needles, reason) from error

    def fault(self, path: list[str], needles: list[str], reason: str) -> BadInputError:
        """The error for an entry at a path of keys, with the line it stands on.

        That is the last line of the path's section with one of the needles, the first that is
        there at all: of two equal words, the second is the one too many.
        """
        name = path[1] if path[0] in NAMED and len(path) > 1 else path[0]
        section = self._section(name)
        spots = ([n for n in section if needle in self._lines[n]] for needle in needles if needle)
        line = next((found[-1] for found in spots if found), section[0]) + 1
        return BadInputError(f"{self.name}, line {line}: {'.'.join(path[:4])}: {reason}")

    def _section(self, name: str) -> range:
        """The line numbers, from 0, of the section whose header has the name."""
        heads = [n for n, line in enumerate(self._lines) if line.lstrip().startswith("[")]
        start = next((n for n in heads if name in self._lines[n]), 0)
        return range(start, next((n for n in heads if n > start), len(self._lines)) or 1)


class _Book:
    """What all files together say."""

    def __init__(self) -> None:
        self._words: dict[str, dict[str, int]] = {}
        self._together: list[Together] = []
        self._not_after: dict[str, tuple[str, ...]] = {}
        self._denial = Denial()
        self._enough: dict[str, float] = {}
        self._calm: dict[str, Calm] = {}
        self._items_for_12345: frozenset[str] = frozenset()

    @property
    def counts(self) -> tuple[int, int]:
        """Words and combinations."""
        return len(self._words), len(self._together)

    def add(self, page: _Page) -> None:
        """Takes a page's sections over."""
        contents = page.contents
        for code, section in contents.item.items():
            _check_item(page, code, ["item", code])
            self._add_section(page, ["item", code], code, section)
        for kind, section in contents.kind.items():
            self._add_section(page, ["kind", kind.value], kind.value, section)
        self._add_danger(page, URGENT, contents.urgent)
        self._add_danger(page, NEEDS_110, contents.needs_110)
        if contents.belongs_to_12345:
            self._add_danger(page, BELONGS_TO_12345, contents.belongs_to_12345)
            for code in contents.belongs_to_12345.items:
                _check_item(page, code, [BELONGS_TO_12345, "items"], f'"{code}"')
            self._items_for_12345 = frozenset(contents.belongs_to_12345.items)
        if contents.negation:
            said = contents.negation
            self._denial = Denial(tuple(said.before), tuple(said.but_not))

    def rules(
        self,
        version: str,
        silent: frozenset[str],
        sounds: bool,
        tables: list[tuple[LearnedTable, float]],
    ) -> Rules:
        """The rules that the pages make."""
        items = {code: item.name for code, item in all_items().items() if not item.alias_of}
        return Rules(
            version=version,
            items=items,
            words={word: self._words[word] for word in sorted(self._words)},
            together=tuple(self._together),
            denial=self._denial,
            not_after=self._not_after,
            enough=self._enough,
            calm=self._calm,
            items_for_12345=self._items_for_12345,
            cut=cutter([*self._words, *silent]),
            sounds=SoundAlikes(self._words, language()) if sounds else None,
            learned=as_words(tables, self._words) if tables else None,
            silent=silent,
        )

    def _add_danger(self, page: _Page, target: str, section: _Danger | None) -> None:
        if section is None:
            return
        self._add_section(page, [target], target, section)
        self._enough[target] = section.enough
        self._calm[target] = Calm(
            tuple(section.calm), tuple(section.calm_before), tuple(section.now)
        )

    def _add_section(self, page: _Page, path: list[str], target: str, section: _Section) -> None:
        weighted = [(w, weight) for weight, words in section.words.items() for w in words]
        weighted += [(w, -weight) for weight, words in section.against.items() for w in words]
        for word, weight in weighted:
            if target in self._words.setdefault(word, {}):
                raise page.fault(path, [f'"{word}"'], f"{word} has a weight here already; keep one")
            self._words[word][target] = round(weight * 1000)
        for word in section.unless:
            self._words.setdefault(word, {})[NOT + target] = 1000
        for rule in section.together:
            words = tuple(frozenset(one.split("|")) for one in rule.words)
            for word in chain.from_iterable(words):
                self._words.setdefault(word, {})  # a word even if only this combination needs it
            self._together.append(Together(words, {target: round(rule.weight * 1000)}))
        if section.not_after:
            self._not_after[target] = tuple(section.not_after)


def _check_item(page: _Page, code: str, path: list[str], *needles: str) -> None:
    item = all_items().get(code)
    if item is None:
        reason = f"no such item as {code!r}; items.toml lists all 61"
        raise page.fault(path, list(needles), reason)
    if item.alias_of:
        reason = f"{code} is an alias; its words belong to {item.alias_of}"
        raise page.fault(path, list(needles), reason)
