"""Months are kept for evaluation.

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "evaluation_kept_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("names", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("names"),
    )
    op.create_table(
        "evaluation_kept_month",
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("limits", sa.String(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "evaluation_kept_line",
        sa.Column("month", sa.String(), nullable=False),
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
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("month", "ticket_number", "unit", "is_joint"),
    )
    with op.batch_alter_table("evaluation_kept_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_evaluation_kept_line_ticket_number"), ["ticket_number"], unique=False
        )
        batch_op.create_index(
            "ix_evaluation_kept_line_until", ["month", "holds_until"], unique=False
        )


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("evaluation_kept_line", schema=None) as batch_op:
        batch_op.drop_index("ix_evaluation_kept_line_until")
        batch_op.drop_index(batch_op.f("ix_evaluation_kept_line_ticket_number"))

    op.drop_table("evaluation_kept_line")
    op.drop_table("evaluation_kept_month")
    op.drop_table("evaluation_kept_lists")
