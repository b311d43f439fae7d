"""The one question that would narrow down where it is, for the seat to ask."""

from collections.abc import Sequence

from callcenter.tickets.place import Place, PlaceKind
from callcenter.tickets.spoken.finding import Candidate
from callcenter.tickets.spoken.naming import stem_size

WHERE = "具体在什么位置?"
WHICH_TOWNSHIP = "哪个镇?"
WHICH_VILLAGE = "哪个村?"
WHICH_COMMUNITY = "哪个社区?"
WHAT_NUMBER = "多少号?"
WHAT_BUILDING = "几号楼?"
WHERE_IN_VILLAGE = "村里什么地方?"
WHERE_IN_COMMUNITY = "哪条街,哪个小区?"
AS_GOOD = 0.03  # of score: candidates this near each other are asked between
URBAN_ENDINGS = ("街道", "街办", "办事处")
COMMUNITY_ENDINGS = ("社区", "居委会", "居民委员会")


def question_about(candidates: Sequence[Candidate]) -> str:
    """What to ask next; empty where the words are as narrow as one may hope for.

    Args:
        candidates: Best first, as `find_place` gives them.
    """
    if not candidates or not candidates[0].score:
        return WHERE
    best = candidates[0]
    rivals = [one for one in candidates[1:] if _as_good(best, one)]
    return _which(best, rivals[0]) if rivals else _finer(best)


def namesakes(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate and those that its very words name as well."""
    best = candidates[0]
    return [
        one
        for one in candidates
        if (one.score, one.level) == (best.score, best.level) and _same_words(one, best)
    ]


def _as_good(best: Candidate, other: Candidate) -> bool:
    crossed = best.spot.crossing == other.place
    return other.level == best.level and best.score - other.score < AS_GOOD and not crossed


def _same_words(one: Candidate, other: Candidate) -> bool:
    return (one.words[0].start, one.words[0].text) == (other.words[0].start, other.words[0].text)


def _which(best: Candidate, other: Candidate) -> str:
    if best.place.name != other.place.name:
        return f"{_short(best.place)}还是{_short(other.place)}?"
    return (
        f"哪个{'镇' if best.place.code[:9] != other.place.code[:9] else '村'}的{best.place.name}?"
    )


def _short(place: Place) -> str:
    return place.name[: stem_size(place.name, place.kind)]


def _finer(best: Candidate) -> str:
    place = best.place
    if place.level < 2:
        return WHICH_TOWNSHIP
    if place.kind is PlaceKind.TOWNSHIP:
        return WHICH_COMMUNITY if place.name.endswith(URBAN_ENDINGS) else WHICH_VILLAGE
    spot = best.spot
    if spot.house or spot.beside or spot.crossing or place.kind is PlaceKind.LANDMARK:
        return ""
    if place.kind is PlaceKind.VILLAGE:
        urban = place.name.endswith(COMMUNITY_ENDINGS)
        return WHERE_IN_COMMUNITY if urban else WHERE_IN_VILLAGE
    return WHAT_NUMBER if place.kind is PlaceKind.STREET else WHAT_BUILDING
