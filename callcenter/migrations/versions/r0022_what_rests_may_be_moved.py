"""What is kept for evaluation is made anew: a case moved while suspended rests on.

A case that was suspended in time, and moved meanwhile (a helper's share, a reminder) after it would
have been due to be closed, was counted as due. Revision 0022, after 0021.
"""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """To this revision, from the one before."""
    long_ago = "2000-01-01 00:00:00.000000"  # so that nobody seems to be at it
    op.execute(f"UPDATE evaluation_kept_part SET is_whole = false, made_at = '{long_ago}'")  # noqa: S608


def downgrade() -> None:
    """Back to the revision before: what was kept by this one is right there too."""
