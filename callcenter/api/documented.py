"""What the API documents of its errors: problem+json, with an example of each (RFC 9457)."""

from typing import Any

PROBLEM = {
    "type": "object",
    "required": ["type", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "for programs; stable"},
        "detail": {"type": "string", "description": "for people"},
        "field": {"type": "string"},
    },
}
STATE = {
    "number": "12345-20261121-0001",
    "step": "handling",
    "steps": 4,
    "unit": "U1002",
    "due_at": "2026-11-27T10:00:00+00:00",
}
EXAMPLES: dict[int, tuple[str, dict[str, Any]]] = {
    400: ("Cannot be read at all.", {"code": "refused", "detail": "the body is no text in UTF-8"}),
    401: ("Nobody is signed in.", {"code": "sign_in_needed", "detail": "sign in first"}),
    403: (
        "The right is missing, or another site asks.",
        {"code": "not_allowed", "detail": "your roles do not include this"},
    ),
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
    429: (
        "Too often in vain; `Retry-After` says how long to wait.",
        {"code": "too_many_tries", "detail": "too many questions that had no answer: wait 60 s"},
    ),
    503: (
        "Something that this needs does not answer now: the database, or Asterisk.",
        {"code": "store_away", "detail": "the database does not answer now: try again"},
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
