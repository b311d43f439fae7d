"""Unit: terms of retention, and what is taken out of each fact."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from callcenter.errors import BadInputError
from callcenter.facts import AnyFact, CallArrived, Line, PlaceKept, read_fact, write_fact
from callcenter.ivr.call import fold
from callcenter.privacy.files import due_files, unrotated
from callcenter.privacy.redacting import RULES, redacted
from callcenter.privacy.terms import Kept, KeptFile, Term, read_terms
from callcenter.settings import Settings

FACTS = get_args(get_args(AnyFact)[0])
NOON = datetime(2026, 3, 31, 4, tzinfo=UTC)
FILE = Settings().retention_file


def terms_of(tmp_path, old: str, new: str):
    file = tmp_path / "retention.toml"
    file.write_text(FILE.read_text("utf-8").replace(old, new, 1), "utf-8")
    return read_terms(file)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_every_field_of_a_citizens_has_its_rule(fact):
    filled: dict[str, Any] = {"reason": "x", "phone_number": "1380", "caller_number": "1380"}
    filled |= {"to": "1380", "to_kind": "outside", "to_state": "ready"}
    made = fact.model_construct(**filled)
    taken = {
        name
        for (_, kind), rule in RULES.items()
        if kind is fact
        for name in rule(made, lambda _: "")
    }
    assert taken == set(fact.pii)
    assert not taken & set(fact.key)  # its id stays


def test_a_number_becomes_a_token_that_nobody_can_be_rung_at():
    told = {"call_id": "n1-1.0", "line": Line.SERVICE}
    arrived = CallArrived(node="n1", caller_number="13800000001", caller_channel="a", **told)
    place = PlaceKept(
        queue="12345", position=1, phone_number="13800000001", waited_seconds=1, **told
    )
    for fact in (arrived, place):
        out = redacted(fact, Kept.NUMBERS, lambda _: "~token")
        assert "13800000001" not in write_fact(out)
        assert read_fact(write_fact(out)).id == fact.id
    assert fold([redacted(arrived, Kept.NUMBERS, lambda _: "~token")]).caller_number is None
    withheld = arrived.model_copy(update={"caller_number": None})
    assert redacted(withheld, Kept.NUMBERS, lambda _: "~token") is None
    assert redacted(arrived, Kept.WORDS, str) is None


@pytest.mark.parametrize(
    ("term", "before"),
    [
        (Term(count=1, unit="day"), datetime(2026, 3, 30, 4, tzinfo=UTC)),
        (Term(count=1, unit="month"), datetime(2026, 2, 28, 4, tzinfo=UTC)),
        (Term(count=13, unit="month"), datetime(2025, 2, 28, 4, tzinfo=UTC)),
        (Term(count=2, unit="year"), datetime(2024, 3, 31, 4, tzinfo=UTC)),
        (Term(), None),
    ],
)
def test_terms_are_by_the_calendar(term, before):
    assert term.before(NOON) == before


def test_a_leap_day_has_a_day_in_other_years():
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert Term(count=1, unit="year").before(leap) == datetime(2027, 2, 28, tzinfo=UTC)


def test_the_countys_file_is_read_and_its_rules_are_told(tmp_path):
    terms = read_terms(FILE)
    assert terms.rule(Kept.RECORDINGS, Line.SERVICE) == "recordings 12345 1 year"
    assert str(terms.of_staff_words()) == "5 years"
    for_ever = terms_of(tmp_path, '"110" = "3 years"', '"110" = "for ever"')
    assert for_ever.of(Kept.RECORDINGS, Line.POLICE).before(NOON) is None


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('"12345" = "1 year"', '"12345" = "soon"', "recordings 12345: must be"),
        ('"12345" = "1 year"', '"12345" = "0 days"', "recordings 12345: must be"),
        ('"110" = "3 years"\n', "", "recordings 110"),
        ("[numbers]", "[names]", "n"),
        ('exports = "90 days"', "exports = 90", "files exports"),
    ],
)
def test_a_faulty_file_is_refused_by_name(tmp_path, old, new, named):
    with pytest.raises(BadInputError, match=named):
        terms_of(tmp_path, old, new)


def test_files_are_due_by_their_age_and_what_asterisk_writes_is_told_of(tmp_path):
    settings, terms = Settings(var_dir=tmp_path), read_terms(FILE)
    cel = settings.log_dir / "cel-custom" / "cel.csv"
    for path in (settings.log_dir / "queue_log", settings.log_dir / "queue_log.1", cel):
        path.parent.mkdir(parents=True, exist_ok=True)
    (settings.log_dir / "queue_log").write_text("1795287849|n1-1.0|12345|NONE|ENTERQUEUE\n")
    (settings.log_dir / "queue_log.1").write_text("old")
    cel.write_text('"CHAN_START","1795287849.678659","1380"\n')
    far = datetime(2040, 1, 1, tzinfo=UTC)
    assert [one.path.name for one in due_files(settings, terms, far)] == ["queue_log.1"]
    assert [one.kept for one in due_files(settings, terms, far)] == [KeptFile.ASTERISK_LOGS]
    assert unrotated(settings, terms, far) == ["queue_log", "cel.csv"]
    assert unrotated(settings, terms, datetime.fromtimestamp(1795287849, UTC)) == []
