"""Clocks of tickets.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "ticket_clock",
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("running", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_number"],
            ["ticket.number"],
        ),
        sa.PrimaryKeyConstraint("ticket_number", "purpose"),
    )
    with op.batch_alter_table("ticket_clock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_clock_next_at"), ["next_at"], unique=False)


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("ticket_clock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_clock_next_at"))

    op.drop_table("ticket_clock")
