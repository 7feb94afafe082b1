"""Identifiers of records: as the file gives them, or made from the row so that it keeps its identity."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from matching.records import CellType, Personal, Register, mask_value
from matching.roster.rows import Loaded

_DIGITS = 8
_PLACE_FIELD = "community"


def made_key(register: Register, values: Mapping[str, Any]) -> str:
    """Make an identifier from what a row says, the same whenever the row is read again.

    Parameters
    ----------
    register : Register
        Where the row belongs.
    values : mapping of str to object
        Fields of the row.

    Returns
    -------
    key : str
        The prefix of the register's identifiers and eight hexadecimal digits. For a fact everything counts, for any
        other row what says who or what it is: required fields, community, phone, and the ID number where there is no
        phone; personal numbers only as far as they are shown when masked, so that nobody can compute them back.
    """
    prefix = register.column(register.key).example.partition("-")[0] or register.name[0].upper()
    has_phone = any(values.get(column.name) for column in register.columns if column.cell_type is CellType.PHONE)
    numbers = CellType.PHONE if has_phone else CellType.ID_NUMBER
    parts = []
    for column in register.columns:
        value = values.get(column.name)
        is_identity = column.required or column.cell_type is numbers or column.name == _PLACE_FIELD
        if column.name == register.key or value in (None, ()) or not (register.is_fact or is_identity):
            continue
        text = str(value)
        parts.append(f"{column.name}={text if column.personal is Personal.NAME else mask_value(text, column.personal)}")
    return f"{prefix}-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:_DIGITS].upper()}"


def final_keys(rows: Sequence[Loaded]) -> list[str]:
    """Return an identifier for each row of a register, no two alike.

    Parameters
    ----------
    rows : sequence of Loaded
        All rows of one register, in order.

    Returns
    -------
    keys : list of str
        The first row with an identifier keeps it; a later one gets ``-2``, ``-3`` after it.
    """
    given = {row.key for row in rows if row.key}
    used: set[str] = set()
    counts: Counter[str] = Counter()
    keys = []
    for row in rows:
        base = row.key or made_key(row.register, row.values)
        key = base
        while key in used or (key != row.key and key in given):
            counts[base] += 1
            key = f"{base}-{counts[base] + 1}"
        used.add(key)
        keys.append(key)
    return keys
