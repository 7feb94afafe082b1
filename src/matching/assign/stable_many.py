"""Stable matching where both sides may have several: no two who are apart would both rather have each other."""

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.assign.problem import BoolArray, FloatArray, IntArray
from matching.errors import InvalidProblemError


@dataclass(frozen=True, slots=True, eq=False)
class _Game:
    need_value: FloatArray
    partner_value: FloatArray
    allowed: BoolArray
    wanted: IntArray
    seats: IntArray


def stable_match_many(
    need_value: npt.ArrayLike,
    partner_value: npt.ArrayLike,
    *,
    allowed: npt.ArrayLike,
    wanted: npt.ArrayLike = 1,
    capacity: npt.ArrayLike = 1,
) -> BoolArray:
    """Match needs that want several partners to partners that take several needs, stably.

    Deferred acceptance with needs proposing, each to as many partners as it still wants. Every side ranks single
    others; the result is stable pair by pair. Equal values are ordered by position, so that the same arrays give the same
    matching.

    Parameters
    ----------
    need_value, partner_value : array-like of float, shape (n_needs, n_partners)
        How much the need, and the partner, values the pair; finite.
    allowed : array-like of bool, shape (n_needs, n_partners)
        Pairs that may be made.
    wanted : int or array-like of int, shape (n_needs,), default=1
        How many partners each need wants.
    capacity : int or array-like of int, shape (n_partners,), default=1
        How many needs each partner can take.

    Returns
    -------
    chosen : ndarray of bool, shape (n_needs, n_partners)

    Raises
    ------
    InvalidProblemError
        When shapes differ or a value, a number wanted or a capacity is impossible.

    References
    ----------
    D. Gale and L. S. Shapley, "College admissions and the stability of marriage", 1962. A. E. Roth, "Stability and
    polarization of interests in job matching", 1984 (many to many).

    Examples
    --------
    >>> stable_match_many([[2, 1], [2, 1]], [[1, 1], [2, 2]], allowed=[[True, True], [True, True]]).tolist()
    [[False, True], [True, False]]
    """
    game = _read(need_value, partner_value, allowed, wanted, capacity)
    order = np.argsort(np.where(game.allowed, -game.need_value, np.inf), axis=1, kind="stable")
    width = game.allowed.sum(axis=1)
    asked = np.zeros(len(width), dtype=np.int64)
    left = game.wanted.copy()
    held: list[list[tuple[float, int]]] = [[] for _ in range(game.seats.size)]
    waiting = list(range(len(width)))[::-1]
    while waiting:
        need = waiting.pop()
        while left[need] and asked[need] < width[need]:
            partner = int(order[need, asked[need]])
            asked[need] += 1
            loser = _offer(held[partner], (float(game.partner_value[need, partner]), -need), int(game.seats[partner]))
            left[need] -= 1
            if loser is not None:
                left[loser] += 1
                if loser != need:
                    waiting.append(loser)
    chosen = np.zeros(game.allowed.shape, dtype=np.bool_)
    for partner, offers in enumerate(held):
        chosen[[-at for _, at in offers], partner] = True
    return chosen


def blocking_pairs(
    need_value: npt.ArrayLike,
    partner_value: npt.ArrayLike,
    chosen: npt.ArrayLike,
    *,
    allowed: npt.ArrayLike,
    wanted: npt.ArrayLike = 1,
    capacity: npt.ArrayLike = 1,
) -> tuple[tuple[int, int], ...]:
    """List the pairs that are apart and would both rather have each other than one of what they have.

    Parameters
    ----------
    need_value, partner_value : array-like of float, shape (n_needs, n_partners)
        As for `stable_match_many`.
    chosen : array-like of bool, shape (n_needs, n_partners)
        The matching.
    allowed : array-like of bool, shape (n_needs, n_partners)
        As for `stable_match_many`.
    wanted : int or array-like of int, shape (n_needs,), default=1
        Likewise.
    capacity : int or array-like of int, shape (n_partners,), default=1
        Likewise.

    Returns
    -------
    blocking : tuple of (need, partner)
        Pairs in which both strictly gain.
    """
    game = _read(need_value, partner_value, allowed, wanted, capacity)
    matched = np.asarray(chosen, dtype=np.bool_)
    worst_need = _worst(game.need_value, matched, game.wanted, axis=1)
    worst_partner = _worst(game.partner_value, matched, game.seats, axis=0)
    gains = (game.need_value > worst_need[:, None]) & (game.partner_value > worst_partner[None, :])
    found = np.argwhere(gains & game.allowed & ~matched)
    return tuple((int(need), int(partner)) for need, partner in found)


def _offer(offers: list[tuple[float, int]], offer: tuple[float, int], seats: int) -> int | None:
    """Hold an offer; return whom it turns away."""
    if seats == 0:
        return -offer[1]
    if len(offers) < seats:
        heapq.heappush(offers, offer)
        return None
    return -heapq.heappushpop(offers, offer)[1]


def _worst(value: FloatArray, matched: BoolArray, quota: IntArray, *, axis: int) -> FloatArray:
    """Return what each side would give up for one more: nothing while it has room, everything if it wants nobody."""
    least: FloatArray = np.where(matched, value, np.inf).min(axis=axis, initial=np.inf)
    has_room = matched.sum(axis=axis) < quota
    return np.where(quota == 0, np.inf, np.where(has_room, -np.inf, least))


def _read(need_value: Any, partner_value: Any, allowed: Any, wanted: Any, capacity: Any) -> _Game:
    ours, theirs = np.asarray(need_value, dtype=np.float64), np.asarray(partner_value, dtype=np.float64)
    may = np.asarray(allowed, dtype=np.bool_)
    if ours.ndim != 2 or ours.shape != theirs.shape or ours.shape != may.shape:
        raise InvalidProblemError(
            f"values and allowed must have one shape (n_needs, n_partners); got {ours.shape}, {theirs.shape}, {may.shape}."
        )
    if not (np.isfinite(ours[may]).all() and np.isfinite(theirs[may]).all()):
        raise InvalidProblemError("values of allowed pairs must be finite. Disallow a pair instead.")
    return _Game(
        ours, theirs, may, _quota("wanted", wanted, ours.shape[0]), _quota("capacity", capacity, ours.shape[1])
    )


def _quota(name: str, values: Any, size: int) -> IntArray:
    try:
        quota = np.array(np.broadcast_to(np.asarray(values), (size,)))
    except ValueError as error:
        raise InvalidProblemError(f"{name} must be one number or one each ({size}); got {values!r}.") from error
    if quota.size and (quota.dtype.kind not in "iu" or quota.min() < 0):
        raise InvalidProblemError(f"{name} must hold whole numbers >= 0; got {values!r}. Use 0 for nobody.")
    return quota.astype(np.int64)
