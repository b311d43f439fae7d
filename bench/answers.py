"""Asks every route of both OpenAPI documents many questions, and prints what was found.

`python -m bench.answers 50` asks 50 of each route, on SQLite; with CALLCENTER_DATABASE_URL on
that database, which must be an empty one: what is asked changes it. The limit is nothing found.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from callcenter.pipeline import load_site
from callcenter.settings import Settings
from tests.contract.test_answers import asked


def main(examples: int = 20) -> int:
    """Ask so many questions of each route; the number of findings, 1 at most."""
    site, began = load_site(Settings()), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        database = Settings().database_url or f"sqlite:///{folder}/answers.db"
        found = asyncio.run(asked(site, database, Path(folder), examples))
    for finding in found:
        print(finding, end="\n\n")
    seconds = time.monotonic() - began
    print(f"{examples} questions to each route, {seconds:.0f} s: {len(found)} routes with findings")
    return min(1, len(found))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
