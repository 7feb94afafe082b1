"""Short codes of time as the lists of words use them, turned into weekly slots and windows on the calendar.

``wd:am`` is every weekday morning, ``sat:eve`` a Saturday evening, ``fri2@18:30-20:30`` the second Friday after the day
on which the district is looked at. Several are separated by spaces (all of them) or ``|`` (one of them).
"""

import datetime as dt
import random
import re

from matching.records import WeeklySlot, Window, china_moment
from matching.samples.texts import some

_DAYS = {
    "mon": (0,),
    "tue": (1,),
    "wed": (2,),
    "thu": (3,),
    "fri": (4,),
    "sat": (5,),
    "sun": (6,),
    "wd": (0, 1, 2, 3, 4),
    "we": (5, 6),
}
_PARTS = {"early": (360, 510), "am": (480, 720), "noon": (660, 840), "pm": (840, 1080), "eve": (1110, 1260),
          "all": (480, 1080)}  # fmt: skip
_FIXED = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(\d)@(\d\d):(\d\d)-(\d\d):(\d\d)")
WEEKS = 4


def weekly_slots(code: str) -> tuple[WeeklySlot, ...]:
    """Return the weekly slots of a code.

    Parameters
    ----------
    code : str
        For example ``"wd:am sat:pm"``; empty where nothing was said.

    Returns
    -------
    slots : tuple of WeeklySlot
        In the order of the week.
    """
    slots = []
    for item in code.split():
        days, part = item.split(":")
        slots += [WeeklySlot(day, *_PARTS[part]) for day in _DAYS[days]]
    return tuple(sorted(slots))


def day_after(as_of: dt.date, weekday: int, week: int) -> dt.date:
    """Return the n-th given weekday after a day.

    Parameters
    ----------
    as_of : date
        The day, itself not counted.
    weekday : int in [0, 6]
        0 is Monday.
    week : int
        From 1.

    Returns
    -------
    day : date
        At most 28 days after `as_of` for a week up to 4.

    Examples
    --------
    >>> day_after(dt.date(2024, 7, 31), 5, 2)
    datetime.date(2024, 8, 10)
    """
    return as_of + dt.timedelta(days=(weekday - as_of.weekday() - 1) % 7 + 1 + 7 * (week - 1))


def fixed_window(code: str, as_of: dt.date, *, shift: int = 0) -> Window | None:
    """Return the window of a code that names day and hours.

    Parameters
    ----------
    code : str
        For example ``"sat2@08:30-11:30"``.
    as_of : date
        The day on which the district is looked at.
    shift : int, default=0
        Weeks to move it by, around the four weeks.

    Returns
    -------
    window : Window or None
        None where the code names only a part of a day.
    """
    found = _FIXED.fullmatch(code)
    if found is None:
        return None
    name, *numbers = found.groups()
    week, start_hour, start_minute, end_hour, end_minute = (int(number) for number in numbers)
    day = day_after(as_of, _DAYS[name][0], (week - 1 + shift) % WEEKS + 1)
    return Window(china_moment(day, start_hour * 60 + start_minute), china_moment(day, end_hour * 60 + end_minute))


def draw_window(rng: random.Random, code: str, as_of: dt.date, *, hours: float, weeks: int, shift: int) -> Window:
    """Return a window of at least `hours` that fits one of the choices of a code.

    Parameters
    ----------
    rng : random.Random
        Stream of random numbers.
    code : str
        For example ``"sat:am|wd:eve"``.
    as_of : date
        The day on which the district is looked at.
    hours : float
        Length of the work.
    weeks : int in [1, 4]
        The window starts within so many weeks.
    shift : int
        Weeks to move a fixed window by.

    Returns
    -------
    window : Window
    """
    chosen = rng.choice(code.split("|"))
    fixed = fixed_window(chosen, as_of, shift=shift)
    if fixed is not None:
        return fixed
    days, part = chosen.split(":")
    weekday = rng.choice(_DAYS[days])
    opens, closes = _PARTS[part]
    length = round(hours * 60)
    starts = range(opens, max(closes - length, opens) + 1, 30)
    start = rng.choice(starts)
    spare = 30 if some(rng, 0.3) and start + length + 30 <= closes else 0
    day = day_after(as_of, weekday, rng.randint(1, weeks))
    return Window(china_moment(day, start), china_moment(day, start + length + spare))
