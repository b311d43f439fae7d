"""What a stranger reads while the demo runs: one line a happening, as it happens."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape

from callcenter.facts import (
    AnyFact,
    CallAbandoned,
    CallAnswered,
    CallArrived,
    CallbackDue,
    CallClassified,
    CallEnded,
    CallQueued,
    FeedbackReceived,
    Line,
    Outcome,
    PartialHeard,
    RecordingStored,
    Side,
    TicketLocated,
    TicketMoved,
    TranscriptCompleted,
    UtteranceHeard,
)
from callcenter.tickets.ticket import COUNTY_TIME

PARTIAL_EVERY_SECONDS = 0.6
SPEAKERS = {Side.CITIZEN: "市民 citizen", Side.SEAT: "坐席 seat   "}
RATINGS = {1: "非常满意", 2: "满意", 3: "一般", 4: "不满意"}
STEPS = {
    "draft": "信息采集 collect",
    "filed": "案卷建立 file",
    "dispatched": "任务派遣 dispatch",
    "returned": "退单 return",
    "handling": "任务处理 handle",
    "suspended": "挂账 suspend",
    "reported": "处理反馈 report back",
    "verified": "核查 verify",
    "closed": "结案 close",
    "reopened": "重办 reopen",
    "declined": "不予受理 decline",
    "merged": "并单 merge",
    "void": "作废 void",
}


class Timeline:
    """Tells facts in lines; `names` maps a masked number to who calls, `units` a code to a name."""

    def __init__(self, names: Mapping[str, str], units: Mapping[str, str]) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._names, self._units = names, units
        self._start = time.monotonic()
        self._who: dict[str, str] = {}  # by call
        self._told: dict[str, Any] = {}  # what was said last of a thing, so as not to repeat it
        self._partial_at: dict[str, float] = {}

    def heading(self, text: str) -> None:
        """A new scene."""
        self._console.print(f"\n[bold]{escape(text)}[/bold]")

    def note(self, text: str) -> None:
        """A line of the demo's own, such as what a robot is about to do."""
        self._line("", text, style="dim")

    def plain(self, text: str) -> None:
        """A line without a time."""
        self._console.print(escape(text))

    def tell(self, fact: AnyFact) -> None:
        """The line of a fact that a reader wants to see; others are passed over.

        So is what an earlier run left to be said: its calls did not arrive in this one.
        """
        teller: Callable[[Any], str | None] | None = TELLERS.get(type(fact))
        if isinstance(fact, CallArrived):
            name = self._names.get(fact.caller_number or "", fact.caller_number or "unknown")
            self._who[fact.call_id] = name
        if not (who := self._of(fact)):
            return
        if isinstance(fact, TicketMoved) and fact.move == "dispatch":
            unit = self._units.get(fact.unit or "", "")
            self._line(who, f"{_moved(fact)} -> {unit} {_due(fact)}", style="green")
        elif teller and (text := teller(fact)) and self._told.get(self._key(fact)) != text:
            self._told[self._key(fact)] = text
            self._line(who, text, style=STYLES.get(type(fact), ""))

    def tell_partial(self, partial: PartialHeard) -> None:
        """Words still being spoken, every so often."""
        key, now = f"{partial.call_id}{partial.side}", time.monotonic()
        if partial.text and now - self._partial_at.get(key, 0.0) > PARTIAL_EVERY_SECONDS:
            self._partial_at[key] = now
            who = self._who.get(partial.call_id, "")
            self._line(who, f"{SPEAKERS[partial.side]} … {partial.text}", style="dim")

    def _of(self, fact: AnyFact) -> str:
        call_id = getattr(fact, "call_id", None)
        if call_id is None and (number := getattr(fact, "ticket_number", None)):
            call_id = self._told.get(f"ticket {number}")
        elif call_id and (number := getattr(fact, "ticket_number", None)):
            self._told[f"ticket {number}"] = call_id
        return self._who.get(call_id or "", "")

    def _key(self, fact: AnyFact) -> str:
        return f"{type(fact).__name__} {getattr(fact, 'call_id', '')}"

    def _line(self, who: str, text: str, style: str = "") -> None:
        seconds = time.monotonic() - self._start
        body = escape(f"{seconds:6.1f} s  {who:<14} {text}")
        self._console.print(f"[{style}]{body}[/{style}]" if style else body)


