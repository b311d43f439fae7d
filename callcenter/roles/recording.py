"""The recorder of a citizen's channel begins anew when another voice comes into its ear.

What a channel is told reaches its recorder through one translator that Debian's Asterisk gives a
memory of RTP sequence numbers: a voice whose numbers are "older" than the last voice's is dropped
from the recording (not from the citizen's ear) for up to eleven minutes; every second transfer. The
translator is forgotten once no listener is left on the channel, so: our tap and the recorder off,
some frames, and both on again. Decision: docs/decisions/0023-transfers-by-asterisks-own.md.
"""

import asyncio
import contextlib
from typing import Final

from callcenter.ami.connection import ActionRefusedError
from callcenter.ami.link import Link
from callcenter.errors import LinkDownError
from callcenter.facts import CallAnswered, Side, Via
from callcenter.settings import Settings
from callcenter.speech.tap import TAP_PREFIX, tap_uuid

AGAIN: Final[frozenset[Via]] = frozenset({"transfer", "three_way", "take_over"})
FRAMES_SECONDS: Final = 0.1


async def record_again(link: Link, settings: Settings, answered: CallAnswered) -> None:
    """Recorder and tap of the citizen's channel are off and the recorder on again, appending."""
    channel = answered.caller_channel
    tap = tap_uuid(answered.call_id, Side.CITIZEN, channel)
    base = settings.recordings_dir / answered.call_id
    with contextlib.suppress(ActionRefusedError):  # it may not be open
        await link.action("Hangup", Channel=f"{TAP_PREFIX}{tap}")
    try:
        await link.action("StopMixMonitor", Channel=channel)
        await asyncio.sleep(FRAMES_SECONDS)
    finally:
        with contextlib.suppress(LinkDownError):
            options = f"abr({base}-citizen.wav)t({base}-seat.wav)"
            await link.action("MixMonitor", Channel=channel, Options=options)
