"""Registers as dated versions: what is current, what an import changes, in which order rows are given back."""

import dataclasses
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, true

from matching.errors import StoreError
from matching.records import Record, Register
from matching.records.collector import collector_at_rest
from matching.store.batches import next_number
from matching.store.cells import decode_rows, encode_records, show_key
from matching.store.schema import Schema

Row = tuple[Any, ...]

BLOCK = 5_000
"""Rows handed to the database at a time."""


@dataclasses.dataclass(frozen=True, slots=True)
class Shelf:
    """What a store holds of one register at some batch.

    Attributes
    ----------
    rows : dict of str to tuple
        The current rows by key, in the order in which they are given back; values in the order of the columns.
    versions : dict of str to int
        The last version of each key, retired ones included; empty for facts.
    order : tuple of str
        All keys, retired ones included, in the order in which they are or would be given back.
    """

    rows: dict[str, Row]
    versions: dict[str, int]
    order: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What handing in a register changes.

    Attributes
    ----------
    register : Register
        The register.
    new, changed, retired : list of tuple
        Rows to write.
    same : int
        Number of rows that are there already.
    """

    register: Register
    new: list[Row]
    changed: list[Row]
    retired: list[Row]
    same: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.new or self.changed or self.retired)


def read_shelf(
    connection: Connection, schema: Schema, register: Register, *, upto: int, keys: Collection[str] | None = None
) -> Shelf:
    """Read what is current in a register.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    register : Register
        The register.
    upto : int
        The last batch that counts.
    keys : collection of str, optional
        Only rows with these keys, of a register that is no facts; all by default.

    Returns
    -------
    shelf : Shelf
    """
    table = schema.table(register)
    fields = [table.c[column.name] for column in register.columns]
    at = [column.name for column in register.columns].index(register.key)
    rank = _handed_in_order(connection, schema, register, upto)
    if register.is_fact:
        query = select(*fields).where(table.c.row_batch <= upto).order_by(table.c.row_seq)
        facts: dict[str, Row] = {row[at]: tuple(row) for row in connection.execute(query).all()}
        ordered = _in_order(facts, rank)
        return Shelf({key: facts[key] for key in ordered}, {}, ordered)
    key_column = table.c[register.key]
    asked = true() if keys is None else key_column.in_(sorted(keys))
    latest = (
        select(key_column, func.max(table.c.row_version).label("latest"), func.min(table.c.row_seq).label("first"))
        .where(table.c.row_batch <= upto, asked)
        .group_by(key_column)
        .subquery()
    )
    is_latest = (key_column == latest.c[register.key]) & (table.c.row_version == latest.c.latest)
    query = (
        select(table.c.row_version, table.c.row_is_retired, *fields).join(latest, is_latest).order_by(latest.c.first)
    )
    versions: dict[str, int] = {}
    current: dict[str, Row] = {}
    for version, is_retired, *values in connection.execute(query):
        versions[values[at]] = version
        if not is_retired:
            current[values[at]] = tuple(values)
    ordered = _in_order(versions, rank)
    return Shelf({key: current[key] for key in ordered if key in current}, versions, ordered)


def read_records(connection: Connection, schema: Schema, register: Register, *, upto: int) -> list[Record]:
    """Read the current records of a register.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    register : Register
        The register.
    upto : int
        The last batch that counts.

    Returns
    -------
    records : list of Record
    """
    with collector_at_rest():
        if register.is_fact and not _handed_in_order(connection, schema, register, upto):
            return read_facts(connection, schema, register, upto=upto)
        return decode_rows(register, read_shelf(connection, schema, register, upto=upto).rows.values())


def read_facts(
    connection: Connection,
    schema: Schema,
    register: Register,
    *,
    upto: int,
    column: str = "",
    values: Collection[str] = (),
) -> list[Record]:
    """Read facts in the order in which they were appended, all or those that name something.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    register : Register
        A register of facts.
    upto : int
        The last batch that counts.
    column : str, optional
        Only facts whose column of this name holds one of `values`.
    values : collection of str
        What it may hold.

    Returns
    -------
    records : list of Record
    """
    table = schema.table(register)
    query = select(*(table.c[each.name] for each in register.columns)).where(table.c.row_batch <= upto)
    if column:
        query = query.where(table.c[column].in_(sorted(values)))
    return decode_rows(register, connection.execute(query.order_by(table.c.row_seq)).all())


def encode_by_key(register: Register, records: Iterable[Record], *, is_repeating: bool = False) -> dict[str, Row]:
    """Return records as rows by key.

    Parameters
    ----------
    register : Register
        Whose records they are.
    records : iterable of Record
        With keys that differ.
    is_repeating : bool, default=False
        Whether the same record may be given more than once, and counts once.

    Returns
    -------
    rows : dict of str to tuple

    Raises
    ------
    StoreError
        If two different records have one key, or a value cannot be kept.
    """
    at = [column.name for column in register.columns].index(register.key)
    rows: dict[str, Row] = {}
    for row in encode_records(register, records):
        if row[at] in rows and not (is_repeating and rows[row[at]] == row):
            raise StoreError(
                f"{register.name}: two rows have the key {show_key(row[at])} ({register.column(register.key).header}). "
                "Give one of them a number of its own, or remove it."
            )
        rows[row[at]] = row
    return rows


def find_change(register: Register, shelf: Shelf, rows: dict[str, Row], *, retire_missing: bool) -> Change:
    """Compare what is handed in with what is there.

    Parameters
    ----------
    register : Register
        A register of dated versions.
    shelf : Shelf
        What is current.
    rows : dict of str to tuple
        What is handed in.
    retire_missing : bool
        Whether current rows that are not handed in are retired. A register of which nothing is handed in is left
        alone: a workbook without a sheet says nothing about it.

    Returns
    -------
    change : Change
    """
    new = [row for key, row in rows.items() if key not in shelf.rows]
    changed = [row for key, row in rows.items() if key in shelf.rows and shelf.rows[key] != row]
    retired = [row for key, row in shelf.rows.items() if key not in rows] if retire_missing and rows else []
    return Change(register, new, changed, retired, len(rows) - len(new) - len(changed))


def write_change(connection: Connection, schema: Schema, change: Change, shelf: Shelf, *, batch_id: int) -> None:
    """Write new versions.

    Parameters
    ----------
    connection : Connection
        In a write.
    schema : Schema
        The tables.
    change : Change
        What to write.
    shelf : Shelf
        What was current when the change was found, in the same transaction.
    batch_id : int
        Number of the batch.
    """
    register = change.register
    names = [column.name for column in register.columns]
    at = names.index(register.key)
    table = schema.table(register)
    number = next_number(connection, table)
    written = [*((row, False) for row in (*change.new, *change.changed)), *((row, True) for row in change.retired)]
    rows = [
        {
            "row_seq": number + offset,
            "row_batch": batch_id,
            "row_version": shelf.versions.get(row[at], 0) + 1,
            "row_is_retired": is_retired,
            **dict(zip(names, row, strict=True)),
        }
        for offset, (row, is_retired) in enumerate(written)
    ]
    for start in range(0, len(rows), BLOCK):
        connection.execute(insert(table), rows[start : start + BLOCK])


def predict_order(shelf: Shelf, rows: Mapping[str, Row]) -> list[str] | None:
    """Return the order that must be remembered for rows to be given back as they are handed in.

    Parameters
    ----------
    shelf : Shelf
        What is there before they are written.
    rows : mapping of str to tuple
        What is handed in, in its order.

    Returns
    -------
    order : list of str or None
        What is handed in and then the other keys; None where rows come back in that order anyway.

    Examples
    --------
    >>> predict_order(Shelf({}, {}, ("a", "x", "b")), {"a": (), "b": (), "c": ()}) is None
    True
    >>> predict_order(Shelf({}, {}, ("a", "x", "b")), {"b": (), "a": ()})
    ['b', 'a', 'x']
    """
    known = set(shelf.order)
    given_back = [*(key for key in shelf.order if key in rows), *(key for key in rows if key not in known)]
    if given_back == list(rows):
        return None
    return [*rows, *(key for key in shelf.order if key not in rows)]


def keep_order(
    connection: Connection, schema: Schema, register: Register, order: Sequence[str], *, batch_id: int
) -> None:
    """Remember in which order rows are given back.

    Parameters
    ----------
    connection : Connection
        In a write.
    schema : Schema
        The tables.
    register : Register
        The register.
    order : sequence of str
        All its keys.
    batch_id : int
        Number of the batch.
    """
    row = {
        "row_seq": next_number(connection, schema.orders),
        "row_batch": batch_id,
        "register": register.name,
        "keys": json.dumps(order, ensure_ascii=False, separators=(",", ":")),
    }
    connection.execute(insert(schema.orders), [row])


def _handed_in_order(connection: Connection, schema: Schema, register: Register, upto: int) -> dict[str, int]:
    orders = schema.orders
    keys: str | None = connection.execute(
        select(orders.c["keys"])
        .where(orders.c.register == register.name, orders.c.row_batch <= upto)
        .order_by(orders.c.row_seq.desc())
        .limit(1)
    ).scalar()
    return {key: rank for rank, key in enumerate(json.loads(keys))} if keys else {}


def _in_order(keys: Iterable[str], rank: Mapping[str, int]) -> tuple[str, ...]:
    last = len(rank)
    # The sort is stable: what came after the order was stated follows in the order in which it came.
    return tuple(sorted(keys, key=lambda key: rank.get(key, last)) if rank else keys)
