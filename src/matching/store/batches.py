"""Who wrote when: each write is one batch, numbered in the order of commits."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, Table, func, insert, select

from matching.errors import CallError
from matching.records import CHINA
from matching.store.cells import encode_text
from matching.store.schema import Schema
from matching.store.summaries import Batch


def check_author(by: str, at: dt.datetime) -> None:
    """Refuse a write that does not say who and when.

    Parameters
    ----------
    by : str
        Who writes.
    at : datetime
        When, with an offset.

    Raises
    ------
    CallError
        If nobody is named or the moment has no offset.
    """
    if not by.strip():
        raise CallError(f"Every write names who wrote it (by); got {by!r}. Give a name.")
    check_moment(at, "at")


def check_moment(moment: dt.datetime, name: str) -> None:
    """Refuse a moment without an offset.

    Parameters
    ----------
    moment : datetime
        What was given.
    name : str
        Of the argument.

    Raises
    ------
    CallError
        If it is no datetime with an offset.
    """
    if moment.utcoffset() is None:
        raise CallError(f"{name} must be a datetime with an offset, such as +08:00; got {moment!r}")
    try:
        moment.astimezone(dt.UTC)
        moment.astimezone(CHINA)
    except OverflowError:
        raise CallError(f"{name} must lie within the years 1 to 9999; got {moment!r}") from None


def record_batch(
    connection: Connection, schema: Schema, *, by: str, at: dt.datetime, what: str, reason: str | None = None
) -> int:
    """Write a batch and return its number.

    Parameters
    ----------
    connection : Connection
        In a write, so that nobody takes the same number.
    schema : Schema
        The tables.
    by : str
        Who writes.
    at : datetime
        When. A clock that lags behind another writer's must not write into the past: the batch counts as recorded
        at the moment of the batch before, if that is later.
    what : str
        Kind of write.
    reason : str, optional
        Why.

    Returns
    -------
    batch_id : int
    """
    last = connection.execute(
        select(schema.batches.c.batch_id, schema.batches.c.recorded_at)
        .order_by(schema.batches.c.batch_id.desc())
        .limit(1)
    ).first()
    batch_id = last.batch_id + 1 if last else 1
    row = {
        "batch_id": batch_id,
        "recorded_at": max(at, last.recorded_at) if last else at,
        "stated_at": at,
        "recorded_by": encode_text(by),
        "what": what,
        "reason": None if reason is None else encode_text(reason),
    }
    connection.execute(insert(schema.batches), [row])
    return batch_id


def last_batch(connection: Connection, schema: Schema, *, as_of: dt.datetime | None = None) -> Batch | None:
    """Return the last batch that was known at a moment.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    as_of : datetime, optional
        The moment; by default the last batch of all.

    Returns
    -------
    batch : Batch or None
        None where nothing was known.
    """
    query = select(schema.batches).order_by(schema.batches.c.batch_id.desc()).limit(1)
    if as_of is not None:
        query = query.where(schema.batches.c.recorded_at <= as_of)
    row = connection.execute(query).first()
    return _read(row) if row else None


def list_batches(connection: Connection, schema: Schema) -> tuple[Batch, ...]:
    """Return all batches in order.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.

    Returns
    -------
    batches : tuple of Batch
    """
    rows = connection.execute(select(schema.batches).order_by(schema.batches.c.batch_id))
    return tuple(_read(row) for row in rows)


def next_number(connection: Connection, table: Table) -> int:
    """Return the number of the next row of a table.

    Parameters
    ----------
    connection : Connection
        In a write, so that nobody takes the same number.
    table : Table
        One of a store.

    Returns
    -------
    number : int
        From 1.
    """
    most: int | None = connection.execute(select(func.max(table.c.row_seq))).scalar()
    return (most or 0) + 1


def _read(row: Row[Any]) -> Batch:
    return Batch(
        batch_id=row.batch_id,
        recorded_at=row.recorded_at,
        stated_at=row.stated_at,
        by=row.recorded_by,
        what=row.what,
        reason=row.reason,
    )
