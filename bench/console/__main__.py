"""`python -m bench.console`: the console in Chromium, each figure beside its limit.

Run it on a machine that does nothing else: the browser, the server and this program share it.
"""

import argparse
import asyncio
import os

from bench.console import bundles, painting, scrolling, week
from bench.console.report import Figure
from bench.console.stage import a_browser
from callcenter.api.console import FOLDER

PARTS = ("bundles", "painting", "scrolling", "week", "wall")


async def measured(parts: list[str], tickets: int, calls_a_day: int) -> int:
    """Print the parts; how many figures missed their limits."""
    missed = 0

    def tell(title: str, figures: list[Figure]) -> None:
        nonlocal missed
        print(title, *figures, sep="\n", flush=True)
        missed += sum(not one.is_met for one in figures)

    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before it began")
    if "bundles" in parts:
        tell("Bundles, compressed", bundles.measured(FOLDER))
    if "painting" in parts:
        async with a_browser() as browser:
            tell("Fact to paint on the supervisor's page", await painting.measured(browser))
    if "scrolling" in parts:
        async with a_browser() as browser:
            tell("A long list scrolled", await scrolling.measured(browser, tickets))
    if "week" in parts:
        tell("A week at speed, the supervisor's page", await week.supervisor(calls_a_day))
    if "wall" in parts:
        tell("The big screen at speed", await week.wall())
    return missed


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=list(PARTS))
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--calls-a-day", type=int, default=2_000)
    told = parser.parse_args(arguments)
    return asyncio.run(measured(told.parts, told.tickets, told.calls_a_day))


if __name__ == "__main__":
    raise SystemExit(main())
