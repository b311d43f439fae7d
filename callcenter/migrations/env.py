"""What Alembic runs to migrate or to compare; the connection comes from callcenter.store."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import DateTime, Enum, String, TypeDecorator


def written_plainly(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """A column's type in words of SQLAlchemy's own: a migration imports nothing of ours."""
    if kind != "type":
        return False
    if isinstance(thing, Enum):
        return f"sa.String(length={thing.length})"
    if isinstance(thing, TypeDecorator) and isinstance(thing.impl, DateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, TypeDecorator) and isinstance(thing.impl, String):
        return "sa.String()"
    return False


given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=given["metadata"],
    compare_type=True,
    render_as_batch=True,  # SQLite alters a table by making it anew
    render_item=written_plainly,
    transactional_ddl=True,  # on SQLite, too: we say BEGIN ourselves
)
with context.begin_transaction():
    context.run_migrations()
