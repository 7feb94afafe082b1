"""When partners are free, and how much of a window that covers."""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.records import CHINA, WeeklySlot, Window

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_DAY = 24 * 60


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class FreeTime:
    """The weekly slots of all partners, those that touch joined into one.

    Attributes
    ----------
    owner, weekday, start, end : ndarray of int, shape (n_slots,)
        Minutes since midnight.
    is_stated : ndarray of bool, shape (n_partners,)
        False where a partner said nothing, which is not the same as never.
    """

    owner: NDArray[np.int64]
    weekday: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    is_stated: Bools


def read_free_time(available: Sequence[Sequence[WeeklySlot]]) -> FreeTime:
    """Join the slots of each partner that touch or overlap.

    Parameters
    ----------
    available : sequence of sequence of WeeklySlot, length n_partners
        As stated.

    Returns
    -------
    free : FreeTime
    """
    rows: list[tuple[int, int, int, int]] = []
    for owner, slots in enumerate(available):
        for slot in sorted(slots):
            if rows and rows[-1][:2] == (owner, slot.weekday) and slot.start <= rows[-1][3]:
                rows[-1] = (*rows[-1][:3], max(rows[-1][3], slot.end))
            else:
                rows.append((owner, slot.weekday, slot.start, slot.end))
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    columns = table.T
    is_stated = np.array([bool(slots) for slots in available], dtype=np.bool_)
    return FreeTime(columns[0], columns[1], columns[2], columns[3], is_stated)


def free_shares(free: FreeTime, windows: Sequence[Window | None]) -> Floats:
    """Return which share of each window each partner is free.

    Parameters
    ----------
    free : FreeTime
        Of the partners.
    windows : sequence of Window or None, length n_windows
        None where no time is stated.

    Returns
    -------
    shares : ndarray of float in [0, 1], shape (n_windows, n_partners)
        ``nan`` where the partner, or the window, is not stated.
    """
    shares = np.full((len(windows), free.is_stated.size), np.nan)
    known: dict[Window, Floats] = {}
    for row, window in enumerate(windows):
        if window is None:
            continue
        if window not in known:
            known[window] = _free_share(free, window)
        shares[row] = known[window]
    return shares


def free_share_of(free: FreeTime, partner: int, window: Window) -> float:
    """Return which share of a window one partner is free.

    Parameters
    ----------
    free : FreeTime
        Of the partners.
    partner : int
        Index.
    window : Window
        As stated.

    Returns
    -------
    share : float in [0, 1]
        ``nan`` where the partner's time is not stated.
    """
    first, last = np.searchsorted(free.owner, [partner, partner + 1])  # in the order of the partners
    mine = slice(int(first), int(last))
    owner = np.zeros(int(last - first), dtype=np.int64)
    is_stated = free.is_stated[partner : partner + 1]
    alone = FreeTime(owner, free.weekday[mine], free.start[mine], free.end[mine], is_stated)
    return float(_free_share(alone, window)[0])


def _free_share(free: FreeTime, window: Window) -> Floats:
    minutes = np.zeros(free.is_stated.size)
    total = 0
    for weekday, start, end in day_pieces(window):
        today = free.weekday == weekday
        shared = np.minimum(free.end[today], end) - np.maximum(free.start[today], start)
        minutes += np.bincount(free.owner[today], weights=np.maximum(shared, 0), minlength=minutes.size)
        total += end - start
    share: Floats = np.where(free.is_stated, np.minimum(minutes / max(total, 1), 1.0), np.nan)
    return share


def day_pieces(window: Window) -> Iterator[tuple[int, int, int]]:
    """Cut a window at the midnights of China.

    Parameters
    ----------
    window : Window
        Of any length.

    Yields
    ------
    weekday, start, end : int
        0 is Monday; minutes since midnight, at least one minute each.
    """
    start, end = window.start.astimezone(CHINA), window.end.astimezone(CHINA)
    midnight = dt.datetime.combine(start.date(), dt.time(), CHINA)
    while midnight < end:
        first = max((start - midnight).total_seconds() / 60, 0)
        last = min((end - midnight).total_seconds() / 60, _DAY)
        if last - first >= 1:
            yield midnight.weekday(), int(first), int(-(-last // 1))
        midnight += dt.timedelta(days=1)
