"""The site that is photographed: the demo county with a seeded year behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from callcenter import pipeline
from callcenter.api.web import create_app
from callcenter.app import WORK_GROUP, api_context
from callcenter.classify.items import all_items
from callcenter.demo.seed.county import read_county
from callcenter.demo.seed.run import seed
from callcenter.demo.seed.shares import read_shares
from callcenter.demo.seed.year_of_tickets import Plan
from callcenter.facts import Fact
from callcenter.settings import ROOT, Settings
from callcenter.tickets.finding.callers import CallerKey
from tests.browser.site import Site
from tools.screenshots.moment import NOW

TICKETS: Final = 3_900  # in the whole year, with each seed; so few are made in this process
SEEDS: Final = (5, 6, 7)
TEXTS: Final = ROOT / "data" / "seed-texts" / "items.csv"
UNSEEDED: Final = timedelta(minutes=50)  # the last of the morning is told by story.py
HEALTH: Final = {"model": "demo-cn", "model_is_demo": True}


class ShownSite(Site):
    """A closed site with county, rules and workers as in earnest; Asterisk alone is away."""

    def __init__(self, folder: Path) -> None:
        settings = Settings(var_dir=folder / "var", wrap_up_seconds=120)
        self.known = pipeline.load_site(settings)
        super().__init__(folder, is_closed=True, knows=self.known)
        self.settings = settings

    def prepare(self) -> None:
        """The application as the composition root makes it."""
        super().prepare()
        self.context = api_context(self.flow, self.switch, self.context.desk, HEALTH)
        self.app = create_app(self.context)

    async def line(self, *facts: Fact) -> None:
        """What Asterisk tells, taken in as the line does."""
        await self.flow.take_in(facts, pipeline.LINE)


@asynccontextmanager
async def shown_site(folder: Path) -> AsyncIterator[ShownSite]:
    """The site, running, with the year until now in its database."""
    site = ShownSite(folder)
    await asyncio.to_thread(_seed, site)
    await site.bus.join(WORK_GROUP)
    async with site:
        working = asyncio.create_task(site.flow.work(WORK_GROUP, pipeline.WORK))
        yield site
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


def _seed(site: ShownSite) -> None:
    items = {code: one.name for code, one in all_items().items() if not one.alias_of}
    county = read_county(site.settings.county_dir, TEXTS, items)
    shares, key = read_shares(items), CallerKey.of(site.settings)
    for number in SEEDS:
        plan = Plan(TICKETS, NOW.year, number, NOW - UNSEEDED, calls=True)
        seed(site.store, plan, county, shares, key, quiet=True)
