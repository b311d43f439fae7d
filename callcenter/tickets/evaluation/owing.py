"""A ticket's moves -> its duties: when each begins, how its deadline moves, who ends it and how."""

from datetime import datetime

from callcenter.tickets.evaluation.case import Moved
from callcenter.tickets.evaluation.duty import Duty, Limits, Owed, Version
from callcenter.tickets.steps import OVER, Move, Step

SENDING = frozenset({Move.DISPATCH, Move.FORWARD, Move.ESCALATE})
ON = frozenset({Move.FORWARD, Move.ESCALATE})  # away from a unit, though not finished
TO_DISPATCH = frozenset({Step.FILED, Step.REOPENED})
WITH_UNIT = frozenset({Step.DISPATCHED, Step.HANDLING, Step.SUSPENDED, Step.RETURNED})
RESTING = frozenset({Step.SUSPENDED, Step.RETURNED})  # no deadline runs out meanwhile


class Owing:
    """Told the moves in their order; `duties` is what was owed so far."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.duties: list[Duty] = []
        self.sent: Duty | None = None  # the last dispatch
        self._open: dict[str, Duty] = {}  # by kind; joint shares by their unit
        self._has_shares = False  # or had
        self._due_at: datetime | None = None  # of handling, after the last move
        self._rest_began: datetime | None = None

    def owe(self, move: Moved) -> None:
        """What this move begins, changes and ends."""
        self._owe_dispatch(move)
        if "respond" in self._open or move.move in SENDING:
            self._owe_response(move)
        if "handle" in self._open or move.to_step in WITH_UNIT:
            self._owe_handling(move)
        if self._has_shares or move.move == Move.JOIN:
            self._owe_shares(move)
        if "verify" in self._open or move.to_step == Step.REPORTED:
            self._owe_verification(move)
        self._owe_closing(move)
        self._due_at = move.due_at

    def _owe_dispatch(self, move: Moved) -> None:
        if move.move == Move.DISPATCH:
            self.sent = self._end("dispatch", move, done=True, unit=move.unit or "")
        elif move.to_step not in TO_DISPATCH:
            self._end("dispatch", move)
        elif "dispatch" not in self._open:
            self._begin("dispatch", move, self._limits["dispatch"](move.at), unit="")

    def _owe_response(self, move: Moved) -> None:
        if move.move in SENDING:
            self._end("respond", move)
            self._begin("respond", move, self._limits["respond"](move.at))
        elif "respond" in self._open and move.move in (Move.ACCEPT, Move.RETURN):
            self._end("respond", move, done=True)
        elif move.to_step != Step.DISPATCHED:
            self._end("respond", move)

    def _owe_handling(self, move: Moved) -> None:
        if move.move in SENDING:
            self._end("handle", move, passed_on=move.move in ON)
        if move.to_step not in WITH_UNIT:
            self._end("handle", move, done=move.move == Move.REPORT)
            return
        duty = self._open.get("handle")
        if duty is None:
            duty = self._begin("handle", move, move.due_at)
            duty.is_again, duty.is_sent = move.move == Move.REJECT, move.move in SENDING
            return
        if move.move == Move.GRANT_EXTENSION:
            duty.extended_at = duty.extended_at or move.at
        elif move.move == Move.RETURN:
            duty.returned_at = duty.returned_at or move.at
        self._rest(duty, move)
        self._revise(duty, move, self._running(duty, move, move.due_at))

    def _rest(self, duty: Duty, move: Moved) -> None:
        """Time suspended is no time of handling."""
        if move.to_step == Step.SUSPENDED and self._rest_began is None:
            self._rest_began = move.at
        elif move.to_step != Step.SUSPENDED and self._rest_began is not None:
            duty.rested_seconds += (move.at - self._rest_began).total_seconds()
            self._rest_began = None

    @staticmethod
    def _running(duty: Duty, move: Moved, due_at: datetime | None) -> datetime | None:
        """No deadline runs out while suspended or in dispute; one that has run out stays so."""
        before = duty.versions[-1].due_at
        if move.to_step in RESTING and (before is None or before >= move.at):
            return None
        return before if move.to_step in RESTING else due_at

    def _owe_shares(self, move: Moved) -> None:
        """协办: a unit's share lasts until it contributes, leaves, or the lead has reported."""
        share = f"share {move.other}"
        if move.move == Move.JOIN:
            self._has_shares = True
            self._end(share, move)
            self._begin("handle", move, move.due_at, unit=move.other or "", key=share)
            return
        if move.move in (Move.CONTRIBUTE, Move.PART):
            self._end(share, move, done=move.move == Move.CONTRIBUTE)
        for key in [key for key in self._open if key.startswith("share ")]:
            if move.to_step not in WITH_UNIT:
                self._end(key, move)
                continue
            duty = self._open[key]
            self._revise(
                duty, move, self._running(duty, move, move.due_at), unit=duty.versions[0].unit
            )

    def _owe_verification(self, move: Moved) -> None:
        if move.to_step != Step.REPORTED:
            self._end("verify", move, done=move.move in (Move.VERIFY, Move.REJECT))
        elif "verify" not in self._open:
            self._begin("verify", move, self._limits["verify"](move.at))

    def _owe_closing(self, move: Moved) -> None:
        if move.to_step in OVER:
            self._end("close", move, done=move.move == Move.CLOSE)
            return
        duty = self._open.get("close")
        if duty is None:
            if move.to_step != Step.DRAFT:
                duty = self._begin("close", move, self._limits["close"](move.at))
                duty.is_again = move.move == Move.REOPEN
            return
        if move.move in (Move.REJECT, Move.REOPEN):
            duty.again_at = duty.again_at or move.at
        self._revise(duty, move, self._closing(duty, move))

    def _closing(self, duty: Duty, move: Moved) -> datetime | None:
        """The deadline, moved by as much as an extension or a suspension moved the handling's."""
        held = [one.due_at for one in duty.versions if one.due_at]
        due_at = held[-1] if held else None
        was_resting = duty.versions[-1].due_at is None
        if move.to_step == Step.SUSPENDED and due_at and (was_resting or due_at >= move.at):
            return None
        moved = move.move in (Move.GRANT_EXTENSION, Move.RESUME)
        if moved and due_at and move.due_at and self._due_at:
            return due_at + (move.due_at - self._due_at)
        return due_at

    def _begin(
        self,
        kind: Owed,
        move: Moved,
        due_at: datetime | None,
        *,
        unit: str | None = None,
        key: str = "",
    ) -> Duty:
        whose = (move.unit or "") if unit is None else unit
        duty = Duty(kind, move.number, move.at, [Version(move.at, due_at, whose)])
        duty.is_joint = bool(key)
        self._open[key or kind] = duty
        self.duties.append(duty)
        return duty

    def _revise(
        self, duty: Duty, move: Moved, due_at: datetime | None, unit: str | None = None
    ) -> None:
        last, whose = duty.versions[-1], (move.unit or "") if unit is None else unit
        if (last.due_at, last.unit) != (due_at, whose):
            duty.versions.append(Version(move.at, due_at, whose))

    def _end(
        self,
        key: str,
        move: Moved,
        *,
        done: bool = False,
        passed_on: bool = False,
        unit: str | None = None,
    ) -> Duty | None:
        duty = self._open.pop(key, None)
        if duty is None:
            return None
        duty.ended_at, duty.end_number = move.at, move.number
        duty.done, duty.passed_on = done, passed_on
        if key == "handle" and self._rest_began:
            duty.rested_seconds += (move.at - self._rest_began).total_seconds()
            self._rest_began = None
        if unit is not None:
            duty.versions.append(duty.versions[-1]._replace(at=move.at, unit=unit))
        return duty
