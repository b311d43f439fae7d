"""Contract: what is due is deleted wherever it lies; what is held stays, and so do the figures."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, MetaData, event
from sqlmodel import Session, select

from callcenter.agents.counting import report as count_calls
from callcenter.agents.numbers.count import Wanted as WantedCalls
from callcenter.agents.talks.supervision import Supervision
from callcenter.errors import BadInputError, ImpossibleMoveError, NotFoundError
from callcenter.facts import (
    AgentMoved,
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallClassified,
    CallEnded,
    CallerLocated,
    CallHandedOver,
    CallQueued,
    CallTransferred,
    DecidingWord,
    Kind,
    Line,
    NoticeDecided,
    PlaceKept,
    PlaceWord,
    QueueMoved,
    RecordingStored,
    SeatsTold,
    Side,
    SupervisionMoved,
    TalkEnded,
    TicketLocated,
    TranscriptCompleted,
    Urgency,
    UtteranceHeard,
    VoicemailLeft,
    Word,
)
from callcenter.ivr.call import Call, refold
from callcenter.ivr.callback import CallbackTask
from callcenter.people import audit
from callcenter.pipeline import make_findable
from callcenter.privacy.holds import Who, place, release
from callcenter.privacy.reporting import report
from callcenter.privacy.rows import Deletion, Held, Hold, StandIn
from callcenter.privacy.running import ROWS, Retention
from callcenter.quality.rows import Judgement, JudgementMove, JudgementState, JudgementStep
from callcenter.roles.retention import RetentionRole
from callcenter.settings import Settings
from callcenter.store import Store, record
from callcenter.tickets.attachments import attach
from callcenter.tickets.evaluation.count import Wanted
from callcenter.tickets.evaluation.reading import evaluated
from callcenter.tickets.evaluation.rules import Rules
from callcenter.tickets.exchange.messages import MessageKind
from callcenter.tickets.exchange.rows import ExchangeMessage, ExchangeState
from callcenter.tickets.finding.looking import Wanted as Looked
from callcenter.tickets.finding.looking import search
from callcenter.tickets.moving import move
from callcenter.tickets.notices.occasions import Occasion
from callcenter.tickets.notices.rows import Notice, NoticeState
from callcenter.tickets.opening import open_draft, open_ticket
from callcenter.tickets.steps import Move
from callcenter.tickets.ticket import Ticket, locked
from callcenter.tickets.written import Written
from tests.unit.test_attachments import PNG

MARK, NUMBER = "凤凰于飞zebraquux", "13899997731"
PAIRS = ("凤凰", "于飞", "zebraquux")  # in the index the mark is in pieces
OTHER, OTHERS_NUMBER = "白驹过隙", "13700000002"
BEGAN = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
LATER = datetime(2040, 1, 1, tzinfo=UTC)
WHO = Who("admin", "127.0.0.1")


@pytest.fixture
def kept(store: Store, database_url: str, tmp_path: Path) -> Retention:
    settings = Settings(var_dir=tmp_path / "var", database_url=database_url)
    for folder in (settings.recordings_dir, settings.attachments_dir):
        folder.mkdir(parents=True)
    settings.recordings_mark.touch()  # as writing Asterisk's configuration does
    return Retention.of(store, settings)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


# --- what there is to be deleted -----------------------------------------------------------------


def a_call(session: Session, call_id: str, number: str, mark: str, line: Line) -> None:
    """Somebody gave up, rang again and talked; all that can be a citizen's is in it."""
    gave_up, word = f"{call_id}-before", {"start_ms": 0, "end_ms": 900}
    of, seat = {"call_id": call_id}, {"seat": "seat-08", "seat_leg": f"{call_id}-leg"}
    stored = {"talk_seconds": 92.0, "seconds": 92.0, "sha256": "0" * 64, "complete": True}
    for fact in (
        CallArrived(at=at(0), call_id=gave_up, line=line, node="n1", caller_number=number,
                    caller_channel="a"),
        CallQueued(at=at(5), call_id=gave_up, queue=line.value, position=1),
        CallAbandoned(at=at(65), call_id=gave_up, queue=line.value, waited_seconds=60),
        CallEnded(at=at(66), call_id=gave_up, cause=16),
        CallArrived(at=at(300), line=line, node="n1", caller_number=number, caller_channel="b",
                    **of),
        CallerLocated(at=at(301), network=mark, geolocation=mark, **of),
        CallQueued(at=at(305), queue=line.value, position=1, **of),
        PlaceKept(at=at(306), line=line, queue=line.value, position=1, phone_number=number,
                  waited_seconds=1.0, **of),
        CallAnswered(at=at(308), queue=line.value, seat_channel="c", caller_channel="b",
                     waited_seconds=3, **of, **seat),
        *(UtteranceHeard(at=at(320), side=side, source="live", index=0, text=f"路灯不亮{mark}",
                         words=(Word(text=mark, confidence=1.0, **word),), **word, **of)
          for side in Side),
        CallTransferred(at=at(390), how="blind", to_kind="outside", to=number, **of, **seat),
        CallHandedOver(at=at(391), from_line=line, to_line=Line.POLICE, form="direct",
                       actor="seat-08", reason=mark, **of),
        SupervisionMoved(at=at(350), supervision=f"{call_id}-s", number=1, supervisor="wang",
                         seat="seat-08", mode="listen", reason=mark, shown_to_agent=True, **of),
        VoicemailLeft(at=at(395), why="asked", path=f"{call_id}-message.wav", seconds=3.0, **of),
        TalkEnded(at=at(399), talked_seconds=91, **of, **seat),
        CallEnded(at=at(400), cause=16, **of),
        *(RecordingStored(at=at(402), side=side, path=f"{call_id}-{side}.wav", **of, **stored)
          for side in Side),
        TranscriptCompleted(at=at(403), source="live", model="tape", heard_seconds=92, **of),
    ):  # fmt: skip
        record(session, fact)
    for one in (gave_up, call_id):
        refold(session, one)
    session.add(CallbackTask(why="cut", call_id=call_id, number=number, place=mark, next_at=BEGAN))
    session.add(Supervision(id=f"{call_id}-s", supervisor="wang", supervisor_seat="s", seat="t",
                            reason=mark, shown_to_agent=True, asked_at=BEGAN, since=BEGAN,
                            **of))  # fmt: skip
    a_judgement(session, call_id, mark, line)


