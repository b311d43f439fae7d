"""Tickets as a plain model: what the random commands of test_ticket_model.py must come to.

Written from the words of docs/glossary.md, not from the code: a word a move,
the steps it is possible in, the step it leads to ("=": the same, "<": the one before).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from callcenter.tickets.clocks import add_working_days, resumed

OPEN = "filed dispatched returned handling suspended reported verified reopened"
OVER = "closed declined merged void"
WAYS = {
    "file": ("draft", "filed"),
    "answer": ("draft", "closed"),
    "decline": ("draft filed", "declined"),
    "discard": ("draft filed", "void"),
    "merge": ("draft filed dispatched handling", "merged"),
    "unmerge": ("merged", "<"),
    "dispatch": ("filed reopened", "dispatched"),
    "accept": ("dispatched", "handling"),
    "return": ("dispatched", "returned"),
    "uphold_return": ("returned", "filed"),
    "overrule_return": ("returned", "dispatched"),
    "forward": ("dispatched handling", "dispatched"),
    "escalate": ("dispatched handling", "dispatched"),
    "join": ("dispatched handling", "="),
    "part": ("dispatched returned handling suspended", "="),
    "contribute": ("dispatched handling suspended", "="),
    "ask_extension": ("handling", "="),
    "grant_extension": ("handling", "="),
    "refuse_extension": ("handling", "="),
    "suspend": ("handling", "suspended"),
    "resume": ("suspended", "handling"),
    "urge": (OPEN, "="),
    "supervise": (OPEN, "="),
    "report": ("handling", "reported"),
    "verify": ("reported", "verified"),
    "reject": ("reported", "handling"),
    "close": ("verified", "closed"),
    "reopen": ("verified closed", "reopened"),
    "note": (f"draft {OPEN} {OVER}", "="),
}
REASONED = (
    "decline discard unmerge return uphold_return overrule_return forward escalate part "
    "ask_extension refuse_extension suspend supervise reject reopen note"
).split()
SENT = "dispatch forward escalate".split()


@dataclass
class PlainTicket:
    """One ticket as the domain's words have it."""

    number: str
    call: str | None
    step: str = "draft"
    round: int = 1
    unit: str | None = None
    due_at: datetime | None = None
    asked: datetime | None = None
    since: datetime | None = None  # suspended
    urged: int = 0
    supervised: int = 0
    extensions: int = 0
    merged_into: str | None = None
    before: str = ""  # the merge
    joint: dict[str, str] = field(default_factory=dict)
    history: list[tuple[Any, ...]] = field(default_factory=list)


def refusal(ticket: PlainTicket, all_: dict[str, PlainTicket], given: dict[str, Any]) -> str | None:
    """Why the command is refused: "conflict", "impossible", "bad"; None: it is carried out."""
    move, expected = given["move"], given["expected"]
    if expected is not None and expected != len(ticket.history):
        return "conflict"
    if ticket.step not in WAYS.get(move, ("", ""))[0].split():
        return "impossible"
    unrated = move == "close"  # nobody is asked for a rating here
    if (move in REASONED or unrated) and not given["reason"]:
        return "bad"
    if move in SENT and not given["unit"]:
        return "bad"
    if move in ("merge", "supervise", "join", "part", "contribute") and not given["other"]:
        return "bad"
    if move in ("ask_extension", "suspend") and not given["due_at"]:
        return "bad"
    return _further(ticket, all_, given)


def _further(
    ticket: PlainTicket, all_: dict[str, PlainTicket], given: dict[str, Any]
) -> str | None:
    move, other, share = given["move"], given["other"], ticket.joint.get(given["other"] or "")
    lives_on = any(one.merged_into == ticket.number for one in all_.values())
    impossible = {
        "discard": lives_on,
        "join": other == ticket.unit or share is not None,
        "part": share is None,
        "contribute": share != "in",
        "grant_extension": not ticket.asked,
        "refuse_extension": not ticket.asked,
    }
    bad = {
        "forward": given["unit"] == ticket.unit,
        "escalate": given["unit"] == ticket.unit,
        "suspend": given["due_at"] is None or given["due_at"] <= given["at"],
    }
    if move == "merge":
        return _merging(ticket, all_.get(other))
    if move == "ask_extension":
        return _extending(ticket, given["at"], given["due_at"])
    return "impossible" if impossible.get(move) else "bad" if bad.get(move) else None


def _merging(ticket: PlainTicket, into: PlainTicket | None) -> str | None:
    if into is None or into is ticket:
        return "bad"
    return "impossible" if into.step in OVER.split() else None


def _extending(ticket: PlainTicket, at: datetime, wanted: datetime) -> str | None:
    if ticket.asked or ticket.due_at is None or at >= ticket.due_at:
        return "impossible"
    return None if ticket.due_at < wanted <= add_working_days(ticket.due_at, 10) else "bad"


def carry_out(ticket: PlainTicket, given: dict[str, Any]) -> None:
    """What the command makes of the ticket."""
    move, was, other = given["move"], ticket.step, given["other"]
    to = WAYS[move][1]
    ticket.step = {"=": was, "<": ticket.before}.get(to, to)
    ticket.urged += move == "urge"
    ticket.supervised += move == "supervise"
    ticket.round += move == "reopen"
    _tell_the_units(ticket, move, given)
    _tell_the_clock(ticket, move, given)
    if move == "merge":
        ticket.merged_into, ticket.before = other, was
    if move == "unmerge":
        ticket.merged_into = None
    ticket.history.append((move, was, ticket.step, given["actor"], ticket.unit, ticket.due_at))


def _tell_the_units(ticket: PlainTicket, move: str, given: dict[str, Any]) -> None:
    if move in SENT:
        ticket.unit, ticket.due_at = given["unit"], given["due_at"]
        ticket.joint.pop(given["unit"], None)
    if move in ("join", "contribute"):
        ticket.joint[given["other"]] = "in" if move == "join" else "done"
    if move == "part":
        del ticket.joint[given["other"]]
    if move == "reopen":
        ticket.joint = {}


def _tell_the_clock(ticket: PlainTicket, move: str, given: dict[str, Any]) -> None:
    if move == "ask_extension":
        ticket.asked = given["due_at"]
    if move == "grant_extension":
        ticket.due_at, ticket.extensions = ticket.asked, ticket.extensions + 1
    if move == "suspend":
        ticket.since = given["at"]
    if move == "resume" and ticket.due_at and ticket.since:
        ticket.due_at = given["due_at"] or resumed(ticket.due_at, ticket.since, given["at"])
    if move in ("grant_extension", "refuse_extension", "suspend", "report", "merge", *SENT):
        ticket.asked = None
