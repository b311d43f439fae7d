"""Writers are told.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """To this revision, from the one before."""
    with op.batch_alter_table("notice") as batch_op:
        batch_op.add_column(sa.Column("to_writer", sa.String(), nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_column("to_writer")
