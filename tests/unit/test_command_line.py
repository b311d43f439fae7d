"""Unit: the command line answers before it reads dictionaries, databases or grids."""

import subprocess
import sys

HEAVY = {"jieba", "numpy", "pydantic", "pypinyin", "shapely", "sqlalchemy", "sqlmodel"}
ASKED = "import sys, callcenter.__main__; print(*{one.partition('.')[0] for one in sys.modules})"


def test_the_help_needs_no_heavy_library():
    told = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert HEAVY & set(told.stdout.split()) == set()
