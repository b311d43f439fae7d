"""The call-back robot's other talk: tells a citizen how their case stands, and asks nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from callcenter.ivr.feedback_call import RING_SECONDS
from callcenter.ivr.robot import CallRefusedError, RobotPhone, RobotRefusedError

Ended = Literal["told", "no_answer", "failed", "cut"]


async def tell(phone: RobotPhone, number: str, words: Sequence[Path]) -> Ended:
    """Ring the citizen and say it; "cut": they hung up before the end, having heard some of it.

    Args:
        phone: The robot's, registered.
        number: The citizen's.
        words: Wav files in order.
    """
    try:
        call = await phone.call(number)
    except RobotRefusedError:
        return "failed"
    try:
        await call.answered(RING_SECONDS)
        for wav in words:
            await call.play(wav)
            if call.is_ended:
                return "cut"
        return "told"
    except (CallRefusedError, TimeoutError):
        return "no_answer"
    finally:
        await call.hang_up()
