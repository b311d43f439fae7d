"""docs/screens has a picture of every place that the console's routers know, in its looks."""

import re

import pytest

from callcenter.settings import ROOT
from tools.screenshots.pages import FOLDER, PAGES, file_of, page
from tools.screenshots.screens import SCREENS, Language

SOURCES = ROOT / "console" / "src"
MOST_BYTES = 10_000_000


def named(path: str, pattern: str = r'name: "(\w+)"') -> set[str]:
    """What a source of the console names."""
    return set(re.findall(pattern, (SOURCES / path).read_text("utf-8")))


def places() -> set[str]:
    """The console's, the field page's, the sections of the administration, and the open page."""
    own = named("router.ts") - {"admin"}
    field = {f"field/{name}" for name in named("field/main.ts")}
    admin = {f"admin/{name}" for name in named("admin/sections.ts")}
    return own | field | admin | {"sign-in", "public"}


def test_every_place_of_the_console_is_photographed() -> None:
    assert {screen.place for screen in SCREENS} == places()


def test_every_picture_is_there_and_no_other() -> None:
    wanted = {file_of(screen, *look).name for screen in SCREENS for look in screen.looks}
    kept = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert set(kept) == wanted
    assert sum(kept.values()) < MOST_BYTES


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_them_all(language: Language) -> None:
    assert PAGES[language].read_text("utf-8") == page(language)
