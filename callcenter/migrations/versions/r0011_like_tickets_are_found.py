"""Like tickets are found.

Revision 0011, after 0010.
"""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_index("ix_ticket_cell_newest", "ticket", ["cell", "opened_at", "number"])
    op.drop_index("ix_ticket_cell", table_name="ticket")


def downgrade() -> None:
    """Back to the revision before."""
    op.create_index("ix_ticket_cell", "ticket", ["cell"])
    op.drop_index("ix_ticket_cell_newest", table_name="ticket")
