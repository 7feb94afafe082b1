"""Stretches of days and of hours, from the marks of time in a notice."""

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence

from matching.affinity.notice_marks import Mark, MarkKind, resolve_relative
from matching.errors import CallError
from matching.records import WEEKDAYS, day_of
from matching.records.times import DAY_MINUTES

_DASH = re.compile(
    r"\s*[)\]]?\s*(?:-+|~+|[—–―‐−─]+|至|到|直到|to|until|till|through|thru|and ends?)+\s*(?:次日|第二天|翌日|次年|翌年|当天|当日|the next day|[(\[])?\s*"
)
_EN_LAST_DAY = re.compile(r"\s?(?:-|–|—|to|through)\s?(\d{1,2})(?:st|nd|rd|th)?(?![\d:]|\s?[ap]m)")
# A date that names no year lies this far before the day of publication at most: a notice may be put up late.
LATE_DAYS = 60


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class DateSpan:
    """Days on which help is wanted.

    Attributes
    ----------
    first, last : date
        Both included.
    weekdays : tuple of int
        Which days of the week; empty for all of them. 0 is Monday.
    """

    first: dt.date
    last: dt.date
    weekdays: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise CallError(f"Days must end after they begin; got {self.first} to {self.last}.")

    def days(self) -> tuple[dt.date, ...]:
        """Return every day.

        Returns
        -------
        days : tuple of date
        """
        length = (self.last - self.first).days + 1
        every = (self.first + dt.timedelta(days=each) for each in range(length))
        return tuple(day for day in every if not self.weekdays or day.weekday() in self.weekdays)

    def __str__(self) -> str:
        words = self.first.isoformat() if self.first == self.last else f"{self.first}~{self.last}"
        return words + (f" {'、'.join(WEEKDAYS[each] for each in self.weekdays)}" if self.weekdays else "")


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class ClockSpan:
    """Hours of a day in which help is wanted.

    Attributes
    ----------
    start : int in [0, 1440)
        Minutes since midnight.
    end : int or None
        Minutes since the same midnight, above 1440 where it is the next day; None where the notice names none.
    """

    start: int
    end: int | None = None

    def __str__(self) -> str:
        return _clock(self.start) + (f"-{_clock(self.end)}" if self.end is not None else "-?")


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@dataclasses.dataclass(frozen=True, slots=True)
class ReadDays:
    """Days, the stretch that they were read from, and what is doubtful about them.

    Attributes
    ----------
    span : DateSpan or None
        None where they could not be placed in the calendar.
    start, end : int
        Half-open stretch of the folded text.
    doubts : tuple of str
        Names of questions; empty where nothing is doubtful.
    """

    span: DateSpan | None
    start: int
    end: int
    doubts: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class ReadHours:
    """Hours, the stretch that they were read from, and what is doubtful about them.

    Attributes
    ----------
    span : ClockSpan or None
        None where they could be meant in two ways.
    start, end : int
        Half-open stretch of the folded text.
    doubts : tuple of str
        Names of questions; empty where nothing is doubtful.
    """

    span: ClockSpan | None
    start: int
    end: int
    doubts: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Calendar:
    """What is known of the year that a notice speaks of.

    Attributes
    ----------
    published : date or None
        The day on which it was put up.
    stated_year : int or None
        The year that the caller states.
    text_year : int or None
        The only year that the text names.
    """

    published: dt.date | None
    stated_year: int | None
    text_year: int | None

    def place(self, month: int, day: int, weekday: int | None) -> tuple[dt.date | None, tuple[str, ...]]:
        """Find the year of a date that names none.

        Parameters
        ----------
        month, day : int
            As written.
        weekday : int or None
            The day of the week that stands beside it.

        Returns
        -------
        date : date or None
        doubts : tuple of str
        """
        year = self.stated_year or self.text_year
        if year is not None:
            found = day_of(year, month, day)
            return found, ("no_such_day",) if found is None else ()
        if self.published is None:
            return None, ("year_missing",)
        options = [day_of(self.published.year + each, month, day) for each in (-1, 0, 1)]
        earliest = self.published - dt.timedelta(days=LATE_DAYS)
        found = next((each for each in options if each is not None and each >= earliest), None)
        if found is None:
            return None, ("no_such_day",)
        return found, () if weekday == found.weekday() else ("year_assumed",)


