"""Contract: tickets are found on either database, page by page, whatever is asked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from callcenter.errors import BadInputError
from callcenter.facts import Line
from callcenter.tickets.finding.callers import CallerKey
from callcenter.tickets.finding.filling import fill, forget
from callcenter.tickets.finding.looking import COUNTED, Wanted, search
from callcenter.tickets.finding.worded import Worded
from callcenter.tickets.finding.words import kept, looked_for
from callcenter.tickets.steps import Step
from callcenter.tickets.ticket import Ticket

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
KEY = CallerKey("a secret of these tests")
LAMP = "南大街的路灯不亮了,已经三天"
HEAT = "暖气一点都不热, 供热公司电话0354-5612345打不通"
SPEAKING = [LAMP, HEAT, "自来水管爆了", "Wi-Fi 信号差 ABC"]


def ticket(number: int, **fields: object) -> Ticket:
    known: dict[str, object] = {"item": "113", "unit": "U1002", "step": Step.HANDLING}
    known["opened_at"] = NOON + timedelta(minutes=number // 2)  # two of one moment
    return Ticket(
        number=f"12345-20261122-{number:04}",
        line=Line.SERVICE,
        call_id=f"n1-{number}.0",
        **(known | fields),
    )


@pytest.fixture
def filled(store):
    """Forty tickets, each with one of four speeches."""
    with store.transaction() as session:
        for number in range(1, 41):
            one = ticket(
                number,
                item="113" if number % 2 else "209",
                cell=f"14072800{number % 4 + 1}001001",
            )
            session.add(one)
            session.flush()
            said, caller = [SPEAKING[number % 4]], f"1540000{number % 10:04}"
            fill(session, one, said=said, callers=[caller, "anonymous"], key=KEY)
    return store


def numbers(session: Session, wanted: Wanted, limit: int = 100) -> list[int]:
    page = search(session, wanted, after=None, limit=limit)
    return [int(one.number[-4:]) for one in page.tickets]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), range(1, 41)),
        (Wanted(number="12345-20261122-0007"), [7]),
        (Wanted(number="12345202611220007"), [7]),
        (Wanted(number="12345-20261122-003"), range(30, 40)),
        (Wanted(number="1234520261122"), range(1, 41)),
        (Wanted(number="110"), []),
        (Wanted(number="%"), []),
        (Wanted(words="路灯"), range(4, 41, 4)),
        (Wanted(words="灯不亮 南大街"), range(4, 41, 4)),
        (Wanted(words="灯"), range(4, 41, 4)),
        (Wanted(words="天"), range(4, 41, 4)),
        (Wanted(words="水管"), range(2, 41, 4)),
        (Wanted(words="wi-fi"), range(3, 41, 4)),
        (Wanted(words="ＡＢＣ"), range(3, 41, 4)),
        (Wanted(words="5612345"), range(1, 41, 4)),
        (Wanted(words="路灯 暖气"), []),
        (Wanted(item="209"), range(2, 41, 2)),
        (Wanted(unit="U1002", step=Step.HANDLING), range(1, 41)),
        (Wanted(step=Step.CLOSED), []),
        (Wanted(cell="140728002"), range(1, 41, 4)),
        (Wanted(cell="999999999"), []),
        (Wanted(words="暖气", item="113"), range(1, 41, 4)),
        (Wanted(words="暖气", item="209"), []),
        (Wanted(since=NOON + timedelta(minutes=19), until=NOON + timedelta(minutes=20)), [38, 39]),
        (Wanted(words="三天", since=NOON + timedelta(minutes=10)), range(20, 41, 4)),
        (Wanted(words="三天", until=NOON + timedelta(minutes=10)), range(4, 20, 4)),
        (Wanted(words="三天", until=NOON + timedelta(minutes=10, microseconds=1)), range(4, 21, 4)),
        (
            Wanted(words="三天", since=NOON + timedelta(minutes=10, microseconds=1)),
            range(24, 41, 4),
        ),
        (Wanted(caller=KEY.hash("+86 154 0000 0003")), range(3, 41, 10)),
        (Wanted(caller=KEY.hash("154")), []),
        (Wanted(caller=CallerKey("another").hash("15400000003")), []),
    ],
)
def test_a_ticket_is_found_by_all_that_is_known_of_it(filled, wanted, found):
    with filled.reading() as session:
        assert numbers(session, wanted) == sorted(found, reverse=True)
        assert search(session, wanted, after=None, limit=1).total == len(found)


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(words="路灯"), Wanted(item="113")])
@pytest.mark.parametrize("limit", [1, 3, 10])
def test_pages_follow_each_other_while_tickets_come(filled, wanted, limit):
    with filled.reading() as session:
        expected = numbers(session, wanted)
        first = search(session, wanted, after=None, limit=limit)
    assert first.total == len(expected)
    seen, after = first.tickets, first.next
    new = ticket(9000, opened_at=NOON + timedelta(days=1))
    with filled.transaction() as session:
        session.add(new)
        session.flush()
        fill(session, new, said=SPEAKING, callers=[], key=KEY)
    while after:
        with filled.reading() as session:
            page = search(session, wanted, after=after, limit=limit)
        assert page.total is None
        seen, after = seen + page.tickets, page.next
    assert [int(one.number[-4:]) for one in seen] == expected


def test_what_changed_is_found_anew_and_no_longer_by_the_old(filled):
    with filled.transaction() as session:
        one = session.get(Ticket, "12345-20261122-0004")
        assert one
        fill(session, one, said=["井盖丢了"], callers=["15499999999"], key=KEY)
    with filled.reading() as session:
        assert numbers(session, Wanted(words="井盖")) == [4]
        assert 4 not in numbers(session, Wanted(words="路灯"))
        assert numbers(session, Wanted(caller=KEY.hash("15499999999"))) == [4]
        assert 4 not in numbers(session, Wanted(caller=KEY.hash("15400000004")))


def test_what_is_forgotten_is_found_by_its_number_alone(filled):
    with filled.transaction() as session:
        one = session.get(Ticket, "12345-20261122-0004")
        assert one
        forget(session, one)
    with filled.reading() as session:
        assert 4 not in numbers(session, Wanted(words="路灯"))
        assert 4 not in numbers(session, Wanted(caller=KEY.hash("15400000004")))
        assert numbers(session, Wanted(number="12345-20261122-0004")) == [4]


def test_what_may_not_be_seen_is_neither_found_nor_counted(filled):
    with filled.reading() as session:
        sight = col(Ticket.unit) == "U9999"
        page = search(session, Wanted(words="路灯"), after=None, limit=9, sight=sight)
    assert (page.tickets, page.total) == ([], 0)


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(words="灯"), Wanted(words="灯", item="209")])
def test_more_than_can_be_counted_are_not_counted(filled, monkeypatch, wanted):
    monkeypatch.setattr("callcenter.tickets.finding.looking.COUNTED", 7)
    with filled.reading() as session:
        page = search(session, wanted, after=None, limit=2)
    assert (page.total, page.more) == (7, True)
    assert COUNTED == 10_000


@pytest.mark.parametrize(
    "odd",
    [
        '路灯" OR 1=1 --',
        "路灯' | '水管",
        "NEAR(路灯, 水管)",
        "words: 路灯 NOT 亮 AND *",
        "路灯:* & !水",
        "\x00路灯\x00",
        "'; DROP TABLE ticket; --",
        "灯\ud800",
    ],
)
def test_operators_and_quotes_are_words_like_others(filled, odd):
    with filled.reading() as session:
        numbers(session, Wanted(words=odd))
        assert len(numbers(session, Wanted())) == 40


@pytest.mark.parametrize("nothing", ['""', "   ", "* & |", "，。！", "\x00", "_"])
def test_a_question_without_a_word_is_refused(nothing):
    with pytest.raises(BadInputError, match="words hold no"):
        looked_for(nothing)


def test_a_question_as_long_as_a_book_is_refused():
    with pytest.raises(BadInputError, match="at most 200"):
        looked_for("路灯" * 5000)


@pytest.mark.parametrize("cursor", ["", "x", "路灯", "MjAyNg", "A" * 199, "MjAyNi0xMS0yMiAx"])
def test_a_cursor_that_is_none_is_refused(empty_store, cursor):
    with empty_store.reading() as session, pytest.raises(BadInputError, match="after is no cursor"):
        search(session, Wanted(), after=cursor, limit=1)


@given(st.text(max_size=100))
def test_pieces_hold_nothing_but_letters_and_digits(text):
    letters = "".join(kept([text]).split())
    assert all(one.isalnum() or one >= "\u3400" for one in letters)


@given(st.text(alphabet="路灯不亮南大街水管暖气ab1 ,", max_size=30), st.data())
def test_every_part_of_a_text_is_found_in_it(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    pieces = kept([text]).split()
    words = {word for word in text.replace(",", " ").split()}
    part = text[start:end]
    if not any("路" <= c or c in "不亮南大" for c in part) or any(c in "ab1" for c in part):
        return  # letters and digits are found as whole words only
    for piece in looked_for(part):
        beginning = piece.rstrip("*")
        assert any(one.startswith(beginning) for one in pieces), (text, part, words)


def test_full_text_gives_a_page_in_its_own_order_without_sorting_all(empty_store):
    """SQLite: sorting would fetch every ticket that has the words, a million for a page of 50."""
    with empty_store.reading() as session:
        words = Worded.on(session, "路灯", since=NOON, until=None)
        query = words.join(select(Ticket)).order_by(words.place.desc()).limit(50)
        told = str(query.compile(session.connection(), compile_kwargs={"literal_binds": True}))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {told}").all()
        assert not [row for row in plan if "TEMP B-TREE" in row[3]], plan
