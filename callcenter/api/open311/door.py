"""Open311 GeoReport v2 as an application of its own, mounted at /open311/v2.

It is one of its own because its errors are Open311's lists, not our problems, and because it is
open to everybody: nothing it answers is a citizen's (`callcenter.api.open311.shown`).
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from callcenter.api.deps import ApiContext, Context
from callcenter.api.open311 import asked, filing, shown
from callcenter.api.open311.answers import MEDIA_TYPE, Form, RefusedError, answer, errors
from callcenter.api.open311.services import definition, questions, service_of, services
from callcenter.api.open311.words import (
    DefinitionShown,
    DiscoveryShown,
    ErrorShown,
    FiledShown,
    RequestShown,
    ServiceShown,
    TokenShown,
)
from callcenter.errors import CallCenterError, NotFoundError

PLACE = "/open311/v2"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
PAGE_SIZE = 1000  # the specification's limit
WHAT_WENT_WRONG = {
    400: "A field is missing or wrong.",
    403: "The key is missing or not known.",
    404: "It was not found.",
    413: "The form is too large.",
    415: "The body is no form.",
    503: "The database does not answer now.",
}

log = structlog.get_logger()
router = APIRouter()
Endpoint = Callable[..., Any]


@cache
def routes() -> FastAPI:
    """Every route and the document of them."""
    door = FastAPI(
        title="Open311 GeoReport v2",
        version="2",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    door.include_router(router)
    _forget_422(door.openapi())
    handlers: dict[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
        RefusedError: _refused,
        CallCenterError: _ours,
        RequestValidationError: _invalid,
        HTTPException: _http,
        SQLAlchemyError: _store_away,
        Exception: _unforeseen,
    }
    for error, handler in handlers.items():
        door.add_exception_handler(error, handler)
    return door


def _named(form: Form) -> None:
    """The form of the answer, by the path's ending."""


def _ours_only(
    context: Context,
    jurisdiction_id: Annotated[
        str | None, Query(description="may be left out: the site serves one jurisdiction")
    ] = None,
) -> None:
    asked.check_jurisdiction(jurisdiction_id, jurisdiction(context))


def jurisdiction(context: ApiContext) -> str:
    """The one that this site serves."""
    return context.settings.open311_jurisdiction or str(context.flow.site.county.code)


def _offer(
    path: str,
    model: Any,
    *statuses: int,
    method: str = "GET",
    status: int = 200,
    needs: tuple[Endpoint, ...] = (_ours_only,),
    **more: Any,
) -> Callable[[Endpoint], Endpoint]:
    """Serves an endpoint under its path with and without an ending."""

    def add(endpoint: Endpoint) -> Endpoint:
        both = {"content": {MEDIA_TYPE[Form.XML]: {"schema": {"type": "string"}}}}
        wrong: dict[int | str, dict[str, Any]] = {
            each: {"description": WHAT_WENT_WRONG[each], "model": list[ErrorShown], **both}
            for each in (*statuses, 503)
        }
        right: dict[int | str, dict[str, Any]] = {
            status: {"description": "As asked for.", "model": model, **both}
        }
        for ending, named in (((".{form}"), (_named,)), ("", ())):
            router.add_api_route(
                path + ending,
                endpoint,
                methods=[method],
                response_model=None,
                status_code=status,
                dependencies=[Depends(need) for need in (*named, *needs)],
                responses={**right, **wrong},
                **more,
            )
        return endpoint

    return add


@_offer("/discovery", DiscoveryShown, 400, needs=())
def discovery(request: Request, context: Context) -> Response:
    """What this endpoint offers, whom to ask for a key, and when the services last changed."""
    changed = questions().changed.strftime("%Y-%m-%dT%H:%M:%SZ")
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{request.url.scheme}://{request.url.netloc}{PLACE}",
        "changeset": changed,
        "type": "production",
        "formats": list(MEDIA_TYPE.values()),
    }
    contact = context.settings.open311_contact
    told = {"changeset": changed, "contact": contact, "key_service": contact}
    return answer(request, "discovery", told | {"endpoints": [endpoint]})


@_offer("/services", list[ServiceShown], 400, 404)
def list_services(request: Request) -> Response:
    """The 61 items."""
    return answer(request, "services", services())