def a_judgement(session: Session, call_id: str, mark: str, line: Line) -> None:
    row = Judgement(call_id=call_id, seat_leg=f"{call_id}-leg", seat="seat-08", agent="wang",
                    queue="12345", line=line, talked_at=BEGAN, form={}, judge="li",
                    judged_at=BEGAN, appeal_until=BEGAN, state=JudgementState.JUDGED, points=9,
                    most=10, knocked_out=False, score=90)  # fmt: skip
    session.add(row)
    session.flush()
    session.add(JudgementStep(judgement_id=row.id, number=1, move=JudgementMove.JUDGE, actor="li",
                              at=BEGAN, reason=mark, notes=[{"text": mark}],
                              score=90))  # fmt: skip


def walk(session: Session, number: str, *moves: Move, reason: str = "", since: float = 500) -> None:
    unit = {Move.DISPATCH: "U1002"}
    for place_, one in enumerate(moves):
        record(session, move(session, number, one, actor="tester", reason=reason,
                             unit=unit.get(one), at=at(since + place_)))  # fmt: skip


LOOP = (Move.DISPATCH, Move.ACCEPT, Move.REPORT, Move.VERIFY, Move.CLOSE)


def a_case(kept: Retention, call_id: str, number: str, mark: str, *, closed: bool = True,
           line: Line = Line.SERVICE) -> str:  # fmt: skip
    """The call's ticket, all the way; its files lie where they belong."""
    settings = kept.settings
    for what in ("citizen", "seat", "message"):
        (settings.recordings_dir / f"{call_id}-{what}.wav").write_text(mark, "utf-8")
    with kept.store.transaction() as session:
        a_call(session, call_id, number, mark, line)
        (opened,) = open_draft(session, call_id, line, at=at(308), actor="seat-08")
        record(session, opened)
        ticket = locked(session, opened.ticket_number)
        ticket.place, ticket.longitude, ticket.latitude = mark, 112.1, 37.2
        told = {"ticket_number": ticket.number, "call_id": call_id, "at": at(321)}
        decided = DecidingWord(text=mark, weight=1, utterance=0, start=0, end=2)
        record(session, CallClassified(revision=1, item="113", item_name="市容市政", score=1,
                                       call_kind=Kind.REQUEST, urgency=Urgency.ORDINARY,
                                       words=(decided,), **told))  # fmt: skip
        named = PlaceWord(text=mark, certainty=1, utterance=0, start=0, end=2)
        record(session, TicketLocated(revision=2, cell="140728", place=mark, detail=mark,
                                      longitude=112.1, latitude=37.2, words=(named,),
                                      question=mark, **told))  # fmt: skip
        attach(session, ticket.number, PNG + mark.encode(), f"{mark}.png",
               settings.attachments_dir, at=at(400), actor="seat-08")  # fmt: skip
        a_notice(session, ticket.number, call_id, mark)
        session.add(ExchangeMessage(id=f"exchange-{ticket.number}", partner="city", ours=True,
                                    case_number=ticket.number, theirs=False, seq=1,
                                    kind=MessageKind.CASE, ticket_number=ticket.number, step=1,
                                    at=BEGAN, state=ExchangeState.REFUSED,
                                    detail=mark))  # fmt: skip
        walk(session, ticket.number, Move.FILE)
        walk(session, ticket.number, Move.NOTE, *(LOOP if closed else ()),
             reason=f"{mark} {number}", since=600)  # fmt: skip
        make_findable(session, ticket, kept.key)
        return ticket.number


