"""Writes a migration from what the code's tables have and the last revision has not.

`make migration NAME=tickets_have_other`, or `python -m tools.migration tickets_have_other`. Read
the file it names and mend it by hand: a column that may not be empty needs a server_default for the
rows that are there, and a rename is seen as a loss and a gain.
"""

import subprocess
import sys
from pathlib import Path

from alembic import command
from sqlmodel import create_engine

from callcenter.store import revisions


def main(name: str) -> None:
    """Write the next revision and say where it lies."""
    revisions.load_tables()
    number = f"{int(revisions.newest()) + 1:04}" if revisions.all_revisions() else revisions.FIRST
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        config = revisions.config(connection)
        command.upgrade(config, "head")
        said = name.replace("_", " ").capitalize()
        made = command.revision(config, said, autogenerate=True, rev_id=number)
    engine.dispose()
    path = Path(made.path)  # type: ignore[union-attr]
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ### " not in line), "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)
    print(f"{path}: read it, mend it, then run tests/contract/test_migrations.py")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1]:
        sys.exit("say what it does: make migration NAME=tickets_have_other")
    main(sys.argv[1])
