"""What was deleted and what is held.

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "privacy_deleted_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "privacy_deletion",
        sa.Column("kept", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("kept", "kind", "subject", "steps"),
    )
    with op.batch_alter_table("privacy_deletion", schema=None) as batch_op:
        batch_op.create_index("ix_privacy_deletion_at", ["at"], unique=False)

    op.create_table(
        "privacy_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("privacy_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_privacy_hold_subject"), ["subject"], unique=False)

    op.create_table(
        "privacy_run",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "privacy_stand_in",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("privacy_stand_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_privacy_stand_in_number"), ["number"], unique=False)


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("privacy_stand_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_privacy_stand_in_number"))

    op.drop_table("privacy_stand_in")
    op.drop_table("privacy_run")
    with op.batch_alter_table("privacy_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_privacy_hold_subject"))

    op.drop_table("privacy_hold")
    with op.batch_alter_table("privacy_deletion", schema=None) as batch_op:
        batch_op.drop_index("ix_privacy_deletion_at")

    op.drop_table("privacy_deletion")
    op.drop_table("privacy_deleted_file")
