"""The items behind each figure of a line or a queue; a citizen's call counts once."""

from collections.abc import Iterable
from datetime import datetime

from callcenter.agents.numbers.figure import Items
from callcenter.agents.numbers.scope import Case, Item, Scope
from callcenter.agents.numbers.told import OUTSIDE, Outcome, Told

SHORT_SECONDS = 5.0
BUCKETS = (5, 15, 30, 60, 120)  # seconds: how long who gave up had waited


def arrived(scope: Scope) -> list[Item]:
    """Citizens' calls."""
    return [_item(call) for call in scope.calls]


def before_queue(scope: Scope) -> list[Item]:
    """Calls that never waited: gone in the greeting, to voicemail, or not so far yet."""
    return [_item(call) for call in scope.calls if not call.visits]


def offered(scope: Scope) -> list[Item]:
    """Calls that waited."""
    return [_item(case.call) for case in scope.cases]


def settled(scope: Scope) -> list[Item]:
    """Calls that waited and do so no more."""
    return [_item(case.call) for case in _settled(scope)]


def having(outcome: Outcome) -> Items:
    """Calls that this became of."""

    def items(scope: Scope) -> list[Item]:
        return [_item(case.call) for case in scope.cases if case.outcome is outcome]

    return items


def abandoned(scope: Scope) -> list[Item]:
    """Calls given up, told apart by how long they had waited."""
    return [_item(case.call, what=bucket(case.waited)) for case in _of(scope, Outcome.ABANDONED)]


def abandoned_short(scope: Scope) -> list[Item]:
    """Calls given up at once."""
    return [
        _item(case.call)
        for case in _of(scope, Outcome.ABANDONED)
        if case.waited is not None and case.waited < SHORT_SECONDS
    ]


def left(scope: Scope) -> list[Item]:
    """Calls that left the queue alive, told apart by why."""
    return [
        _item(case.call, what=case.call.visits_to(scope.queue)[-1].why)
        for case in _of(scope, Outcome.LEFT)
    ]


def answered_within(seconds: float) -> Items:
    """Answered calls that had waited so long at most."""

    def items(scope: Scope) -> list[Item]:
        return [
            _item(case.call)
            for case in _of(scope, Outcome.ANSWERED)
            if case.waited is not None and case.waited <= seconds
        ]

    return items


def waits(*outcomes: Outcome) -> Items:
    """The seconds that calls with these outcomes waited, where they are known; none: all."""

    def items(scope: Scope) -> list[Item]:
        return [
            _item(case.call, case.waited)
            for case in scope.cases
            if case.waited is not None and (not outcomes or case.outcome in outcomes)
        ]

    return items


def abandoned_reached(scope: Scope) -> list[Item]:
    """Calls given up whose caller talked to a seat later."""
    given_up = _of(scope, Outcome.ABANDONED)
    return [_item(case.call) for case in given_up if scope.reached.at_last(case.call)]


def kept_reached(scope: Scope) -> list[Item]:
    """Kept places that led to a talk."""
    kept = _of(scope, Outcome.KEPT)
    return [_item(case.call) for case in kept if scope.reached.at_last(case.call)]


def visits(scope: Scope) -> list[Item]:
    """Stays in queues."""
    return [item for call in scope.calls for item in _visits(call, scope.queue)]


def visits_again(scope: Scope) -> list[Item]:
    """Stays in queues after the first of the same call."""
    return [item for call in scope.calls for item in _visits(call, scope.queue)[1:]]


def abandoned_after_talk(scope: Scope) -> list[Item]:
    """Answered calls that were put back into a queue and gave up there."""
    return [
        _item(case.call)
        for case in _of(scope, Outcome.ANSWERED)
        if any(v.outcome is Outcome.ABANDONED for v in case.call.visits_to(scope.queue))
    ]


def handed_over(scope: Scope) -> list[Item]:
    """Hand-overs from line to line, told apart by direction and form."""
    return [_item(call, what=what) for call in scope.calls for what in call.hand_overs]


def voicemails(scope: Scope) -> list[Item]:
    """Messages left, told apart by why."""
    return [_item(call, what=call.voicemail) for call in scope.calls if call.voicemail]


def progress_asked(scope: Scope) -> list[Item]:
    """Questions how a case stands, told apart by whether there was an answer."""
    return [
        _item(call, what="told" if told else "not told")
        for call in scope.calls
        for told in call.progress_asked
    ]


def outside(scope: Scope) -> list[Item]:
    """Calls that a number outside the centre answered."""
    calls = [call for call in scope.calls if any(p.seat == OUTSIDE for p in call.talks)]
    return [_item(call) for call in calls]


def placed(scope: Scope) -> list[Item]:
    """Calls that we placed, told apart by why."""
    return [_item(call, what=call.placed) for call in scope.placed]


def known_in_part(scope: Scope) -> list[Item]:
    """Calls whose arrival nobody has told us."""
    return [_item(call) for call in scope.calls if not call.is_known]


def bucket(waited: float | None) -> str:
    """The stretch of waiting that these seconds lie in: "15-30"."""
    if waited is None:
        return "unknown"
    edges: Iterable[tuple[int, int | str]] = zip((0, *BUCKETS), (*BUCKETS, ""), strict=True)
    return next(f"{a}-{b}" for a, b in edges if b == "" or waited < int(b))


def _of(scope: Scope, outcome: Outcome) -> list[Case]:
    return [case for case in scope.cases if case.outcome is outcome]


def _settled(scope: Scope) -> list[Case]:
    return [case for case in scope.cases if case.outcome is not Outcome.WAITING]


def _visits(call: Told, queue: str | None) -> list[Item]:
    return [
        Item(visit.at, 1, call.call_id, visit.outcome, visit.queue)
        for visit in call.visits_to(queue)
    ]


def _item(call: Told, amount: float = 1, what: str = "", at: datetime | None = None) -> Item:
    queue = call.visits[0].queue if call.visits else ""
    return Item(at or call.at, amount, call.call_id, what, queue)
