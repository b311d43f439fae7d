"""`callcenter prompts`: what callers hear, spoken or recorded."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from callcenter.ivr.prompts import Language
    from callcenter.settings import Settings

app = typer.Typer(
    help="What callers hear: spoken lines, and recordings in their place.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
English = Annotated[bool, typer.Option("--english", help="The English prompts.")]
Name = Annotated[str, typer.Argument(help="As `prompts list` names it.")]
File = Annotated[Path, typer.Argument(help="WAV, 16 bit, mono; 8, 16, 44.1 or 48 kHz.")]


@app.command("list")
def list_prompts(english: English = False) -> None:
    """Each prompt: its name, spoken or recorded, its length, its text."""
    from callcenter.ivr.recorded import prompts

    typer.echo(f"{'prompt':20} {'how':8} {'length':>7}  text")
    for prompt in prompts(_settings(), _language(english)):
        how = "recorded" if prompt.recorded else "spoken"
        length = f"{prompt.seconds:5.1f} s" if prompt.seconds is not None else "      -"
        note = "  (text changed since)" if prompt.stale else ""
        typer.echo(f"{prompt.name:20} {how:8} {length}  {prompt.text}{note}")


@app.command()
def check(name: Name, file: File, english: English = False) -> None:
    """Say whether a recording is fit for a prompt, and change nothing."""
    from callcenter.ivr.prompts import RATE_HZ
    from callcenter.ivr.recorded import checked, prompts

    known = {prompt.name: prompt for prompt in prompts(_settings(), _language(english))}
    seconds = known[name].seconds if name in known and not known[name].recorded else None
    length = len(checked(file, name, seconds)) / RATE_HZ
    typer.echo(f"{file.name} is fit for {name}: {length:.1f} s")


@app.command()
def replace(name: Name, file: File, english: English = False) -> None:
    """Put a recording in a prompt's place; it is heard from the next call on."""
    from callcenter.ivr.recorded import replace

    seconds = replace(_settings(), name, file, _language(english))
    typer.echo(f"{name} is recorded now: {seconds:.1f} s")


@app.command()
def restore(name: Name, english: English = False) -> None:
    """Have a prompt spoken again."""
    from callcenter.ivr.recorded import restore

    restore(_settings(), name, _language(english))
    typer.echo(f"{name} is spoken now")


@app.command("play-text")
def play_text(
    name: Annotated[str, typer.Argument(help="A prompt, or a sentence with gaps.")],
    gaps: Annotated[
        list[str] | None,
        typer.Argument(help="duration=3, place=2, digits=0007, state=handling, unit=NAME, "
                            "moment=2026-11-24T18:00"),
    ] = None,
    out: Annotated[Path, typer.Option(help="The wav file to write.")] = Path("prompt.wav"),
    english: English = False,
) -> None:  # fmt: skip
    """Write what a caller would hear into one wav file."""
    from callcenter.ivr.filling import filled
    from callcenter.ivr.prompts import joined, make_prompts
    from callcenter.tickets.ticket import COUNTY_TIME

    settings, language = _settings(), _language(english)
    make_prompts(settings)
    given = dict(gap.partition("=")[::2] for gap in gaps or [])
    names = filled(settings, name, given, language, datetime.now(COUNTY_TIME))
    joined(settings, names, language, out)
    typer.echo(" ".join(names))


def _language(english: bool) -> "Language":
    return "en" if english else "zh"


def _settings() -> "Settings":
    from callcenter.settings import load_settings

    return load_settings()
