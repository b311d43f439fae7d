"""What went wrong, as problem+json with a stable `code` (RFC 9457); never a citizen's words."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from callcenter.errors import (
    BadInputError,
    CallCenterError,
    ImpossibleMoveError,
    LinkDownError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    NotSignedInError,
)
from callcenter.people.openid import ProviderAwayError
from callcenter.people.tries import TooManyTriesError

STATUS: dict[type, int] = {
    BadInputError: 422,
    ImpossibleMoveError: 409,
    LinkDownError: 503,
    NotAllowedError: 403,
    NotFoundError: 404,
    NotReadyError: 503,
    NotSignedInError: 401,
    ProviderAwayError: 503,
    TooManyTriesError: 429,
}
HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}

log = structlog.get_logger()


def problem(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """A problem+json answer; `code` is for programs, `detail` for people."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail, **more}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def install(app: Starlette) -> None:
    """Let every error leave the application as a problem."""
    handlers: dict[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
        CallCenterError: _ours,
        RequestValidationError: _invalid,
        HTTPException: _http,
        SQLAlchemyError: _store_away,
        DataError: _not_kept,
        Exception: _unforeseen,
    }
    for error, handler in handlers.items():
        app.add_exception_handler(error, handler)


async def _ours(_: Request, error: CallCenterError) -> Response:
    status = next((STATUS[kind] for kind in type(error).mro() if kind in STATUS), 500)
    later = {"Retry-After": str(error.seconds)} if isinstance(error, TooManyTriesError) else None
    return problem(status, error.code, error.message, later, **error.more)


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    """Name the field and its fault, without repeating what was sent."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    return problem(422, BadInputError.code, f"{field}: {first['msg']}", field=field)


async def _http(_: Request, error: HTTPException) -> Response:
    code = HTTP_CODES.get(error.status_code, "refused")
    return problem(error.status_code, code, str(error.detail))


async def _not_kept(_: Request, __: DataError) -> Response:
    """PostgreSQL keeps no NUL in a text, and no number beyond its column's."""
    told = "a field holds what no database here keeps: send plain text and smaller numbers"
    return problem(422, BadInputError.code, told)


async def _store_away(_: Request, error: SQLAlchemyError) -> Response:
    log.error("store does not answer", error=type(error).__name__)
    return problem(503, "store_away", "the database does not answer now: try again")


async def _unforeseen(_: Request, error: Exception) -> Response:
    log.error("request failed", error=type(error).__name__)
    return problem(500, "unforeseen", "a fault of ours: the log names it")
