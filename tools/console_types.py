"""Types of our API for the console: python -m tools.console_types.

Writes the OpenAPI document and, from it, TypeScript's types to console/src/generated/. Both follow
from the code, so neither is kept in git.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from callcenter.settings import ROOT

CONSOLE = ROOT / "console"
FOLDER = CONSOLE / "src" / "generated"


def document() -> dict[str, Any]:
    """The OpenAPI document of the API, as it serves it."""
    from tests.browser.site import Site  # a site without a telephone; the tests' own

    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.prepare()
        told: dict[str, Any] = site.app.openapi()
        site.store.close()
    return told


def write() -> None:
    """Make the types anew. Raises: CalledProcessError: openapi-typescript failed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    told = FOLDER / "openapi.json"
    told.write_text(json.dumps(document(), ensure_ascii=False, indent=1), encoding="utf-8")
    node = ROOT / ".deps" / "bin" / "node"
    made_by = CONSOLE / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    types = FOLDER / "api.ts"
    command = [str(node), str(made_by), str(told), "--output", str(types)]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    write()
