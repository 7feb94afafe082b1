"""Reads one cell as the type of its column says."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from matching.records import CellType, Column, Personal, Severity
from matching.roster.choices import read_choice, read_choices, read_skills, read_text, read_texts
from matching.roster.contacts import has_masked_number, is_masked, read_id_number, read_phone
from matching.roster.dates import EARLIEST_YEAR, read_date, read_moment
from matching.roster.numbers import lost_digits, read_flag, read_number
from matching.roster.readings import Broken, Formula, Oddity, Reading, Setting, left_empty, word_set
from matching.roster.texts import as_text, canonical_code, fold
from matching.roster.times import read_slots, read_windows

Reader = Callable[[Any, Column, Setting], Reading]

_EMPTY_WORDS_COUNT = frozenset(CellType) - {CellType.TEXT, CellType.FLAG, CellType.CHOICE, CellType.CHOICES}


def read_code(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column of identifiers.

    Parameters
    ----------
    raw : object
        A value as the file gives it.
    column : Column
        What the record says of the field.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        Half width, upper case, without spaces.
    """
    del column, setting
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return left_empty("destroyed_number")
    return left_empty("destroyed_digits") if lost_digits(raw) else Reading(canonical_code(as_text(raw)) or None)


_READERS: Mapping[CellType, Reader] = {
    CellType.CODE: read_code,
    CellType.TEXT: read_text,
    CellType.TEXTS: read_texts,
    CellType.INTEGER: read_number,
    CellType.DECIMAL: read_number,
    CellType.FLAG: read_flag,
    CellType.DATE: read_date,
    CellType.MOMENT: read_moment,
    CellType.WINDOWS: read_windows,
    CellType.SLOTS: read_slots,
    CellType.SKILLS: read_skills,
    CellType.CHOICE: read_choice,
    CellType.CHOICES: read_choices,
    CellType.PHONE: read_phone,
    CellType.ID_NUMBER: read_id_number,
}


def read_value(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read one cell as the type of its column says.

    Parameters
    ----------
    raw : object
        A value as the file gives it: str, int, float, bool, a date or time, `Broken` or `Formula`; never None.
    column : Column
        What the record says of the field.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        The value, or the empty value of the column, with what was odd.
    """
    reading = _broken(raw) or _stand_in(raw, column) or _READERS[column.cell_type](raw, column, setting)
    if reading.value is None and column.is_many:
        return Reading((), reading.oddities, reading.also)
    return reading


def _broken(raw: Any) -> Reading | None:
    """Report a cell whose value Excel, or whoever exported it, has already lost."""
    if isinstance(raw, Formula):
        return left_empty("formula_without_value")
    text = raw.text if isinstance(raw, Broken) else raw
    if not isinstance(text, str):
        return None
    if isinstance(raw, Broken) or (text.startswith("#") and _is_error(text)):
        return left_empty("destroyed_error")
    return None


def _is_error(text: str) -> bool:
    folded = fold(text).strip().lower()
    return folded in word_set("broken", "errors") or (len(folded) > 2 and set(folded) == {"#"})


def _stand_in(raw: Any, column: Column) -> Reading | None:
    """Recognise words that say that there is no value, and values that were masked when they were written."""
    if not isinstance(raw, str):
        is_small_date = isinstance(raw, dt.datetime) and raw.year < EARLIEST_YEAR
        return left_empty("destroyed_number") if is_small_date and column.cell_type is CellType.TEXT else None
    if column.personal is Personal.ADDRESS and raw.rstrip().endswith("***"):
        return left_empty("masked_value")
    if column.personal is not Personal.NO and is_masked(fold(raw)):
        return left_empty("masked_value")
    words = word_set("empty", "words" if column.cell_type in _EMPTY_WORDS_COUNT else "signs")
    if fold(raw).strip().lower() in words and column.cell_type is not CellType.FLAG:
        return Reading(None, (Oddity("word_for_empty", Severity.NOTE),))
    if column.cell_type is CellType.TEXT and has_masked_number(raw):
        return Reading(as_text(raw) or None, (Oddity("masked_inside_text", Severity.WARNING),))
    return None
