"""The recorder of a citizen's channel begins anew when another voice comes into its ear.

What a channel is told reaches its recorder through one translator, to which Debian's Asterisk gives
a memory of RTP sequence numbers: a voice whose numbers are "older" than the last voice's is dropped
from the recording (not from the citizen's ear) for up to eleven minutes, at every second transfer.
The translator is forgotten once no listener is left on the channel: our tap and the recorder off, a
moment of silence, the recorder on. Where the citizen goes through the dialplan on the way, that
does it (talks.conf, `record-again`); where not, we press the keys that do.
Decision: docs/decisions/0023-calls-at-a-seat.md.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Final

from callcenter.ami.connection import ActionRefusedError
from callcenter.ami.link import Link
from callcenter.facts import AnyFact, CallAnswered, CallFact, CallTransferred, Side, TalkEnded
from callcenter.facts.parts import parts
from callcenter.settings import Settings
from callcenter.speech.tap import TAP_PREFIX, tap_uuid

KEYS: Final = "BC"  # features.conf, `recordagain`
DONE_SECONDS: Final = 0.6  # the keys are heard and done; a tap opened sooner would prevent it


def heard_anew(facts: Iterable[AnyFact], fact: CallFact) -> CallAnswered | None:
    """The part whose voice the recorder would lose, now that `fact` happened; None: none. Pure.

    That is whoever came by an attended transfer, and who is left of a three-way call.

    Args:
        facts: The call's, in order of time.
        fact: The newest, a `CallAnswered` or `TalkEnded`.
    """
    told = [one for one in facts if isinstance(one, CallFact)]
    talking = parts(told).talking
    if len(talking) != 1:
        return None
    answers = [one for one in told if isinstance(one, CallAnswered)]
    mine = next(one for one in answers if one.seat_leg == talking[0].seat_leg)
    if isinstance(fact, TalkEnded):
        several = len(answers) > 1 and (mine.via == "three_way" or _was_joined(answers, mine))
        return mine if several else None
    if mine.via != "transfer" or _came_blind(told, answers, mine):
        return None
    return mine


def came_blind(facts: Iterable[AnyFact], answered: CallAnswered) -> bool:
    """Whether this part came by a blind transfer: then the dialplan has ended the citizen's tap.

    Args:
        facts: The call's, in order of time.
        answered: One of them.
    """
    told = [one for one in facts if isinstance(one, CallFact)]
    answers = [one for one in told if isinstance(one, CallAnswered)]
    return _came_blind(told, answers, answered)


async def record_again(link: Link, answered: CallAnswered) -> None:
    """Tap and recorder of the citizen's channel off, and the recorder on again, appending."""
    tap = tap_uuid(answered.call_id, Side.CITIZEN, answered.caller_channel)
    with contextlib.suppress(ActionRefusedError):  # it may not be open
        await link.action("Hangup", Channel=f"{TAP_PREFIX}{tap}")
    for key in KEYS:
        await link.action("PlayDTMF", Channel=answered.seat_channel, Digit=key, Receive="true")
    await asyncio.sleep(DONE_SECONDS)


async def name_tap(link: Link, settings: Settings, answered: CallAnswered) -> None:
    """Tell the citizen's channel which tap listens to it, for the dialplan to end."""
    tap = tap_uuid(answered.call_id, Side.CITIZEN, answered.caller_channel)
    name = f"AudioSocket/{settings.audiosocket_host}:{settings.audiosocket_port}-{tap}"
    with contextlib.suppress(ActionRefusedError):  # the citizen has just hung up
        await link.action("Setvar", Channel=answered.caller_channel, Variable="TAP", Value=name)


def _was_joined(answers: list[CallAnswered], mine: CallAnswered) -> bool:
    """Whether somebody came into this part as a third."""
    return any(one.via == "three_way" and one.at > mine.at for one in answers)


def _came_blind(told: Iterable[CallFact], answers: list[CallAnswered], mine: CallAnswered) -> bool:
    before = [one.seat_leg for one in answers if one.at < mine.at]
    sent = [one for one in told if isinstance(one, CallTransferred)]
    return bool(before and sent) and (sent[-1].seat_leg, sent[-1].how) == (before[-1], "blind")
