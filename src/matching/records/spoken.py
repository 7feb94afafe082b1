"""Numbers and dates in the words that people use, wherever they are read: in a cell or in prose."""

import datetime as dt

_CHINESE = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
EN_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def chinese_number(text: str) -> int | None:
    """Return a number below one hundred that is written in Chinese.

    Parameters
    ----------
    text : str
        For example ``"十二"``.

    Returns
    -------
    number : int or None
        None where the text is no such number.

    Examples
    --------
    >>> chinese_number("二十三"), chinese_number("两"), chinese_number("很多")
    (23, 2, None)
    """
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CHINESE.get(text)
    if (tens and tens not in _CHINESE) or (ones and ones not in _CHINESE):
        return None
    return (_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0)


def day_of(year: int, month: int, day: int) -> dt.date | None:
    """Return a date, or None where the calendar has no such day.

    Parameters
    ----------
    year, month, day : int
        Any numbers.

    Returns
    -------
    date : date or None
    """
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None
