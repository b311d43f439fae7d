"""SIPp's scenarios for one run: the files of scenarios/ with a branch for each class of mix.py."""

from collections.abc import Mapping
from pathlib import Path

from bench.calls.mix import PATIENCE_MS, RINGS_MS, TALKS_MS, TRANSFERS_MS

HERE = Path(__file__).with_name("scenarios")
VERY_LONG_MS = 600_000
RATE_HZ = 8_000


def write_scenes(folder: Path, last_seat: str) -> None:
    """register.xml, citizen.xml, seat.xml and the voice they speak with."""
    marks = {
        "<!-- classes -->": _branches("class", PATIENCE_MS, "BYE", "hang_up", "crossed"),
        "<!-- rings -->": _branches("ring", RINGS_MS, "CANCEL", "answer", "cancelled"),
        "<!-- talks -->": _branches("talk", TALKS_MS | TRANSFERS_MS, "BYE", "hang_up", "let_go"),
    }
    voice = folder.resolve() / "voice.alaw"
    for scene in sorted(HERE.glob("*.xml")):
        text = scene.read_text("utf-8").replace("last-seat", last_seat)
        for mark, branches in marks.items():
            text = text.replace(mark, branches)
        text = text.replace("[voice]", str(voice))  # SIPp puts nothing into this attribute
        (folder / scene.name).write_text(text, "utf-8")
    # One second of a square tone in A-law, for ever repeated: a recording needs somebody to speak.
    voice.write_bytes((b"\xb5" * 10 + b"\x35" * 10) * (RATE_HZ // 20))


def _branches(
    variable: str, classes: Mapping[str, int] | Mapping[int, int | None], request: str,
    after: str, when_told: str,
) -> str:  # fmt: skip
    """Waits as long as the class says for the other side's request; then `after`, or passes on."""
    tests = [
        f'<nop><action><strcmp assign_to="{variable}_off_{name}" variable="{variable}" '
        f'value="{name}"/><test assign_to="{variable}_is_{name}" variable="{variable}_off_{name}" '
        f'compare="equal" value="0"/></action></nop>\n'
        f'<nop next="{variable}_{name}" test="{variable}_is_{name}"/>'
        for name in classes
    ]
    ends = {name: after for name in classes}
    if variable == "talk":
        ends |= dict.fromkeys(TRANSFERS_MS, "pass_on")
    waits = [
        f'<label id="{variable}_{name}"/>\n<recv request="{request}" '
        f'timeout="{milliseconds or VERY_LONG_MS}" ontimeout="{ends[name]}" next="{when_told}"/>'
        for name, milliseconds in classes.items()
    ]
    return "\n".join([*tests, f'<nop next="{after}"/>', *waits])
