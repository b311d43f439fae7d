"""`callcenter numbers`: the figures of lines, queues, seats and agents, and the list behind each.

Only what the help needs is imported here.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from callcenter.commands.numbers_told import Form


class Interval(StrEnum):
    """As the figures are cut; `callcenter.agents.numbers.periods.Interval`."""

    QUARTER = "15min"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    WHOLE = "whole"


class By(StrEnum):
    """A row for each of these; `callcenter.agents.numbers.count.By`."""

    ALL = "all"
    LINE = "line"
    QUEUE = "queue"
    SKILL = "skill"
    SEAT = "seat"
    AGENT = "agent"


def numbers(
    since: Annotated[
        str | None, typer.Option("--from", help="A day or time; today's midnight if not given.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="The first moment left out; now if not given.")
    ] = None,
    interval: Annotated[Interval, typer.Option(help="A row for each.")] = Interval.WHOLE,
    by: Annotated[By, typer.Option(help="A row for each.")] = By.ALL,
    line: Annotated[str | None, typer.Option(help="Of this line only: 12345, 110.")] = None,
    queue: Annotated[str | None, typer.Option(help="Of this queue only.")] = None,
    seat: Annotated[str | None, typer.Option(help="Of this seat only.")] = None,
    agent: Annotated[str | None, typer.Option(help="Of this agent only.")] = None,
    calls: Annotated[
        str | None, typer.Option(metavar="FIGURE", help="The list behind this figure instead.")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="CSV instead of a table.")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Print figures with their formulas, or what stands behind one. See docs/numbers.md."""
    from callcenter.api.numbers import wanted_of
    from callcenter.commands.numbers_told import tell, tell_items

    wanted = wanted_of(since, until, None, interval.value, by.value, line, queue, seat, agent)
    form: Form = "json" if json else "csv" if csv else "table"
    if calls:
        tell_items(wanted, calls, form)
    else:
        tell(wanted, form)
