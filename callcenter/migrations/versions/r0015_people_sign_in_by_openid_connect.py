"""People sign in by OpenID Connect.

Revision 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

NAMES = {"uq": "%(table_name)s_%(column_0_name)s_key"}  # as PostgreSQL; SQLite gives none


def upgrade() -> None:
    """To this revision, from the one before."""
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(), nullable=True))
        batch_op.create_unique_constraint("account_subject_key", ["subject"])


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("account", naming_convention=NAMES) as batch_op:
        batch_op.drop_constraint("account_subject_key", type_="unique")
        batch_op.drop_column("subject")
