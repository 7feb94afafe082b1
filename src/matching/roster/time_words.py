"""Cuts what people write about time into dates, weekdays, hours, dashes and separators."""

import dataclasses
import datetime as dt
import enum
import functools
import re

from matching.records import chinese_number, day_of
from matching.roster.readings import word_set, words
from matching.roster.texts import fold


class TimeWord(enum.StrEnum):
    """What a piece of text about time is."""

    DAY = "day"  # value: date
    WEEKDAY = "weekday"  # value: tuple of weekdays
    HOUR = "hour"  # value: minutes since midnight
    PART = "part"  # value: (start, end) in minutes
    DASH = "dash"
    BREAK = "break"


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """One piece of text about time.

    Attributes
    ----------
    word : TimeWord
        What it is.
    value : object
        See `TimeWord`.
    text : str
        As written.
    half : str
        For an hour: the part of the day that was written before it, else empty.
    is_exact : bool
        For an hour: whether it leaves no doubt between morning and afternoon.
    """

    word: TimeWord
    value: object = None
    text: str = ""
    half: str = ""
    is_exact: bool = True


class UnreadTimeError(ValueError):
    """A text about time holds something that is not understood; the argument is the name of the rule."""


_FULL_DAY = r"(?P<year>\d{4})[-./年] ?(?P<month>\d{1,2})[-./月] ?(?P<day>\d{1,2})(?:[日号]|(?!\d))"
_COMPACT_DAY = r"(?P<cyear>20\d{2})(?P<cmonth>[01]\d)(?P<cday>[0-3]\d)(?!\d)"
_SHORT_DAY = r"(?P<smonth>\d{1,2})(?:月 ?(?P<sday>\d{1,2})(?:[日号]|(?!\d))|/(?P<slash>\d{1,2})(?![\d/]))"
_ONLY_DAY = r"(?P<only>\d{1,2})[日号]"
_HOUR = r"(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d)|[点时](?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<after>\d{1,2})分?)?(?:钟|整)?)"
_CHINESE_HOUR = r"(?P<chour>[一二两三四五六七八九十]{1,3})[点时](?:(?P<chalf>半)|(?P<cquarter>[一三])刻)?(?:钟|整)?"
_BARE_HOUR = r"(?P<bare>\d{1,2})(?= ?(?:-|am|pm|$|[、,;]))"
_DASH = r"-+|~+|(?:至|到|直到)"
_SPACE = r"[\s、,;/&和及与+()。|]+"
_NEGATION = re.compile("不|除|非|没|无|别|勿|except|not|no ")


@functools.cache
def _pattern() -> re.Pattern[str]:
    def either(entries: object) -> str:
        return "|".join(re.escape(word) for word in sorted(entries, key=len, reverse=True))  # type: ignore[call-overload]

    halves = either([word for group in words("half_day").values() for word in group if not word.isascii()])
    parts = [
        _FULL_DAY, _COMPACT_DAY, _SHORT_DAY, _ONLY_DAY,
        rf"(?P<weekday>{either(words('weekday'))})",
        rf"(?P<before>{halves})? ?(?:{_HOUR}|{_CHINESE_HOUR})(?: ?(?P<ampm>am|pm))?",
        rf"(?P<part>{either(words('day_part'))})(?! ?\d{{1,2}}(?:[-~至到 ]|$))",
        rf"(?P<bbefore>{halves})? ?{_BARE_HOUR}(?: ?(?P<bampm>am|pm))?",
        rf"(?P<ignored>{either(word_set('time', 'ignored'))})",
        rf"(?P<dash>{_DASH})", rf"(?P<break>{_SPACE})",
    ]  # fmt: skip
    return re.compile("|".join(parts))


def cut_time(text: str, *, year: int | None) -> list[Piece]:
    """Cut a text about time into pieces.

    Parameters
    ----------
    text : str
        As typed.
    year : int or None
        The year of dates that name none.

    Returns
    -------
    pieces : list of Piece

    Raises
    ------
    UnreadTimeError
        If a part of the text is not about time, or a date has no year.
    """
    folded = _folded(text)
    if _NEGATION.search(folded):
        raise UnreadTimeError("not_a_time")
    pattern, pieces, at = _pattern(), [], 0
    latest: dt.date | None = None
    while at < len(folded):
        found = pattern.match(folded, at)
        if found is None or found.end() == at:
            raise UnreadTimeError("lunar_date" if re.search("农历|[初廿腊]", folded) else "not_a_time")
        at = found.end()
        piece = _piece(found, year, latest)
        if piece is not None:
            pieces.append(piece)
            latest = piece.value if isinstance(piece.value, dt.date) else latest
    return pieces


