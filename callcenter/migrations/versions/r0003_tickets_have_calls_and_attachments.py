"""Tickets have calls and attachments.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


NAMES = {"uq": "%(table_name)s_%(column_0_name)s_key"}  # what PostgreSQL calls what has no name


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "historydeletion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "keptanswer",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope"),
    )
    with op.batch_alter_table("keptanswer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_keptanswer_at"), ["at"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_number"],
            ["ticket.number"],
        ),
        sa.PrimaryKeyConstraint("ticket_number", "number"),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)

    op.create_table(
        "jointunit",
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("share", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_number"],
            ["ticket.number"],
        ),
        sa.PrimaryKeyConstraint("ticket_number", "unit"),
    )
    with op.batch_alter_table("jointunit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jointunit_unit"), ["unit"], unique=False)

    op.create_table(
        "ticketcall",
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_number"],
            ["ticket.number"],
        ),
        sa.PrimaryKeyConstraint("ticket_number", "call_id", "why"),
    )
    with op.batch_alter_table("ticketcall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticketcall_call_id"), ["call_id"], unique=False)

    with op.batch_alter_table("ticket", schema=None, naming_convention=NAMES) as batch_op:
        batch_op.add_column(sa.Column("of_call", sa.Integer(), nullable=False, server_default="1"))
        batch_op.drop_constraint("ticket_call_id_key", type_="unique")
        batch_op.alter_column("call_id", existing_type=sa.VARCHAR(), nullable=True)
        batch_op.create_unique_constraint("uq_ticket_of_call", ["call_id", "of_call"])

    with op.batch_alter_table("ticketstep", schema=None) as batch_op:
        batch_op.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("attachments", sa.JSON(), nullable=False, server_default="[]")
        )
    op.execute(
        "INSERT INTO ticketcall (ticket_number, call_id, why, at, actor) "
        "SELECT number, call_id, 'opened', opened_at, '' FROM ticket"
    )


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("ticketstep", schema=None) as batch_op:
        batch_op.drop_column("attachments")
        batch_op.drop_column("until")

    op.execute("UPDATE ticket SET call_id = number WHERE call_id IS NULL OR of_call > 1")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_constraint("uq_ticket_of_call", type_="unique")
        batch_op.create_unique_constraint("ticket_call_id_key", ["call_id"])
        batch_op.alter_column("call_id", existing_type=sa.VARCHAR(), nullable=False)
        batch_op.drop_column("of_call")

    with op.batch_alter_table("ticketcall", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticketcall_call_id"))

    op.drop_table("ticketcall")
    with op.batch_alter_table("jointunit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jointunit_unit"))

    op.drop_table("jointunit")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_sha256"))

    op.drop_table("attachment")
    with op.batch_alter_table("keptanswer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_keptanswer_at"))

    op.drop_table("keptanswer")
    op.drop_table("historydeletion")
