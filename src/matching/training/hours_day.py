"""Hours of one day: as many entries as the day has sessions, and none twice."""

from collections.abc import Iterable, Sequence

from matching.records import Window


def day_leave(leaves: Iterable[float], windows: Sequence[Window]) -> float:
    """Return the hours of leave of one day: of as many entries as the day has sessions.

    Parameters
    ----------
    leaves : iterable of float
        Hours of leave as entered.
    windows : sequence of Window
        Sessions of the day.

    Returns
    -------
    hours : float
    """
    return sum(sorted(leaves, reverse=True)[: max(len(windows), 1)])


def day_hours(
    entries: Sequence[float], windows: Sequence[Window], taken: Sequence[Window], left_out: list[str]
) -> float:
    """Return the hours of one day: as many entries as the day has sessions, less what overlaps with another course.

    Parameters
    ----------
    entries : sequence of float
        Hours as entered, the most first.
    windows : sequence of Window
        Sessions of the day.
    taken : sequence of Window
        Sessions of courses that keep the time.
    left_out : list of str
        Why hours do not count is added to it.

    Returns
    -------
    hours : float
    """
    most = max(len(windows), 1)
    if any(entries[most:]):
        left_out.append("repeated")
    hours = sum(entries[:most])
    if not taken:
        return hours
    length = sum(window.hours for window in windows)
    shared = sum(_overlap(window, taken) for window in windows)
    if length and shared:
        left_out.append("overlap")
        hours *= max(length - shared, 0.0) / length
    return hours


def _overlap(window: Window, others: Sequence[Window]) -> float:
    seconds = sum(
        max((min(window.end, other.end) - max(window.start, other.start)).total_seconds(), 0.0) for other in others
    )
    return seconds / 3600


def united_windows(windows: Sequence[Window]) -> list[Window]:
    """Join stretches that touch, so that nothing is counted as overlapping twice.

    Parameters
    ----------
    windows : sequence of Window
        In any order.

    Returns
    -------
    joined : list of Window
        In order, none touching another.
    """
    joined: list[Window] = []
    for window in sorted(windows):
        if joined and window.start <= joined[-1].end:
            joined[-1] = Window(joined[-1].start, max(joined[-1].end, window.end))
        else:
            joined.append(window)
    return joined
