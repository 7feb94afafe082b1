"""Why a plan does not fit the store any more: what has changed since the data that it was made on."""

from collections.abc import Collection

from sqlalchemy import Connection

from matching.records import REGISTERS, TRAINING_REGISTERS, Community, TrainingRecords, register
from matching.store.cells import show_key
from matching.store.schema import Schema
from matching.store.summaries import AcceptablePlan
from matching.store.versions import read_records

_ROWS_SEARCHED = 400_000
"""How many rows are read to find out what a plan was made on, before giving that up."""


def read_community(connection: Connection, schema: Schema, *, upto: int, source: str = "") -> Community:
    """Read all registers and facts up to a batch.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    upto : int
        The last batch that counts.
    source : str
        Where the rows come from, for people.

    Returns
    -------
    community : Community
    """
    rows = {each.name: read_records(connection, schema, each, upto=upto) for each in REGISTERS}
    return Community.of(rows, source=source)


def read_training(
    connection: Connection, schema: Schema, *, upto: int, only: Collection[str] | None = None, source: str = ""
) -> TrainingRecords:
    """Read all registers and facts of the training of cadres up to a batch.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    upto : int
        The last batch that counts.
    only : collection of str, optional
        Names of the registers to read; the others are left empty.
    source : str
        Where the rows come from, for people.

    Returns
    -------
    training : TrainingRecords
    """
    wanted = TRAINING_REGISTERS if only is None else tuple(register(name) for name in only)
    rows = {each.name: read_records(connection, schema, each, upto=upto) for each in wanted}
    return TrainingRecords.of(rows, source=source)


def explain_staleness(
    connection: Connection, schema: Schema, plan: AcceptablePlan, now: Community, *, upto: int
) -> str:
    """Say what has changed since the data that a plan was made on.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    schema : Schema
        The tables.
    plan : AcceptablePlan
        The plan.
    now : Community
        What the store holds.
    upto : int
        The last batch of it.

    Returns
    -------
    words : str
        The batch that the plan was made on is searched backwards; only its fingerprint is known.
    """
    where = f"Plan {show_key(plan.plan_id)} was made on other data than the store holds now"
    remedy = "Make the plan again on the store as it is now."
    size = 1 + sum(len(now.rows(each.name)) for each in REGISTERS)
    for batch_id in range(upto - 1, max(-1, upto - 1 - _ROWS_SEARCHED // size), -1):
        before = read_community(connection, schema, upto=batch_id)
        if before.fingerprint() == plan.fingerprint:
            return f"{where}. Since batch {batch_id}: {describe_differences(before, now)}. {remedy}"
    return f"{where}, and the store never held those data lately: import them first. {remedy}"


def describe_differences(before: Community, now: Community) -> str:
    """Say what has changed between two communities, register by register.

    Parameters
    ----------
    before, now : Community
        The data a plan was made on, and those of today.

    Returns
    -------
    words : str
        For example ``"needs: 1 new, 2 changed; services: 3 new"``.
    """
    parts = []
    for each in REGISTERS:
        old = {getattr(row, each.key): row for row in before.rows(each.name)}
        new = {getattr(row, each.key): row for row in now.rows(each.name)}
        counts = {
            "new": sum(key not in old for key in new),
            "changed": sum(key in old and old[key] != row for key, row in new.items()),
            "gone": sum(key not in new for key in old),
        }
        told = [f"{count} {what}" for what, count in counts.items() if count]
        if not told and list(old) != list(new):
            told = ["in another order"]
        if told:
            parts.append(f"{each.name}: {', '.join(told)}")
    return "; ".join(parts)
