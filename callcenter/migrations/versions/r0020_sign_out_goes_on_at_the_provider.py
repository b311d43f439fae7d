"""Sign-out goes on at the provider.

Revision 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """To this revision, from the one before."""
    with op.batch_alter_table("signedin") as batch_op:
        batch_op.add_column(sa.Column("id_token", sa.String(), nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("signedin") as batch_op:
        batch_op.drop_column("id_token")
