"""Appending facts: once each, never changed."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, insert, select

from matching.errors import ChangedFactError, StoreError
from matching.records import ALL_REGISTERS, Merge, Record, Register, register
from matching.store.batches import next_number, record_batch
from matching.store.cells import show_key
from matching.store.schema import Schema
from matching.store.summaries import AppendSummary
from matching.store.versions import BLOCK, Row, encode_by_key, read_records

_ASKED_AT_ONCE = 500  # keys in one question; databases limit the number of parameters
_SHOWN = 5  # keys named in one message


def sort_facts(facts: Iterable[Record]) -> dict[str, list[Record]]:
    """Return facts by the name of their register.

    Parameters
    ----------
    facts : iterable of Record
        Facts of any kinds.

    Returns
    -------
    by_register : dict of str to list of Record
        In the order of the registers, each in the order given.

    Raises
    ------
    StoreError
        If a record is no fact.
    """
    homes = {each.record: each for each in ALL_REGISTERS if each.is_fact}
    sorted_facts: dict[str, list[Record]] = {each.name: [] for each in homes.values()}
    for fact in facts:
        home = homes.get(type(fact))
        if home is None:
            raise StoreError(
                f"Facts are {[each.__name__ for each in homes]}; got {type(fact).__name__}. Import registers instead."
            )
        sorted_facts[home.name].append(fact)
    return {name: rows for name, rows in sorted_facts.items() if rows}


def find_new_facts(register: Register, rows: Mapping[str, Row], there: Mapping[str, Row]) -> dict[str, Row]:
    """Return those facts that are not there yet.

    Parameters
    ----------
    register : Register
        Whose facts they are.
    rows : mapping of str to tuple
        What is handed in, by key.
    there : mapping of str to tuple
        What is kept, by key, at least of those keys.

    Returns
    -------
    new : dict of str to tuple

    Raises
    ------
    ChangedFactError
        If a fact with one of the keys is there with other content.
    """
    differing = [key for key, row in rows.items() if key in there and there[key] != row]
    if differing:
        cells = zip(register.columns, there[differing[0]], rows[differing[0]], strict=True)
        fields = [column.name for column, old, new in cells if old != new]
        named = ", ".join(show_key(key) for key in differing[:_SHOWN])
        raise ChangedFactError(
            f"{register.name}: facts are never changed, and {len(differing)} of them differ from what is kept: "
            f"{named}{' …' if len(differing) > _SHOWN else ''} ({show_key(differing[0])} in {', '.join(fields)}). "
            "Append a new fact with a key of its own that corrects the old one (reverses).",
            keys=tuple(differing),
        )
    return {key: row for key, row in rows.items() if key not in there}


def read_facts(connection: Connection, schema: Schema, register: Register, keys: Sequence[str]) -> dict[str, Row]:
    """Read some facts by their keys.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    register : Register
        Whose facts they are.
    keys : sequence of str
        Which ones.

    Returns
    -------
    rows : dict of str to tuple
        Those that are there, by key.
    """
    table = schema.table(register)
    fields = [table.c[column.name] for column in register.columns]
    at = [column.name for column in register.columns].index(register.key)
    found: dict[str, Row] = {}
    for start in range(0, len(keys), _ASKED_AT_ONCE):
        query = select(*fields).where(table.c[register.key].in_(keys[start : start + _ASKED_AT_ONCE]))
        found.update((row[at], tuple(row)) for row in connection.execute(query))
    return found


def write_facts(
    connection: Connection, schema: Schema, register: Register, rows: Iterable[Row], *, batch_id: int
) -> None:
    """Append facts that are not there yet.

    Parameters
    ----------
    connection : Connection
        In a write.
    schema : Schema
        The tables.
    register : Register
        Whose facts they are.
    rows : iterable of tuple
        Values in the order of the columns.
    batch_id : int
        Number of the batch.

    Raises
    ------
    StoreError
        If merges would run in a circle.
    """
    table = schema.table(register)
    names = [column.name for column in register.columns]
    number = next_number(connection, table)
    written = [
        {"row_seq": number + offset, "row_batch": batch_id, **dict(zip(names, row, strict=True))}
        for offset, row in enumerate(rows)
    ]
    for start in range(0, len(written), BLOCK):
        connection.execute(insert(table), written[start : start + BLOCK])
    if register.record is Merge:
        check_merges(read_records(connection, schema, register, upto=batch_id))


def check_merges(merges: Iterable[Record]) -> None:
    """Refuse merges under which a person could not be found any more.

    Parameters
    ----------
    merges : iterable of Merge
        All merges of a store.

    Raises
    ------
    StoreError
        If one record is merged into two others, or merges run in a circle.
    """
    into: dict[str, str] = {}
    for merge in merges:
        if not isinstance(merge, Merge):
            continue
        if into.setdefault(merge.merged_id, merge.kept_id) != merge.kept_id:
            raise StoreError(
                f"{show_key(merge.merged_id)} is merged into {show_key(into[merge.merged_id])} already; got "
                f"{show_key(merge.kept_id)}. Merge those two instead."
            )
    safe: set[str] = set()
    for start in into:
        path: dict[str, None] = {}  # in order, and quick to ask
        each = start
        while each in into and each not in safe:
            if each in path:
                circle = [*list(path)[list(path).index(each) :], each]
                shown = " → ".join(show_key(key) for key in circle)
                raise StoreError(f"Merges would run in a circle: {shown}. One of the records must be kept.")
            path[each] = None
            each = into[each]
        safe.update(path)


def append_facts(
    connection: Connection,
    schema: Schema,
    facts: Iterable[Record],
    *,
    what: str,
    by: str,
    at: dt.datetime,
    reason: str | None,
) -> AppendSummary:
    """Append facts of any kinds in one batch, each once.

    Parameters
    ----------
    connection : Connection
        In a write.
    schema : Schema
        The tables.
    facts : iterable of Record
        The facts.
    what : str
        Kind of write.
    by : str
        Who records them.
    at : datetime
        When.
    reason : str or None
        Why.

    Returns
    -------
    summary : AppendSummary
    """
    batch_id: int | None = None
    added: list[str] = []
    known: list[str] = []
    for name, given in sort_facts(facts).items():
        home = register(name)
        rows = encode_by_key(home, given, is_repeating=True)
        new = find_new_facts(home, rows, read_facts(connection, schema, home, list(rows)))
        if new and batch_id is None:
            batch_id = record_batch(connection, schema, by=by, at=at, what=what, reason=reason)
        if batch_id is not None and new:
            write_facts(connection, schema, home, new.values(), batch_id=batch_id)
        added += new
        known += [key for key in rows if key not in new]
    return AppendSummary(batch_id=batch_id, added=tuple(added), known=tuple(known))
