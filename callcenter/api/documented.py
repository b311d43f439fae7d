"""What the API documents of its errors: problem+json, with an example of each (RFC 9457)."""

from typing import Any

PROBLEM = {"type": "object", "required": ["type", "status", "code", "detail"]}
STATE = {
    "number": "12345-20261121-0001",
    "step": "handling",
    "steps": 4,
    "unit": "U1002",
    "due_at": "2026-11-27T10:00:00+00:00",
}
EXAMPLES: dict[int, tuple[str, dict[str, Any]]] = {
    404: ("Not known.", {"code": "not_found", "detail": "ticket '12345-1' is not known"}),
    409: (
        "Not possible where it stands, or somebody else moved it meanwhile; nothing has changed.",
        {
            "code": "conflict",
            "detail": "the ticket has moved since it was looked at: look again and repeat",
            "ticket": STATE,
        },
    ),
    413: ("Too large.", {"code": "bad_input", "detail": "the file is too large"}),
    422: (
        "A field is missing or wrong; nothing has changed.",
        {"code": "bad_input", "detail": "reason is missing: return needs one"},
    ),
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these."""
    return {
        status: {
            "description": EXAMPLES[status][0],
            "content": {
                "application/problem+json": {
                    "schema": PROBLEM,
                    "example": {"type": "about:blank", "status": status, **EXAMPLES[status][1]},
                }
            },
        }
        for status in statuses
    }
