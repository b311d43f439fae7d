"""Indexes are taken away while an empty database is filled, and made again of all rows at once.

An index that grows row by row costs more the larger it is; one that is made of sorted rows does
not. All happens in the transaction that writes the rows: either database takes it back as one.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

# What is made again takes its definition from the database itself, so nothing is listed here.
OF_SQLITE = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL "
    "AND (type = 'index' OR (type = 'trigger' AND name = 'ticketwords_added')) ORDER BY name"
)
OF_POSTGRES = (
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype IN ('f', 'u') AND connamespace = current_schema()::regnamespace "
    "AND conrelid::regclass::text = ANY(:tables) ORDER BY contype DESC, conname"
)
INDEXES_OF_POSTGRES = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "
    "AND tablename = ANY(:tables) AND NOT EXISTS (SELECT 1 FROM pg_constraint "
    "WHERE conindid = (quote_ident(schemaname) || '.' || quote_ident(indexname))::regclass) "
    "ORDER BY indexname"
)
FULL_TEXT = "INSERT INTO ticketwords_fts(ticketwords_fts) VALUES ('rebuild')"
SORTING = "SET LOCAL maintenance_work_mem = '256MB'"


def take_away(connection: Connection, tables: Sequence[str]) -> list[str]:
    """Drop what can be made again; the statements that make it, to be run in this order.

    Primary keys stay, and on SQLite unique ones, too: neither can be dropped there.

    Args:
        connection: Of the transaction that writes and makes them again.
        tables: The names of those that are written.
    """
    if connection.dialect.name == "sqlite":
        return _from_sqlite(connection, tables)
    return _from_postgres(connection, tables)


def _from_sqlite(connection: Connection, tables: Sequence[str]) -> list[str]:
    again = []
    for kind, name, table, made in connection.execute(text(OF_SQLITE)).all():
        if table in tables:
            connection.exec_driver_sql(f'DROP {kind} "{name}"')
            again.append(made)
            if kind == "trigger":
                again.append(FULL_TEXT)
    return again


def _from_postgres(connection: Connection, tables: Sequence[str]) -> list[str]:
    again, named = [SORTING], {"tables": list(tables)}
    for table, name, made in connection.execute(text(OF_POSTGRES), named).all():
        again.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {made}')
    for name, made in connection.execute(text(INDEXES_OF_POSTGRES), named).all():
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
        again.append(made)
    for table, name, _ in connection.execute(text(OF_POSTGRES), named).all():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}" CASCADE')
    return again
