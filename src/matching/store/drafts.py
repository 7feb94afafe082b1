"""Drafts: unfinished work that outlives a kernel. They are no facts, so they make nobody's plan a stale one."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from matching.store.batches import next_number
from matching.store.cells import encode_document, encode_key
from matching.store.schema import Schema


def write_draft(
    connection: Connection, schema: Schema, desk: str, document: Mapping[str, Any], *, at: dt.datetime
) -> bool:
    """Keep what somebody is working on; nothing is written where the last draft says the same.

    Parameters
    ----------
    connection : Connection
        In a write.
    schema : Schema
        The tables.
    desk : str
        Where the work is done: a person, or one browser.
    document : mapping
        Plain values that JSON can hold.
    at : datetime
        When.

    Returns
    -------
    is_new : bool
    """
    text = encode_document(document)
    if _last(connection, schema, desk) == text:
        return False
    table = schema.drafts
    row = {"row_seq": next_number(connection, table), "desk": encode_key(desk), "saved_at": at, "document": text}
    connection.execute(insert(table), [row])
    return True


def read_draft(connection: Connection, schema: Schema, desk: str) -> dict[str, Any] | None:
    """Return the last draft of a desk.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    desk : str
        Where the work is done.

    Returns
    -------
    document : dict or None
        None where there is none.
    """
    text = _last(connection, schema, desk)
    return None if text is None else dict(json.loads(text))


def _last(connection: Connection, schema: Schema, desk: str) -> str | None:
    table = schema.drafts
    query = select(table.c.document).where(table.c.desk == encode_key(desk)).order_by(table.c.row_seq.desc()).limit(1)
    text: str | None = connection.execute(query).scalar()
    return text
