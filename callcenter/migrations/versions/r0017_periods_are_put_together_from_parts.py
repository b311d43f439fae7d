"""Weeks and days are kept for evaluation as well, and what runs of parts add.

What was kept of months is made anew by the evaluation role. Revision 0017, after 0016.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

NEW, OLD = "evaluation_kept_part", "evaluation_kept_month"


def upgrade() -> None:
    """To this revision, from the one before."""
    _drop(OLD)
    _keep(NEW, "part")
    judged = sa.Column("judged_until", sa.DateTime(timezone=True), nullable=True)
    since = sa.Column("since", sa.String(), nullable=False)
    _add("part", since, judged, whose=("since", "ticket_number", "unit", "is_joint", "seat"))


def downgrade() -> None:
    """Back to the revision before."""
    _drop(NEW)
    _keep(OLD, "month")
    _add("month", whose=("ticket_number", "unit", "is_joint"))


def _drop(kept: str) -> None:
    """The tables of what is kept; the sets of lists stay, for they mean the same."""
    op.drop_table("evaluation_kept_line")
    op.drop_table(kept)


def _keep(table: str, key: str) -> None:
    op.create_table(
        table,
        sa.Column(key, sa.String(), nullable=False),
        sa.Column("limits", sa.String(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(key),
    )


def _add(key: str, *more: sa.Column[Any], whose: tuple[str, ...]) -> None:
    op.create_table(
        "evaluation_kept_line",
        sa.Column(key, sa.String(), nullable=False),
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("is_joint", sa.Boolean(), nullable=False),
        sa.Column("lists", sa.Integer(), nullable=False),
        sa.Column("taken_seconds", sa.Float(), nullable=False),
        sa.Column("handled_seconds", sa.Float(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=False),
        sa.Column("holds_until", sa.DateTime(timezone=True), nullable=True),
        *more,
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(key, *whose),
        sqlite_with_rowid=not more,
    )
    with op.batch_alter_table("evaluation_kept_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_kept_line_ticket_number"), ["ticket_number"], unique=False
        )
        batch_op.create_index("ix_evaluation_kept_line_until", [key, "holds_until"], unique=False)
