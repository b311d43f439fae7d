"""The figures once more: slowly, row by row, from the history as it stands. Not the engine's way.

Nothing here is folded. Every question looks at the rows themselves: what was done in the period,
and where each ticket stood when it ended. Limits are those of tests/histories.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.tickets.evaluation.case import Case, Moved
from tests.histories import LIMITS

WITH_UNIT = ("dispatched", "handling", "suspended", "returned")
TO_DISPATCH = ("filed", "reopened")
OVER = ("closed", "declined", "merged", "void")
SENT = ("dispatch", "forward", "escalate")


@dataclass
class Period:
    """From `since` to `end`, judged as of `as_of`."""

    since: datetime
    end: datetime
    as_of: datetime

    def has(self, moment: datetime) -> bool:
        return self.since <= moment < self.end


class Plain:
    """One ticket, asked plain questions."""

    def __init__(self, case: Case) -> None:
        self.rows = list(case.moves)
        self.ratings, self.corrected = case.ratings, case.corrected

    # --- looking along the rows ------------------------------------------------------------------

    def stood(self, end: datetime) -> Moved | None:
        """The last row before the end."""
        before = [row for row in self.rows if row.at < end]
        return before[-1] if before else None

    def previous(self, row: Moved) -> Moved | None:
        """The row before."""
        return self.rows[row.number - 2] if row.number > 1 else None

    def entered(self, row: Moved, steps: tuple[str, ...]) -> Moved:
        """The row by which the ticket last came among these steps, looking back from `row`."""
        while (before := self.previous(row)) is not None and before.to_step in steps:
            row = before
        return row

    def sending(self, row: Moved) -> Moved:
        """What began the handling that `row` lies in: a sending, a rejection or an unmerging."""
        while row.move not in (*SENT, "reject", "unmerge"):
            row = self.rows[row.number - 2]
        return row

    def frozen(self, row: Moved) -> bool:
        """Suspended or in dispute, and the deadline had not passed before."""
        if row.to_step not in ("suspended", "returned"):
            return False
        entry = self.entered(row, ("suspended", "returned"))
        return not (row.due_at and row.due_at < entry.at)

    def rested(self, since: Moved, until: Moved) -> timedelta:
        """How long it was suspended between two rows."""
        total = timedelta()
        for row in self.rows[since.number - 1 : until.number - 1]:
            if row.to_step == "suspended":
                total += self.rows[row.number].at - row.at
        return total

    # --- the questions ---------------------------------------------------------------------------

    def taking(self, p: Period) -> Iterator[tuple[str, str, float]]:
        opened = self.rows[0].at
        for row in self.rows:
            if not p.has(row.at):
                continue
            unit = row.unit or ""
            if row.move in ("file", "answer"):
                yield "taken", unit, 1
                yield "taken_seconds", unit, (row.at - opened).total_seconds()
                if row.at <= LIMITS["take"](opened):
                    yield "taken_in_time", unit, 1
            if row.move == "file":
                yield "filed", unit, 1
                if row.at <= LIMITS["file"](opened):
                    yield "filed_in_time", unit, 1
                wrong = [x.at for x in self.rows if x.move in ("discard", "decline")]
                wrong += [at for at in self.corrected if at > row.at]
                if not any(at < p.as_of for at in wrong):
                    yield "filed_rightly", unit, 1

    def plain_moves(self, p: Period) -> Iterator[tuple[str, str, float]]:
        names = {
            "open": "opened", "answer": "answered", "discard": "discarded", "decline": "declined",
            "merge": "merged", "return": "returned", "reopen": "reworked", "reject": "reworked",
            "grant_extension": "extended", "suspend": "suspended", "supervise": "supervised",
            "urge": "urged", "join": "joined",
        }  # fmt: skip
        for row in self.rows:
            if p.has(row.at):
                if row.move in names:
                    yield names[row.move], row.unit or "", 1
                if row.move in ("forward", "escalate"):
                    yield "forwarded", self.previous(row).unit or "", 1

    def ratings_given(self, p: Period) -> Iterator[tuple[str, str, float]]:
        words = ("very_satisfied", "satisfied", "fair", "dissatisfied")
        for rated in self.ratings:
            if p.has(rated.at):
                row = [row for row in self.rows if row.at <= rated.at][-1]
                names = ["called_back", words[rated.rating - 1]]
                names += ["content"] if rated.rating < 3 else []
                names += ["solved"] if rated.solved else []
                for name in names:
                    yield name, row.unit or "", 1

    def dispatching(self, p: Period) -> Iterator[tuple[str, str, float]]:
        for row in self.rows:
            if row.move == "dispatch" and p.has(row.at):
                unit = row.unit or ""
                waited = self.entered(self.previous(row), TO_DISPATCH)
                yield "to_dispatch", unit, 1
                yield "dispatched", unit, 1
                if row.at <= LIMITS["dispatch"](waited.at):
                    yield "dispatched_in_time", unit, 1
                if not self.proved_wrong(row, p.as_of):
                    yield "dispatched_rightly", unit, 1
        last = self.stood(p.end)
        if last and last.to_step in TO_DISPATCH:
            waited = self.entered(last, TO_DISPATCH)
            if LIMITS["dispatch"](waited.at) < p.end:
                yield "to_dispatch", "", 1

    def proved_wrong(self, dispatch: Moved, as_of: datetime) -> bool:
        for row in self.rows[dispatch.number :]:
            if row.move == "dispatch":
                return False
            if row.move in ("forward", "uphold_return") and row.at < as_of:
                return True
        return False

    def responding(self, p: Period) -> Iterator[tuple[str, str, float]]:
        for sent in self.rows:
            if sent.move not in SENT:
                continue
            unit, due = sent.unit or "", LIMITS["respond"](sent.at)
            after = self.rows[sent.number :]
            ending = next((r for r in after if r.to_step != "dispatched" or r.move in SENT), None)
            if ending and ending.at < p.end:
                if ending.move in ("accept", "return") and p.has(ending.at):
                    yield "responded", unit, 1
                    yield "to_respond", unit, 1
                    if ending.at <= due:
                        yield "responded_in_time", unit, 1
            elif sent.at < p.end and due < p.end:
                yield "to_respond", unit, 1

    def sent(self, p: Period) -> Iterator[tuple[str, str, float]]:
        for row in self.rows:
            if row.move in SENT and p.has(row.at):
                yield "sent", row.unit or "", 1
                if self.was_returned(row, p.as_of):
                    yield "sent_returned", row.unit or "", 1

    def was_returned(self, sent: Moved, as_of: datetime) -> bool:
        for row in self.rows[sent.number :]:
            if row.move in SENT or row.to_step not in WITH_UNIT:
                return False
            if row.move == "return":
                return row.at < as_of
        return False

    def handling(self, p: Period) -> Iterator[tuple[str, str, float]]:
        for row in self.rows:
            if not p.has(row.at):
                continue
            before = self.previous(row)
            if row.move == "report":
                began, unit = self.sending(before), row.unit or ""
                in_time = row.due_at is None or row.at <= row.due_at
                yield "handled", unit, 1
                yield ("handled_in_time" if in_time else "handled_late"), unit, 1
                seconds = row.at - began.at - self.rested(began, row)
                yield "handled_seconds", unit, seconds.total_seconds()
                yield from self.owed(began, row, unit, p)
            if row.move in ("forward", "escalate") and before.due_at and before.due_at < row.at:
                yield "passed_on_late", before.unit or "", 1
                yield from self.owed(self.sending(before), row, before.unit or "", p)
        last = self.stood(p.end)
        if last and last.to_step in WITH_UNIT:
            unit = last.unit or ""
            yield "unhandled", unit, 1
            if last.due_at and last.due_at < p.end and not self.frozen(last):
                yield "unhandled_overdue", unit, 1
                yield from self.owed(self.sending(last), last, unit, p)

    def owed(self, began: Moved, until: Moved, unit: str, p: Period, *, share: bool = False):
        yield "to_handle", unit, 1
        between = self.rows[began.number : until.number]
        extended = any(row.move == "grant_extension" and row.at < p.end for row in between)
        if extended and not share:
            yield "to_handle_extended", unit, 1

    def shares(self, p: Period) -> Iterator[tuple[str, str, float]]:
        """Of joint handling, by the units that were added."""
        for join in [row for row in self.rows if row.move == "join"]:
            after = self.rows[join.number :]
            unit = join.other or ""
            ending = next((r for r in after if self.ends_share(r, unit)), None)
            if ending and ending.at < p.end:
                if ending.move == "contribute" and p.has(ending.at):
                    yield "handled", unit, 1
                    deadline = self.previous(ending).due_at
                    late = deadline and ending.at > deadline and not self.frozen(ending)
                    yield ("handled_late" if late else "handled_in_time"), unit, 1
                    seconds = (ending.at - join.at).total_seconds()
                    yield "handled_seconds", unit, seconds
                    yield from self.owed(join, ending, unit, p, share=True)
            elif join.at < p.end:
                last = self.stood(p.end)
                yield "unhandled", unit, 1
                if last.due_at and last.due_at < p.end and not self.frozen(last):
                    yield "unhandled_overdue", unit, 1
                    yield "to_handle", unit, 1

    @staticmethod
    def ends_share(row: Moved, unit: str) -> bool:
        named = row.move in ("contribute", "part", "join") and row.other == unit
        return named or row.to_step not in WITH_UNIT

    def verifying(self, p: Period) -> Iterator[tuple[str, str, float]]:
        for row in self.rows:
            if row.move in ("verify", "reject") and p.has(row.at):
                reported = self.entered(self.previous(row), ("reported",))
                yield "to_verify", row.unit or "", 1
                yield "verified", row.unit or "", 1
                if row.at <= LIMITS["verify"](reported.at):
                    yield "verified_in_time", row.unit or "", 1
        last = self.stood(p.end)
        if last and last.to_step == "reported":
            reported = self.entered(last, ("reported",))
            if LIMITS["verify"](reported.at) < p.end:
                yield "to_verify", last.unit or "", 1

    def closing(self, p: Period) -> Iterator[tuple[str, str, float]]:
        for row in self.rows:
            if row.move == "close" and p.has(row.at):
                began = self.entered(self.previous(row), self.under_way)
                in_time = row.at <= self.close_by(began, row)
                yield "closed", row.unit or "", 1
                yield ("closed_in_time" if in_time else "closed_late"), row.unit or "", 1
                yield from self.closing_owed(began, row, p)
        last = self.stood(p.end)
        if last and last.to_step in self.under_way:
            yield "unclosed", last.unit or "", 1
            began = self.entered(last, self.under_way)
            due, resting = self.close_by(began, last), last.to_step == "suspended"
            if resting:
                due = due if due < self.entered(last, ("suspended",)).at else None
            if due and due < p.end:
                yield from self.closing_owed(began, last, p)

    under_way = (*WITH_UNIT, *TO_DISPATCH, "reported", "verified")

    def close_by(self, began: Moved, until: Moved) -> datetime:
        due = LIMITS["close"](began.at)
        for row in self.rows[began.number : until.number]:
            if row.move in ("grant_extension", "resume"):
                due += row.due_at - self.previous(row).due_at
        return due

    def closing_owed(self, began: Moved, until: Moved, p: Period):
        yield "to_close", until.unit or "", 1
        rounds = [began, *(self.rows[began.number : until.number])]
        again = [row for row in rounds if row.move in ("reject", "reopen") and row.at < p.end]
        if again:
            yield "to_close_again", until.unit or "", 1


def recount(cases: list[Case], p: Period, by_unit: bool) -> dict[str, dict[str, float]]:
    """The lists' sums, by unit (with shares of joint handling) or of all ("")."""
    found: dict[str, dict[str, float]] = {}
    for case in cases:
        plain = Plain(case)
        asked = [
            plain.taking, plain.plain_moves, plain.ratings_given, plain.dispatching,
            plain.sent, plain.responding, plain.handling, plain.verifying, plain.closing,
        ]  # fmt: skip
        if by_unit:
            asked.append(plain.shares)
        for ask in asked:
            for name, unit, amount in ask(p):
                sums = found.setdefault(unit if by_unit else "", {})
                sums[name] = sums.get(name, 0) + amount
    return found
