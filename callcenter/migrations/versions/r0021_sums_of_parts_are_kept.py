"""Sums of what is kept for evaluation are kept beside it, and lines lie by their tickets.

What was kept is made anew by the evaluation role, sums and all. Revision 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

LINE, SUM = "evaluation_kept_line", "evaluation_kept_sum"
JUDGED = "ix_evaluation_kept_line_judged"


def upgrade() -> None:
    """To this revision, from the one before."""
    large = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        SUM,
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("is_joint", sa.Boolean(), nullable=False),
        sa.Column("lists", sa.Integer(), nullable=False),
        sa.Column("many", sa.Integer(), nullable=False),
        sa.Column("taken_us", large, nullable=False),
        sa.Column("handled_us", large, nullable=False),
        sa.PrimaryKeyConstraint("part", "way", "key", "since", "is_joint", "lists"),
        sqlite_with_rowid=False,
    )
    _lines_anew("part", "ticket_number", "since")
    there = sa.text("judged_until IS NOT NULL")
    op.create_index(
        JUDGED, LINE, ["part", "judged_until"], sqlite_where=there, postgresql_where=there
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table(SUM)
    _lines_anew("part", "since", "ticket_number")


def _lines_anew(*key: str) -> None:
    """The table of lines without a line, its rows in the order of this key."""
    op.drop_table(LINE)
    op.create_table(
        LINE,
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("ticket_number", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("is_joint", sa.Boolean(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("lists", sa.Integer(), nullable=False),
        sa.Column("taken_seconds", sa.Float(), nullable=False),
        sa.Column("handled_seconds", sa.Float(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("cell", sa.String(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=False),
        sa.Column("holds_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_number"], ["ticket.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(*key, "unit", "is_joint", "seat"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_evaluation_kept_line_ticket_number", LINE, ["ticket_number"])
    op.create_index("ix_evaluation_kept_line_until", LINE, ["part", "holds_until"])
    long_ago = "2000-01-01 00:00:00.000000"  # so that nobody seems to be at it
    op.execute(f"UPDATE evaluation_kept_part SET is_whole = false, made_at = '{long_ago}'")  # noqa: S608
