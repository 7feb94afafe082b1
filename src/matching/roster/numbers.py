"""Numbers as people type them: ``3人``, ``约300``, ``90分钟``, ``三``, ``1,200``."""

import datetime as dt
import functools
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from matching.records import CellType, Column, chinese_number
from matching.roster.readings import Reading, Setting, left_empty, noted, warned, word_set, words
from matching.roster.texts import as_text, fold, without_brackets

_PLAIN = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[-+]?\.\d+")
_SCIENTIFIC = re.compile(r"([-+]?\d+(?:\.\d+)?)[eE]\+?(-?\d{1,3})")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?:-|~|至|到)+(\d+(?:\.\d+)?)")
_HOURS = re.compile(
    r"(?:(\d+(?:\.\d+)?)(?:个)?(?:小时|钟头|h(?:ours?|rs?)?))?(?:零)?(?:(\d+(?:\.\d+)?)(?:分钟?|min(?:ute)?s?|m))?"
)
EXACT_DIGITS = 15
"""A number that Excel or a float holds is exact up to this many digits."""


def exact_digits(text: str) -> str | None:
    """Return all digits of a number in scientific notation, where none was lost.

    Parameters
    ----------
    text : str
        For example ``"1.0012345678E+10"``.

    Returns
    -------
    digits : str or None
        None where the notation rounds some digits away, or the text is no such number.

    Examples
    --------
    >>> exact_digits("1.0012345678E+10")
    '10012345678'
    >>> exact_digits("1.38E+10") is None
    True
    """
    found = _SCIENTIFIC.fullmatch(text)
    if found is None:
        return None
    decimals = len(found[1].partition(".")[2])
    exponent = int(found[2])
    return str(int(Decimal(text))) if decimals == exponent else None


def is_scientific(text: str) -> bool:
    """Return whether a text is a number in scientific notation.

    Parameters
    ----------
    text : str
        Folded text.

    Returns
    -------
    scientific : bool
    """
    return _SCIENTIFIC.fullmatch(text) is not None


def lost_digits(raw: Any) -> bool:
    """Return whether a number has more digits than Excel keeps, so that the last ones are zeros of its making.

    Parameters
    ----------
    raw : object
        A value as the file gives it.

    Returns
    -------
    lost : bool
    """
    return isinstance(raw, (int, float)) and not isinstance(raw, bool) and abs(raw) >= 10**EXACT_DIGITS


