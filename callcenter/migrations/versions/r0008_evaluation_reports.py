"""Reports of evaluation are kept, and tickets are found by when they moved.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """To this revision, from the one before."""
    op.create_table(
        "evaluation_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("evaluation_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_report_since"), ["since"], unique=False)

    op.create_table(
        "evaluation_reported_figure",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("top", sa.Float(), nullable=False),
        sa.Column("bottom", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["evaluation_report.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "by", "key", "figure"),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_open_since", ["step", "opened_at"], unique=False)

    with op.batch_alter_table("ticketstep", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_step_at", ["at", "ticket_number", "move"], unique=False)


def downgrade() -> None:
    """Back to the revision before."""
    with op.batch_alter_table("ticketstep", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_step_at")

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_open_since")

    op.drop_table("evaluation_reported_figure")
    with op.batch_alter_table("evaluation_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_report_since"))

    op.drop_table("evaluation_report")
