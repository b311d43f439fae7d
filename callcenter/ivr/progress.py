"""How a case stands, told by phone: what is told to whom. Pure.

    the number it was filed from rings      -> told
    another number, and the last four digits of the number it was filed with are keyed in -> told
    no such case, wrong digits, a case of 110, one filed without a number    -> "nothing"

The last answer is the same for all of these, so that nobody learns by asking which case exists.
Told are number, state, unit and deadline; never what it is about, where, or who filed it.
Source: docs/decisions/0026-progress-by-phone.md.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from callcenter.facts import Line
from callcenter.ivr import phrases
from callcenter.ivr.phrases import Spoken
from callcenter.ivr.prompts import Language

MOST_ATTEMPTS = 3  # a call
MOST_WRONG = 5  # wrong digits of one case a day, over all calls
PROOF_DIGITS = 4
LINE_DIGITS = "12345"
OVER = frozenset({"closed", "declined", "merged", "void"})

Told = Literal["told", "proof", "nothing"]


@dataclass(frozen=True)
class Case:
    """What the answer needs of a ticket."""

    number: str  # "12345-20261121-0001"
    line: Line
    step: str
    filed_from: str | None  # the telephone number; None where it was withheld
    unit: Spoken  # its name as a prompt; empty where none has it yet
    due_at: datetime | None  # of the county's own time

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self.step not in OVER


def ticket_number(keyed: str) -> str | None:
    """The service line's ticket number that was keyed in, with or without the line before it."""
    rest = keyed.removeprefix(LINE_DIGITS) if len(keyed) > 12 else keyed
    if len(rest) < 12 or not rest.isascii() or not rest.isdigit():
        return None
    return f"{LINE_DIGITS}-{rest[:8]}-{rest[8:]}"


def may_hear(case: Case | None, caller: str | None, proof: str | None, wrong: int) -> Told:
    """Whether this caller is told how the case stands.

    Args:
        case: None where there is no such ticket.
        caller: The number that rings, as the carrier vouches for it; None where it is withheld.
        proof: The digits keyed in, None where they were not asked for yet.
        wrong: How often wrong digits were keyed in for this case today.
    """
    known = case is not None and case.line is Line.SERVICE
    if known and case and caller and case.filed_from == caller:
        return "told"
    if proof is None:
        return "proof"  # also where there is no such case: the question tells nothing
    if not known or case is None or not case.filed_from or wrong >= MOST_WRONG:
        return "nothing"
    right = len(proof) == PROOF_DIGITS and case.filed_from.endswith(proof)
    return "told" if right else "nothing"


def spoken(case: Case, now: datetime, language: Language) -> Spoken:
    """The case as it is read out: the last four digits of its number, state, unit, deadline."""
    said = phrases.sentence(
        "progress-case",
        language,
        digits=phrases.digits(case.number[-4:]),
        state=[f"state-{case.step}"],
    )
    if case.unit and case.is_open:
        said += phrases.sentence("progress-unit", language, unit=case.unit)
    if case.due_at and case.is_open:
        said += phrases.sentence(
            "progress-due", language, moment=phrases.moment(case.due_at, now, language)
        )
    return said
