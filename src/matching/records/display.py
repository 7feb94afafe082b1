"""A value as the text that people read and that a workbook keeps: one canonical form a type."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from typing import Any

from matching import frames as pd
from matching.labels import Language, label
from matching.records.columns import CellType, Column, Personal, Record
from matching.records.privacy import find_personal, mask_text, mask_value
from matching.records.skills import SkillClaim
from matching.records.times import CHINA

SEPARATOR = "、"
_FREE_TEXT = frozenset({CellType.TEXT, CellType.TEXTS, CellType.SKILLS})


def show_choice(value: enum.StrEnum, *, language: Language = "zh") -> str:
    """Return the words of a value of a closed list.

    Parameters
    ----------
    value : enum.StrEnum
        A member of one of the lists in `matching.records.choices`.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    words : str
    """
    return label(f"records.choice.{type(value).__name__}.{value.value}", language=language)


def show_value(value: Any, column: Column, *, show_personal: bool = False, language: Language = "zh") -> str:
    """Return a field's value as text.

    Parameters
    ----------
    value : object
        A value of the Python type of the column, or None.
    column : Column
        What the record says of the field.
    show_personal : bool, default=False
        Whether personal values are shown unmasked.
    language : {"zh", "en"}, default="zh"
        Of choices and flags.

    Returns
    -------
    text : str
        Empty for a value that is not known. Several values are joined by ``、``.
    """
    if value is None:
        return ""
    items = value if column.is_many else (value,)
    text = SEPARATOR.join(_show_one(item, column.cell_type, language) for item in items)
    if show_personal or column.personal is Personal.NAME:
        return text
    if column.personal is Personal.NO and column.cell_type not in _FREE_TEXT:
        # An identifier is read back to find its record, so it is masked only where it is itself somebody's number.
        return mask_text(text) if find_personal(text) == (text,) else text
    return mask_value(text, column.personal)


def records_table(
    rows: Iterable[Record], columns: Sequence[Column], *, show_personal: bool = False, language: Language = "zh"
) -> pd.DataFrame:
    """Return records as a table for people.

    Parameters
    ----------
    rows : iterable of Record
        One row each.
    columns : sequence of Column
        Which fields, in order.
    show_personal : bool, default=False
        Whether personal values are shown unmasked.
    language : {"zh", "en"}, default="zh"
        Of headers and choices.

    Returns
    -------
    table : DataFrame
        Every value is text.
    """
    headers = [column.header if language == "zh" else column.english for column in columns]
    cells = [
        [show_value(getattr(row, c.name), c, show_personal=show_personal, language=language) for c in columns]
        for row in rows
    ]
    return pd.DataFrame(cells, columns=headers, dtype=object)


def _show_one(item: Any, kind: CellType, language: Language) -> str:
    if isinstance(item, enum.StrEnum):
        return show_choice(item, language=language)
    if isinstance(item, bool):
        return label(f"records.flag.{'yes' if item else 'no'}", language=language)
    if isinstance(item, SkillClaim):
        return f"{item.name}（{show_choice(item.level, language=language)}）" if item.level else item.name
    if isinstance(item, dt.datetime):
        return f"{item.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    if isinstance(item, float) and kind is CellType.DECIMAL:
        return f"{item:.15g}" if item == float(f"{item:.15g}") else repr(item)
    return str(item)


def worded_table(
    key: str,
    names: Iterable[str],
    rows: Iterable[Iterable[object]],
    *,
    language: Language = "zh",
    dtype: type | None = object,
) -> pd.DataFrame:
    """Return rows as a table with the headers of a language; what looks like a phone or an ID number in a text is masked.

    Parameters
    ----------
    key : str
        Under which the words of the headers are, for example ``"training.table"``.
    names : iterable of str
        Of the columns.
    rows : iterable of iterable
        Cells.
    language : {"zh", "en"}, default="zh"
        Of the headers.
    dtype : type or None, default=object
        Of the columns; None to keep numbers as numbers.

    Returns
    -------
    table : DataFrame
    """
    headers = [label(f"{key}.{name}", language=language) for name in names]
    cells = [[mask_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return pd.DataFrame(cells, columns=headers, dtype=dtype)
