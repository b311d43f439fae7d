"""Category: the documents keep to the code. What they name exists."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from callcenter.settings import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
READMES = ["README.md", "README.zh-CN.md"]
FILE = re.compile(r"[\w.-]+/[\w./-]*|[\w-]+\.(?:py|toml|conf|csv|js)")
TONGUE = re.compile(r"\.(zh-CN|zh|en)(?=\.)")  # of a page or a picture
TARGET = re.compile(r"(?:^|`)make ([a-z-]+)", re.MULTILINE)


def sections() -> Iterator[tuple[str, str]]:
    """The title and the text of each part of docs/path.md."""
    text = (ROOT / "docs" / "path.md").read_text("utf-8")
    for part in re.split(r"^#+ ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        yield title, body


@cache
def names_of(path: Path) -> frozenset[str]:
    """What a file defines: in Python by its syntax, in anything else every word of it."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        return frozenset(re.findall(r"[\w-]+", text))
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return frozenset(found)


@pytest.mark.parametrize(
    ("title", "body"), [pytest.param(*part, id=part[0]) for part in sections()]
)
def test_the_path_names_what_exists(title: str, body: str) -> None:
    quoted = re.findall(r"`([^`]+)`", body)
    files = [ROOT / name for name in quoted if FILE.fullmatch(name)]
    missing = [str(file.relative_to(ROOT)) for file in files if not file.exists()]
    known = frozenset().union(*(names_of(file) for file in files if file.is_file()))
    pipeline = names_of(ROOT / "callcenter" / "pipeline" / "__init__.py")
    names = {name for name in quoted if not FILE.fullmatch(name)} - {"LINE", "WORK"}
    assert missing == []
    assert {"LINE", "WORK"} <= pipeline
    assert names - known == set(), f"not in the files that section {title!r} names"


def test_the_glossary_names_words_of_the_code() -> None:
    rows = re.findall(r"^\|.*\|$", (ROOT / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE)
    words = {word for row in rows for word in re.findall(r"`([^`]+)`", row)}
    code = [path.read_text("utf-8") for path in (ROOT / "callcenter").rglob("*.py")]
    assert len(words) > 50
    assert words - set(re.findall(r"\w+", "\n".join(code))) == set()


@pytest.mark.parametrize("page", READMES)
def test_a_readme_names_targets_that_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(TARGET.findall((ROOT / page).read_text("utf-8")))
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_both_readmes_say_the_same() -> None:
    """As far as a program can tell: the same parts, commands, pictures and pages."""
    shapes = [_shape((ROOT / page).read_text("utf-8")) for page in READMES]
    assert shapes[0] == shapes[1]


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    records = {path.name for path in folder.glob("[0-9]*.md")}
    index = (folder / "README.md").read_text("utf-8")
    assert set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", index)) == records
    assert len({name[:4] for name in records}) == len(records)


def _shape(text: str) -> dict[str, object]:
    links = {TONGUE.sub("", link) for link in re.findall(r"\]\(([^)]+)\)", text)} - set(READMES)
    return {
        "parts": text.count("\n## "),
        "points": text.count("\n- "),
        "links": links,
        "commands": set(TARGET.findall(text)),
    }
