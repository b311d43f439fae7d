"""Unit: the ledger run's own ledger, from pasted dialogs of SIPp's log."""

from dataclasses import replace
from pathlib import Path

from bench.calls.arranged import Arranged, arranged
from bench.calls.compare import differences, figures
from bench.calls.dialogs import Dialog, dialogs_of
from bench.calls.journal import Ordered
from bench.calls.ledger import Deaths, Entry, Site, build, over, settled
from bench.calls.messages import read_messages
from bench.calls.ours import Told
from bench.calls.shifts import stretches

SITE = Site({"12345": 5.0, "110": 0.0})
LOG = """\
----------------------------------------------- 2026-03-02 12:00:00.250000
UDP message sent (303 bytes):

INVITE sip:12345@127.0.0.1:5060 SIP/2.0
From: <sip:13800000001@127.0.0.1:5070>;tag=1
To: <sip:12345@127.0.0.1:5060>
Call-ID: a@b
CSeq: 1 INVITE

----------------------------------------------- 2026-03-02 12:00:00.350000
UDP message received [438] bytes :

SIP/2.0 200 OK
From: <sip:13800000001@127.0.0.1:5070>;tag=1
To: <sip:12345@127.0.0.1:5060>;tag=2
Call-ID: a@b
CSeq: 1 INVITE

----------------------------------------------- 2026-03-02 12:00:00.360000
UDP message sent (303 bytes):

ACK sip:12345@127.0.0.1:5060 SIP/2.0
From: <sip:13800000001@127.0.0.1:5070>;tag=1
To: <sip:12345@127.0.0.1:5060>;tag=2
Call-ID: a@b
CSeq: 1 ACK

----------------------------------------------- 2026-03-02 12:00:09.350000
UDP message received [438] bytes :

BYE sip:13800000001@127.0.0.1:5070 SIP/2.0
From: <sip:12345@127.0.0.1:5060>;tag=2
To: <sip:13800000001@127.0.0.1:5070>;tag=1
Call-ID: a@b
CSeq: 7 BYE

"""


def citizen(number: str, at: float, until: float | None, line: str = "12345") -> Dialog:
    return Dialog(
        number, number, line, at, reached_at=at, accepted_at=at, confirmed_at=at, bye_at=until
    )


def seat(name: str, number: str, at: float, **what: float) -> Dialog:
    return Dialog(f"{name}-{at}", number, name, at, **what)


def entry(*dialogs: Dialog, site: Site = SITE) -> Entry:
    [made] = build(dialogs[:1], Arranged({}, [], list(dialogs[1:])), site)
    return made


def test_sipps_log_becomes_a_dialog(tmp_path: Path) -> None:
    (tmp_path / "log").write_text(LOG)
    [dialog] = dialogs_of(read_messages(tmp_path / "log"))
    assert (dialog.inviter, dialog.invited) == ("13800000001", "12345")
    assert dialog.is_joined
    assert round((dialog.bye_at or 0) - dialog.invited_at, 3) == 9.1
    assert not dialog.bye_sent


def test_who_hangs_up_in_the_greeting_was_never_in_a_queue() -> None:
    made = entry(citizen("1", 100, 104))
    assert (made.outcome, made.waited) == ("short", None)


def test_who_hangs_up_while_a_phone_rings_has_given_up_and_the_seat_missed_nothing() -> None:
    made = entry(citizen("1", 100, 112), seat("seat-01", "1", 105, cancelled_at=112.01))
    assert (made.outcome, made.waited) == ("abandoned", 7)
    assert [offer.missed for offer in made.offers] == [False]


def test_a_phone_that_is_not_picked_up_was_missed_and_the_next_one_talks() -> None:
    made = entry(
        citizen("1", 100, 130),
        seat("seat-01", "1", 105, cancelled_at=117),
        seat("seat-02", "1", 118, accepted_at=119, confirmed_at=119, bye_at=124),
    )
    assert (made.outcome, made.waited) == ("answered", 14)
    assert [(offer.seat, offer.missed) for offer in made.offers] == [
        ("seat-01", True),
        ("seat-02", False),
    ]
    assert [(part.seat, part.seconds()) for part in made.parts] == [("seat-02", 5)]