def _folded(text: str) -> str:
    folded = fold(text).lower().replace("星期", "周").replace("礼拜", "周")
    folded = re.sub(r"每(?=周|工作日|双休)|每逢", "", folded)
    folded = re.sub(r"(?<=周[一二三四五六日])( ?[-至到~]+ ?)([一二三四五六日])(?![点时月])", r"\1周\2", folded)
    return re.sub(r"周([一二三四五六日天](?:[、,/]?[一二三四五六日天](?![点时月]))+)", _spell_weekdays, folded)


def _spell_weekdays(found: re.Match[str]) -> str:
    """Spell 周一三五 and 周一、三、五 as 周一、周三、周五."""
    return "、".join(f"周{day}" for day in re.sub("[、,/]", "", found[1]))


def _piece(found: re.Match[str], year: int | None, latest: dt.date | None) -> Piece | None:
    parts = found.groupdict()
    text = found[0].strip()
    if parts["dash"]:
        return Piece(TimeWord.DASH, text=text)
    if parts["break"]:
        return Piece(TimeWord.BREAK, text=text)
    if parts["ignored"]:
        return None
    if parts["weekday"]:
        return Piece(TimeWord.WEEKDAY, tuple(words("weekday", parts["weekday"])), text)
    if parts["part"]:
        start, end = words("day_part", parts["part"])
        return Piece(TimeWord.PART, (start, end), text)
    if parts["year"] or parts["cyear"] or parts["smonth"] or parts["only"]:
        return Piece(TimeWord.DAY, _day(parts, year, latest), text)
    return _hour(parts, text)


def _day(parts: dict[str, str | None], year: int | None, latest: dt.date | None) -> dt.date:
    if parts["year"] or parts["cyear"]:
        numbers = [int(parts[name] or parts["c" + name] or 0) for name in ("year", "month", "day")]
        day = day_of(*numbers)
    elif parts["smonth"]:
        in_year = latest.year if latest else year
        if in_year is None:
            raise UnreadTimeError("date_without_year")
        day = day_of(in_year, int(parts["smonth"]), int(parts["sday"] or parts["slash"] or 0))
    elif latest:
        day = day_of(latest.year, latest.month, int(parts["only"] or 0))
    else:
        raise UnreadTimeError("not_a_time")
    if day is None or not 1900 < day.year < 9999:
        raise UnreadTimeError("no_such_day")
    return day


def _hour(parts: dict[str, str | None], text: str) -> Piece:
    hour = parts["hour"] or parts["bare"]
    number = int(hour) if hour else chinese_number(parts["chour"] or "")
    half = parts["before"] or parts["bbefore"] or parts["ampm"] or parts["bampm"] or ""
    if number is None:
        raise UnreadTimeError("not_a_time")
    minute = int(parts["minute"] or parts["after"] or 0)
    if parts["half"] or parts["chalf"]:
        minute = 30
    if quarter := parts["quarter"] or parts["cquarter"]:
        minute = 15 if quarter == "一" else 45
    if number > 24 or minute > 59 or (number == 24 and minute):
        raise UnreadTimeError("not_a_time")
    padded = bool(hour and len(hour) == 2 and parts["minute"])
    exact = padded or number >= 6
    return Piece(TimeWord.HOUR, number * 60 + minute, text, half, exact)


def in_half(minute: int, half: str) -> int:
    """Place an hour in the part of the day that was written before it.

    Parameters
    ----------
    minute : int
        Minutes since midnight as written.
    half : str
        A word such as 下午, or empty.

    Returns
    -------
    minute : int
        Minutes since midnight as meant.

    Raises
    ------
    UnreadTimeError
        If hour and word contradict each other.

    Examples
    --------
    >>> in_half(3 * 60, "下午") // 60, in_half(15 * 60, "下午") // 60, in_half(12 * 60 + 30, "中午") // 60
    (15, 15, 12)
    """
    if half == "am" and 12 * 60 <= minute < 13 * 60:
        return minute - 12 * 60
    if half in words("half_day", "morning"):
        if minute > 13 * 60:
            raise UnreadTimeError("time_contradicts")
        return minute
    if half in words("half_day", "noon"):
        return minute + 12 * 60 if minute < 4 * 60 else minute
    if half in words("half_day", "night"):
        if minute == 12 * 60:  # 晚上12点 is midnight
            return 24 * 60
        if minute < 5 * 60:
            raise UnreadTimeError("time_ambiguous")
    return minute + 12 * 60 if half and minute < 12 * 60 else minute
