"""The public asks how cases stand.

Revision 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "publictry",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("publictry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publictry_since"), ["since"], unique=False)


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("publictry")