def a_notice(session: Session, number: str, call_id: str, mark: str) -> None:
    name = f"notice-{number}"
    session.add(Notice(id=name, fact_id=uuid4(),
                       ticket_number=number, occasion=Occasion.FILED, template="filed",
                       to_call=call_id, language="zh", subject=mark, text=mark,
                       state=NoticeState.SENT, owed_at=BEGAN, next_at=BEGAN))  # fmt: skip
    record(session, NoticeDecided(at=BEGAN, ticket_number=number, notice=name, attempt=1,
                                  decision="arrived", actor="seat-08", reason=mark))  # fmt: skip


def a_letter(kept: Retention) -> str:
    """A matter in writing, declined."""
    with kept.store.transaction() as session:
        opened = open_ticket(session, Line.SERVICE, at=at(0), actor="open311")
        record(session, opened)
        own = ("description", "address", "first_name", "last_name", "email", "media_url")
        session.add(Written(ticket_number=opened.ticket_number, token="t", by="open311", at=BEGAN,
                            phone=NUMBER, longitude=112.1, latitude=37.2,
                            attributes={"component": [MARK]},
                            **dict.fromkeys(own, MARK)))  # fmt: skip
        walk(session, opened.ticket_number, Move.FILE)
        walk(session, opened.ticket_number, Move.DECLINE, reason=MARK, since=600)
        make_findable(session, locked(session, opened.ticket_number), kept.key)
    return opened.ticket_number


def staffs_words(kept: Retention) -> None:
    moved = {"from_state": "ready", "seat": "seat-08", "actor": "wang", "reason": MARK}
    with kept.store.transaction() as session:
        for fact in (
            SeatsTold(at=BEGAN, seats=(), text=MARK, actor="wang"),
            QueueMoved(at=BEGAN, queue="12345", move="close", reason=MARK, actor="wang"),
            AgentMoved(at=BEGAN, agent="li", number=1, move="move", to_state="ready", **moved),
        ):
            record(session, fact)


def old_files(settings: Settings) -> None:
    paths = [settings.exports_dir / "tickets.csv", settings.log_dir / "queue_log.1"]
    paths.append(settings.log_dir / "cel-custom" / "cel.csv.1")
    if database := settings.sqlite_file:
        paths.append(database.with_name(f"{database.name}.0010-20250303T000000Z"))
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{MARK} {NUMBER}", "utf-8")
        os.utime(path, (BEGAN.timestamp(), BEGAN.timestamp()))


