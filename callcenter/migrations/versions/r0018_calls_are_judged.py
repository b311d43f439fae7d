"""Calls are judged.

Revision 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "quality_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seat_leg", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("talked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("judge", sa.String(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("knocked_out", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("call_id", "seat_leg", name="uq_quality_part"),
    )
    with op.batch_alter_table("quality_judgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quality_judgement_agent"), ["agent"], unique=False)
        batch_op.create_index(batch_op.f("ix_quality_judgement_call_id"), ["call_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_quality_judgement_talked_at"), ["talked_at"], unique=False
        )

    op.create_table(
        "quality_step",
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["judgement_id"],
            ["quality_judgement.id"],
        ),
        sa.PrimaryKeyConstraint("judgement_id", "number"),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("quality_step")
    with op.batch_alter_table("quality_judgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quality_judgement_talked_at"))
        batch_op.drop_index(batch_op.f("ix_quality_judgement_call_id"))
        batch_op.drop_index(batch_op.f("ix_quality_judgement_agent"))

    op.drop_table("quality_judgement")
