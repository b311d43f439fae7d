"""The call-back robot's talk: greets, asks how the citizen rates the outcome, thanks."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from callcenter.ivr.robot import CallRefusedError, RobotPhone, RobotRefusedError

RING_SECONDS = 40.0
KEY_SECONDS = 8.0
ASKED = 2  # times
RATINGS = {"1": 1, "2": 2, "3": 3, "4": 4}  # 非常满意 满意 一般 不满意
UNSOLVED = 4


@dataclass(frozen=True)
class Answer:
    """How a feedback call went."""

    outcome: Literal["answered", "no_answer", "failed"]
    rating: int | None = None  # 1 to 4; None where no key was pressed

    @property
    def solved(self) -> bool:
        """Whether the citizen takes the case for solved."""
        return self.rating is not None and self.rating < UNSOLVED


async def ask_for_rating(phone: RobotPhone, number: str, prompt: Callable[[str], Path]) -> Answer:
    """Ring the citizen and ask.

    Args:
        phone: The robot's, registered.
        number: The citizen's.
        prompt: The wav file of a prompt's name.
    """
    try:
        call = await phone.call(number)
    except RobotRefusedError:
        return Answer("failed")
    try:
        await call.answered(RING_SECONDS)
        await call.play(prompt("callback-greeting"))
        for _ in range(ASKED):
            await call.play(prompt("callback-rating"))
            key = await call.key(KEY_SECONDS)
            if key in RATINGS:
                await call.play(prompt("callback-thanks"))
                return Answer("answered", RATINGS[key])
        return Answer("answered")
    except (CallRefusedError, TimeoutError):
        return Answer("no_answer")
    finally:
        await call.hang_up()
