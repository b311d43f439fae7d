"""Learned tables as files: TOML with a line a word, which a person reads, prunes and compares.

    "噪音" = { weight = 2.31, support = 128, learned = 2026-11-21 }

says that 噪音 speaks for the label it stands under with 2.31, stood in 128 texts, and has had about
this weight since that day. Below 0 it speaks against the label. Words stand in the order of their
characters, so that a word whose weight changes is one changed line and not two.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import tomli  # as tomllib, but compiled: a table of 36 000 lines takes half as long
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from callcenter.classify.learned_words import LearnedWords
from callcenter.classify.soundalikes import SoundAlikes
from callcenter.classify.words import language
from callcenter.errors import BadInputError

LEARNED_FILE = "learned.toml"  # in the folder of rules: words for the 61 items
DANGER_FILE = "learned-danger.toml"  # there too: words for the one label needs_110

_HEAD = """\
# 由 callcenter learn 从已确认的工单或表格中学到的词，每行一个词：
# weight 权重（负数表示不支持该标签），support 出现过的文本数，learned 学到的日期。
# 可以删行、改权重；不想再学到的词写进 pruned，重新学习时加 --from 本文件。
"""

Word = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^\S+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LearnedWord(_Strict):
    """One line; a line written by hand needs only a weight."""

    weight: float = Field(ge=-100, le=100)
    support: int = Field(0, ge=0)  # different texts it stood in
    learned: date | None = None


class Label(_Strict):
    """What was learned for one label."""

    texts: int = Field(0, ge=0)  # that had the label
    words: dict[Word, LearnedWord] = {}


class HowLearned(_Strict):
    """The settings a table was learned with."""

    words: int = Field(3000, ge=1)  # a label has at most
    support: int = Field(3, ge=1)  # texts a word must stand in


class LearnedTable(_Strict):
    """A learned table as it is written."""

    learned: date
    texts: int = Field(ge=0)
    pruned: tuple[Word, ...] = ()  # never to be learned again
    settings: HowLearned = HowLearned()
    label: dict[str, Label] = Field(min_length=1)

    @property
    def version(self) -> str:
        """Changes whenever a weight does."""
        told = json.dumps(self.thousandths(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def thousandths(self) -> dict[str, dict[str, int]]:
        """Word -> label -> weight in thousandths."""
        weights: dict[str, dict[str, int]] = defaultdict(dict)
        for name, label in self.label.items():
            for word, line in label.words.items():
                weights[word][name] = round(line.weight * 1000)
        return weights


def as_words(
    tables: Iterable[tuple[LearnedTable, float]],
    taken: Mapping[str, Mapping[str, int]] | None = None,
) -> LearnedWords:
    """The words of tables, to be looked for together.

    Args:
        tables: Each with how many times over its weights count; no two have a label in common.
        taken: Word -> labels that a person weighed it for; there the person's weight holds.
    """
    taken = taken or {}
    weights: dict[str, dict[str, int]] = defaultdict(dict)
    for table, times in tables:
        for word, its in table.thousandths().items():
            for label in its.keys() - taken.get(word, {}).keys():
                weights[word][label] = round(its[label] * times)
    return LearnedWords(weights, SoundAlikes(weights, language()))


def read_table(path: Path) -> LearnedTable:
    """The table that a file holds.

    Raises:
        BadInputError: Names the file, the line where it can be told, the entry and the fault.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return LearnedTable.model_validate(tomli.loads(text))
    except OSError as error:
        raise BadInputError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInputError(f"{path.name}: not UTF-8 at byte {error.start}") from error
    except tomli.TOMLDecodeError as error:
        raise BadInputError(f"{path.name}: not valid TOML: {error}") from error
    except ValidationError as error:
        raise _fault(path.name, text, error) from error


def write_table(table: LearnedTable) -> str:
    """The table as a file's text; the same table gives the same bytes."""
    lines = [
        _HEAD,
        f"learned = {table.learned}",
        f"texts = {table.texts}",
        f"pruned = [{', '.join(map(_quoted, sorted(set(table.pruned))))}]",
        "",
        "[settings]",
        f"words = {table.settings.words}",
        f"support = {table.settings.support}",
    ]
    for name in sorted(table.label):
        lines += _label_lines(name, table.label[name])
    return "\n".join(lines) + "\n"


def check_labels(table: LearnedTable, known: Iterable[str], path: Path) -> None:
    """Refuses a table with a label that is not among the known ones.

    Raises:
        BadInputError: Names the file, the line and the label.
    """
    unknown = sorted(set(table.label) - set(known))
    if unknown:
        line = _line_of(path.read_text(encoding="utf-8-sig"), ["label", unknown[0]])
        reason = f"no label is named {unknown[0]!r} here; each must be {_those(known)}"
        raise BadInputError(f"{path.name}, line {line}: label.{unknown[0]}: {reason}")


def _those(known: Iterable[str]) -> str:
    few = sorted(known)
    return few[0] if len(few) == 1 else "a code of items.toml, which lists all 61"


def _label_lines(name: str, label: Label) -> list[str]:
    path = f"label.{_quoted(name)}"
    head = ["", f"[{path}]", f"texts = {label.texts}", "", f"[{path}.words]"]
    return head + [_line(word, label.words[word]) for word in sorted(label.words)]


def _line(word: str, its: LearnedWord) -> str:
    told = [f"weight = {its.weight:.2f}"]
    told += [f"support = {its.support}"] if its.support else []
    told += [f"learned = {its.learned}"] if its.learned else []
    return f"{_quoted(word)} = {{ {', '.join(told)} }}"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are all TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _fault(name: str, text: str, error: ValidationError) -> BadInputError:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"] if part != "[key]"]
    where = f"{name}, line {_line_of(text, path)}: {'.'.join(path)}"
    return BadInputError(f"{where}: {first['msg']}")


def _line_of(text: str, path: Iterable[str]) -> int:
    """The line, from 1, where an entry stands, or else what holds it: each key below the last."""
    lines, at = text.splitlines(), 0
    for key in path:
        at = next((n for n in range(at, len(lines)) if _names(lines[n], key)), at)
    return at + 1


def _names(line: str, key: str) -> bool:
    """Whether a line is a heading with the key, or sets it."""
    line = line.strip()
    if line.startswith("["):
        return key in (part.strip('"') for part in line.strip("[]").split("."))
    return line.startswith((_quoted(key), key))
