"""The one table of figures: screen, API, documents and export all come from it.

docs/numbers.md holds the same table for people, and a test holds the two together.
"""

from typing import Final

from callcenter.agents.numbers.figure import Figure
from callcenter.agents.numbers.line_table import LINES
from callcenter.agents.numbers.seat_table import SEATS

FIGURES: Final[dict[str, Figure]] = {figure.name: figure for figure in (*LINES, *SEATS)}