# --- where it is looked for ----------------------------------------------------------------------


def found_in(kept: Retention, *marks: str, rows_only: bool = False) -> list[str]:
    """Where any of the marks stands: tables, files and their names, and the database's own file."""
    found = MetaData()
    with kept.store.reading() as session:
        found.reflect(session.connection())
        hits = [
            f"{table.name}: {tuple(row)}"
            for table in found.sorted_tables
            if not table.name.startswith("ticketwords_fts")  # its bytes are looked at in the file
            for row in session.connection().execute(table.select())
            if any(mark in str(tuple(row)) for mark in marks)
        ]
    if rows_only:
        return sorted(hits)
    folder = (kept.settings.sqlite_file or kept.settings.var_dir / "x").parent
    for file in {*kept.settings.var_dir.rglob("*"), *folder.rglob("*")}:
        if file.is_file():
            content = file.name.encode() + file.read_bytes()
            hits += [file.name] if any(mark.encode() in content for mark in marks) else []
    return hits


def figures(kept: Retention) -> list[Any]:
    """All figures of calls and of tickets, of the year of the story."""
    since, until = BEGAN - timedelta(days=30), BEGAN + timedelta(days=300)
    calls = [WantedCalls(since, until, LATER, by=by) for by in ("queue", "seat", "agent")]
    cases = [Wanted(since, until, LATER, by=by) for by in ("item", "unit")]
    with kept.store.reading() as session:
        rows = [(one, row) for one in calls for row in count_calls(session, one).rows]
        rows += [(one, row) for one in cases for row in evaluated(session, one, Rules()).rows]
        told = [(row.key, row.values(one.figures)) for one, row in rows]
    return [(key, {name: value.value for name, value in row.items()}) for key, row in told]


# --- the stories ---------------------------------------------------------------------------------


def test_nothing_of_a_citizen_is_left_and_the_figures_are(kept):
    numbers = [a_case(kept, "n1-7.0", NUMBER, MARK), a_letter(kept)]
    staffs_words(kept)
    old_files(kept.settings)
    before = figures(kept)
    assert any(row.get("abandoned_reached") for _, row in before)  # by the caller's number
    assert len(found_in(kept, MARK, NUMBER)) > 30
    ran = kept.run(LATER)
    assert found_in(kept, MARK, NUMBER, *PAIRS) == []
    assert figures(kept) == before
    with kept.store.transaction() as session:
        for call_id in ("n1-7.0-before", "n1-7.0"):
            assert refold(session, call_id).caller_number is None
        for number in numbers:  # as `callcenter search rebuild` does
            make_findable(session, locked(session, number), kept.key)
        traces = session.exec(select(Deletion).where(Deletion.subject == "n1-7.0")).all()
        (files,) = [one.trace for one in traces if one.kept == "recordings"]
        assert [one.get("sha256") for one in files] == ["0" * 64, "0" * 64, None]
        assert session.exec(select(StandIn)).all() == []
        assert audit.verify(session).broken_at is None
        assert audit.listed(session, what="deleted_by_term")[0].actor == "retention"
    assert found_in(kept, MARK, NUMBER, *PAIRS) == []
    assert figures(kept) == before
    assert ran.subjects["words 12345 3 years"] == 4
    again = kept.run(LATER)
    assert not again.subjects.total() + again.pieces.total()
    told = {one.rule: one.subjects for one in report(kept, LATER).deleted}
    assert told["recordings 12345 1 year"] == 2
    assert told["exports 90 days"] == 1


