"""First tables.

Revision 0001, after an empty database.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "agent",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("skills", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(), nullable=True),
        sa.Column("serves", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("agent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agent_seat"), ["seat"], unique=False)

    op.create_table(
        "call",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("caller_number", sa.String(), nullable=True),
        sa.Column("caller_channel", sa.String(), nullable=False),
        sa.Column("placed", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=True),
        sa.Column("seat_channel", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waited_seconds", sa.Float(), nullable=True),
        sa.Column("talk_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_caller_number"), ["caller_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_ended_at"), ["ended_at"], unique=False)

    op.create_table(
        "callbacktask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("ticket_number", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("callbacktask", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callbacktask_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_callbacktask_number"), ["number"], unique=False)
        batch_op.create_index(batch_op.f("ix_callbacktask_state"), ["state"], unique=False)

    op.create_table(
        "claim",
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("handler", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", "handler"),
    )
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("ticket_number", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_name"), ["name"], unique=False)
        batch_op.create_index("ix_ledger_name_at", ["name", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_published"), ["published"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ledger_ticket_number"), ["ticket_number"], unique=False
        )

    op.create_table(
        "numberseries",
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("line", "day"),
    )
    op.create_table(
        "parked",
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("handler", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", "handler"),
    )
    op.create_table(
        "queue",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("announcement", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "seat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("penalty_class", sa.String(length=20), nullable=False),
        sa.Column("may_dial_out", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sip_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("web_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("attended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "supervision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("supervisor", sa.String(), nullable=False),
        sa.Column("supervisor_seat", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("shown_to_agent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("supervision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supervision_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_supervision_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supervision_supervisor"), ["supervisor"], unique=False)

    op.create_table(
        "tap",
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("lost_seconds", sa.Float(), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("uuid"),
    )
    with op.batch_alter_table("tap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tap_call_id"), ["call_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=True),
        sa.Column("item_name", sa.String(), nullable=False),
        sa.Column("item_by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("urgency", sa.String(length=20), nullable=False),
        sa.Column("cell", sa.String(), nullable=True),
        sa.Column("cell_name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("call_id"),
    )
    op.create_table(
        "ticketstep",
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("from_step", sa.String(length=20), nullable=True),
        sa.Column("to_step", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_number"],
            ["ticket.number"],
        ),
        sa.PrimaryKeyConstraint("ticket_number", "number"),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("ticketstep")
    op.drop_table("ticket")
    with op.batch_alter_table("tap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tap_call_id"))

    op.drop_table("tap")
    with op.batch_alter_table("supervision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supervision_supervisor"))
        batch_op.drop_index(batch_op.f("ix_supervision_call_id"))
        batch_op.drop_index(batch_op.f("ix_supervision_asked_at"))

    op.drop_table("supervision")
    op.drop_table("seat")
    op.drop_table("queue")
    op.drop_table("parked")
    op.drop_table("numberseries")
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_ticket_number"))
        batch_op.drop_index(batch_op.f("ix_ledger_published"))
        batch_op.drop_index("ix_ledger_name_at")
        batch_op.drop_index(batch_op.f("ix_ledger_name"))
        batch_op.drop_index(batch_op.f("ix_ledger_call_id"))

    op.drop_table("ledger")
    op.drop_table("claim")
    with op.batch_alter_table("callbacktask", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_callbacktask_state"))
        batch_op.drop_index(batch_op.f("ix_callbacktask_number"))
        batch_op.drop_index(batch_op.f("ix_callbacktask_call_id"))

    op.drop_table("callbacktask")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_ended_at"))
        batch_op.drop_index(batch_op.f("ix_call_caller_number"))

    op.drop_table("call")
    with op.batch_alter_table("agent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agent_seat"))

    op.drop_table("agent")