def read_days(
    marks: Sequence[Mark], at: int, text: str, calendar: Calendar, *, latest: dt.date | None
) -> tuple[list[ReadDays], int]:
    """Read the date, or the range of dates, that begins at a mark.

    Parameters
    ----------
    marks : sequence of Mark
        In the order of the text.
    at : int
        The mark to begin with: of the kind `DAY`, `ONLY` or `RELATIVE`.
    text : str
        Folded.
    calendar : Calendar
        Gives the year.
    latest : date or None
        The date before: gives the month to a day alone, and the year.

    Returns
    -------
    days : list of ReadDays
    used : int
        How many marks were used.
    """
    mark = marks[at]
    if mark.kind is MarkKind.RELATIVE:
        if calendar.published is None:
            return [ReadDays(None, mark.start, mark.end, ("relative_unknown",))], 1
        days = resolve_relative(mark, calendar.published)
        return [ReadDays(DateSpan(day, day), mark.start, mark.end, ("relative_date",)) for day in days], 1
    first, doubts = _date(mark, calendar, latest, _weekday_beside(marks, at, text))
    following = marks[at + 1] if at + 1 < len(marks) else None
    is_range = (
        following is not None
        and following.kind in {MarkKind.DAY, MarkKind.ONLY}
        and _DASH.fullmatch(text, mark.end, following.start)
    )
    if following is None or not is_range:
        return _open_days(mark, first, doubts, text)
    if first is None:
        return [ReadDays(None, mark.start, following.end, doubts)], 2
    last = _end_date(following, first)
    if last is None or last < first or (last - first).days > 366:
        return [ReadDays(DateSpan(first, first), mark.start, following.end, (*doubts, "date_order"))], 2
    return [ReadDays(DateSpan(first, last), mark.start, following.end, doubts)], 2


def _open_days(mark: Mark, first: dt.date | None, doubts: tuple[str, ...], text: str) -> tuple[list[ReadDays], int]:
    """Read a date alone, or the English way to write a range: April 2-8."""
    tail = _EN_LAST_DAY.match(text, mark.end) if re.search("[a-z]", text[mark.start : mark.end]) else None
    if first is None:
        return [ReadDays(None, mark.start, mark.end, doubts)], 1
    last = first
    end = mark.end
    if tail is not None and (found := day_of(first.year, first.month, int(tail[1]))) and found >= first:
        last, end = found, tail.end()
    if re.match(r"\s*(?:起|开始|onwards?|以后|之后)(?!报名)", text[end:]) and last == first:
        doubts = (*doubts, "end_date_missing")
    return [ReadDays(DateSpan(first, last), mark.start, end, doubts)], 1


def _weekday_beside(marks: Sequence[Mark], at: int, text: str) -> int | None:
    mark = marks[at]
    if len(mark.weekdays) == 1:
        return mark.weekdays[0]
    following = marks[at + 1] if at + 1 < len(marks) else None
    if following is None or following.kind is not MarkKind.WEEKDAYS or len(following.weekdays) != 1:
        return None
    return following.weekdays[0] if re.fullmatch(r"\s*[(\[,]?\s*", text[mark.end : following.start]) else None


def _date(
    mark: Mark, calendar: Calendar, latest: dt.date | None, weekday: int | None
) -> tuple[dt.date | None, tuple[str, ...]]:
    doubts: tuple[str, ...] = (
        () if mark.is_sure or mark.kind is MarkKind.ONLY or mark.year is None else ("date_order_unsure",)
    )
    if mark.kind is MarkKind.ONLY:
        found = day_of(latest.year, latest.month, mark.day or 0) if latest else None
        return found, ("date_missing",) if found is None else ()
    if mark.year is not None:
        found = day_of(mark.year, mark.month or 0, mark.day or 0)
    elif latest is not None and calendar.stated_year is None:
        found = _after(latest, mark)
    else:
        found, more = calendar.place(mark.month or 0, mark.day or 0, weekday)
        doubts = (*doubts, *more)
    if found is not None and weekday is not None and found.weekday() != weekday:
        doubts = (*doubts, "weekday_differs")
    return found, doubts


def _after(latest: dt.date, mark: Mark) -> dt.date | None:
    """Place a later date of the same notice: in the same year, unless that leads half a year back."""
    found = day_of(latest.year, mark.month or 0, mark.day or 0)
    if found is not None and (latest - found).days > 183:
        return day_of(latest.year + 1, mark.month or 0, mark.day or 0)
    return found


