"""What `callcenter locate` does."""

from collections.abc import Callable
from pathlib import Path

from callcenter.commands.rows import Counts, Row, convert
from callcenter.settings import load_settings
from callcenter.tickets.inforce import county_in_force
from callcenter.tickets.locating import locate
from callcenter.tickets.place import Place, PlaceKind, read_places
from callcenter.tickets.places import Places
from callcenter.tickets.spoken.finding import Candidate, find_place
from callcenter.tickets.spoken.nation import missing_divisions

ADDED = ("town", "town_code", "village", "cell", "lon", "lat", "score", "words")
DECIMALS = 6  # of a degree: a decimetre

Answer = tuple[str, Candidate | None]  # the cell's code, the best candidate


def locate_texts(source: Path, text_column: str, out: Path, gazetteers: list[Path]) -> Counts:
    """How many rows got their place and were written, and how many were bad and left out.

    Args:
        source: A CSV file.
        text_column: The column that holds the words.
        out: The file to write.
        gazetteers: Files of the names to find; empty: the names of the county in force.

    Raises:
        BadInputError: The source, its column or a gazetteer cannot be used; nothing is written.
    """
    places, answer = _of_files(gazetteers) if gazetteers else _of_county()

    def change(row: Row) -> Row:
        return {**row, **_told(places, *answer(row[text_column]))}

    return convert(source, out, [text_column], ADDED, change)


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
    county = county_in_force(load_settings())

    def answer(text: str) -> Answer:
        location = locate(county, [text])
        return location.cell.code if location.cell else "", location.candidate

    return county.places, answer


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
