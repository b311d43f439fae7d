"""Unit: the vocabulary. A fact's id follows from what happened, and reads back as written."""

import json
import typing
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AwareDatetime, ValidationError

from callcenter.facts import (
    AnyFact,
    Audience,
    CallClassified,
    CallEnded,
    CallFact,
    CallOffered,
    CallQueued,
    DecidingWord,
    ItemScore,
    Kind,
    OfferMissed,
    Side,
    TicketFact,
    Urgency,
    UtteranceHeard,
    Word,
    read_fact,
    write_fact,
)

KINDS = typing.get_args(typing.get_args(AnyFact)[0])
NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
A_CITIZENS = {
    "phone_number",
    "to",
    *("caller_number", "text", "words", "place", "detail", "candidates", "longitude", "latitude"),
    *("reason", "question", "network", "geolocation", "offers"),
}
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
MOMENTS = st.datetimes(timezones=st.just(UTC))


def facts_of(kind):
    """Facts of a kind with whatever its fields may hold; words apart."""
    fields = {"at": MOMENTS}
    for name, field in kind.model_fields.items():
        if field.annotation is float:
            fields[name] = NUMBERS
        elif field.annotation == float | None:
            fields[name] = st.none() | NUMBERS
        elif field.annotation is AwareDatetime:
            fields[name] = MOMENTS
        elif name in ("due_at", "next_at"):
            fields[name] = st.none() | MOMENTS
        elif name in ("words", "runner_ups", "candidates", "clocks", "offers"):
            fields[name] = st.just(())
    return st.builds(kind, **fields)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(data=st.data())
def test_what_was_written_reads_back(kind, data):
    fact = data.draw(facts_of(kind))
    assert read_fact(write_fact(fact)) == fact
    assert read_fact(write_fact(fact)).id == fact.id


def test_words_and_scores_read_back():
    heard = UtteranceHeard(
        call_id="n1-7.0", side=Side.CITIZEN, source="live", index=0, start_ms=0, end_ms=900,
        text="路灯不亮", words=(Word(text="路灯", start_ms=0, end_ms=400, confidence=0.9),),
    )  # fmt: skip
    classified = CallClassified(
        call_id="n1-7.0", ticket_number="12345-20250303-0001", revision=1, item="113",
        item_name="市容市政", score=3.5, call_kind=Kind.REQUEST, urgency=Urgency.ORDINARY,
        runner_ups=(ItemScore(item="209", name="水电气暖", score=1.0),),
        words=(DecidingWord(text="路灯", weight=3.5, utterance=0, start=0, end=2),),
    )  # fmt: skip
    for fact in (heard, classified):
        assert read_fact(write_fact(fact)) == fact


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(data=st.data())
def test_the_id_follows_from_the_key_and_nothing_else(kind, data):
    fact, other = data.draw(facts_of(kind)), data.draw(facts_of(kind))
    same = other.model_copy(update={name: getattr(fact, name) for name in kind.key})
    assert same.id == fact.id
    changed = [name for name in kind.key if str(getattr(other, name)) != str(getattr(fact, name))]
    for name in changed:
        assert fact.model_copy(update={name: getattr(other, name)}).id != fact.id


def test_ids_stay_as_they_are():
    """A ledger written by an older version must know its facts again."""
    ended = CallEnded(call_id="n1-7.0", cause=16)
    assert ended.id == UUID("7a8bb627-e91c-554f-83b9-15e9aa53b046")


def test_two_kinds_of_one_call_are_two_facts():
    ended = CallEnded(call_id="n1-7.0", cause=16)
    queued = CallQueued(call_id="n1-7.0", queue="12345", position=1)
    assert ended.id != queued.id


def test_who_noticed_and_when_makes_no_other_fact():
    live = CallEnded(at=NOON, call_id="n1-7.0", cause=16)
    rebuilt = CallEnded(at=NOON + timedelta(seconds=1), call_id="n1-7.0", cause=0)
    assert live.id == rebuilt.id


def test_a_seat_may_miss_a_call_twice_and_a_call_may_wait_on_both_lines():
    first, second = (
        OfferMissed(call_id="n1-7.0", seat="seat-01", seat_leg=leg, rang_seconds=5)
        for leg in ("n1-7.1", "n1-7.2")
    )
    assert first.id != second.id
    queued = [
        CallQueued(call_id="n1-7.0", queue="12345", position=1, visit=visit) for visit in (1, 2)
    ]
    assert queued[0].id != queued[1].id


def test_two_seats_rung_at_once_are_two_offers():
    legs = [CallOffered(call_id="n1-7.0", seat="seat-01", seat_leg=leg) for leg in ("1", "2")]
    assert legs[0].id != legs[1].id


@pytest.mark.parametrize("kind", KINDS)
def test_every_fact_has_an_audience_and_keys_of_its_own(kind):
    assert isinstance(kind.audience, Audience)
    assert kind.key
    assert set(kind.key) <= set(kind.model_fields)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_a_citizens_is_named(kind):
    theirs = set() if kind.audience is Audience.OPERATOR else A_CITIZENS
    assert kind.pii == theirs & set(kind.model_fields)


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_holds_nothing_of_a_citizens(kind):
    assert not kind.pii & set(kind.key)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_named_by_its_class(kind):
    words = "".join(
        f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__
    )
    assert kind.model_fields["fact"].default == words[1:]


@pytest.mark.parametrize("kind", KINDS)
def test_call_facts_and_ticket_facts_name_their_call_and_ticket(kind):
    if issubclass(kind, CallFact):
        assert "call_id" in kind.key
    if issubclass(kind, TicketFact):
        assert "ticket_number" in kind.key


def test_a_fact_cannot_be_changed():
    ended = CallEnded(call_id="n1-7.0", cause=16)
    with pytest.raises(ValidationError, match="frozen"):
        ended.cause = 17


def test_a_fact_without_a_zone_is_refused():
    with pytest.raises(ValidationError, match="timezone"):
        CallEnded(at=NOON.replace(tzinfo=None), call_id="n1-7.0", cause=16)


def test_fields_of_a_newer_version_are_passed_over():
    told = json.loads(write_fact(CallEnded(at=NOON, call_id="n1-7.0", cause=16)))
    newer = json.dumps({**told, "hung_up_by": "citizen"})
    assert read_fact(newer) == CallEnded(at=NOON, call_id="n1-7.0", cause=16)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"fact": "call_dreamt"}'])
def test_what_is_no_fact_is_refused(text):
    with pytest.raises(ValidationError):
        read_fact(text)
