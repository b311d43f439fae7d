"""Judge, see, appeal, decide: a judgement's few moves.

    JUDGED --see--> SEEN --appeal--> APPEALED --stand, change--> DECIDED
       `-----------------appeal--------^

The agent appeals once, with a reason, until `appeal_until`. Somebody other than the judge decides,
likewise with a reason: it stands, or every question is answered anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from callcenter.errors import (
    BadInputError,
    ConflictError,
    ImpossibleMoveError,
    NotAllowedError,
    NotFoundError,
)
from callcenter.ivr.call import Call
from callcenter.machine import step
from callcenter.quality.form import Answer, Form, Note, Score, check_notes, scored
from callcenter.quality.reading import Part
from callcenter.quality.rows import Judgement, JudgementMove, JudgementState, JudgementStep

S, M = JudgementState, JudgementMove
MOVES: dict[tuple[JudgementState, JudgementMove], JudgementState] = {
    (S.JUDGED, M.SEE): S.SEEN,
    (S.JUDGED, M.APPEAL): S.APPEALED,  # it was read in the list
    (S.SEEN, M.APPEAL): S.APPEALED,
    (S.APPEALED, M.STAND): S.DECIDED,
    (S.APPEALED, M.CHANGE): S.DECIDED,
}


@dataclass(frozen=True)
class Given:
    """What a supervisor gave: an answer to each question, and notes."""

    answers: Sequence[Answer]
    notes: Sequence[Note] = ()


def judge(
    session: Session, call: Call, part: Part, form: Form, given: Given, *, actor: str, at: datetime
) -> Judgement:
    """Judge a part of a call.

    Raises:
        BadInputError: The answers do not fit the form, or nobody was signed in at the seat.
        ImpossibleMoveError: The part goes on, or is judged already.
    """
    if part.ended_at is None:
        raise ImpossibleMoveError("this part of the call goes on: judge it when it is over")
    if not part.agent:
        raise BadInputError("nobody was signed in at the seat: nobody could see it, or appeal")
    told = _scored(form, given)
    row = Judgement(
        call_id=call.id,
        seat_leg=part.seat_leg,
        seat=part.seat,
        agent=part.agent,
        queue=part.queue or call.queue or "",
        line=call.line,
        talked_at=part.began_at,
        form=form.model_dump(mode="json"),
        judge=actor,
        judged_at=at,
        appeal_until=at + timedelta(days=form.appeal_days),
        state=S.JUDGED,
        points=told.points,
        most=told.most,
        knocked_out=told.knocked_out,
        score=told.value,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise ImpossibleMoveError("this part of the call is judged already: look again") from None
    _append(session, row, M.JUDGE, actor, at, given=given, score=told.value)
    return row


def known(session: Session, judgement: int) -> Judgement:
    """The judgement, kept from everybody else until the session ends. Raises: NotFoundError."""
    query = select(Judgement).where(Judgement.id == judgement).with_for_update()
    row = session.exec(query).first()
    if row is None:
        raise NotFoundError(f"judgement {judgement} is not known: check its number")
    return row


def see(session: Session, row: Judgement, *, actor: str, at: datetime) -> None:
    """The agent has seen it; again, or later, changes nothing."""
    if row.state is S.JUDGED:
        _move(session, row, M.SEE)
        _append(session, row, M.SEE, actor, at)


def appeal(session: Session, row: Judgement, reason: str, *, actor: str, at: datetime) -> None:
    """The agent says why it is not right.

    Raises:
        BadInputError: There is no reason.
        ImpossibleMoveError: The days are over, or it was appealed before.
    """
    words = _words(reason)
    if at >= row.appeal_until:
        raise ImpossibleMoveError("the days for an appeal are over")
    _move(session, row, M.APPEAL)
    _append(session, row, M.APPEAL, actor, at, reason=words)


def decide(
    session: Session, row: Judgement, reason: str, given: Given | None, *, actor: str, at: datetime
) -> None:
    """Decide the appeal: it stands, or is answered anew where `given` says how.

    Raises:
        BadInputError: There is no reason, or the answers do not fit the form it was judged by.
        NotAllowedError: It is the judge's own judgement.
        ImpossibleMoveError: It was not appealed, or is decided.
    """
    if actor == row.judge:
        raise NotAllowedError("this is your own judgement: another supervisor decides the appeal")
    words, score = _words(reason), row.score
    if given is not None:
        told = _scored(Form.model_validate(row.form), given)
        row.points, row.most, row.knocked_out = told.points, told.most, told.knocked_out
        row.score = score = told.value
    move = M.STAND if given is None else M.CHANGE
    _move(session, row, move)
    _append(session, row, move, actor, at, reason=words, given=given, score=score)


def require_form(form: Form, revision: str) -> None:
    """Nothing, where this form is in force. Raises: ConflictError."""
    if form.revision != revision:
        raise ConflictError("the form was changed meanwhile: load it again, and look it through")


def _scored(form: Form, given: Given) -> Score:
    check_notes(form.question, given.notes)
    return scored(form.question, given.answers)


def _words(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise BadInputError("reason is missing: say why")
    return words


def _move(session: Session, row: Judgement, move: JudgementMove) -> None:
    row.state = step(MOVES, row.state, move)
    row.steps += 1
    session.add(row)


def _append(
    session: Session,
    row: Judgement,
    move: JudgementMove,
    actor: str,
    at: datetime,
    *,
    reason: str = "",
    given: Given | None = None,
    score: float | None = None,
) -> None:
    session.add(
        JudgementStep(
            judgement_id=row.id or 0,  # it has one: it was written
            number=row.steps,
            move=move,
            actor=actor,
            at=at,
            reason=reason,
            answers=[one.model_dump() for one in given.answers] if given else [],
            notes=[one.model_dump() for one in given.notes] if given else [],
            score=score,
        )
    )
    session.flush()
