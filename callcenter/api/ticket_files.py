"""Attachments of a ticket: sent as a request's body, given out as files that no browser runs."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from callcenter.api.deps import Context, RowNumber
from callcenter.api.documented import errors
from callcenter.api.me import Asking
from callcenter.api.ticket_rights import require_sight
from callcenter.errors import BadInputError, NotFoundError
from callcenter.tickets.attachments import (
    MOST_BYTES,
    NAME_CHARACTERS,
    TYPES,
    Attachment,
    attach,
    attachment,
    attachments_of,
    path_of,
)
from callcenter.tickets.ticket import known

router = APIRouter(prefix="/tickets", tags=["tickets"])

Name = Annotated[str, Query(min_length=1, max_length=2 * NAME_CHARACTERS, examples=["路灯.jpg"])]
Actor = Annotated[str, Query(pattern=r"^[A-Za-z0-9:._-]{1,40}$", examples=["handler:U1002"])]
BODY = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES},
    }
}
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES},
    }
}


@router.get("/{number}/attachments", responses=errors(404))
def list_files(context: Context, me: Asking, number: str) -> list[Attachment]:
    """The ticket's attachments; which step each belongs to, the history says."""
    with context.flow.store.reading() as session:
        require_sight(session, me, known(session, number))
        return attachments_of(session, number)


@router.post(
    "/{number}/attachments",
    status_code=201,
    responses=errors(404, 422),
    openapi_extra=BODY,
)
async def add_file(
    context: Context,
    me: Asking,
    request: Request,
    number: str,
    name: Name,
    actor: Actor | None = None,
) -> Attachment:
    """Keep a file for the ticket; a move then names it by its `number`.

    Taken are JPEG, PNG, WebP, PDF, MP3, WAV, MP4, DOCX and XLSX up to 20 MB; the bytes decide.
    """
    content = await _body(request)
    folder, now = context.settings.attachments_dir, datetime.now(UTC)

    def _keep() -> Attachment:
        with context.flow.store.transaction() as session:
            roles = require_sight(session, me, known(session, number))
            by = me.acting(actor, roles)
            return attach(session, number, content, name, folder, at=now, actor=by)

    return await run_in_threadpool(_keep)


@router.get(
    "/{number}/attachments/{file}",
    response_class=FileResponse,
    responses={**FILES, **errors(404)},
)
def one_file(context: Context, me: Asking, number: str, file: RowNumber) -> FileResponse:
    """The file, to be saved rather than shown."""
    with context.flow.store.reading() as session:
        require_sight(session, me, known(session, number))
        found = attachment(session, number, file)
    path = path_of(context.settings.attachments_dir, found.sha256)
    if not path.is_file():
        raise NotFoundError(f"attachment {file} of ticket {number!r} is no longer kept")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
    return FileResponse(path, media_type=found.media_type, headers=headers)


async def _body(request: Request) -> bytes:
    """The whole body, read no further than the limit."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise BadInputError(f"the file has more than {MOST_BYTES} bytes: send a smaller one")
    return bytes(content)