def _arrived(fact: CallArrived) -> str:
    return f"来电 calls {fact.line}" + ("  (报警 police)" if fact.line is Line.POLICE else "")


def _queued(fact: CallQueued) -> str:
    return f"排队 waits in queue {fact.queue}, place {fact.position}"


def _answered(fact: CallAnswered) -> str:
    return f"接听 {fact.seat} answers after {fact.waited_seconds:.0f} s in the queue"


def _abandoned(fact: CallAbandoned) -> str:
    return f"放弃 gives up after {fact.waited_seconds:.0f} s"


def _heard(fact: UtteranceHeard) -> str | None:
    return f"{SPEAKERS[fact.side]} : {fact.text}" if fact.source == "live" else None


def _classified(fact: CallClassified) -> str | None:
    if fact.item is None:
        return None
    words = " ".join(dict.fromkeys(word.text for word in fact.words))
    urgent = "  紧急 URGENT" if fact.urgency == "urgent" else ""
    urgent += "  需立即转 110 NEEDS 110 NOW" if fact.outcome is Outcome.NEEDS_110 else ""
    return f"归类 item {fact.item} {fact.item_name} / {fact.call_kind}{urgent}  because: {words}"


def _located(fact: TicketLocated) -> str:
    ask = f"  可以问 to ask: {fact.question}" if fact.question else ""
    if fact.forward_to:
        return f"定位 {fact.place} -> outside the county, forward to {fact.forward_to}"
    if fact.cell is None:
        return f"定位 no place named yet{ask}"
    place = f"{fact.place} {fact.detail}".strip()
    return f"定位 {place} -> grid cell {fact.cell} {fact.cell_name}{ask}"


def _moved(fact: TicketMoved) -> str:
    reason = f"  {fact.reason}" if fact.reason else ""
    return f"工单 {fact.ticket_number} {STEPS[fact.to_step]}  by {fact.actor}{reason}"


def _due(fact: TicketMoved) -> str:
    return f"due {fact.due_at.astimezone(COUNTY_TIME):%Y-%m-%d %H:%M}" if fact.due_at else ""


def _recorded(fact: RecordingStored) -> str:
    whole = "whole" if fact.complete else "NOT whole"
    return (
        f"录音 recording of {fact.side}: {fact.seconds:.1f} s of {fact.talk_seconds:.0f} s talk, "
        f"{whole}, sha256 {fact.sha256[:12]}…"
    )


def _completed(fact: TranscriptCompleted) -> str:
    return f"转写 transcript complete, source {fact.source}, model {fact.model}"


def _callback_due(fact: CallbackDue) -> str:
    why = {"abandoned": "who gave up waiting", "feedback": "to ask for a rating"}[fact.why]
    return f"回访任务 call-back task: ring the citizen {why}"


def _feedback(fact: FeedbackReceived) -> str:
    return f"评价 citizen pressed {fact.rating}: {RATINGS[fact.rating]}"


def _ended(_: CallEnded) -> str:
    return "挂机 call ended"


TELLERS: dict[type[Any], Callable[[Any], str | None]] = {
    CallArrived: _arrived,
    CallQueued: _queued,
    CallAnswered: _answered,
    CallAbandoned: _abandoned,
    CallEnded: _ended,
    UtteranceHeard: _heard,
    CallClassified: _classified,
    TicketLocated: _located,
    TicketMoved: _moved,
    RecordingStored: _recorded,
    TranscriptCompleted: _completed,
    CallbackDue: _callback_due,
    FeedbackReceived: _feedback,
}
STYLES: dict[type[Any], str] = {
    UtteranceHeard: "bold",
    CallClassified: "cyan",
    TicketLocated: "cyan",
    TicketMoved: "green",
    CallAbandoned: "yellow",
    CallbackDue: "yellow",
    FeedbackReceived: "magenta",
}
