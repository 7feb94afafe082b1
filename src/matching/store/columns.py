"""Facts of training read as columns: a city's attendance without an object for each row, for the figures of a cohort."""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Connection, Text, select, type_coerce

from matching.records import CellType, Register, TrainingRecords, key_of, register
from matching.records.collector import collector_at_rest
from matching.records.reversals import silent_keys
from matching.records.training_columns import COLUMN_NAMES, Columns, TrainingColumns
from matching.store.cells import Once, decode_rows, decoder
from matching.store.schema import Schema
from matching.store.versions import read_facts, read_records

_BLOCK = 2_000  # rows taken from the database at a time
_ASKED_AT_ONCE = 500  # keys in one question; databases limit the number of parameters


def read_training_columns(
    connection: Connection, schema: Schema, *, upto: int, only: Collection[str], source: str = ""
) -> TrainingColumns:
    """Read a programme with its many facts as columns.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    upto : int
        The last batch that counts.
    only : collection of str
        Names of the registers that are read as records.
    source : str
        Where the rows come from, for people.

    Returns
    -------
    columns : TrainingColumns
        Equal to the columns of the records that the store holds.
    """
    with collector_at_rest():
        rows = {name: read_records(connection, schema, register(name), upto=upto) for name in only}
        columns = {
            name: _read_columns(connection, schema, register(name), names, upto) for name, names in COLUMN_NAMES.items()
        }
    return TrainingColumns(training=TrainingRecords.of(rows, source=source), **columns)


def _read_columns(connection: Connection, schema: Schema, home: Register, names: tuple[str, ...], upto: int) -> Columns:
    table = schema.table(home)
    silent = _silent(connection, schema, home, upto)
    asked = names if not silent or home.key in names else (home.key, *names)
    # Dates are taken as the database writes them and read once for each day, not once for each row.
    fields = [
        type_coerce(table.c[name], Text) if home.column(name).cell_type is CellType.DATE else table.c[name]
        for name in asked
    ]
    query = select(*fields).where(table.c.row_batch <= upto).order_by(table.c.row_seq)
    statement = query.compile(connection, compile_kwargs={"literal_binds": True})
    at = asked.index(home.key) if silent else -1
    found: dict[str, list[Any]] = {name: [] for name in asked}
    reads = {name: Once(_reader(home, name)).__getitem__ for name in asked}
    # The driver's own cursor, in the same transaction: a row of the toolkit's takes longer to make than to read. A block at a
    # time, so that the memory of one is used again for the next.
    cursor: Any = connection.connection.cursor()
    try:
        cursor.execute(str(statement))
        while rows := cursor.fetchmany(_BLOCK):
            if silent:
                rows = [row for row in rows if row[at] not in silent]
            for name, values in zip(asked, zip(*rows, strict=True), strict=False):
                found[name].extend(values if name == home.key else map(reads[name], values))
    finally:
        cursor.close()
    return {name: tuple(found[name]) for name in names}


def _silent(connection: Connection, schema: Schema, home: Register, upto: int) -> frozenset[str]:
    """Return the keys that count for nothing; only what reverses something, and what it reverses, is read for it."""
    table, key = schema.table(home), key_of(home.record)
    fields = [table.c[each.name] for each in home.columns]
    query = select(*fields).where(table.c.row_batch <= upto, table.c.reverses.is_not(None))
    facts = decode_rows(home, connection.execute(query).all())
    known = {getattr(fact, key) for fact in facts}
    targets = sorted({getattr(fact, "reverses") for fact in facts} - known)  # noqa: B009  # not every record has it
    for start in range(0, len(targets), _ASKED_AT_ONCE):
        some = targets[start : start + _ASKED_AT_ONCE]
        facts += read_facts(connection, schema, home, upto=upto, column=key, values=some)
    return silent_keys(facts)


def _reader(home: Register, name: str) -> Callable[[Any], Any]:
    column = home.column(name)
    return _day if column.cell_type is CellType.DATE else decoder(column) or (lambda value: value)


def _day(value: str | dt.date) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
