"""Unit: the console's own checks: types against the API as it is now, style, vitest; its lock."""

import json
import os
import re
import subprocess

import pytest

from callcenter.settings import ROOT
from tools import console_types

CONSOLE = ROOT / "console"
MOST_LINES = 250
COLOUR = re.compile(r"[\s:]#[0-9a-f]{6}\b|rgb\(")


@pytest.fixture(scope="module")
def npm() -> str:
    """The path of programs under which npm and the console's packages are found."""
    missing = [
        name
        for name, path in (
            ("npm", ROOT / ".deps" / "bin" / "npm"),
            ("the console's packages", CONSOLE / "node_modules" / "vitest"),
        )
        if not path.exists()
    ]
    if missing:
        told = f"{missing[0]} is not here: run setup/console test"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return f"{ROOT / '.deps' / 'bin'}{os.pathsep}{os.environ['PATH']}"


def run(path: str, script: str) -> None:
    done = subprocess.run(
        ["npm", "run", "--silent", script],
        cwd=CONSOLE,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_asks_for_nothing_that_the_api_does_not_have(npm: str) -> None:
    console_types.write()
    run(npm, "types")


def test_its_style_holds(npm: str) -> None:
    run(npm, "lint")


def test_its_pure_parts_do_what_they_say(npm: str) -> None:
    run(npm, "test")


def test_its_lock_names_only_the_public_registry_and_binds_every_package() -> None:
    packages = json.loads((CONSOLE / "package-lock.json").read_text("utf-8"))["packages"]
    told = {name: one for name, one in packages.items() if name}
    assert [
        name
        for name, one in told.items()
        if not one["resolved"].startswith("https://registry.npmjs.org/")
        or not one["integrity"].startswith("sha512-")
    ] == []


def test_its_files_are_short_and_only_one_of_them_names_colours() -> None:
    kinds = (".ts", ".vue", ".css")
    sources = [path for path in (CONSOLE / "src").rglob("*") if path.suffix in kinds]
    ours = [path for path in sources if "generated" not in path.parts]
    texts = {path.name: path.read_text("utf-8") for path in ours}
    assert [name for name, text in texts.items() if len(text.splitlines()) > MOST_LINES] == []
    assert [name for name, text in texts.items() if COLOUR.search(text)] == ["tokens.css"]
    assert [
        name for name, text in texts.items() if name.endswith(".vue") and "<style" in text
    ] == []
