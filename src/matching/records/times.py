"""Moments, windows of time and weekly slots, all in the time of China."""

import dataclasses
import datetime as dt

from matching.errors import CallError

CHINA = dt.timezone(dt.timedelta(hours=8), "CST")
"""The offset of China, which has known no summer time since 1991; no time-zone database is needed on Windows."""

DAY_MINUTES = 24 * 60
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def china_moment(day: dt.date, minute: int) -> dt.datetime:
    """Return the moment that lies a number of minutes into a day in China.

    Parameters
    ----------
    day : date
        The day.
    minute : int in [0, 1440]
        Minutes since midnight; 1440 is the midnight that ends the day.

    Returns
    -------
    moment : datetime
        With the offset +08:00.
    """
    return dt.datetime.combine(day, dt.time(), CHINA) + dt.timedelta(minutes=minute)


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of time on the calendar, start included, end excluded.

    Attributes
    ----------
    start, end : datetime
        With the offset +08:00; `end` is later than `start`.
    """

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise CallError(f"A window needs moments with an offset; got {self.start} and {self.end}.")
        if self.end <= self.start:
            raise CallError(f"A window must end after it starts; got {self.start} to {self.end}.")

    @property
    def hours(self) -> float:
        """Length in hours."""
        return (self.end - self.start).total_seconds() / 3600

    def overlaps(self, other: "Window") -> bool:
        """Return whether two windows share any time.

        Parameters
        ----------
        other : Window
            Another window.

        Returns
        -------
        shared : bool
        """
        return self.start < other.end and other.start < self.end

    def __str__(self) -> str:
        start, end = self.start.astimezone(CHINA), self.end.astimezone(CHINA)
        if start.date() == end.date():
            return f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}"
        if end.time() == dt.time() and end.date() - start.date() == dt.timedelta(days=1):
            return f"{start:%Y-%m-%d %H:%M}-24:00"
        return f"{start:%Y-%m-%d %H:%M}-{end:%Y-%m-%d %H:%M}"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class WeeklySlot:
    """A stretch of time that comes back every week.

    Attributes
    ----------
    weekday : int in [0, 6]
        0 is Monday.
    start, end : int in [0, 1440]
        Minutes since midnight; `end` is later than `start`.
    """

    weekday: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise CallError(f"weekday must be 0 (Monday) to 6 (Sunday); got {self.weekday}")
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise CallError(
                f"A slot runs from 0 to 1440 minutes and must end after it starts; got {self.start}-{self.end}"
            )

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.start // 60:02d}:{self.start % 60:02d}-{self.end // 60:02d}:{self.end % 60:02d}"