def test_each_class_goes_in_its_own_time_and_line(kept):
    number = a_case(kept, "n1-7.0", NUMBER, MARK)
    a_case(kept, "n2-7.0", OTHERS_NUMBER, OTHER, line=Line.POLICE)
    now = datetime(2026, 12, 1, tzinfo=UTC)
    assert dict(+kept.due(now).subjects) == {"recordings 12345 1 year": 2}
    assert len(list(kept.settings.recordings_dir.glob("*.wav"))) == 6  # looking deletes nothing
    kept.run(now)
    assert {one.name[:2] for one in kept.settings.recordings_dir.glob("*.wav")} == {"n2"}
    assert found_in(kept, OTHERS_NUMBER, rows_only=True)
    kept.run(datetime(2027, 6, 1, tzinfo=UTC))
    with kept.store.reading() as session:
        assert session.get(Call, "n1-7.0").caller_number is None
        assert session.get(Call, "n2-7.0").caller_number == OTHERS_NUMBER
        assert session.get(Ticket, number).place == ""
        found = search(session, Looked(words="凤凰于飞"), after=None, limit=9)
        assert [one.number for one in found.tickets] == [number]  # words have their own term
        hashed = kept.key.hash(NUMBER)
        assert search(session, Looked(caller=hashed), after=None, limit=9).tickets == []


def test_an_open_ticket_keeps_its_call_and_the_neighbour_its_likeness(kept):
    a_case(kept, "n1-7.0", NUMBER, MARK, closed=False)
    before = figures(kept)
    assert kept.run(LATER).subjects["numbers 12345 2 years"] == 1  # the call that was given up
    with kept.store.reading() as session:
        assert session.get(Call, "n1-7.0").caller_number == NUMBER
        assert session.get(Call, "n1-7.0-before").caller_number is None
        assert session.exec(select(StandIn.number)).all() == [NUMBER]
    assert (kept.settings.recordings_dir / "n1-7.0-citizen.wav").exists()
    with kept.store.transaction() as session:
        walk(session, "12345-20250303-0001", *LOOP, reason="办结", since=9000)
    kept.run(LATER)
    assert found_in(kept, MARK, NUMBER) == []
    assert figures(kept)[0][1]["abandoned_reached"] == before[0][1]["abandoned_reached"] == 1


@pytest.mark.parametrize("kind", list(Held))
def test_what_is_held_is_not_touched(kept, kind):
    held = a_case(kept, "n1-7.0", NUMBER, MARK)
    a_case(kept, "n2-7.0", OTHERS_NUMBER, OTHER)
    subject = {Held.CALL: "n1-7.0", Held.TICKET: held, Held.NUMBER: "+86 " + NUMBER}[kind]
    with kept.store.transaction() as session:
        hold = place(session, kind, subject, "法院调取", WHO, kept.key, LATER)
        with pytest.raises(ImpossibleMoveError, match="held already"):
            place(session, kind, subject, "再次", WHO, kept.key, LATER)
    assert NUMBER not in hold.subject
    before = found_in(kept, MARK, rows_only=True)
    files = sorted(one.name for one in kept.settings.recordings_dir.glob("n1-*"))
    ran = kept.run(LATER)
    assert ran.held["words 12345 3 years"] >= 2
    assert found_in(kept, MARK, rows_only=True) == before
    assert sorted(one.name for one in kept.settings.recordings_dir.glob("*.wav")) == files
    assert found_in(kept, OTHER, OTHERS_NUMBER) == []
    told = report(kept, LATER)
    assert (told.holds, sum(one.held for one in told.stock) >= 4) == (1, True)
    assert not any(mark in told.model_dump_json() for mark in (MARK, NUMBER))
    with kept.store.transaction() as session:
        release(session, hold.id, "已审结", WHO, LATER)
        with pytest.raises(ImpossibleMoveError, match="released already"):
            release(session, hold.id, "已审结", WHO, LATER)
        lines = audit.listed(session, subject=str(hold.id))
        assert [line.what for line in lines] == ["hold_released", "hold_placed"]
    kept.run(LATER)
    assert found_in(kept, MARK, NUMBER) == []


def test_holds_need_a_reason_and_something_to_hold(kept):
    with kept.store.transaction() as session:
        with pytest.raises(BadInputError, match="reason is missing"):
            place(session, Held.CALL, "n1-7.0", " ", WHO, kept.key, LATER)
        with pytest.raises(BadInputError, match="no telephone number"):
            place(session, Held.NUMBER, MARK, "法院", WHO, kept.key, LATER)
        with pytest.raises(NotFoundError, match="no ticket has this number"):
            place(session, Held.TICKET, "12345-20250303-0099", "法院", WHO, kept.key, LATER)
        with pytest.raises(NotFoundError, match="hold 77"):
            release(session, 77, "法院", WHO, LATER)
        assert session.exec(select(Hold)).all() == []


