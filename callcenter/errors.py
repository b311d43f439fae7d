"""The errors a caller can act on; each carries a stable code that the API and the logs show."""


class CallCenterError(Exception):
    """Anything we refuse or cannot do, with a stable `code` and a message for a person.

    The message names the field, the fault and the remedy. It never holds a citizen's words,
    number, name or address.
    """

    code = "call_center_error"

    def __init__(self, message: str, **more: object) -> None:
        super().__init__(message)
        self.message = message
        self.more = more  # what programs can act on, such as the state a thing is in


class CannotStartError(CallCenterError):
    """Something the program needs is missing, taken or set wrongly: one clear line, exit code 2."""

    code = "cannot_start"


class ImpossibleMoveError(CallCenterError):
    """A person's command does not fit the state the thing is in; nothing has changed (HTTP 409)."""

    code = "impossible_move"


class ConflictError(ImpossibleMoveError):
    """Somebody else changed it since it was looked at; `more` has its new state (HTTP 409)."""

    code = "conflict"


class NotFoundError(CallCenterError):
    """What was asked for by number or name is not there (HTTP 404)."""

    code = "not_found"


class BadInputError(CallCenterError):
    """Input that names a field, what is wrong with it and the remedy (HTTP 422)."""

    code = "bad_input"


class NotReadyError(CallCenterError):
    """What a handler needs is not there yet, such as a recording still being written; try again."""

    code = "not_ready"


class LinkDownError(CallCenterError):
    """Asterisk cannot be reached now; an action under way may or may not have been carried out."""

    code = "link_down"


class NotSignedInError(CallCenterError):
    """Nobody is signed in, or the name and password do not belong together (HTTP 401)."""

    code = "sign_in_needed"


class NotAllowedError(CallCenterError):
    """Who is signed in may not do this, or not to this; nothing has changed (HTTP 403)."""

    code = "not_allowed"
