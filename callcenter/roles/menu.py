"""What the dialplan asks us in mid-call: a key that was pressed, a ticket's number."""

import asyncio

from callcenter.facts import MenuChosen
from callcenter.flow import Flow
from callcenter.ivr.menu import Menu
from callcenter.pipeline import LINE, Site
from callcenter.tickets.ticket import ticket_of_call


def open_menu(flow: Flow[Site]) -> Menu:
    """The FastAGI server of this flow, not yet started."""

    async def on_key(call_id: str, key: str) -> None:
        await flow.take_in([MenuChosen(call_id=call_id, key_pressed=key)], LINE)

    async def ticket_number(call_id: str) -> str | None:
        def look() -> str | None:
            with flow.store.reading() as session:
                ticket = ticket_of_call(session, call_id)
                return ticket.number if ticket else None

        return await asyncio.to_thread(look)

    return Menu(flow.site.settings, on_key, ticket_number)
