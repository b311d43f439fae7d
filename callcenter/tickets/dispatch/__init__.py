"""Which unit takes a ticket: item x cell x urgency x time, by a table that people read.

hours.py   when a row holds, when a unit is on duty    takers.py  dispatch.toml, checked
units.py   units.csv, and who answers for which cell   table.py   the choice, with its reasons
sending.py the choice as a move of the ticket          trying.py  what another table would change
likes.py   which units finished tickets like this one
"""

from callcenter.tickets.dispatch.sending import dispatch, escalate
from callcenter.tickets.dispatch.table import Case, Choice, DispatchTable
from callcenter.tickets.dispatch.takers import read_takers
from callcenter.tickets.dispatch.units import Unit

__all__ = ["Case", "Choice", "DispatchTable", "Unit", "dispatch", "escalate", "read_takers"]