def read_number(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column of whole or decimal numbers.

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
        An int or a float within the range of the column. ``3-5`` also gives the other end of the range, where the
        record has a field for it.
    """
    del setting
    if isinstance(raw, bool):
        return left_empty("not_a_number")
    if isinstance(raw, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return _from_time(raw, column)
    if isinstance(raw, (int, float)):
        return left_empty("destroyed_digits") if lost_digits(raw) else _in_range(float(raw), column, raw)
    return _from_text(as_text(raw), column)


def _from_time(raw: Any, column: Column) -> Reading:
    if isinstance(raw, (dt.datetime, dt.date)) or not _is_hours(column):
        return left_empty("destroyed_number")
    if isinstance(raw, dt.time):
        raw = dt.timedelta(hours=raw.hour, minutes=raw.minute, seconds=raw.second)
    hours = raw.total_seconds() / 3600
    reading = _in_range(hours, column, hours)
    return reading if reading.oddities else noted(reading.value, "duration_read", read=f"{hours:g}")


def _from_text(text: str, column: Column) -> Reading:
    folded = "".join(fold(text).split()).lower()
    named = (words("number", column.name) or {}).get(without_brackets(folded) or folded)
    if named is not None:
        return Reading(named)
    if _is_hours(column) and (hours := _hours(folded)) is not None:
        return _in_range(hours, column, hours)
    bare, is_approximate = _without_units(folded, column)
    if (number := _number(bare)) is not None:
        reading = _in_range(float(number), column, number)
        if is_approximate and not reading.oddities:
            return noted(reading.value, "approximate_number", read=f"{number:g}")
        return reading
    if found := _RANGE.fullmatch(bare):
        return _range(found[1], found[2], column)
    if is_scientific(folded):
        is_measure = column.cell_type is CellType.DECIMAL  # a measure has no digits that must be exact
        return _in_range(float(folded), column, 0) if is_measure else left_empty("destroyed_digits")
    return left_empty("several_numbers" if len(re.findall(r"\d+", folded)) > 1 else "not_a_number")


def _number(text: str) -> int | float | None:
    if _PLAIN.fullmatch(text):
        try:
            exact = Decimal(text.replace(",", ""))
        except InvalidOperation:
            return None
        if len(text) > 40:
            return None
        return int(exact) if exact == exact.to_integral_value() and "." not in text else float(exact)
    if digits := exact_digits(text):
        return int(digits)
    return chinese_number(text)


@functools.cache
def _units(column: Column) -> tuple[str, ...]:
    units = {*words("unit", "ignored"), *([column.unit] if column.unit else [])}
    return tuple(sorted(units, key=len, reverse=True))


def _without_units(text: str, column: Column) -> tuple[str, bool]:
    bare = without_brackets(text) or text
    approximate = False
    before = ""
    while bare != before:
        before = bare
        for word in words("unit", "approximate"):
            if bare.startswith(word) and word not in {bare, "+"}:
                bare, approximate = bare.removeprefix(word), True
            if bare.endswith(word) and bare != word:
                bare, approximate = bare.removesuffix(word), True
        for unit in _units(column):
            if bare.endswith(unit) and bare != unit:
                bare = bare.removesuffix(unit)
                break
    bare = re.sub(r"(?<=\d)(?:" + "|".join(map(re.escape, _units(column))) + r")(?=[-~至到])", "", bare)
    return bare, approximate


def _is_hours(column: Column) -> bool:
    return column.unit == "小时"


def _hours(text: str) -> float | None:
    """Read a length of time that names minutes or halves; one that names whole hours alone is left to the rest."""
    if text in {"半小时", "半个小时", "半个钟头"}:
        return 0.5
    if found := re.fullmatch(r"([一二两三四五六七八九十]|\d+)个半(?:小时|钟头)?", text):
        whole = int(found[1]) if found[1].isdigit() else chinese_number(found[1])
        return None if whole is None else whole + 0.5
    if found := re.fullmatch(r"(\d{1,2}):([0-5]\d)(?::00)?", text):
        return int(found[1]) + int(found[2]) / 60
    found = _HOURS.fullmatch(text)
    if found is None or found[2] is None:
        return None
    return float(found[1] or 0) + float(found[2]) / 60


def _in_range(number: float, column: Column, exact: float) -> Reading:
    if not math.isfinite(number):
        return left_empty("not_a_number")
    low, high = column.minimum, column.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        return left_empty("out_of_range", least=_bound(low), most=_bound(high))
    if lost_digits(exact):
        return left_empty("destroyed_digits")
    if column.cell_type is CellType.DECIMAL:
        return Reading(number + 0.0)
    if number != int(number):
        return left_empty("not_an_integer")
    return Reading(int(exact))


def _bound(bound: float | None) -> str:
    return "…" if bound is None else f"{bound:g}"


def ends_of_range(name: str) -> tuple[str, str]:
    """Return the names of the two fields that hold the ends of a range, by the way fields are named.

    Parameters
    ----------
    name : str
        Name of a field, for example ``"people_max"`` or ``"minimum_age"``.

    Returns
    -------
    least, most : tuple of str
        Both empty where the name is not that of an end.

    Examples
    --------
    >>> ends_of_range("people_max"), ends_of_range("minimum_age")
    (('people_min', 'people_max'), ('minimum_age', 'maximum_age'))
    """
    for least, most in (("_min", "_max"), ("minimum_", "maximum_")):
        if least in name or most in name:
            bare = name.replace(most, least)
            return bare, bare.replace(least, most)
    return "", ""


def _range(low: str, high: str, column: Column) -> Reading:
    names = ends_of_range(column.name)
    if not names[0] or float(low) > float(high):
        return left_empty("range_where_one_number")
    ends = [_in_range(float(each), column, float(each)) for each in (low, high)]
    if any(end.oddities for end in ends):
        return next(end for end in ends if end.oddities)
    mine = names.index(column.name)
    reading = noted(ends[mine].value, "range_split", least=low, most=high)
    return Reading(reading.value, reading.oddities, {names[1 - mine]: ends[1 - mine].value})


def read_flag(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column of yes or no.

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
        A bool.
    """
    del column, setting
    if isinstance(raw, bool):
        return Reading(raw)
    text = "".join(fold(as_text(raw)).split()).lower()
    for candidate in (text, without_brackets(text)):
        for value, name in ((True, "yes"), (False, "no")):
            if candidate in word_set("flag", name):
                return Reading(value) if candidate == text else warned(value, "flag_read_as", read=candidate)
    return left_empty("not_yes_or_no")
