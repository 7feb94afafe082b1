"""Dates as people type them, and the year that a title states for dates without one."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from matching.records import CHINA, EN_MONTHS, Column, chinese_number, day_of
from matching.roster.readings import Reading, Setting, left_empty, noted, warned, word_set
from matching.roster.texts import as_text, fold

EARLIEST_SERIAL, LATEST_SERIAL = 10_000, 73_050  # 1927-05-18 and 2099-12-31
EARLIEST_YEAR = 1905  # Excel shows small numbers as dates of its first years; nobody's record is that old
LATEST_YEAR = 9998  # one year short of what datetime holds, so that an offset never leaves it
DAYS_1904 = 1462
_EPOCH = dt.date(1899, 12, 30)

_FULL = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?(.*)")
_COMPACT = re.compile(r"((?:19|20)\d{2})([01]\d)([0-3]\d)(.*)")
_SHORT = re.compile(r"(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?(\D.*|)")
_TWO_DIGIT_YEAR = re.compile(r"'?(\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:\D.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{4})(?:\D.*)?")
_NO_DAY = re.compile(r"(?:19|20)\d{2}\s*(?:[-./年]\s*\d{0,2}\s*月?(?:份)?)?|(?:19|20)\d{2}(?:0[1-9]|1[0-2])")
_LUNAR = re.compile("农历|阴历|旧历|正月|腊月|冬月|[初廿]")
_REST = re.compile(
    r"[\sT]*(?:[(]?(?:周|星期|礼拜)[一二三四五六日天][)]?)?\s*(?:上午|下午|晚上|中午|早上|凌晨|全天)?\s*"
    r"(?:\d{1,2}[:点时](?:\d{1,2}分?)?(?::\d{1,2}(?:\.\d+)?)?|半)?\s*(?:Z|\+08:?00)?(?:左右|前|起)?"
)
_CHINESE_DATE = re.compile(
    "([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号](.*)"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*(?:年|[-./_ ]|\D|$))")


def stated_year_in(texts: Iterable[str]) -> int | None:
    """Return the year that titles state, where they state one only.

    Parameters
    ----------
    texts : iterable of str
        Titles and file names.

    Returns
    -------
    year : int or None
        None where there is no year or more than one.

    Examples
    --------
    >>> stated_year_in(["2024年7月需求台账"])
    2024
    """
    years = {int(found) for text in texts for found in _YEAR.findall(fold(text))}
    return years.pop() if len(years) == 1 else None


def serial_date(serial: float, *, is_1904: bool) -> dt.date | None:
    """Return the date that a serial number of a workbook stands for.

    Parameters
    ----------
    serial : float
        Days since the epoch of the workbook.
    is_1904 : bool
        Whether the epoch is 1904.

    Returns
    -------
    date : date or None
        None outside the years 1927 to 2099, where a number is more likely something else.
    """
    days = serial + DAYS_1904 * is_1904
    if EARLIEST_SERIAL <= days <= LATEST_SERIAL:
        return _EPOCH + dt.timedelta(days=int(days))
    return None


def read_date(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column of dates.

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
        A date; a date that can be read in two ways is reported and left empty.
    """
    del column
    if isinstance(raw, dt.datetime):
        return _from_moment(raw)
    if isinstance(raw, dt.date):
        return Reading(raw) if raw.year >= EARLIEST_YEAR else left_empty("destroyed_date")
    if isinstance(raw, (bool, dt.time, dt.timedelta)):
        return left_empty("not_a_date")
    text = as_text(raw)
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and (day := serial_date(float(text), is_1904=setting.is_1904)):
        return noted(day, "serial_read_as_date", read=day.isoformat())
    return _from_text(fold(text).strip("'\"` "), setting)


def _from_moment(raw: dt.datetime) -> Reading:
    if raw.year < EARLIEST_YEAR:
        return left_empty("destroyed_date")
    if raw.time() == dt.time():
        return Reading(raw.date())
    return noted(raw.date(), "time_dropped", read=raw.date().isoformat())


def _from_text(text: str, setting: Setting) -> Reading:
    found = _FULL.fullmatch(text) or _COMPACT.fullmatch(text) or _chinese_date(text)
    if found:
        return _checked(day_of(int(found[1]), int(found[2]), int(found[3])), found[4])
    if text in word_set("empty", "open_ended"):
        return noted(None, "open_ended")
    if _LUNAR.search(text):
        return left_empty("lunar_date")
    if _NO_DAY.fullmatch(text):
        return left_empty("date_without_day")
    if found := _DAY_FIRST.fullmatch(text):
        return _either_order(int(found[3]), int(found[1]), int(found[2]))
    if _TWO_DIGIT_YEAR.fullmatch(text):
        return left_empty("two_digit_year")
    if found := _SHORT.fullmatch(text):
        return _without_year(int(found[1]), int(found[2]), found[3], setting)
    return _english(text.lower())


