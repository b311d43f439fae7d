"""Notices are kept.

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("port", sa.String(length=20), nullable=True),
        sa.Column("to_call", sa.String(), nullable=True),
        sa.Column("to_contact", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("goes_through", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Integer(), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_state_next_at", ["state", "next_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notice_ticket_number"), ["ticket_number"], unique=False
        )

    op.create_table(
        "noticetry",
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"]),
        sa.PrimaryKeyConstraint("notice_id", "attempt"),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("noticetry")
    op.drop_table("notice")