class Killed(BaseException):
    """The process is gone at this point; nothing of ours catches it."""


def test_killed_before_any_commit_the_next_run_completes(kept):
    a_case(kept, "n1-7.0", NUMBER, MARK)
    old_files(kept.settings)
    left = deaths = 0

    def dies(_connection: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    event.listen(Engine, "commit", dies)
    try:
        for deaths in range(100):  # noqa: B007  # how often it died is looked at below
            left = deaths
            try:
                kept.run(LATER)
                break
            except Killed:
                continue
    finally:
        event.remove(Engine, "commit", dies)
    assert deaths > 5
    assert found_in(kept, MARK, NUMBER, *PAIRS) == []
    with kept.store.reading() as session:
        traces = [one for row in session.exec(select(Deletion)) for one in row.trace]
    # killed behind a file and before its trace: the hash is the one that the ledger keeps
    assert [one["sha256"] for one in traces if one.get("side") == "citizen"] == ["0" * 64]


def test_recordings_that_lie_elsewhere_are_not_said_to_be_deleted(kept):
    a_case(kept, "n1-7.0", NUMBER, MARK)
    kept.settings.recordings_mark.unlink()  # the folder in which they are to be mounted
    ran = kept.run(LATER)
    assert ran.skipped == ["recordings"]
    assert (kept.settings.recordings_dir / "n1-7.0-citizen.wav").exists()
    assert kept.due(LATER).subjects["recordings 12345 1 year"] == 2
    kept.settings.recordings_mark.touch()
    others = replace(kept, settings=kept.settings.model_copy(update={"node": "n2"}))
    assert not others.run(LATER).subjects.total()  # n1's lie on another machine
    assert kept.run(LATER).subjects["recordings 12345 1 year"] == 2
    assert found_in(kept, MARK, NUMBER) == []


def test_the_daily_run_is_made_once_a_day_at_its_time(kept):
    a_case(kept, "n1-7.0", NUMBER, MARK)
    moments = [datetime(2039, 12, 31, 19, 0, tzinfo=UTC), LATER, LATER]  # 03:00, 08:00, 08:00
    role = RetentionRole(None, kept, now=lambda: moments[0])
    assert not role.run_if_due()
    del moments[0]
    assert role.run_if_due()
    assert not role.run_if_due()
    assert found_in(kept, MARK, NUMBER) == []


def test_a_reopened_ticket_is_due_again(kept):
    number = a_case(kept, "n1-7.0", NUMBER, OTHER)
    kept.run(LATER)
    with kept.store.transaction() as session:
        walk(session, number, Move.REOPEN, reason=MARK, since=10_000)
    kept.run(LATER)
    assert found_in(kept, MARK, rows_only=True)
    with kept.store.transaction() as session:
        walk(session, number, *LOOP, reason=MARK, since=20_000)
    kept.run(LATER)
    assert found_in(kept, MARK) == []


def test_words_of_staff_go_whatever_their_number(kept):
    with kept.store.transaction() as session:
        for number in range(ROWS + 1):
            record(session, SeatsTold(at=at(number), seats=(), text=MARK, actor="wang"))
    assert kept.run(LATER).pieces["staff 5 years"] == ROWS + 1
    assert found_in(kept, MARK) == []
    assert not kept.run(LATER).pieces.total()


def test_a_file_that_two_tickets_have_stays_until_the_last(kept):
    a_case(kept, "n1-7.0", NUMBER, MARK)
    second = a_case(kept, "n2-7.0", NUMBER, MARK)
    with kept.store.transaction() as session:
        hold = place(session, Held.TICKET, second, "法院", WHO, kept.key, LATER)
    kept.run(LATER)
    folder = kept.settings.attachments_dir
    assert [one.is_file() for one in folder.rglob("*")].count(True) == 1
    with kept.store.transaction() as session:
        release(session, hold.id, "已审结", WHO, LATER)
    kept.run(LATER)
    assert [one.is_file() for one in folder.rglob("*")].count(True) == 0