def _chinese_date(text: str) -> re.Match[str] | None:
    found = _CHINESE_DATE.fullmatch(text)
    if found is None:
        return None
    year = "".join(str("〇一二三四五六七八九".index(digit.replace("零", "〇"))) for digit in found[1])
    return _FULL.fullmatch(f"{year}-{chinese_number(found[2])}-{chinese_number(found[3])}{found[4]}")


def _checked(day: dt.date | None, rest: str) -> Reading:
    if day is None:
        return left_empty("no_such_day")
    if not _REST.fullmatch(rest):
        return left_empty("several_dates" if re.search(r"\d", rest) else "not_a_date")
    if rest.strip() and not re.fullmatch(r"[\sT]*(?:[(]?(?:周|星期|礼拜).[)]?)?\s*(?:0?0:00(?::00(?:\.0+)?)?)?", rest):
        return noted(day, "time_dropped", read=day.isoformat())
    return Reading(day)


def _either_order(year: int, first: int, second: int) -> Reading:
    day_first, month_first = day_of(year, second, first), day_of(year, first, second)
    if day_first and month_first and day_first != month_first:
        return left_empty("ambiguous_date", one=day_first.isoformat(), other=month_first.isoformat())
    day = day_first or month_first
    return left_empty("no_such_day") if day is None else warned(day, "date_order_read", read=day.isoformat())


def _without_year(month: int, day: int, rest: str, setting: Setting) -> Reading:
    if not _REST.fullmatch(rest):
        return left_empty("not_a_date")
    if setting.year is None:
        return left_empty("date_without_year")
    found = day_of(setting.year, month, day)
    if found is None:
        return left_empty("no_such_day")
    if not setting.year_source:
        return Reading(found)
    return noted(found, "year_assumed", year=setting.year, source=setting.year_source, read=found.isoformat())


def _english(text: str) -> Reading:
    found = re.fullmatch(r"(\d{1,2})[- ]([a-z]{3,9})[-, ]+(\d{4})|([a-z]{3,9})[. ]+(\d{1,2}),? +(\d{4})", text)
    if found is None:
        return left_empty("not_a_date")
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    if month[:3] not in EN_MONTHS:
        return left_empty("not_a_date")
    return _checked(day_of(int(year), EN_MONTHS.index(month[:3]) + 1, int(day)), "")


def read_moment(raw: Any, column: Column, setting: Setting) -> Reading:
    """Read a cell of a column of moments: a date with a time of day.

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
        A datetime to the second, with the offset of China.
    """
    if isinstance(raw, dt.datetime):
        if not EARLIEST_YEAR <= raw.year <= LATEST_YEAR:
            return left_empty("destroyed_date")
        # Excel keeps a fraction of a day: whole seconds come back a few microseconds off.
        whole = (raw + dt.timedelta(milliseconds=500)).replace(microsecond=0)
        return Reading(whole.replace(tzinfo=CHINA) if whole.tzinfo is None else whole.astimezone(CHINA))
    text = (
        fold(as_text(raw)).replace("年", "-").replace("月", "-").replace("日", " ").replace("/", "-").replace(".", "-")
    )
    found = re.fullmatch(
        r"(\d{4})-(\d{1,2})-(\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:-\d+)?)?(Z|[+-]\d{2}:?\d{2})?", text
    )
    if found is None:
        day = read_date(raw, column, setting)
        if day.value is None:
            return left_empty("not_a_moment") if day.oddities[0].rule == "not_a_date" else day
        return warned(dt.datetime.combine(day.value, dt.time(), CHINA), "moment_without_time")
    day_found = day_of(int(found[1]), int(found[2]), int(found[3]))
    hour, minute, second = int(found[4]), int(found[5]), int(found[6] or 0)
    if (
        day_found is None
        or day_found.year > LATEST_YEAR
        or day_found.year < EARLIEST_YEAR
        or hour > 23
        or minute > 59
        or second > 59
    ):
        return left_empty("no_such_day")
    moment = dt.datetime.combine(day_found, dt.time(hour, minute, second), _offset(found[7]))
    return Reading(moment.astimezone(CHINA))


def _offset(text: str | None) -> dt.tzinfo:
    if not text:
        return CHINA
    if text == "Z":
        return dt.UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        return CHINA
    delta = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-delta if text[0] == "-" else delta)
