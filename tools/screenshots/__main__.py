"""Photograph the console for docs/screens: python -m tools.screenshots [SCREEN ...]."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from playwright.async_api import Error as PlaywrightError

from tools.screenshots.camera import Camera, a_browser
from tools.screenshots.moment import made_up_time
from tools.screenshots.pages import FOLDER, PAGES, page
from tools.screenshots.screens import SCREENS, Screen
from tools.screenshots.site import shown_site
from tools.screenshots.story import cases_to_show, tell


def main() -> None:
    """Take the pictures named, or all, and write the pages that show them."""
    names = [screen.name for screen in SCREENS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("screens", nargs="*", metavar="SCREEN", help=f"else all: {' '.join(names)}")
    wanted = parser.parse_args().screens
    unknown = set(wanted) - set(names)
    if unknown:
        parser.error(f"no such screen: {' '.join(sorted(unknown))}; there are {' '.join(names)}")
    FOLDER.mkdir(exist_ok=True)
    lacking = asyncio.run(photograph([one for one in SCREENS if not wanted or one.name in wanted]))
    for language, path in PAGES.items():
        path.write_text(page(language), "utf-8")
    if lacking:
        sys.exit(f"not photographed: {' '.join(lacking)}")


async def photograph(screens: Collection[Screen]) -> list[str]:
    """A picture of each screen in each of its looks; the names of those that were not drawn."""
    lacking = []
    with made_up_time() as clock, tempfile.TemporaryDirectory() as folder:
        async with shown_site(Path(folder)) as site, a_browser() as browser:
            await tell(site, clock)
            camera = Camera(browser, site, clock, cases_to_show(site))
            for screen in screens:
                print(screen.name, flush=True)
                try:
                    await camera.take(screen)
                except PlaywrightError as error:
                    print(error)
                    lacking.append(screen.name)
    return lacking


if __name__ == "__main__":
    main()