@_offer("/services/{service_code}", DefinitionShown, 400, 404)
def one_definition(request: Request, service_code: str) -> Response:
    """What an item asks beside the description."""
    return answer(request, "service_definition", definition(service_code))


@_offer("/requests", list[RequestShown], 400, 404)
def list_requests(
    request: Request,
    context: Context,
    service_request_id: Annotated[str | None, Query(max_length=20_000)] = None,
    service_code: Annotated[str | None, Query(max_length=1000)] = None,
    start_date: str | None = None,
    end_date: str | None = None,
    status: str | None = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=PAGE_SIZE)] = PAGE_SIZE,
) -> Response:
    """Tickets that may be shown, newest first, of 90 days at most; numbers override the rest."""
    numbers = asked.read_list("service_request_id", service_request_id)
    codes = [service_of(c).code for c in asked.read_list("service_code", service_code)]
    statuses = asked.read_list("status", status, asked.STATUSES)
    with context.flow.store.reading() as session:
        if numbers:
            found = shown.requests_named(session, context.settings, numbers[:PAGE_SIZE])
        else:
            period = asked.read_period(start_date, end_date, datetime.now(UTC))
            found = shown.requests(
                session,
                context.settings,
                period,
                codes=codes,
                statuses=statuses,
                page=page,
                page_size=page_size,
            )
        return answer(request, "service_requests", _requests(context, found))


@_offer("/requests/{service_request_id}", list[RequestShown], 400, 404)
def one_request(request: Request, context: Context, service_request_id: str) -> Response:
    """One ticket, if it may be shown."""
    (number,) = asked.read_list("service_request_id", service_request_id)[:1] or ("",)
    with context.flow.store.reading() as session:
        found = shown.requests_named(session, context.settings, [number])
        if not found:
            raise RefusedError(404, "service_request_id was not found: check the number")
        return answer(request, "service_requests", _requests(context, found))


@_offer("/tokens/{token}", list[TokenShown], 400, 404)
def one_token(request: Request, context: Context, token: str) -> Response:
    """The number of what was filed under a token."""
    (read,) = asked.read_list("token", token)[:1] or ("",)
    with context.flow.store.reading() as session:
        number = shown.number_of_token(session, read)
    if number is None:
        raise RefusedError(404, "token was not found: it is what POST requests answered")
    return answer(request, "service_requests", [{"service_request_id": number, "token": read}])


@_offer(
    "/requests",
    list[FiledShown],
    *(400, 403, 404, 413, 415),
    method="POST",
    status=201,
    openapi_extra=filing.FORM,
)
async def file_request(request: Request, context: Context) -> Response:
    """Files a matter: it is opened, read, located, filed, and goes to its unit."""
    posted = await asked.read_form(request)
    key = posted["api_key"] or request.query_params.get("api_key", "")
    by = asked.may_file(context.settings, key)
    asked.check_jurisdiction(posted["jurisdiction_id"], jurisdiction(context))
    filed = await filing.file(context, posted, by)
    return answer(request, "service_requests", [filed], 201)


def _requests(context: ApiContext, found: list[shown.Shown]) -> list[dict[str, Any]]:
    grid, units = context.flow.site.county.grid, context.units()
    return [shown.as_request(one, context.settings, grid, units) for one in found]


def _operation_id(route: APIRoute) -> str:
    return f"open311_{route.name}" + ("_as" if route.path.endswith("{form}") else "")


def _forget_422(document: dict[str, Any]) -> None:
    """FastAPI documents an answer that Open311 does not know and we do not give."""
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)


async def _refused(request: Request, error: RefusedError) -> Response:
    return errors(request, error.status, error.description)


async def _ours(request: Request, error: CallCenterError) -> Response:
    return errors(request, 404 if isinstance(error, NotFoundError) else 400, error.message)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    first = error.errors()[0]
    return errors(request, 400, f"{first['loc'][-1]}: {first['msg']}")


async def _http(request: Request, error: HTTPException) -> Response:
    return errors(request, error.status_code, str(error.detail))


async def _store_away(request: Request, error: SQLAlchemyError) -> Response:
    log.error("store does not answer", error=type(error).__name__)
    return errors(request, 503, "the database does not answer now: try again")


async def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("request failed", error=type(error).__name__)
    return errors(request, 500, "a fault of ours: the log names it")
