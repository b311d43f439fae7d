"""The whole vocabulary of the seven steps.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """To this revision, from the one before."""
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("review_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("extension_to", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("extensions", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("urged", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("supervised", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("supervisor", sa.String(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_ticket_merged_into"), ["merged_into"], unique=False)

    with op.batch_alter_table("ticketstep", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("other", sa.String(), nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("ticketstep", schema=None) as batch_op:
        batch_op.drop_column("other")
        batch_op.drop_column("due_at")

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_merged_into"))
        batch_op.drop_column("supervisor")
        batch_op.drop_column("supervised")
        batch_op.drop_column("urged")
        batch_op.drop_column("extensions")
        batch_op.drop_column("extension_to")
        batch_op.drop_column("review_at")
        batch_op.drop_column("suspended_at")
        batch_op.drop_column("merged_into")
