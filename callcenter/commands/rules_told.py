"""What `callcenter rules` prints."""

from collections import Counter
from pathlib import Path

import typer

from callcenter.classify.items import all_items
from callcenter.commands.register import opened_store
from callcenter.pipeline.resorting import MOST, Sorted, resort
from callcenter.pipeline.rules import (
    draft_rules,
    put_rules_in_force,
    rule_texts,
    rule_versions,
    rules_in_force,
    use_rules,
)
from callcenter.pipeline.site import silent_names
from callcenter.settings import load_settings
from callcenter.tickets.inforce import county_in_force


def tell_tried(folder: Path, last: int) -> None:
    """Print the calls that would be sorted otherwise, and how many of which way."""
    settings = load_settings()
    base, silent = rules_in_force(settings), silent_names(county_in_force(settings))
    now, then = (
        draft_rules(base, {}, silent),
        draft_rules(base, rule_texts(folder, learned=True), silent),
    )
    looked, seen, before, ways = 0, 0, None, Counter[tuple[str, str]]()
    with opened_store(settings) as store:
        while seen < last:
            most = min(MOST, last - seen)
            with store.reading() as session:
                part = resort(session, now, then, before, most)
            for one in part.differ:
                ways[_named(one.now), _named(one.then)] += 1
                way = f"{_named(one.now)} -> {_named(one.then)}"
                typer.echo(f"{one.call_id}  {' '.join(one.tickets) or '-'}  {way}")
            looked, seen, before = looked + part.looked_at, seen + most, part.before
            if before is None:
                break
    typer.echo(f"rules {now.version} -> {then.version}: {looked} calls looked at, nothing moved")
    for (old, new), count in ways.most_common():
        typer.echo(f"{count:6}  {old} -> {new}")
    typer.echo(f"{ways.total():6}  would be sorted otherwise")


def put_in_force(folder: Path) -> None:
    """A new version with the folder's files in the place of those in force.

    Raises:
        BadInputError: Nothing differs, or they are faulty; nothing has changed.
        ImpossibleMoveError: Somebody else changes them now.
    """
    settings = load_settings()
    number = rule_versions(settings).in_force()
    version = put_rules_in_force(settings, number, rule_texts(folder, learned=True))
    typer.echo(f"version {version.number} is in force: {' '.join(version.changed)}")


def list_versions() -> None:
    """A line a version, the one in force marked."""
    versions = rule_versions(load_settings())
    now = versions.in_force()
    for number in versions.numbers():
        story = versions.story(number)
        told = f"the folder of the settings, {versions.original}"
        if story:
            made = f"{story.made_at.astimezone():%Y-%m-%d %H:%M}"
            told = f"{made}  of {story.based_on}: {' '.join(story.changed)}"
        typer.echo(f"{'*' if number == now else ' '}{number:4}  {told}")


def use_version(number: int) -> None:
    """Put a version in force that was made before. Raises: as `use_rules`."""
    settings = load_settings()
    use_rules(settings, number, rule_versions(settings).in_force())
    typer.echo(f"version {number} is in force")


def _named(one: Sorted) -> str:
    item = f"{one.item} {all_items()[one.item].name}" if one.item else "no item"
    return " ".join(filter(None, (item, one.kind, one.urgency, one.outcome)))
