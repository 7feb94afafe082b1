"""When the work of a need would be done: one option a window, from which planning chooses."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.places import fold_place
from matching.affinity.policy import Policy
from matching.records import CHINA, Need, Window

# Hours are written with decimals; a window of 90 minutes holds 1.5 hours whatever a float says.
_SLACK = 1e-9


@dataclasses.dataclass(frozen=True, slots=True)
class Work:
    """One way to do a need: in one of its windows, or at a time still to be agreed.

    Attributes
    ----------
    need : int
        Index of the need.
    window : Window or None
        The window as stated; None where the need states none.
    stretch : Window or None
        The work itself: from the start of the window (or from now, if that is later) for the hours of the need.
    hours : float
        How long the work takes each person.
    day : date
        The day on which licences and ages are judged.
    is_over : bool
        Whether what is left of the window is too short.
    """

    need: int
    window: Window | None
    stretch: Window | None
    hours: float
    day: dt.date
    is_over: bool = False


def day_of(as_of: dt.date) -> dt.date:
    """Return the day in China of a date or a moment.

    Parameters
    ----------
    as_of : date or datetime
        A datetime has an offset.

    Returns
    -------
    day : date
    """
    return as_of.astimezone(CHINA).date() if isinstance(as_of, dt.datetime) else as_of


def work_options(needs: Sequence[Need], *, as_of: dt.date, policy: Policy) -> tuple[Work, ...]:
    """List the ways in which each need can be done.

    Parameters
    ----------
    needs : sequence of Need
        With what their events say filled in.
    as_of : date or datetime
        Now. Windows of the day itself are open when it is a date.
    policy : Policy
        Hours of a need that states none.

    Returns
    -------
    works : tuple of Work
        In the order of the needs; at least one each. Windows that are over are listed only where all are.
    """
    now = as_of if isinstance(as_of, dt.datetime) else dt.datetime.combine(as_of, dt.time(), CHINA)
    works: list[Work] = []
    for row, need in enumerate(needs):
        options = [_work(row, need, window, now, policy) for window in sorted(need.windows)]
        still = [option for option in options if not option.is_over]
        hours = need.hours if need.hours is not None else policy["default_hours"]
        works += still or options or [Work(row, None, None, hours, day_of(as_of))]
    return tuple(works)


def _work(row: int, need: Need, window: Window, now: dt.datetime, policy: Policy) -> Work:
    start = max(window.start, now)
    left = (window.end - start).total_seconds() / 3600
    hours = need.hours if need.hours is not None else min(policy["default_hours"], window.hours)
    # hours longer than the whole window are a slip that the reader has reported: the window counts
    hours = min(hours, window.hours)
    is_over = left < hours - _SLACK or left <= 0
    start = window.start if is_over else start
    end = min(start + dt.timedelta(hours=max(hours, 1 / 60)), window.end)
    stretch = Window(start.astimezone(CHINA), end.astimezone(CHINA))
    return Work(row, window, stretch, hours, stretch.start.date(), is_over)


def overlapping(works: Sequence[Work], needs: Sequence[Need], *, policy: Policy) -> NDArray[np.int64]:
    """Find the pairs of needs that one partner cannot both serve, with time to get from one to the other.

    Parameters
    ----------
    works : sequence of Work, one a need
        What is to be done when.
    needs : sequence of Need
        For their communities.
    policy : Policy
        Minutes between two jobs near to and far from each other.

    Returns
    -------
    pairs : ndarray of int, shape (m, 2)
        Indices of needs; works without a time never overlap.
    """
    timed = sorted((w for w in works if w.stretch), key=lambda w: (w.stretch.start, w.need) if w.stretch else ())
    if not timed:
        return np.zeros((0, 2), dtype=np.int64)
    where = [fold_place(needs[work.need].community or "") for work in timed]
    moments = np.array([[w.stretch.start.timestamp(), w.stretch.end.timestamp()] for w in timed if w.stretch]) / 60
    widest = max(policy["travel_minutes_near"], policy["travel_minutes_far"])
    pairs = []
    for a in range(len(timed)):
        # works are in the order of their start: none after the first that is clear of the widest gap can clash
        last = int(np.searchsorted(moments[:, 0], moments[a, 1] + widest))
        for b in range(a + 1, last):
            same = where[a] == where[b] != ""
            gap = policy["travel_minutes_near" if same else "travel_minutes_far"]
            if moments[b, 0] < moments[a, 1] + gap - _SLACK and not _same_spot(
                needs, timed[a], timed[b], moments, a, b
            ):
                pairs.append(sorted((timed[a].need, timed[b].need)))
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _same_spot(needs: Sequence[Need], one: Work, other: Work, moments: NDArray[np.float64], a: int, b: int) -> bool:
    """Tell whether two jobs follow each other at the same place, where there is no way to go."""
    here, there = needs[one.need], needs[other.need]
    is_same = here.place is not None and (here.community, here.place) == (there.community, there.place)
    return is_same and bool(moments[b, 0] >= moments[a, 1] - _SLACK)


def chosen_works(works: Sequence[Work], counts: Sequence[int]) -> tuple[Work, ...]:
    """Choose for each need the work that most people can do; the earliest of equals.

    Parameters
    ----------
    works : sequence of Work
        As `work_options` lists them.
    counts : sequence of int, one a work
        How many people can do it.

    Returns
    -------
    chosen : tuple of Work, one a need
    """
    rows = itertools.groupby(zip(works, counts, strict=True), key=lambda pair: pair[0].need)
    return tuple(max(options, key=lambda pair: pair[1])[0] for _, options in rows)
