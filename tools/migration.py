"""Writes a migration from what the code's tables have and the last revision has not.

`make migration NAME=tickets_have_other`, or `python -m tools.migration tickets_have_other`. Read
the file it names and mend it by hand: a rename is seen as a loss and a gain, and the rows that are
there get 0, false or an empty text in a new column that may not be empty.
"""

import re
import subprocess
import sys
from pathlib import Path

from alembic import command
from sqlmodel import create_engine

from callcenter.store import revisions

NOTHING_YET = {"Boolean": "sa.false()", "String": '""', "Integer": '"0"', "Float": '"0"'}


def _with_default(line: str) -> str:
    """A column added to a table that has rows needs something for them."""
    kind = re.search(r"add_column\(.*sa\.(?!Column)(\w+)\(.*nullable=False\)", line)
    default = NOTHING_YET.get(kind[1]) if kind else None
    return (
        line.replace("nullable=False", f"nullable=False, server_default={default}")
        if default
        else line
    )


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
    kept = (_with_default(line) for line in lines if "# ### " not in line)
    path.write_text("".join(kept), "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)
    print(f"{path}: read it, mend it, then run tests/contract/test_migrations.py")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1]:
        sys.exit("say what it does: make migration NAME=tickets_have_other")
    main(sys.argv[1])
