"""Triggers by which the database itself refuses to change what was kept.

These words are frozen: migrations that were released use them. A new form gets a new function.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

FUNCTION = "refuse_change_of_append_only_table"

_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$
"""


def protect_table(connection: Connection, table: str, keys: Sequence[Sequence[str]]) -> None:
    """Make the database refuse UPDATE, DELETE, TRUNCATE and REPLACE on a table.

    Parameters
    ----------
    connection : Connection
        In a transaction that creates the table.
    table : str
        Name of the table.
    keys : sequence of sequence of str
        The columns of each unique constraint, the primary key included. SQLite's ``INSERT OR REPLACE`` deletes the
        row in its way without a delete trigger, so an insert that meets one is refused before it can.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _sqlite_triggers(table, keys) if is_sqlite else _postgres_triggers(table):
        connection.execute(text(statement))


def unprotect_table(connection: Connection, table: str) -> None:
    """Take the triggers of a table away, so that a migration can rebuild it; `protect_table` puts them back.

    Parameters
    ----------
    connection : Connection
        In the transaction of the migration.
    table : str
        Name of the table.
    """
    on_table = "" if connection.dialect.name == "sqlite" else f' ON "{table}"'
    for name in sorted(trigger_names(table, connection.dialect.name)):
        connection.execute(text(f'DROP TRIGGER "{name}"{on_table}'))


def trigger_names(table: str, dialect: str) -> frozenset[str]:
    """Return the names of the triggers that protect a table.

    Parameters
    ----------
    table : str
        Name of the table.
    dialect : {"sqlite", "postgresql"}
        Which database.

    Returns
    -------
    names : frozenset of str
    """
    events = ("update", "delete", "replace") if dialect == "sqlite" else ("change",)
    return frozenset(f"{table}_refuse_{event}" for event in events)


def _sqlite_triggers(table: str, keys: Sequence[Sequence[str]]) -> list[str]:
    # Names come from migrations, never from people.
    meets = [" AND ".join(f'"{name}" = NEW."{name}"' for name in key) for key in keys]
    taken = " OR ".join(f'EXISTS (SELECT 1 FROM "{table}" WHERE {each})' for each in meets)  # noqa: S608  # see above
    words = f"{table} is append-only:"
    return [
        f'CREATE TRIGGER "{table}_refuse_update" BEFORE UPDATE ON "{table}" BEGIN SELECT RAISE(ABORT, \'{words} UPDATE is refused\'); END',
        f'CREATE TRIGGER "{table}_refuse_delete" BEFORE DELETE ON "{table}" BEGIN SELECT RAISE(ABORT, \'{words} DELETE is refused\'); END',
        f'CREATE TRIGGER "{table}_refuse_replace" BEFORE INSERT ON "{table}" WHEN {taken} BEGIN SELECT RAISE(ABORT, \'{words} a row with this key is there already\'); END',
    ]


def _postgres_triggers(table: str) -> list[str]:
    events = "UPDATE OR DELETE OR TRUNCATE"
    trigger = f'CREATE TRIGGER "{table}_refuse_change" BEFORE {events} ON "{table}"'
    return [_POSTGRES_FUNCTION, f"{trigger} FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"]
