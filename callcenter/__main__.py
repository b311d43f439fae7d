"""The command line: `callcenter up` runs everything, the rest runs or looks at parts.

Only what the help needs is imported here: a command brings its own when it is run.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callcenter.commands.accounts import app as accounts_app
from callcenter.commands.agents import app as agents_app
from callcenter.commands.agents import queues_app
from callcenter.commands.audit import app as audit_app
from callcenter.commands.classify import classify
from callcenter.commands.county import app as county_app
from callcenter.commands.database import app as database_app
from callcenter.commands.demo import app as demo_app
from callcenter.commands.dispatch import app as dispatch_app
from callcenter.commands.evaluate import evaluate
from callcenter.commands.evaluation import app as evaluation_app
from callcenter.commands.exchange import app as exchange_app
from callcenter.commands.learn import learn
from callcenter.commands.locate import locate_rows
from callcenter.commands.numbers import numbers
from callcenter.commands.open311 import app as open311_app
from callcenter.commands.privacy import app as privacy_app
from callcenter.commands.prompts import app as prompts_app
from callcenter.commands.quality import app as quality_app
from callcenter.commands.recordings import app as recordings_app
from callcenter.commands.rules import app as rules_app
from callcenter.commands.search import app as search_app
from callcenter.commands.seats import app as seats_app
from callcenter.errors import CallCenterError, CannotStartError
from callcenter.logs import set_up_logs, tell_fault

if TYPE_CHECKING:
    from callcenter.settings import Settings

ANSWER_SECONDS = 5.0  # to answer a health check

app = typer.Typer(
    help="A county's 12345 hotline and 110 police line.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # an error is a plain line, not a box
    pretty_exceptions_show_locals=False,  # locals may hold citizens' words
)
models_app = typer.Typer(
    help="Speech models: which there are, and getting one.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(models_app, name="models")
app.add_typer(county_app, name="county")
app.add_typer(dispatch_app, name="dispatch")
app.add_typer(database_app, name="database")
app.add_typer(demo_app, name="demo")
app.add_typer(search_app, name="search")
app.add_typer(seats_app, name="seats")
app.add_typer(agents_app, name="agents")
app.add_typer(accounts_app, name="accounts")
app.add_typer(audit_app, name="audit")
app.add_typer(privacy_app, name="privacy")
app.add_typer(queues_app, name="queues")
app.add_typer(exchange_app, name="exchange")
app.add_typer(quality_app, name="quality")
app.add_typer(open311_app, name="open311")
app.add_typer(prompts_app, name="prompts")
app.add_typer(recordings_app, name="recordings")
app.add_typer(rules_app, name="rules")
app.add_typer(evaluation_app, name="evaluation")
app.command()(classify)
app.command()(learn)
app.command()(evaluate)
app.command()(numbers)
app.command("locate")(locate_rows)


@app.command()
def up() -> None:
    """Run everything, with Asterisk as a child. Ctrl-C ends all of it."""
    _play("line", "speech", "work", "callback", "api")


@app.command()
def line() -> None:
    """Run the line role: Asterisk's link, the menu's questions."""
    _play("line")


@app.command()
def speech() -> None:
    """Run the speech role: live words, recordings, transcripts."""
    _play("speech")


@app.command()
def work() -> None:
    """Run a worker: classify, locate, dispatch, ring back."""
    _play("work", "callback")


@app.command()
def api() -> None:
    """Run the API and the live page."""
    _play("api")


@app.command()
def asterisk_config() -> None:
    """Write configuration, secrets and prompts for Asterisk."""
    from callcenter.ami.passwords import caller_secret
    from callcenter.ami.site import write_site
    from callcenter.ivr.prompts import make_prompts

    settings = _settings()
    changed = write_site(settings)
    caller_secret(settings)  # made here, since other roles may see the folder read-only
    make_prompts(settings)
    typer.echo("changed: reload Asterisk" if changed else "unchanged")


@app.command()
def health(
    api: Annotated[bool, typer.Option("--api", help="Ask this machine's API instead.")] = False,
) -> None:
    """Ask database and bus. Exit 0 where both answer, else 1 and what does not."""
    settings = _settings()
    silent = _silent_api(settings) if api else asyncio.run(_silent_parts(settings))
    for part in silent:
        typer.echo(f"does not answer: {part}", err=True)
    sys.exit(1 if silent else 0)


@app.command()
def transcribe(
    file: Annotated[
        Path,
        typer.Argument(
            help="A 16-bit WAV file of any rate, mono or stereo.", exists=True, dir_okay=False
        ),
    ],
) -> None:
    """Print what is said in a recording, a line an utterance."""
    from callcenter.speech.models import find_model
    from callcenter.speech.recognise import Recogniser
    from callcenter.speech.transcript import transcribe_wav

    model = find_model(_settings())
    if model.is_demo:
        typer.echo("demo model: synthetic voices only 仅用于合成语音", err=True)
    recogniser = Recogniser(model)
    for channel, heard in transcribe_wav(file, recogniser):
        typer.echo(f"{heard.start_ms / 1000:8.2f}  {channel}  {heard.text}")
    recogniser.close()


@app.command()
def parked(
    retry: Annotated[
        bool, typer.Option("--retry", help="Send them all to their handlers again.")
    ] = False,
) -> None:
    """List the facts that handlers gave up on."""
    from callcenter.store import Store, parked_rows, unpark

    store = Store(_settings().database)
    store.prepare()
    with store.transaction() as session:
        rows = parked_rows(session)
        for row in rows:
            typer.echo(f"{row.at.isoformat()}  {row.handler}  {row.error}  {row.fact_id}")
            if retry:
                unpark(session, row)
    store.close()
    if not rows:
        typer.echo("nothing is parked", err=True)


@models_app.command("list")
def models_list() -> None:
    """The Mandarin models we know: name, size, licence, whether installed."""
    from callcenter.speech.models import print_models

    print_models(_settings())


@models_app.command("get")
def models_get(name: Annotated[str, typer.Argument(help="As `models list` names it.")]) -> None:
    """Download a model, check it, and put it where the service finds it."""
    from callcenter.speech.models import get_model_with_progress

    get_model_with_progress(name, _settings())


def _settings() -> "Settings":
    from callcenter.settings import load_settings

    return load_settings()


def _play(*roles: str) -> None:
    from callcenter.app import Role, run

    asyncio.run(run(_settings(), frozenset(Role(role) for role in roles)))


def _silent_api(settings: "Settings") -> list[str]:
    import httpx

    url = f"http://{settings.bind_host}:{settings.http_port}/api/v1/health"
    try:
        answered = httpx.get(url, timeout=ANSWER_SECONDS, trust_env=False).is_success
    except httpx.HTTPError:
        answered = False
    return [] if answered else ["API"]


async def _silent_parts(settings: "Settings") -> list[str]:
    from callcenter.bus import open_bus
    from callcenter.store import Store

    store, bus = Store(settings.database), open_bus(settings.bus_url)
    silent = [] if await asyncio.to_thread(store.answers) else ["database"]
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await bus.join("work")
    except Exception:  # whatever the carrier raises, it does not answer
        silent.append("bus")
    await bus.close()
    store.close()
    return silent


def main() -> None:
    """Run a command; what cannot start says so in one line and exits with code 2.

    The command line itself is judged by typer, which also exits with 2.
    """
    os.umask(0o077)  # what we and Asterisk write holds citizens' words and voices
    set_up_logs()
    try:
        app()
    except CannotStartError as error:
        sys.exit(_told(error.message, 2))
    except CallCenterError as error:
        sys.exit(_told(error.message, 1))
    except Exception as fault:
        if isinstance(fault, OSError) and fault.filename is not None:
            told = f"{fault.filename}: {fault.strerror}"
            sys.exit(_told(f"{told}. Is the folder yours, and is there room on the disk?", 2))
        tell_fault(fault)
        sys.exit(1)


def _told(message: str, code: int) -> int:
    sys.stderr.write(f"callcenter: {message}\n")
    return code


if __name__ == "__main__":
    main()
