"""Copying all rows of one store into another, and hashing them so that the copy can be compared."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, insert, inspect, select, text

from matching.store.schema import Schema
from matching.store.versions import BLOCK


def copy_tables(source: Connection, target: Connection, schema: Schema) -> None:
    """Copy all rows of a store into the empty tables of another.

    Parameters
    ----------
    source : Connection
        In a transaction that sees one moment.
    target : Connection
        In a write.
    schema : Schema
        The tables of both.
    """
    for table in schema.metadata.sorted_tables:
        for rows in _in_blocks(source, table).partitions(BLOCK):
            target.execute(insert(table), [dict(row._mapping) for row in rows])  # noqa: SLF001  # public in SQLAlchemy


def digest_rows(connection: Connection, schema: Schema) -> tuple[int, str]:
    """Count and hash all rows of a store, the same on every database.

    Parameters
    ----------
    connection : Connection
        In a transaction that sees one moment.
    schema : Schema
        The tables.

    Returns
    -------
    count : int
        Over all tables.
    digest : str
        SHA-256 in 64 hexadecimal digits.
    """
    total, digest = 0, hashlib.sha256()
    for table in schema.metadata.sorted_tables:
        count, part = _digest(tuple(row) for row in _in_blocks(connection, table))
        total += count
        digest.update(f"{table.name} {count} {part}\n".encode())
    return total, digest.hexdigest()


def digest_file(connection: Connection, *, but: str) -> dict[str, tuple[int, str]]:
    """Count and hash the rows of every table of a SQLite file as they lie in it, whatever version it has.

    Parameters
    ----------
    connection : Connection
        To a SQLite file, in a transaction.
    but : str
        A table that is left out.

    Returns
    -------
    digests : dict of str to (int, str)
        Number of rows and SHA-256 by name of table.
    """
    names = sorted(set(inspect(connection).get_table_names()) - {but})
    return {
        name: _digest(tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}" ORDER BY 1')))  # noqa: S608  # names of tables in the file itself, quoted
        for name in names
    }


def _in_blocks(connection: Connection, table: Table) -> Any:
    first = next(iter(table.primary_key.columns))
    return connection.execution_options(yield_per=BLOCK).execute(select(table).order_by(first))


def _digest(rows: Iterable[tuple[Any, ...]]) -> tuple[int, str]:
    count, digest = 0, hashlib.sha256()
    for row in rows:
        count += 1
        digest.update(json.dumps(row, ensure_ascii=False, default=_show_time).encode())
        digest.update(b"\n")
    return count, digest.hexdigest()


def _show_time(value: dt.date) -> str:
    return value.isoformat()
