"""Which right each route needs, and what of it is audited: one table.

A route without a row ends the start, and so does a row without a route. `reads` is the word by
which every answer of the route stands in the audit; `exports` the same for answers that are no
JSON. What changes something is audited where it is changed, in the same transaction. How far a
right reaches (unit, grid, queues) is looked at by the route itself.
"""

from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount, Route, WebSocketRoute

from callcenter.errors import CannotStartError
from callcenter.people.roles import Right

R = Right
API: Final = "/api/v1"


@dataclass(frozen=True)
class Row:
    """What a route needs.

    Args:
        right: That one role of the asker must have.
        reads: The audit's word for each answer; "" where nothing of it is a citizen's.
        exports: The audit's word for an answer in another form than JSON.
        shown_once: Question or answer holds a secret: no idempotency key has it kept.
        signs_in: It writes into the audit though it is a GET: the audit's head is kept after it.
    """

    right: Right
    reads: str = ""
    exports: str = ""
    shown_once: bool = False
    signs_in: bool = False


ROUTES: Final[dict[str, Row]] = {
    # what everybody gets: no word of it is a citizen's
    "GET /": Row(R.PUBLIC),
    "MOUNT /static": Row(R.PUBLIC),
    "MOUNT /console": Row(R.PUBLIC),
    "MOUNT /open311/v2": Row(R.PUBLIC),  # programs of others; a key to file, none to read
    "GET /public": Row(R.PUBLIC),
    f"GET {API}/public": Row(R.PUBLIC),
    f"GET {API}/public/figures": Row(R.PUBLIC),
    # A state, a unit, a deadline, to who knows number and digits; the key would keep the digits.
    f"POST {API}/public/case": Row(R.PUBLIC, shown_once=True),
    f"GET {API}/health": Row(R.PUBLIC),  # watched by programs that sign in nowhere
    f"POST {API}/session": Row(R.PUBLIC, shown_once=True),
    f"POST {API}/session/code": Row(R.PUBLIC, shown_once=True),
    f"GET {API}/session/openid": Row(R.PUBLIC),
    f"GET {API}/session/openid/return": Row(R.PUBLIC, signs_in=True),
    # oneself
    f"GET {API}/session": Row(R.OWN_ACCOUNT),
    f"DELETE {API}/session": Row(R.OWN_ACCOUNT),
    f"DELETE {API}/session/all": Row(R.OWN_ACCOUNT),
    f"POST {API}/session/password": Row(R.OWN_ACCOUNT, shown_once=True),
    f"POST {API}/session/codes": Row(R.ACT_FOR_OTHERS, shown_once=True),
    # accounts, audit
    f"GET {API}/accounts": Row(R.RUN_ACCOUNTS),
    f"POST {API}/accounts": Row(R.RUN_ACCOUNTS, shown_once=True),
    f"PATCH {API}/accounts/{{name}}": Row(R.RUN_ACCOUNTS),
    f"POST {API}/accounts/{{name}}/close": Row(R.RUN_ACCOUNTS),
    f"POST {API}/accounts/{{name}}/password": Row(R.RUN_ACCOUNTS, shown_once=True),
    f"GET {API}/rights": Row(R.SEE_NAMES),
    f"GET {API}/audit": Row(R.SEE_AUDIT, reads="audit_read"),
    f"GET {API}/audit/verdict": Row(R.SEE_AUDIT),
    # retention: counts; a hold's question may hold a number, and its reason a name
    f"GET {API}/privacy/report": Row(R.RUN_PRIVACY),
    f"POST {API}/privacy/deletions": Row(R.RUN_PRIVACY),
    f"GET {API}/privacy/holds": Row(R.RUN_PRIVACY, reads="holds_read"),
    f"POST {API}/privacy/holds": Row(R.RUN_PRIVACY, shown_once=True),
    f"POST {API}/privacy/holds/{{hold_id}}/release": Row(R.RUN_PRIVACY),
    # what calls are sorted by; a trial reads past calls' words, and gives none of them
    f"GET {API}/rules": Row(R.RUN_SYSTEM),
    f"POST {API}/rules/check": Row(R.RUN_SYSTEM),
    f"POST {API}/rules/tries": Row(R.RUN_SYSTEM, reads="rules_tried"),
    f"POST {API}/rules/versions": Row(R.RUN_SYSTEM),
    f"POST {API}/rules/versions/{{number}}/use": Row(R.RUN_SYSTEM),
    # the county's files: cells, names, units, dispatch, limits, calendar
    f"GET {API}/county": Row(R.RUN_SYSTEM),
    f"POST {API}/county/check": Row(R.RUN_SYSTEM),
    f"POST {API}/county/versions": Row(R.RUN_SYSTEM),
    f"POST {API}/county/versions/{{number}}/use": Row(R.RUN_SYSTEM),
    f"POST {API}/county/dispatch/choice": Row(R.RUN_SYSTEM),
    f"POST {API}/county/dispatch/tries": Row(R.RUN_SYSTEM, reads="dispatch_tried"),
    f"POST {API}/county/calendar": Row(R.RUN_SYSTEM),
    # what callers hear
    f"GET {API}/prompts": Row(R.RUN_SYSTEM),
    f"GET {API}/prompts/sound": Row(R.RUN_SYSTEM),
    f"GET {API}/prompts/sentence": Row(R.RUN_SYSTEM),
    f"POST {API}/prompts/recording": Row(R.RUN_SYSTEM),
    f"POST {API}/prompts/recording/restore": Row(R.RUN_SYSTEM),
    # the centre
    f"GET {API}/openapi.json": Row(R.SEE_NAMES),
    f"GET {API}/names": Row(R.SEE_NAMES),
    f"GET {API}/grid": Row(R.SEE_NAMES),
    f"GET {API}/map": Row(R.SEE_NAMES),
    f"GET {API}/mended": Row(R.RUN_SYSTEM),
    f"GET {API}/board": Row(R.WATCH, reads="board_read"),
    f"WS {API}/live": Row(R.WATCH, reads="live_opened"),
    # counts and states, nothing of a citizen's: a screen asks again every few seconds
    f"GET {API}/screen": Row(R.SEE_SCREEN),
    f"GET {API}/screen/cases": Row(R.SEE_SCREEN),
    # Numbers are masked, and every page asks again each quarter of a minute.
    f"GET {API}/callbacks": Row(R.SEE_CALLBACKS),
    # tickets
    f"GET {API}/tickets": Row(R.SEE_TICKETS, reads="tickets_listed"),
    f"GET {API}/tickets/search": Row(R.SEE_TICKETS, reads="tickets_searched"),
    # Its question may hold a citizen's number.
    f"POST {API}/tickets/search": Row(R.SEE_TICKETS, reads="tickets_searched", shown_once=True),
    f"POST {API}/tickets/board": Row(R.SEE_TICKETS, reads="tickets_boarded"),
    f"POST {API}/tickets/counts": Row(R.SEE_TICKETS),  # counts alone; open boards ask again
    f"POST {API}/tickets/map": Row(R.SEE_TICKETS, reads="tickets_mapped"),
    f"POST {API}/tickets/points": Row(R.SEE_TICKETS, reads="tickets_mapped"),
    f"GET {API}/tickets/{{number}}": Row(R.SEE_TICKETS, reads="ticket_read"),
    f"GET {API}/tickets/{{number}}/duplicates": Row(R.SEE_TICKETS, reads="duplicates_read"),
    f"POST {API}/tickets": Row(R.MOVE_TICKETS),
    f"GET {API}/tickets/{{number}}/calls": Row(R.SEE_TICKETS, reads="ticket_calls_read"),
    f"POST {API}/tickets/{{number}}/calls": Row(R.CORRECT_TICKETS),
    f"GET {API}/tickets/{{number}}/attachments": Row(R.SEE_TICKETS, reads="ticket_files_listed"),
    f"POST {API}/tickets/{{number}}/attachments": Row(R.MOVE_TICKETS),
    f"GET {API}/tickets/{{number}}/attachments/{{file}}": Row(
        R.SEE_TICKETS, reads="ticket_file_read"
    ),
    f"GET {API}/tickets/{{number}}/moves": Row(R.MOVE_TICKETS),  # the table's words, no case's
    f"POST {API}/tickets/{{number}}/moves": Row(R.MOVE_TICKETS),
    f"POST {API}/tickets/{{number}}/category": Row(R.CORRECT_TICKETS),
    f"GET {API}/tickets/{{number}}/clocks": Row(R.SEE_TICKETS, reads="ticket_clocks_read"),
    # on the spot: everything that a phone needs to act without us
    f"GET {API}/field/tasks": Row(R.MOVE_TICKETS, reads="field_tasks_listed"),
    f"GET {API}/field/tasks/{{number}}": Row(R.MOVE_TICKETS, reads="ticket_read"),
    f"POST {API}/field/reports": Row(R.MOVE_TICKETS),
    f"GET {API}/dispatch/choice": Row(R.SEE_NAMES),  # units and counts, nothing of a citizen's
    f"POST {API}/tickets/{{number}}/feedback": Row(R.MOVE_TICKETS),
    f"GET {API}/tickets/{{number}}/notices": Row(R.SEE_TICKETS, reads="notices_read"),
    f"GET {API}/notices": Row(R.SEE_TICKETS, reads="notices_listed"),
    f"POST {API}/notices/{{notice_id}}/decision": Row(R.CORRECT_TICKETS),
    # cases exchanged with other centres: a message is let in by its signature
    f"POST {API}/exchange/messages": Row(R.PUBLIC, shown_once=True),
    f"GET {API}/exchange": Row(R.SEE_TICKETS, reads="exchange_listed"),
    # seats, queues, agents
    f"GET {API}/seats": Row(R.SEE_SEATS),
    f"POST {API}/seats": Row(R.RUN_SEATS, shown_once=True),
    f"PATCH {API}/seats/{{name}}": Row(R.RUN_SEATS),
    f"POST {API}/seats/{{name}}/secret": Row(R.RUN_SEATS, shown_once=True),
    f"POST {API}/seats/{{name}}/close": Row(R.RUN_SEATS),
    f"GET {API}/queues": Row(R.SEE_NAMES),
    f"POST {API}/queues/{{queue}}/close": Row(R.RUN_QUEUES),
    f"POST {API}/queues/{{queue}}/open": Row(R.RUN_QUEUES),
    f"GET {API}/messages": Row(R.SEE_SEATS),
    f"POST {API}/messages": Row(R.TELL_SEATS),
    f"GET {API}/agents": Row(R.SEE_SEATS),
    f"GET {API}/agents/pause-reasons": Row(R.SEE_NAMES),
    f"PUT {API}/agents/{{name}}": Row(R.RUN_SEATS),
    f"POST {API}/agents/{{name}}/sign-in": Row(R.OWN_DESK),
    f"POST {API}/agents/{{name}}/sign-out": Row(R.OWN_DESK),
    f"POST {API}/agents/{{name}}/pause": Row(R.OWN_DESK),
    f"POST {API}/agents/{{name}}/resume": Row(R.OWN_DESK),
    f"POST {API}/agents/{{name}}/wrap-up/extend": Row(R.OWN_DESK),
    f"POST {API}/agents/{{name}}/wrap-up/end": Row(R.OWN_DESK),
    f"POST {API}/agents/{{name}}/force-sign-out": Row(R.LEAD_AGENTS),
    f"POST {API}/agents/{{name}}/move": Row(R.LEAD_AGENTS),
    # the seat's telephone in a browser; what is read of a call has its number masked
    f"GET {API}/phone": Row(R.OWN_DESK),
    f"GET {API}/phone/desks": Row(R.OWN_DESK),
    f"GET {API}/phone/account": Row(R.OWN_DESK, reads="phone_account_read"),
    f"GET {API}/phone/calls/{{call_id}}/caller": Row(R.OWN_DESK, reads="caller_read"),
    f"WS {API}/phone/sip": Row(R.OWN_DESK, reads="phone_opened"),
    # calls at a seat
    **{
        f"POST {API}/calls/{{call_id}}/{order}": Row(R.TAKE_CALLS)
        for order in ("transfer", "consult", "complete", "abort", "three-way", "hold", "resume")
    },
    f"POST {API}/calls/{{call_id}}/hang-up": Row(R.TAKE_CALLS),
    f"POST {API}/calls/{{call_id}}/hand-over": Row(R.TAKE_CALLS),
    # the seat's own page: its call, told whole while it is there
    f"GET {API}/seat": Row(R.TAKE_CALLS, reads="seat_read"),
    f"GET {API}/seat/mine": Row(R.TAKE_CALLS, reads="seat_cases_listed"),
    f"WS {API}/seat/live": Row(R.TAKE_CALLS, reads="seat_opened"),
    f"POST {API}/answers/search": Row(R.TAKE_CALLS),  # the county's own words, nobody's
    # what is kept of calls
    f"GET {API}/calls/{{call_id}}/tickets": Row(R.SEE_TICKETS, reads="call_tickets_read"),
    f"GET {API}/calls/{{call_id}}/transcript": Row(R.READ_WORDS, reads="transcript_read"),
    f"GET {API}/calls/{{call_id}}/recordings": Row(R.HEAR_RECORDINGS, reads="recordings_listed"),
    f"GET {API}/calls/{{call_id}}/recordings/{{side}}": Row(
        R.HEAR_RECORDINGS, reads="recording_heard"
    ),
    f"POST {API}/calls": Row(R.TAKE_CALLS),
    f"POST {API}/callbacks/{{task}}/call": Row(R.TAKE_CALLS),
    f"POST {API}/callbacks/{{task}}/finish": Row(R.TAKE_CALLS),
    # supervision
    f"POST {API}/calls/{{call_id}}/supervision": Row(R.SUPERVISE),
    f"PATCH {API}/supervision/{{supervision_id}}": Row(R.SUPERVISE),
    f"DELETE {API}/supervision/{{supervision_id}}": Row(R.SUPERVISE),
    f"GET {API}/supervision": Row(R.SEE_SUPERVISION, reads="supervision_read"),
    # how calls were handled: notes and reasons may hold what a citizen said
    f"GET {API}/quality/form": Row(R.SEE_NAMES),
    f"GET {API}/quality/calls/{{call_id}}": Row(R.JUDGE_CALLS, reads="quality_read"),
    f"POST {API}/quality/calls/{{call_id}}": Row(R.JUDGE_CALLS, shown_once=True),
    f"GET {API}/quality/judgements": Row(R.JUDGE_CALLS, reads="quality_listed"),
    f"GET {API}/quality/averages": Row(R.JUDGE_CALLS),
    f"POST {API}/quality/judgements/{{judgement}}/decision": Row(R.JUDGE_CALLS, shown_once=True),
    f"GET {API}/quality/mine": Row(R.OWN_QUALITY, reads="own_quality_read"),
    f"POST {API}/quality/judgements/{{judgement}}/seen": Row(R.OWN_QUALITY),
    f"POST {API}/quality/judgements/{{judgement}}/appeal": Row(R.OWN_QUALITY, shown_once=True),
    # figures
    f"GET {API}/numbers": Row(R.SEE_FIGURES, exports="figures_exported"),
    f"GET {API}/numbers/figures": Row(R.SEE_NAMES),
    f"GET {API}/numbers/calls": Row(
        R.SEE_FIGURE_LISTS, reads="figure_list_read", exports="figure_list_exported"
    ),
    f"GET {API}/evaluation": Row(R.SEE_FIGURES, exports="figures_exported"),
    f"GET {API}/evaluation/figures": Row(R.SEE_NAMES),
    f"GET {API}/evaluation/tickets": Row(
        R.SEE_FIGURE_LISTS, reads="figure_list_read", exports="figure_list_exported"
    ),
    f"GET {API}/evaluation/ranking": Row(R.SEE_FIGURES, exports="figures_exported"),
    f"GET {API}/evaluation/hot-spots": Row(R.SEE_FIGURES),
}


def places(app: FastAPI) -> dict[str, str]:
    """Every route of the application, as ROUTES names it, with the pattern of its path; in order.

    Raises:
        CannotStartError: One has no row in ROUTES, or a row has no route.
    """
    found: dict[str, str] = {}
    for route in iter_route_contexts(app.routes):
        for method in _methods(route.original_route, route.methods):
            found.setdefault(f"{method} {route.path}", route.path or "")
    lacking = sorted(set(found) - set(ROUTES))
    if lacking:
        raise CannotStartError(
            f"the route {lacking[0]} names no right: "
            "add a row to ROUTES in callcenter/api/rights.py"
        )
    idle = sorted(set(ROUTES) - set(found))
    if idle:
        raise CannotStartError(
            f"ROUTES in callcenter/api/rights.py has a row for {idle[0]}, which is no route: "
            "take the row out"
        )
    return found


def _methods(route: object, methods: set[str] | None) -> list[str]:
    if isinstance(route, Mount):
        return ["MOUNT"]
    if isinstance(route, WebSocketRoute):
        return ["WS"]
    if isinstance(route, Route):
        return sorted((methods or set()) - {"HEAD"})  # as GET
    return ["OTHER"]  # nothing of ours; has no row, so it ends the start
