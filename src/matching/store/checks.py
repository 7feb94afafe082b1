"""Looking for damage in a store."""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, func, select, text

from matching.store.append_only import trigger_names
from matching.store.plans import DECISIONS
from matching.store.schema import Schema


def find_damage(connection: Connection, schema: Schema) -> tuple[str, ...]:
    """Look for what a sound store never shows.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.

    Returns
    -------
    damage : tuple of str
        One sentence each; empty where the store is sound.
    """
    found = [*_damaged_pages(connection), *_missing_triggers(connection, schema)]
    found += _gaps(connection, schema.batches, "batch_id")
    for table in schema.metadata.tables.values():
        if table is not schema.batches:
            found += _gaps(connection, table, "row_seq")
    found += _half_plans(connection, schema)
    return tuple(found)


def _damaged_pages(connection: Connection) -> Iterator[str]:
    # PostgreSQL checks its pages itself as it reads them, and its foreign keys always.
    if connection.dialect.name != "sqlite":
        return
    for row in connection.execute(text("PRAGMA integrity_check")):
        if row[0] != "ok":
            yield f"SQLite: {row[0]}"
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield f"{row[0]}: row {row[1]} refers to a batch that is not there"


def _missing_triggers(connection: Connection, schema: Schema) -> Iterator[str]:
    dialect = connection.dialect.name
    if dialect == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND c.relnamespace = current_schema()::regnamespace"
        )
    there = set(connection.execute(text(query)).scalars())
    for table in schema.metadata.tables:
        for name in sorted(trigger_names(table, dialect) - there):
            yield f"{table}: the trigger {name} is missing, so that rows could be changed"


def _gaps(connection: Connection, table: Table, number: str) -> Iterator[str]:
    count, least, most = connection.execute(
        select(func.count(), func.min(table.c[number]), func.max(table.c[number])).select_from(table)
    ).one()
    if count and (least != 1 or most != count):
        yield f"{table.name}: {count} rows are numbered {least} to {most}, so that some are missing"


def _half_plans(connection: Connection, schema: Schema) -> Iterator[str]:
    plans, decisions = schema.plans, schema.by_register[DECISIONS]
    query = (
        select(plans.c.plan_id, plans.c.pair_count, func.count(decisions.c.decision_id).label("there"))
        .outerjoin(decisions, (decisions.c.row_batch == plans.c.row_batch) & (decisions.c.plan_id == plans.c.plan_id))
        .group_by(plans.c.plan_id, plans.c.pair_count)
        .having(plans.c.pair_count != func.count(decisions.c.decision_id))
    )
    for plan_id, wanted, there in connection.execute(query):
        yield f"Plan {plan_id}: {there} of {wanted} decisions are there"