def test_a_seat_that_answers_a_citizen_who_has_just_hung_up_talked_with_nobody() -> None:
    late = {"accepted_at": 112.3, "confirmed_at": 112.4, "bye_at": 112.4}
    made = entry(citizen("1", 100, 112), seat("seat-01", "1", 105, **late))
    assert (made.outcome, made.waited, made.parts) == ("abandoned", 7, ())


def test_a_call_passed_on_is_two_parts_and_one_offer() -> None:
    first = seat("seat-01", "1", 105, accepted_at=106, confirmed_at=106, bye_at=110)
    first.referred_at, first.referred_to = 109.0, "seat-02"
    second = seat("seat-02", "1", 109.2, accepted_at=110, confirmed_at=110, bye_at=115)
    made = entry(citizen("1", 100, 116), first, second)
    assert [(part.seat, part.seconds()) for part in made.parts] == [("seat-01", 3), ("seat-02", 5)]
    assert [offer.seat for offer in made.offers] == ["seat-01"]


def test_a_call_that_asterisk_died_under_counts_and_its_talk_has_no_length() -> None:
    site = Site(SITE.before_queue, Deaths((110.0,)))
    made = entry(
        citizen("1", 100, 140),
        seat("seat-01", "1", 105, accepted_at=106, confirmed_at=106, bye_at=150),
        site=site,
    )
    assert (made.cut, made.outcome, made.ended_at, made.waited) == (True, "answered", 110, 1)
    assert made.parts[0].seconds() is None
    assert entry(citizen("1", 100, 140), site=site).waited is None


def told(made: Entry, **changed: object) -> Told:
    """Our side as it should be, and what is wrong with it."""
    fields: dict[str, object] = {
        "call_id": "n1-1",
        "number": made.number,
        "line": made.line,
        "outcome": made.outcome,
        "waited": made.waited,
        "parts": tuple((part.seat, part.seconds()) for part in made.parts),
        "missed": tuple(offer.seat for offer in made.offers if offer.missed),
        "is_open": False,
    }
    return Told(**fields | changed)  # type: ignore[arg-type]


def test_each_difference_is_found_and_named() -> None:
    made = entry(
        citizen("1", 100, 130),
        seat("seat-01", "1", 105, accepted_at=106, confirmed_at=106, bye_at=124),
    )
    assert list(differences([told(made)], [made])) == []
    assert all(figure.is_equal for figure in figures([told(made)], [made]))
    for wrong in (
        {"outcome": "abandoned"}, {"waited": 3.0}, {"parts": ()}, {"missed": ("seat-02",)},
        {"is_open": True}, {"line": "110"}, {"parts": (("seat-01", None),)},
    ):  # fmt: skip
        assert list(differences([told(made, **wrong)], [made])), wrong
    assert [one.field for one in differences([], [made])] == ["known"]
    assert [one.field for one in differences([told(made)] * 2, [made])] == ["times told"]


def test_a_greeting_that_a_full_machine_drew_out_is_no_wait_in_the_queue() -> None:
    made = entry(
        citizen("1", 100, 130),
        seat("seat-01", "1", 108, accepted_at=108, confirmed_at=108, bye_at=124),
    )
    for waited, may_be in ((0.0, True), (6.0, False)):
        found = differences([told(made, waited=waited)], [made], late_seconds=2.0)
        assert (not list(found)) == may_be
    assert [one.field for one in differences([told(made, waited=0.0)], [made])] == ["waited"]


def test_a_wait_on_the_mark_is_a_range() -> None:
    made = entry(
        citizen("1", 100, 130),
        seat("seat-01", "1", 105, accepted_at=119.8, confirmed_at=120, bye_at=124),
    )
    [soon] = [f for f in figures([told(made)], [made]) if f.name == "12345 answered within 15 s"]
    assert (soon.least, soon.most) == (0, 1)


