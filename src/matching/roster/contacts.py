"""Phones and ID numbers: exact, or reported as destroyed, never guessed."""

import datetime as dt
import re
from typing import Any

import stdnum.cn.ric as resident_number
from stdnum.exceptions import ValidationError

from matching.records import Column
from matching.roster.numbers import exact_digits, is_scientific, lost_digits
from matching.roster.readings import Reading, Setting, left_empty, warned
from matching.roster.texts import as_text, fold, without_brackets

_MOBILE = re.compile(r"1\d{10}")
_ACCEPTED = re.compile(
    r"1\d{10}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?|[2-9]\d{6,7}(?:-\d{1,6})?|400-?\d{3}-?\d{4}|1\d{2,4}|9[56]\d{3,4}"
)
_PHONES = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}-?\d{7,8})(?!\d)")
_MASKED = re.compile(r"\d{2,6}\*{3,}\d{0,4}|\*{3,}\d{1,4}")


def is_masked(text: str) -> bool:
    """Return whether a number has stars where its digits were hidden.

    Parameters
    ----------
    text : str
        Folded text.

    Returns
    -------
    masked : bool

    Examples
    --------
    >>> is_masked("100****5678")
    True
    """
    bare = text.replace(" ", "").replace("-", "")
    return len(bare) > 1 and "*" in bare and set(bare) <= set("*0123456789xX")


def has_masked_number(text: str) -> bool:
    """Return whether a number with hidden digits stands anywhere in a text.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    found : bool
    """
    return "***" in text and _MASKED.search(text) is not None


def read_phone(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column of phone numbers.

    Parameters
    ----------
    raw : object
        A value as the file gives it; a number is exact up to 15 digits.
    column : Column
        What the record says of the field.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        Digits, hyphens and a plus. Of several numbers the first is kept and the others are reported.
    """
    del column, setting
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return left_empty("destroyed_number")
    if lost_digits(raw):
        return left_empty("destroyed_digits")
    text = fold(as_text(raw)).strip("'\"`’‘ ")
    if is_scientific(text):
        digits = exact_digits(text)
        return left_empty("destroyed_digits") if digits is None else _phone(digits)
    if is_masked(text):
        return left_empty("masked_value")
    return _phone(text)


def _phone(text: str) -> Reading:
    if _ACCEPTED.fullmatch(text):
        return Reading(text)
    plain = _plain_phone(text)
    if _ACCEPTED.fullmatch(plain):
        return Reading(plain)
    found = _PHONES.findall(text.replace(" ", "").replace("86-", "")) or _PHONES.findall(text)
    if len(found) > 1:
        return warned(found[0], "several_phones", count=len(found))
    if found:
        return warned(found[0], "words_beside_phone")
    bare = _plain_phone(without_brackets(text))
    if _ACCEPTED.fullmatch(bare):
        return warned(bare, "words_beside_phone")
    if plain.strip("-+") and re.fullmatch(r"\+?[\d-]+", plain) and len(plain) <= 30:
        return warned(plain, "phone_form", count=sum(sign.isdigit() for sign in plain))
    return left_empty("not_a_phone")


def _plain_phone(text: str) -> str:
    plain = re.sub(r"转|#|ext\.?", "-", re.sub(r"\.0+$", "", text.lower()))
    plain = re.sub(r"[\s().]", "", re.sub(r"^\((0\d{2,3})\)", r"\1-", plain))
    domestic = re.sub(r"^(?:\+|00)?86-?", "", plain)
    if _MOBILE.fullmatch(domestic.replace("-", "")):
        return domestic.replace("-", "")
    return plain


def read_id_number(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column of resident ID numbers.

    Parameters
    ----------
    raw : object
        A value as the file gives it. A number of more than 15 digits was destroyed by Excel and is not kept.
    column : Column
        What the record says of the field.
    setting : Setting
        What surrounds the cell.

    Returns
    -------
    reading : Reading
        With a warning where length, place, date or check digit is wrong.

    References
    ----------
    GB 11643-1999, 公民身份号码.
    """
    del column, setting
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return left_empty("destroyed_number")
    if lost_digits(raw):
        return left_empty("destroyed_digits")
    text = "".join(fold(as_text(raw)).strip("'\"`’‘ ").split()).upper()
    if is_scientific(text) or re.fullmatch(r"\d{16,}\.0*", text):
        return left_empty("destroyed_digits")
    if is_masked(text):
        return left_empty("masked_value")
    if not re.fullmatch(r"[0-9A-Z()-]{1,30}", text):
        return left_empty("not_an_id_number")
    if not re.fullmatch(r"\d{17}[\dX]|\d{15}", text):
        return warned(text, "id_number_form", count=len(text))
    if len(text) == 18 and not _is_valid(text):
        # Excel fills the digits after the fifteenth with zeros, also when the cell was made text afterwards.
        return left_empty("destroyed_digits") if text.endswith("000") else warned(text, "id_number_check")
    return Reading(text)


def _is_valid(number: str) -> bool:
    try:
        resident_number.validate(number)
    except ValidationError:
        return False
    return True
