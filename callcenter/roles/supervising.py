"""What Asterisk tells of supervisors' channels, kept and stated by the line role."""

from collections.abc import Mapping
from datetime import datetime

from callcenter.agents.talks import supervision
from callcenter.ami.link import Message, Resynced
from callcenter.ami.supervising import supervision_told
from callcenter.flow import Flow
from callcenter.pipeline import Site


async def hear(flow: Flow[Site], message: Message) -> None:
    """State what the message tells of a supervision, if it tells of one."""
    told = supervision_told(message.headers)
    if told:
        await flow.command(lambda session: supervision.note(session, told), patient=True)


async def catch_up(flow: Flow[Site], resynced: Resynced, ends: Mapping[str, datetime]) -> None:
    """State the end of supervisions that ended while nobody of ours looked.

    Args:
        flow: Carries the facts.
        resynced: Which channels live.
        ends: When supervisors' channels ended, as Asterisk's own record tells.
    """
    living, asked_at = resynced.call_ids, resynced.asked_at
    await flow.command(
        lambda session: supervision.ended_unseen(session, living, asked_at, ends), patient=True
    )