def test_an_answer_that_crossed_with_the_hang_up_is_read_as_it_was_told() -> None:
    crossing = seat("seat-01", "1", 110, accepted_at=119.9, confirmed_at=120, bye_at=120.1)
    made = entry(citizen("1", 100, 120), crossing)
    assert (made.outcome, made.crossed and made.crossed.outcome) == ("answered", "abandoned")
    [as_told] = settled([made], {"1": "abandoned"})
    assert (as_told.outcome, as_told.parts) == ("abandoned", ())
    assert settled([made], {"1": "answered"}) == [made]
    long_before = replace(crossing, accepted_at=119.0)
    assert entry(citizen("1", 100, 120), long_before).crossed is None


def test_a_consultation_passed_on_is_a_part_from_the_moment_the_first_seat_is_let_go() -> None:
    first = seat("seat-01", "1", 106, accepted_at=107, confirmed_at=107, bye_at=115)
    asked = seat("seat-09", "12345", 110.2, accepted_at=111, confirmed_at=111, bye_at=130)
    journal = [
        Ordered("consult", "seat-01", 110, 110.1, "1", "seat-09"),
        Ordered("complete", "seat-01", 114.8, 114.9, "1"),
    ]
    calls = [citizen("1", 100, 130)]
    [made] = build(calls, arranged(over(calls, SITE), [first, asked], [], journal), SITE)
    assert [offer.seat for offer in made.offers] == ["seat-01"]
    told = [(part.seat, part.began_at, part.ended_at, part.passed_on) for part in made.parts]
    assert told == [("seat-01", 107, 115, True), ("seat-09", 115, 130, False)]
    given_up = arranged(over(calls, SITE), [first, asked], [], journal[:1])
    [made] = build(calls, given_up, SITE)
    assert [(part.seat, part.passed_on) for part in made.parts] == [("seat-01", False)]


def test_a_citizen_rung_back_talks_from_their_answer_until_the_first_hangs_up() -> None:
    phone = seat("seat-08", "1", 200.5, accepted_at=201, confirmed_at=201, bye_at=220)
    rung = Dialog("r", "1", "1", 201.2, accepted_at=203, confirmed_at=203, bye_at=215)
    journal = [Ordered("ring_back", "seat-08", 200, 200.1)]
    calls = [citizen("1", 100, 120)]
    [made] = build(calls, arranged(over(calls, SITE), [phone], [rung], journal), SITE)
    assert (made.outcome, made.offers) == ("abandoned", ())
    assert [one.talk for one in made.rung_back] == [(203, 215)]
    before = [Ordered("ring_back", "seat-08", 119, 200.1)]
    assert not arranged(over(calls, SITE), [phone], [rung], before).rung_back


def test_a_queues_offer_while_an_order_is_answered_late_is_not_taken_for_what_was_ordered() -> None:
    offers = [seat(name, "2", 112, accepted_at=113, confirmed_at=113, bye_at=120)
              for name in ("seat-08", "seat-09")]  # fmt: skip
    calls = [citizen("1", 100, 105), citizen("2", 106, 120)]
    journal = [
        Ordered("consult", "seat-01", 110, 118, "1", "seat-09"),
        Ordered("ring_back", "seat-08", 110, 118),
    ]
    found = arranged(over(calls, SITE), offers, [], journal)
    assert (found.consulted, found.rung_back, found.others) == ({}, [], offers)


def test_a_pause_lasts_from_its_order_to_the_next_that_ends_it() -> None:
    journal = [
        Ordered("sign_in", "seat-01", 0, 1),
        Ordered("pause", "seat-01", 10, 10.5),
        Ordered("resume", "seat-01", 20, 20.5),
        Ordered("pause", "seat-01", 30, 30.5),
        Ordered("sign_out", "seat-01", 35, 36),
    ]
    pauses = list(stretches(journal, "pause", ("resume", "sign_out")))
    assert [(one.least, one.most) for one in pauses] == [(9.5, 10.5), (4.5, 6)]
