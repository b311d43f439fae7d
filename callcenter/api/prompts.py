"""What callers hear: the catalogue, each prompt's sound, recordings in place of spoken ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from callcenter.api.deps import ApiContext, Context
from callcenter.api.documented import errors
from callcenter.api.me import Asking, Me
from callcenter.errors import BadInputError, CannotStartError, NotFoundError, NotReadyError
from callcenter.ivr import recorded
from callcenter.ivr.filling import filled
from callcenter.ivr.prompts import GAP, Language, catalogue, joined, prompt_path, sentences
from callcenter.people import audit
from callcenter.tickets.ticket import COUNTY_TIME

MOST_BYTES = 10 * 1024 * 1024  # a minute and a half at 48 kHz

router = APIRouter(prefix="/prompts", tags=["prompts"])

Name = Annotated[str, Query(min_length=1, max_length=80, examples=["greeting"])]
Spoken = Annotated[Language, Query()]
WAV: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "What callers hear, 16-bit PCM.",
        "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
    }
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class PromptShown(BaseModel, from_attributes=True):
    """One prompt as it lies in its place."""

    name: str
    language: Language
    text: str
    recorded: bool
    seconds: float | None = Field(description="null: not made yet")
    stale: bool = Field(description="the text was changed after it was recorded")


class Sentence(BaseModel):
    """A sentence with gaps, spoken in stretches; what fills a gap is put together at the call."""

    name: str
    text: str
    gaps: list[str]


class PromptsShown(BaseModel):
    """All that a language has."""

    prompts: list[PromptShown]
    sentences: list[Sentence]


@router.get("", responses=errors(422))
def list_prompts(context: Context, language: Spoken = "zh") -> PromptsShown:
    """Every prompt by name, and the sentences with gaps."""
    return PromptsShown(
        prompts=[_shown(one) for one in recorded.prompts(context.settings, language)],
        sentences=[
            Sentence(name=name, text=text, gaps=GAP.findall(text))
            for name, text in sentences(language).items()
        ],
    )


@router.get("/sound", response_class=FileResponse, responses={**WAV, **errors(404, 422)})
def sound(context: Context, name: Name, language: Spoken = "zh") -> FileResponse:
    """The prompt as callers hear it."""
    _known(name, language)
    path = prompt_path(context.settings, name, language)
    if not path.is_file():
        raise NotFoundError(f"prompt {name} is not made yet: it is, when the line starts")
    return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "no-store"})


@router.get("/sentence", response_class=Response, responses={**WAV, **errors(404, 422, 503)})
def sentence(
    context: Context,
    name: Name,
    gap: Annotated[
        list[Annotated[str, Query(pattern=r"^[a-z]{1,20}=.{1,60}$")]],
        Query(max_length=4, examples=[["duration=3"]], description="what fills it; unit: its code"),
    ] = [],  # noqa: B006  # FastAPI reads it and changes nothing
    language: Spoken = "zh",
) -> Response:
    """A sentence as callers hear it, its gaps filled with samples."""
    given = dict(one.split("=", 1) for one in gap)
    if (code := given.get("unit")) is not None:
        if (unit := context.units().get(code)) is None:
            raise BadInputError("unit is not known: choose one of GET /api/v1/names")
        given["unit"] = unit.name
    try:
        spoken = filled(context.settings, name, given, language, datetime.now(COUNTY_TIME))
    except CannotStartError as error:  # a unit's name that was never spoken, and no voice here
        raise NotReadyError(error.message) from error
    with TemporaryDirectory(prefix="prompt-") as folder:
        joined(context.settings, spoken, language, path := Path(folder) / "sentence.wav")
        content = path.read_bytes()
    return Response(content, media_type="audio/wav", headers={"Cache-Control": "no-store"})


@router.post("/recording", status_code=201, responses=errors(404, 413, 422), openapi_extra=BODY)
async def record(
    context: Context, me: Asking, request: Request, name: Name, language: Spoken = "zh"
) -> PromptShown:
    """Put a recording in a prompt's place; heard from the next call on. WAV, 16 bit, mono."""
    content = await _body(request)

    def run() -> PromptShown:
        with _file(content) as path:
            recorded.replace(context.settings, name, path, language)
        return _noted(context, me, "prompt_recorded", name, language)

    return await run_in_threadpool(run)


@router.post("/recording/restore", status_code=201, responses=errors(404, 422))
def restore(context: Context, me: Asking, name: Name, language: Spoken = "zh") -> PromptShown:
    """Have a prompt spoken again."""
    recorded.restore(context.settings, name, language)
    return _noted(context, me, "prompt_restored", name, language)


def _noted(context: ApiContext, me: Me, what: str, name: str, language: Language) -> PromptShown:
    with context.flow.store.transaction() as session:
        audit.append(
            session, actor=me.person.name, what=what, subject=name,
            detail={"language": language}, address=me.address,
        )  # fmt: skip
    found = recorded.prompts(context.settings, language)
    return _shown(next(one for one in found if one.name == name))


def _known(name: str, language: Language) -> None:
    if name not in catalogue(language):
        raise NotFoundError(f"no prompt is named {name}: see `callcenter prompts list`")


def _shown(one: recorded.Prompt) -> PromptShown:
    return PromptShown.model_validate(one)


@contextmanager
def _file(content: bytes) -> Iterator[Path]:
    with TemporaryDirectory(prefix="prompt-") as folder:
        path = Path(folder) / "recording.wav"
        path.write_bytes(content)
        yield path


async def _body(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise BadInputError("the recording has more than 10 MB: cut it, or save it at 16 kHz")
    return bytes(content)