def _end_date(mark: Mark, first: dt.date) -> dt.date | None:
    if mark.kind is MarkKind.ONLY:
        return day_of(first.year, first.month, mark.day or 0)
    if mark.year is not None:
        return day_of(mark.year, mark.month or 0, mark.day or 0)
    found = day_of(first.year, mark.month or 0, mark.day or 0)
    later = day_of(first.year + 1, mark.month or 0, mark.day or 0)
    # 12月30日至1月2日 crosses the year; 4月9日至4月3日 is a mistake.
    is_next_year = found is not None and found < first and later is not None and (later - first).days <= 183
    return later if is_next_year else found


def read_hours(marks: Sequence[Mark], at: int, text: str, *, half: str) -> tuple[ReadHours, int]:
    """Read the hours, from one to another or one alone, that begin at a mark.

    Parameters
    ----------
    marks : sequence of Mark
        In the order of the text.
    at : int
        The mark to begin with, of the kind `HOUR`.
    text : str
        Folded.
    half : str
        The part of the day that was written before it as a mark of its own, or empty.

    Returns
    -------
    hours : ReadHours
    used : int
        How many marks were used.
    """
    begin = marks[at]
    half = begin.half or half
    following = marks[at + 1] if at + 1 < len(marks) else None
    is_range = (
        following is not None and following.kind is MarkKind.HOUR and _DASH.fullmatch(text, begin.end, following.start)
    )
    if following is None or not is_range:
        alone = _minute(begin, half)
        only = None if alone is None else ClockSpan(alone % DAY_MINUTES)
        return ReadHours(only, begin.start, begin.end, () if only is not None else ("hour_unsure",)), 1
    start = _minute(begin, half or _from_end(begin, following))
    end = _end_minute(following, half, start)
    if start is None or end is None:
        return ReadHours(None, begin.start, following.end, ("hour_unsure",)), 2
    doubts: tuple[str, ...] = ()
    if end <= start:
        start, end, doubts = _turned(begin, following, start, end, text)
    span = None if end is None else ClockSpan(start % DAY_MINUTES, end)
    return ReadHours(span, begin.start, following.end, doubts), 2


def _turned(begin: Mark, following: Mark, start: int, end: int, text: str) -> tuple[int, int | None, tuple[str, ...]]:
    """Read an end before its start: the next morning after an evening, an afternoon that was not said, or a mistake."""
    said_next = re.search("次日|第二天|翌日|next day", text[begin.end : following.start])
    if said_next or (start >= 18 * 60 and (following.half in {"am", "midnight"} or end == 0)):
        return start, end + DAY_MINUTES, ()
    if start >= 18 * 60 and end <= 9 * 60 and not following.half:
        return start, end + DAY_MINUTES, ("next_morning",)
    if not following.half and start < 12 * 60 < end + 12 * 60 and end + 12 * 60 > start and end < 9 * 60:
        return start, end + 12 * 60, ("afternoon_assumed",)
    return start, None, ("hour_order",)


def _from_end(begin: Mark, following: Mark) -> str:
    """In English 2-4pm says pm of both, 10-2pm of the end alone."""
    if following.half not in {"am", "pm"} or begin.minute >= 13 * 60:
        return ""
    later = following.minute % (12 * 60) + (12 * 60 if following.half == "pm" else 0)
    same = begin.minute % (12 * 60) + (12 * 60 if following.half == "pm" else 0)
    return following.half if same < later else "am"


def _minute(mark: Mark, half: str) -> int | None:
    """Place an hour in the day; None where it could be meant in two ways."""
    minute = mark.minute
    if half == "midnight":
        return DAY_MINUTES
    if half == "noon":
        return minute + 12 * 60 if minute < 4 * 60 else minute
    if half == "am":
        return minute - 12 * 60 if 12 * 60 <= minute < 13 * 60 and "am" in mark.half and minute == 12 * 60 else minute
    if half in {"pm", "night"}:
        if half == "night" and (minute == 12 * 60 or minute < 5 * 60):
            return DAY_MINUTES if minute == 12 * 60 else None
        return minute + 12 * 60 if minute < 12 * 60 else minute
    return minute if mark.is_sure else None


def _end_minute(mark: Mark, half: str, start: int | None) -> int | None:
    if mark.half:
        return _minute(mark, mark.half)
    if mark.minute >= 13 * 60 or start is None:
        return mark.minute if mark.minute >= 6 * 60 else None
    if half in {"pm", "night", "noon"}:
        later = mark.minute + 12 * 60 if mark.minute < 12 * 60 else mark.minute
        # 晚上11点到1点 runs into the next day
        return later if later > start else (mark.minute + DAY_MINUTES if half == "night" else later)
    return mark.minute
