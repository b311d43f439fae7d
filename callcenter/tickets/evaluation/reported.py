"""What was reported of a period is kept, so that it can be told later what has changed since.

Figures are never read from here: they are always counted anew. A report is a copy of what was
handed out, with the place in the ledger up to which it was true.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from sqlmodel import Field, Session, SQLModel, col, select

from callcenter.store import UtcDateTime
from callcenter.tickets.evaluation.count import By, Row, Wanted
from callcenter.tickets.evaluation.figure import Value
from callcenter.tickets.evaluation.reading import count_late, evaluated
from callcenter.tickets.evaluation.rules import Rules

REPORTED_BY: Final[tuple[By, ...]] = ("all", "unit", "township", "item", "line")


class EvaluationReport(SQLModel, table=True):
    """A period that was reported; a later edition of the same period stands beside it."""

    __tablename__ = "evaluation_report"

    id: int | None = Field(default=None, primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime, index=True)
    until: datetime = Field(sa_type=UtcDateTime)
    as_of: datetime = Field(sa_type=UtcDateTime)
    through: int  # every fact up to this place of the ledger was in it
    reported_at: datetime = Field(sa_type=UtcDateTime)
    rules: str  # the limits and weights it was counted by, JSON


class ReportedFigure(SQLModel, table=True):
    """One figure of a report; `value` None: there was nothing to divide by."""

    __tablename__ = "evaluation_reported_figure"

    report_id: int = Field(primary_key=True, foreign_key="evaluation_report.id")
    by: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    figure: str = Field(primary_key=True)
    value: float | None
    top: float
    bottom: float | None


@dataclass(frozen=True)
class Difference:
    """A figure that is another now than when it was reported."""

    by: str
    key: str
    figure: str
    reported: float | None
    now: float | None


@dataclass(frozen=True)
class Compared:
    """A report against what is counted today."""

    report: EvaluationReport
    late_facts: int
    other_rules: bool  # limits were changed since: figures may differ for that alone
    differences: list[Difference]


def keep(session: Session, wanted: Wanted, rules: Rules) -> EvaluationReport:
    """Count a period and keep its figures as an edition of their own.

    Args:
        session: A writing session.
        wanted: The period; rows and choices of it are passed over.
        rules: The limits to count by.

    Raises:
        BadInputError: The period is none.
    """
    figures, through = _figures(session, wanted, rules)
    report = EvaluationReport(
        since=wanted.since,
        until=wanted.until,
        as_of=wanted.known,
        through=through,
        reported_at=datetime.now(UTC),
        rules=rules.model_dump_json(),
    )
    session.add(report)
    session.flush()
    for (by, key, figure), value in figures.items():
        row = ReportedFigure(
            report_id=report.id or 0, by=by, key=key, figure=figure,
            value=value.value, top=value.top, bottom=value.bottom,
        )  # fmt: skip
        session.add(row)
    return report


def last_report(session: Session, since: datetime, until: datetime) -> EvaluationReport | None:
    """The newest report of exactly this period."""
    query = select(EvaluationReport).where(
        EvaluationReport.since == since, EvaluationReport.until == until
    )
    return session.exec(query.order_by(col(EvaluationReport.id).desc())).first()


def compared(session: Session, report: EvaluationReport, rules: Rules, now: datetime) -> Compared:
    """What has changed since a report: late facts, and the figures that differ."""
    wanted = Wanted(report.since, report.until, now, as_of=report.as_of)
    late = count_late(session, report.as_of, report.through)
    figures, _ = _figures(session, wanted, rules)
    kept = select(ReportedFigure).where(ReportedFigure.report_id == report.id)
    before = {(row.by, row.key, row.figure): row for row in session.exec(kept)}
    found = []
    for name in sorted({*before, *figures}):
        was, is_now = before.get(name), figures.get(name)
        then, value = (was.value if was else None), (is_now.value if is_now else None)
        if then != value and not (was is None and not value):
            found.append(Difference(*name, then, value))
    return Compared(report, late, report.rules != rules.model_dump_json(), found)


def late_since(session: Session, wanted: Wanted) -> tuple[EvaluationReport, int] | None:
    """The period's newest report, and how many facts have come since that it rests on."""
    report = last_report(session, wanted.since, wanted.until)
    return (report, count_late(session, report.as_of, report.through)) if report else None


def _figures(
    session: Session, wanted: Wanted, rules: Rules
) -> tuple[dict[tuple[str, str, str], Value], int]:
    found: dict[tuple[str, str, str], Value] = {}
    through = 0
    for by in REPORTED_BY:
        asked = replace(wanted, by=by, interval="whole", only={}, as_of=wanted.known)
        counted = evaluated(session, asked, rules)
        through = max(through, counted.through)
        found.update(_named(by, counted.rows, asked))
    return found, through


def _named(
    by: str, rows: list[Row], wanted: Wanted
) -> Iterator[tuple[tuple[str, str, str], Value]]:
    for row in rows:
        for name, value in row.values(wanted.figures).items():
            yield (by, row.key, name), value
