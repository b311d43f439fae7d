"""The names of a county, or of a country, ready to be found in words.

One index holds the stems of all names by their sound (`callcenter.sounds.alike`): what is written
right sounds right too, so that one look-up serves both. Places stand in the order of their codes:
those that a division holds are neighbours, and "is it in this township?" is a comparison of two
numbers. That keeps a million names in a few hundred megabytes and makes their number almost
nothing to the time a text takes. Decision record 0017.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path

from callcenter.sounds import alike_forms
from callcenter.tickets.place import (
    ALIAS_SEPARATOR,
    CODE_DIGITS,
    COLUMNS,
    LEVELS,
    RANKS,
    Place,
    PlaceKind,
    read_places,
)
from callcenter.tickets.spoken.naming import stem_size

__all__ = ["ALIAS_SEPARATOR", "COLUMNS", "LEVELS", "Place", "PlaceKind", "Places", "read_places"]

VILLAGE_DIGITS = 12
MANY = 16  # namesakes that are not all looked at, only those in divisions that were named too
SOME = 4  # of many namesakes without a division: enough to show that there are several
PREFIX = 2  # characters; a stem has as many at least
BEHIND_DIGITS = ":"  # sorts after every digit

Span = tuple[int, int]  # numbers of places: first, behind last
NOTHING = (0, 0)


class Index(Enum):
    """Names are looked up coarse to fine: what was found so far narrows what comes next."""

    REGIONS = "provinces, cities and counties"
    TOWNSHIPS = "townships"
    OTHERS = "villages and what is finer"


INDEX_OF = {
    PlaceKind.PROVINCE: Index.REGIONS,
    PlaceKind.CITY: Index.REGIONS,
    PlaceKind.COUNTY: Index.REGIONS,
    PlaceKind.TOWNSHIP: Index.TOWNSHIPS,
}

Numbers = tuple[int, ...] | int  # most stems belong to one name: a bare number takes no tuple
Growing = dict[Index, dict[str, list[int] | int]]  # the same while names are added


class Places:
    """Names and what they name, each once. Immutable; all go by number, in order of code."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = sorted(dict.fromkeys(places), key=_by_code)
        self._codes = [place.code for place in self._places]
        self._form_places = array("I")
        self._form_texts: list[str] = []
        self._spans: dict[int, Span] = {}
        growing: Growing = {index: {} for index in Index}
        for number, place in enumerate(self._places):
            for text in dict.fromkeys((place.name, *place.aliases)):
                self._add_form(growing, number, place, text)
            if place.kind in CODE_DIGITS:
                self._spans[number] = self.within(place.code)
        self._forms = {index: _settled(growing.pop(index)) for index in Index}
        self._written = self._of_many()
        self._sizes = _sizes_by_prefix(self._forms.values())

    @classmethod
    def load(cls, path: Path) -> "Places":
        """The places of a CSV file, each with its point.

        Raises:
            BadInputError: Names the file, the line and the fault.
        """
        return cls(read_places(path))

    def __len__(self) -> int:
        return len(self._places)

    def names(self, *kinds: PlaceKind) -> list[str]:
        """The full names of the places of these kinds, sorted, each once."""
        return sorted({place.name for place in self._places if place.kind in kinds})

    def place(self, number: int) -> Place:
        """The place of a number."""
        return self._places[number]

    def form(self, number: int) -> tuple[int, str]:
        """The number of a form's place, and the form: its name or an alias."""
        return self._form_places[number], self._form_texts[number]

    def sizes(self, prefix: str) -> tuple[int, ...]:
        """How long stems are whose sound begins so (PREFIX characters), longest first."""
        return self._sizes.get(prefix, ())

    def stems(self, index: Index) -> Mapping[str, Numbers]:
        """The sound of each stem of an index, and its forms by code; see `numbers`."""
        return self._forms[index]

    def written(self, stem: str) -> tuple[int, ...]:
        """The first few forms with a stem written so, where MANY more sound like it; by code."""
        return self._written.get(stem, ())

    def span(self, number: int) -> Span:
        """The numbers of the places that a province to township holds, itself among them."""
        return self._spans.get(number, NOTHING)

    def within(self, code: str) -> Span:
        """The numbers of the places whose codes begin so."""
        return bisect_left(self._codes, code), bisect_left(self._codes, code + BEHIND_DIGITS)

    def narrowed(self, forms: tuple[int, ...], span: Span) -> tuple[int, ...]:
        """Those of the forms whose places lie in the span."""
        at = self._form_places.__getitem__
        return forms[bisect_left(forms, span[0], key=at) : bisect_left(forms, span[1], key=at)]

    def division_of(self, place: Place, kind: PlaceKind) -> Place | None:
        """The township or village that a place lies in or is; None: it has none, or no name."""
        if place.kind is kind:
            return place
        digits = CODE_DIGITS.get(kind, VILLAGE_DIGITS)
        if len(place.code) < digits:
            return None
        first, _ = self.within(place.code[:digits])
        one = self._places[first]
        return one if one.kind is kind and len(one.code) == digits else None

    def _of_many(self) -> dict[str, tuple[int, ...]]:
        written: dict[str, tuple[int, ...]] = {}
        for index in self._forms.values():
            for sound, known in index.items():
                if isinstance(known, int) or len(known) <= MANY:
                    continue
                for form in known:
                    stem = self._form_texts[form][: len(sound)]
                    first = written.get(stem, ())
                    if len(first) < SOME:
                        written[stem] = (*first, form)
        return written

    def _add_form(self, growing: Growing, number: int, place: Place, text: str) -> None:
        form = len(self._form_texts)
        self._form_places.append(number)
        self._form_texts.append(text)
        index = growing[INDEX_OF.get(place.kind, Index.OTHERS)]
        size = stem_size(text, place.kind)
        for sound in {heard[:size] for heard in alike_forms(text)}:
            known = index.setdefault(sound, form)
            if isinstance(known, list):
                known.append(form)  # a tuple made anew each time would take namesakes squared
            elif known != form:
                index[sound] = [known, form]


def _by_code(place: Place) -> tuple[str, int, str]:
    """Of one code the coarsest first: a township before the villages that go by its code."""
    return place.code, RANKS[place.kind], place.name


def _settled(index: dict[str, list[int] | int]) -> dict[str, Numbers]:
    """The index with tuples for its lists, which take a third more room."""
    return {
        sound: tuple(known) if isinstance(known, list) else known for sound, known in index.items()
    }


def numbers(known: Numbers) -> tuple[int, ...]:
    """Several numbers, or one, as a tuple."""
    return (known,) if isinstance(known, int) else known


def _sizes_by_prefix(indexes: Iterable[dict[str, Numbers]]) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, int] = {}  # as the bits of a number: there are few different ones
    for index in indexes:
        for sound in index:
            sizes[sound[:PREFIX]] = sizes.get(sound[:PREFIX], 0) | 1 << len(sound)
    longest_first = {
        bits: tuple(one for one in range(bits.bit_length(), 0, -1) if bits >> one & 1)
        for bits in set(sizes.values())
    }
    return {prefix: longest_first[bits] for prefix, bits in sizes.items()}
