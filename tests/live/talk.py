"""A talk as the tests have it: a citizen and a seat, who speak with espeak-ng's voice."""

import asyncio

from callcenter.ivr.call import CallState
from callcenter.ivr.prompts import speak
from callcenter.ivr.robot import RobotCall
from callcenter.settings import Settings
from tests.live.conftest import Site, until
from tests.live.hotline import Hotline
from tests.patience import PATIENCE_SECONDS
from tests.sounds import likeness, samples, strength, tone, wav

LIGHTS = "你好我要反映古陶镇南大街的路灯坏了三天了晚上很黑请派人来修"
GREETING = "您好一二三四五热线请问有什么可以帮您"


async def talk(site: Site, hotline: Hotline, number: str = "13800000001") -> list[RobotCall]:
    """A citizen and seat-01 who talk; the citizen's end and the seat's."""
    seat, citizen = await site.seat(), await site.citizen(number)
    call = await citizen.call("12345")
    at_seat = await seat.ring()
    await at_seat.answer()
    await call.answered()
    await until(lambda: any(c.state is CallState.TALKING for c in hotline.calls()))
    return [call, at_seat]


async def say(settings: Settings, call: RobotCall, text: str) -> None:
    await call.play(await asyncio.to_thread(speak, settings, text))


async def speaks_on(call: RobotCall, hertz: int) -> None:
    """This tone for as long as the call lasts."""
    while not call.is_ended:
        await call.say(tone(hertz, 5))


async def hears_keys(one: RobotCall, other: RobotCall, key: str = "5") -> None:
    """Returns once a key of one is heard by the other: they are put together.

    Keys that are sent before are lost, so they are sent again and again.
    """
    while await other.key(0):
        pass  # of an earlier question
    async with asyncio.timeout(PATIENCE_SECONDS):
        await one.send_keys(key)
        while await other.key(1) != key:
            await one.send_keys(key)


async def hears_prompt(
    site: Site, call: RobotCall, name: str, since: int = 0, share: float = 0.6
) -> None:
    """Returns once the caller has heard the prompt, in what was heard since then (bytes)."""
    spoken = wav(site.settings.prompts_dir / f"{name}.wav")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while likeness(samples(call.heard()[since:]), spoken) < share:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def citizen_hears(call: RobotCall, hertz: int, share: float = 0.5) -> None:
    """Returns once this tone is what the citizen hears."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            sound = samples(call.heard()[-8000:])
            if len(sound) == 4000 and strength(sound, hertz) > share:
                return
            await asyncio.sleep(0.05)
