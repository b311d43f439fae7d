"""Cases are exchanged.

Revision 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "exchange_case",
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("their_number", sa.String(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"]),
        sa.PrimaryKeyConstraint("partner", "ours", "case_number"),
    )
    with op.batch_alter_table("exchange_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_exchange_case_ticket_number"), ["ticket_number"], unique=False
        )
    op.create_table(
        "exchange_message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("theirs", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "partner", "ours", "case_number", "theirs", "seq", name="uq_exchange_seq"
        ),
    )
    with op.batch_alter_table("exchange_message", schema=None) as batch_op:
        batch_op.create_index("ix_exchange_message_due", ["state", "next_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_exchange_message_ticket_number"), ["ticket_number"], unique=False
        )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("exchange_message")
    op.drop_table("exchange_case")
