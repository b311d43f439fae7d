"""The field page's icons as PNG, from its SVG: python -m tools.console_icons.

Phones install a page only with icons of fixed sizes. Chromium draws them; git keeps them.
"""

import base64
import os
import shutil

from playwright.sync_api import sync_playwright

from callcenter.settings import ROOT

FOLDER = ROOT / "console" / "public"
SIZES = (192, 512)


def main() -> None:
    """Write them."""
    path = shutil.which(
        "chromium", path=f"{ROOT / '.deps' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    )
    drawn = base64.b64encode((FOLDER / "field-icon.svg").read_bytes()).decode()
    box = ["--no-sandbox"] if os.geteuid() == 0 else []  # its sandbox refuses root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=box)
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>body{{margin:0}}img{{display:block;width:{size}px}}</style>"
                f'<img src="data:image/svg+xml;base64,{drawn}">'
            )
            page.screenshot(path=FOLDER / f"field-{size}.png")
        browser.close()


if __name__ == "__main__":
    main()
