"""What the dialplan asks us in mid-call: a key that was pressed, a ticket's number."""

import asyncio
import re
from collections.abc import Mapping

from callcenter.facts import MenuChosen
from callcenter.flow import Flow
from callcenter.ivr.menu import Menu
from callcenter.pipeline import LINE, Site
from callcenter.tickets.ticket import ticket_of_call

NOTHING: Mapping[str, str] = {}


def open_menu(flow: Flow[Site]) -> Menu:
    """The FastAGI server of this flow, not yet started."""

    async def key(call_id: str, pressed: str = "") -> Mapping[str, str]:
        await flow.take_in([MenuChosen(call_id=call_id, key_pressed=pressed)], LINE)
        return NOTHING

    async def ticket(call_id: str) -> Mapping[str, str]:
        def look() -> str | None:
            with flow.store.reading() as session:
                ticket = ticket_of_call(session, call_id)
                return ticket.number if ticket else None

        number = await asyncio.to_thread(look)
        return {"TICKET_NUMBER": re.sub("[^0-9]", "", number)} if number else NOTHING

    return Menu(flow.site.settings, {"key": key, "ticket": ticket})
