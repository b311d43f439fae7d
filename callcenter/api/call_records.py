"""What is kept of a call: its tickets, words and voices. Each look at them stands in the audit.

Words are for those who take calls or send tickets, and who see a ticket of the call. Voices are for
supervisors of the call's queue alone. Source: decision record 0049.
"""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import FileResponse

from callcenter.api.deps import Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking, Me
from callcenter.api.ticket_rights import require_sight
from callcenter.errors import NotFoundError
from callcenter.facts import RecordingStored, Side, TranscriptCompleted
from callcenter.ivr.call import Call
from callcenter.speech.transcript import transcript_of_call
from callcenter.store import facts_of_call
from callcenter.tickets.calls import TicketCall, tickets_of
from callcenter.tickets.ticket import known

UNKNOWN = "call {0!r} is not known: check its id"

router = APIRouter(prefix="/calls", tags=["calls"])

WAV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The recording, 16-bit PCM.",
        "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: {
        "description": "The part of it that a Range header asks for (RFC 9110, 14.2).",
        "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
    },
    416: {
        "description": "No such part of it (RFC 9110, 15.5.17).",
        "content": {"text/plain": {"schema": {"type": "string"}}},  # Starlette's own answer
    },
}


class Line(BaseModel):
    """One utterance; milliseconds since the talk began."""

    side: Side
    start_ms: int
    end_ms: int
    text: str


class CallTranscript(BaseModel):
    """What was said in a call, in order of time."""

    call_id: str
    source: str  # "live" or "recording"
    complete: bool  # False: more words may come
    model: str  # that recognised them; "" until it is complete
    lines: list[Line]


class RecordingShown(BaseModel):
    """One side's recording."""

    side: Side
    seconds: float
    talk_seconds: float
    complete: bool  # False: shorter than the talk
    sha256: str
    is_kept: bool  # False: its term is over, or the file is gone


@router.get("/{call_id}/tickets", responses=errors(404))
def list_tickets(context: Context, me: Asking, call_id: str) -> list[TicketCall]:
    """The tickets that a call has to do with, and why; those that one may see."""
    with context.flow.store.reading() as session:
        _known(session, call_id)
        found = _seen(session, me, call_id)
        if not found and not me.person.is_operator:
            raise NotFoundError(UNKNOWN.format(call_id))
        return found


@router.get("/{call_id}/transcript", responses=errors(404))
def one_transcript(context: Context, me: Asking, call_id: str) -> CallTranscript:
    """What was said, as far as it is known; for who sees a ticket of the call."""
    with context.flow.store.reading() as session:
        _known(session, call_id)
        if not me.person.is_operator and not _seen(session, me, call_id):
            raise NotFoundError(UNKNOWN.format(call_id))
        told = transcript_of_call(session, call_id)
        done = facts_of_call(session, call_id, "transcript_completed")
    completed = next((fact for fact in done if isinstance(fact, TranscriptCompleted)), None)
    return CallTranscript(
        call_id=call_id,
        source=told.source,
        complete=completed is not None,
        model=completed.model if completed else "",
        lines=[Line.model_validate(line, from_attributes=True) for line in told.lines],
    )


@router.get("/{call_id}/recordings", responses=errors(403, 404))
def list_recordings(context: Context, me: Asking, call_id: str) -> list[RecordingShown]:
    """The recordings of a call, a side each; for who supervises its queue."""
    folder = context.settings.recordings_dir
    with context.flow.store.reading() as session:
        found = _recordings(session, me, call_id)
    return [
        RecordingShown(
            side=side,
            seconds=one.seconds,
            talk_seconds=one.talk_seconds,
            complete=one.complete,
            sha256=one.sha256,
            is_kept=(folder / one.path).is_file(),
        )
        for side, one in sorted(found.items())
    ]


@router.get(
    "/{call_id}/recordings/{side}",
    response_class=FileResponse,
    responses={**WAV, **errors(403, 404)},
)
def one_recording(context: Context, me: Asking, call_id: str, side: Side) -> FileResponse:
    """One side's voice, whole or in the parts that a player asks for."""
    with context.flow.store.reading() as session:
        found = _recordings(session, me, call_id).get(side)
    if found is None:
        raise NotFoundError(f"call {call_id!r} has no recording of the {side}")
    folder = context.settings.recordings_dir
    path = (folder / found.path).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise NotFoundError(f"the {side}'s recording of call {call_id!r} is no longer kept")
    return FileResponse(path, media_type="audio/wav", filename=f"{call_id}-{side}.wav")


def _known(session: Session, call_id: str) -> Call:
    call = session.get(Call, call_id)
    if call is None:
        raise NotFoundError(UNKNOWN.format(call_id))
    return call


def _seen(session: Session, me: Me, call_id: str) -> list[TicketCall]:
    """The call's links to tickets that they may see."""
    found = []
    for link in tickets_of(session, call_id):
        try:
            require_sight(session, me, known(session, link.ticket_number))
        except NotFoundError:
            continue
        found.append(link)
    return found


def _recordings(session: Session, me: Me, call_id: str) -> dict[Side, RecordingStored]:
    """The newest recording of each side.

    Raises:
        NotFoundError: The call is not known.
        NotAllowedError: Its queue is none of theirs.
    """
    me.require_queues({_known(session, call_id).queue})
    told = facts_of_call(session, call_id, "recording_stored")
    return {fact.side: fact for fact in told if isinstance(fact, RecordingStored)}
