"""Tickets are found by words and callers.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

# As callcenter/tickets/finding/tables.py had it then.
FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE ticketwords_fts USING fts5(words, content='ticketwords',"
        " content_rowid='id', detail=none, columnsize=0, tokenize='ascii')",
        "CREATE TRIGGER ticketwords_added AFTER INSERT ON ticketwords BEGIN"
        " INSERT INTO ticketwords_fts(rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER ticketwords_gone AFTER DELETE ON ticketwords BEGIN"
        " INSERT INTO ticketwords_fts(ticketwords_fts, rowid, words)"
        " VALUES ('delete', old.id, old.words); END",
        "CREATE TRIGGER ticketwords_changed AFTER UPDATE ON ticketwords"
        " WHEN old.words IS NOT new.words BEGIN"
        " INSERT INTO ticketwords_fts(ticketwords_fts, rowid, words)"
        " VALUES ('delete', old.id, old.words);"
        " INSERT INTO ticketwords_fts(rowid, words) VALUES (new.id, new.words); END",
    ),
    "postgresql": (
        "CREATE INDEX ticketwords_gin ON ticketwords"
        " USING gin (array_to_tsvector(string_to_array(words, ' ')))",
    ),
}


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "ticketcaller",
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "ticket_number"),
    )
    with op.batch_alter_table("ticketcaller", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ticketcaller_ticket_number"), ["ticket_number"], unique=False
        )

    op.create_table(
        "ticketwords",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_cell", ["cell"], unique=False)
        batch_op.create_index(
            "ix_ticket_item_newest", ["item", "opened_at", "number"], unique=False
        )
        batch_op.create_index("ix_ticket_newest", ["opened_at", "number"], unique=False)
        batch_op.create_index(
            "ix_ticket_step_newest", ["step", "opened_at", "number"], unique=False
        )
        batch_op.create_index(
            "ix_ticket_unit_newest", ["unit", "opened_at", "number"], unique=False
        )
    for statement in FULL_TEXT[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Back to the revision before."""
    op.execute("DROP TABLE IF EXISTS ticketwords_fts")  # on SQLite only
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_unit_newest")
        batch_op.drop_index("ix_ticket_step_newest")
        batch_op.drop_index("ix_ticket_newest")
        batch_op.drop_index("ix_ticket_item_newest")
        batch_op.drop_index("ix_ticket_cell")

    op.drop_table("ticketwords")
    with op.batch_alter_table("ticketcaller", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticketcaller_ticket_number"))

    op.drop_table("ticketcaller")
