"""`callcenter locate`: a column of texts to townships, villages, cells and points."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from callcenter.commands.rows import Row, convert
from callcenter.settings import load_settings
from callcenter.tickets.county import County, load_county
from callcenter.tickets.locating import locate
from callcenter.tickets.place import Place, PlaceKind, read_places
from callcenter.tickets.places import Places
from callcenter.tickets.spoken.finding import Candidate, find_place
from callcenter.tickets.spoken.nation import missing_divisions
from callcenter.tickets.versions import Versions

ADDED = ("town", "town_code", "village", "cell", "lon", "lat", "score", "words")
DECIMALS = 6  # of a degree: a decimetre

Answer = tuple[str, Candidate | None]  # the cell's code, the best candidate


def locate_rows(
    source: Annotated[Path, typer.Argument(help="CSV, UTF-8.", exists=True, dir_okay=False)],
    text_column: Annotated[str, typer.Option(help="The column that holds the words.")],
    out: Annotated[Path, typer.Option(help="The table with the answers: CSV.")],
    gazetteer: Annotated[
        list[Path] | None,
        typer.Option(
            help="Names to find instead of the county's: CSV with name, kind, code, longitude, "
            "latitude, aliases. May be given several times.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Say where each text is about: township, village, cell, point, and the words that say so.

    What is not known stays empty: the cell with a gazetteer, which has no grid; a point that the
    gazetteer does not have. Of namesakes that nothing tells apart the first is given, with a low
    score.
    """
    places, answer = _of_files(gazetteer) if gazetteer else _of_county()

    def change(row: Row) -> Row:
        return {**row, **_told(places, *answer(row[text_column]))}

    counts = convert(source, out, [text_column], ADDED, change)
    raise typer.Exit(counts.exit_code)


def _of_files(files: list[Path]) -> tuple[Places, Callable[[str], Answer]]:
    read: list[Place] = []
    for file in files:
        read += read_places(file, points=False)
    places = Places([*read, *missing_divisions(read)])

    def answer(text: str) -> Answer:
        candidates = find_place(places, text)
        return "", candidates[0] if candidates and candidates[0].score else None

    return places, answer


def _of_county() -> tuple[Places, Callable[[str], Answer]]:
    county = _county_in_force()

    def answer(text: str) -> Answer:
        location = locate(county, [text])
        return location.cell.code if location.cell else "", location.candidate

    return county.places, answer


def _county_in_force() -> County:
    settings = load_settings()
    versions = Versions(settings.var_dir / "county", settings.county_dir)
    return load_county(versions.folder(versions.in_force()))


def _told(places: Places, cell: str, best: Candidate | None) -> Row:
    if best is None:
        return dict.fromkeys(ADDED, "")
    town = places.division_of(best.place, PlaceKind.TOWNSHIP)
    village = places.division_of(best.place, PlaceKind.VILLAGE)
    return {
        "town": town.name if town else "",
        "town_code": town.code if town else _code_of_town(best.place),
        "village": village.name if village else "",
        "cell": cell,
        "lon": f"{best.point.longitude:.{DECIMALS}f}" if best.point else "",
        "lat": f"{best.point.latitude:.{DECIMALS}f}" if best.point else "",
        "score": f"{best.score:.3f}",
        "words": " ".join(
            f"{one.text}@{one.start}-{one.end}:{one.certainty:.2f}" for one in best.words
        ),
    }


def _code_of_town(place: Place) -> str:
    """The code of a township that the gazetteer does not name, from that of its village."""
    return place.code[:9] if len(place.code) >= 9 else ""
