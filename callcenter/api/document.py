"""The OpenAPI document: what every route may answer beside what its function says.

Errors have one form (`callcenter.api.problems`) and mostly one cause each, so they are added here
by rule and not route by route; a route that knows better documents its own (`documented.errors`).
Source: OpenAPI 3.1; RFC 9457.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from callcenter.api.documented import PROBLEM, errors
from callcenter.api.examples import BODIES
from callcenter.api.samples import WHOLE, sample

PLACE = "/api/v1"
WRITING = frozenset({"post", "put", "patch", "delete"})
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "sent again with the same key and body, it gets the first answer",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"},
    "example": "3f0f9d9c-6d2c-4b70-8f37-0f6c2f8e7a11",
}


def describe(app: FastAPI) -> None:
    """Let the application's document say all that its routes may answer."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(plain())
        return plain()

    app.openapi = whole  # type: ignore[method-assign]  # FastAPI's own way of changing it


def operation_id(route: APIRoute) -> str:
    """The route's name for programs: its part and its function, such as `tickets_move_ticket`."""
    return "_".join((*(str(tag) for tag in route.tags[:1]), route.name))


def _complete(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for name, schema in schemas.items():
        example = BODIES.get(name) or BODIES.get(name.rpartition("__")[2])
        if example and "examples" not in schema:
            schema["examples"] = [example]
    for path, operations in document["paths"].items():
        if path.startswith(PLACE):
            for method, operation in operations.items():
                _complete_operation(path, method, operation)
                _show_answers(path, operation, schemas)


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    told, _, _ = operation.get("description", "").partition("\n")
    operation["summary"] = told or operation["summary"]
    if method == "post":
        operation.setdefault("parameters", []).append(KEY)
    responses = operation["responses"]
    by_rule = errors(*_statuses(path, method, operation))
    for status, response in by_rule.items():
        documented = responses.get(str(status), {}).get("content", {})
        if "application/problem+json" not in documented:  # FastAPI's own 422 has another form
            responses[str(status)] = response


def _show_answers(path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """An example of each success that is JSON, where the route does not bring its own."""
    for status, response in operation["responses"].items():
        told = response.get("content", {}).get("application/json")
        if told is not None and status < "300" and not {"example", "examples"} & set(told):
            told["example"] = WHOLE.get(path) or sample(told["schema"], schemas)


def _statuses(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    """The errors that a route of this kind may answer."""
    writes, takes = method in WRITING, "requestBody" in operation
    holds = {
        400: takes,
        401: True,
        403: True,
        404: takes or "{" in path,  # a body names seats, calls and units, too
        409: writes,
        422: takes or bool(operation.get("parameters")),
        503: True,
    }
    return [status for status, may in holds.items() if may]
