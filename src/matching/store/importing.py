"""Importing records: registers as versions and facts once each, all in one batch."""

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Connection

from matching.records import PARTNER_REGISTERS, Community, Consent, Partner, Register, TrainingRecords, register
from matching.store.batches import last_batch, record_batch
from matching.store.cells import decode_rows
from matching.store.facts import find_new_facts, write_facts
from matching.store.people import withdrawals_in_register
from matching.store.schema import Schema
from matching.store.summaries import ImportSummary, RegisterCount
from matching.store.versions import (
    Change,
    Row,
    Shelf,
    encode_by_key,
    find_change,
    keep_order,
    predict_order,
    read_records,
    read_shelf,
    write_change,
)

Progress = Callable[[int, int, str], None]


def import_rows(
    connection: Connection,
    schema: Schema,
    records: Community | TrainingRecords,
    *,
    by: str,
    at: dt.datetime,
    retire_missing: bool,
    progress: Progress | None,
) -> ImportSummary:
    """Write what records change, if anything.

    Parameters
    ----------
    connection : Connection
        In a write.
    schema : Schema
        The tables.
    records : Community or TrainingRecords
        What is handed in.
    by : str
        Who imports.
    at : datetime
        When.
    retire_missing : bool
        Whether rows of a register that are not handed in are retired.
    progress : callable of (done, total, what) or None
        Called after each register.

    Returns
    -------
    summary : ImportSummary
    """
    last = last_batch(connection, schema)
    upto = last.batch_id if last else 0
    batch_id: int | None = None
    counts = []
    changes: list[tuple[Change, Shelf]] = []
    for done, each in enumerate(records.registers, start=1):
        rows = encode_by_key(each, records.rows(each.name), is_repeating=each.is_fact)
        if rows:
            shelf = read_shelf(connection, schema, each, upto=upto)
            change = _change_of(each, shelf, rows, retire_missing=retire_missing)
            order = predict_order(shelf, rows)
            if batch_id is None and (order is not None or not change.is_empty):
                batch_id = record_batch(connection, schema, by=by, at=at, what="import")
            if batch_id is not None:
                _write(connection, schema, change, shelf, batch_id=batch_id)
            if batch_id is not None and order is not None:
                keep_order(connection, schema, each, order, batch_id=batch_id)
            counts.append(_count(change))
            changes.append((change, shelf))
        if progress is not None:
            progress(done, len(records.registers), each.sheet)
    if batch_id is not None:
        _withdraw(connection, schema, changes, batch_id=batch_id, by=by, at=at)
    return ImportSummary(batch_id=batch_id, counts=tuple(counts))


def _withdraw(
    connection: Connection,
    schema: Schema,
    changes: list[tuple[Change, Shelf]],
    *,
    batch_id: int,
    by: str,
    at: dt.datetime,
) -> None:
    home = register("consents")
    facts: list[Consent] = []
    for change, shelf in changes:
        if change.register in PARTNER_REGISTERS and (rows := [*change.new, *change.changed]):
            after = [each for each in decode_rows(change.register, rows) if isinstance(each, Partner)]
            keys = [each.partner_id for each in after if each.consent is False and each.partner_id in shelf.rows]
            old = decode_rows(change.register, [shelf.rows[key] for key in keys])
            before = {each.partner_id: each for each in old if isinstance(each, Partner)}
            said = [each for each in read_records(connection, schema, home, upto=batch_id) if isinstance(each, Consent)]
            facts += withdrawals_in_register(before, after, said, by=by, at=at)
    if facts:
        write_facts(connection, schema, home, encode_by_key(home, facts).values(), batch_id=batch_id)


def _change_of(register: Register, shelf: Shelf, rows: dict[str, Row], *, retire_missing: bool) -> Change:
    if not register.is_fact:
        return find_change(register, shelf, rows, retire_missing=retire_missing)
    new = list(find_new_facts(register, rows, shelf.rows).values())
    return Change(register, new, [], [], len(rows) - len(new))


def _write(connection: Connection, schema: Schema, change: Change, shelf: Shelf, *, batch_id: int) -> None:
    if change.is_empty:
        return
    if change.register.is_fact:
        write_facts(connection, schema, change.register, change.new, batch_id=batch_id)
    else:
        write_change(connection, schema, change, shelf, batch_id=batch_id)


def _count(change: Change) -> RegisterCount:
    return RegisterCount(
        register=change.register.name,
        new=len(change.new),
        changed=len(change.changed),
        same=change.same,
        retired=len(change.retired),
    )
