"""One look at all pairs that are allowed, at prices: the best of each need, and what no choice can exceed."""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import scipy.sparse as sp

from matching.affinity.fused_rows import FusedPairs, Side
from matching.affinity.search_state import Floats, Floats32, Ints, Ints32
from matching.errors import MissingExtraError

# Needs taken at a time: their line of sums and their lists of words stay in the processor's caches.
_NEEDS_A_TILE = 128
# Seats of a partner that are told apart; further ones count as worth as much as the last of these.
_MOST_SEATS = 8
# More than any pair is worth; less than what marks one that is not allowed.
_FAR = 1e29
# Half a unit in the last place of single precision, for sums of a few terms.
_ROUNDING = 2.4e-7


@dataclass(frozen=True, slots=True, eq=False)
class PairList:
    """Some pairs with their scores; needs and partners are numbered in the order of their blocks.

    Attributes
    ----------
    need_ptr : ndarray of int64, shape (n_needs + 1,)
        Pairs of need ``i`` are ``need_ptr[i]:need_ptr[i + 1]``.
    partner : ndarray of int32, shape (n_pairs,)
        Ascending within a need.
    score : ndarray of float32, shape (n_pairs,)
    """

    need_ptr: Ints
    partner: Ints32
    score: Floats32

    def merge(self, other: "PairList") -> "PairList":
        """Return the pairs of both lists.

        Parameters
        ----------
        other : PairList
            Of the same needs.

        Returns
        -------
        both : PairList
        """
        lists = ((one.need_ptr, one.partner, one.score) for one in (self, other))
        return PairList(*load_loops().merge_lists(*lists))


@dataclass(frozen=True, slots=True, eq=False)
class PairScan:
    """What one look at all pairs showed.

    Attributes
    ----------
    best : PairList
        The best pairs of each need at the prices.
    n_allowed : int
        Pairs that are allowed, each looked at; partners without capacity are not.
    bound : float
        No choice among them is worth more; infinite where no prices of needs were given.
    """

    best: PairList
    n_allowed: int
    bound: float


def scan_pairs(
    pairs: FusedPairs,
    *,
    keep: int,
    partner_price: Floats,
    need_price: Floats | None = None,
    n_threads: int | None = None,
) -> PairScan:
    """Score every allowed pair and list, for each need, those that are worth most above the partner's price.

    Parameters
    ----------
    pairs : FusedPairs
    keep : int
        At most so many pairs a need, or a few more than it wants people.
    partner_price : ndarray of float, shape (n_partners,)
        At least 0.
    need_price : ndarray of float, shape (n_needs,), optional
        At least 0: only pairs above it are listed, and the bound over all pairs is computed.
    n_threads : int, optional
        By default one a core. The result does not depend on it.

    Returns
    -------
    scan : PairScan

    Notes
    -----
    With prices ``u`` of people and ``v`` of seats no choice is worth more than ``sum_i top_{d_i}(s_ij - v_j)+ + sum_j c_j v_j``,
    nor more than ``sum_i d_i u_i + sum_j top_{c_j}(s_ij - u_i)+``, both over all allowed pairs. The smaller of the two is
    the bound: the second counts a partner that was overlooked once, and not for every need that would have it.

    References
    ----------
    Weak duality of the transportation problem; G. Nemhauser, L. Wolsey, *Integer and Combinatorial Optimization*, 1988, II.3.6.
    """
    loops = load_loops()
    floor = np.full(pairs.shape[0], -_FAR, np.float32) if need_price is None else _single(need_price)
    # Whoever wants nobody is offered nobody.
    floor[pairs.needs.most == 0] = _FAR
    wanted = np.full_like(floor, _FAR) if need_price is None else floor
    prices = loops.Prices(floor, wanted, _single(partner_price))
    tops = _open_tops(loops, pairs.needs.most, keep)
    tiles, shares = _share_tiles(pairs, n_threads or os.cpu_count() or 1)
    seat_ptr = np.zeros(pairs.shape[1] + 1, np.int64)
    np.cumsum(np.minimum(pairs.partners.most, _MOST_SEATS), out=seat_ptr[1:])
    near = pairs.near
    sides = (
        _rows_of(loops, pairs.needs),
        _rows_of(loops, pairs.partners),
        loops.Near(near.indptr.astype(np.int64), near.indices.astype(np.int64), near.data),
    )

    def scan_some(share: slice) -> tuple[int, Any]:
        seats = loops.Seats(seat_ptr, np.zeros(int(seat_ptr[-1]), np.float32))
        return loops.scan_tiles(tiles[share], sides, prices, tops, seats, pairs.needs.text.shape[1]), seats

    with ThreadPoolExecutor(max(1, len(shares))) as threads:
        found = list(threads.map(scan_some, shares))
    bound = np.inf
    if need_price is not None:
        bound = _bound(loops, pairs, prices, tops, [seats for _, seats in found])
    best = PairList(*loops.list_tops(tops))
    return PairScan(best, int(sum(n_allowed for n_allowed, _ in found)), bound)


def _single(values: Floats) -> Floats32:
    return np.maximum(values, 0.0).astype(np.float32)


def _open_tops(loops: ModuleType, people: Ints, keep: int) -> Any:
    places = np.where(people > 0, np.maximum(keep, people + max(4, keep // 4)), 0)
    ptr = np.zeros(people.size + 1, np.int64)
    np.cumsum(places, out=ptr[1:])
    net, score = (np.empty(int(ptr[-1]), np.float32) for _ in range(2))
    return loops.Tops(ptr, np.zeros(people.size, np.int64), net, score, np.empty(int(ptr[-1]), np.int32))


def _share_tiles(pairs: FusedPairs, n_threads: int) -> tuple[Ints, list[slice]]:
    """Cut the needs into tiles within their blocks, and the tiles into as many shares of about equal work."""
    ptr = pairs.needs.block_ptr
    n_tiles = -(-np.diff(ptr) // _NEEDS_A_TILE)
    block = np.repeat(np.arange(n_tiles.size), n_tiles)
    nth = np.arange(block.size) - np.repeat(np.cumsum(n_tiles) - n_tiles, n_tiles)
    low = ptr[block] + nth * _NEEDS_A_TILE
    tiles = np.column_stack([block, low, np.minimum(low + _NEEDS_A_TILE, ptr[block + 1])]).astype(np.int64)
    wide = np.diff(pairs.partners.block_ptr).astype(np.float64)
    meets = sp.csr_array((np.ones(pairs.near.nnz), pairs.near.indices, pairs.near.indptr), shape=pairs.near.shape)
    seen = np.asarray(meets @ wide)
    work = np.cumsum((tiles[:, 2] - tiles[:, 1] + 16.0) * seen[block])
    total = float(work[-1]) if work.size else 0.0
    cuts = np.searchsorted(work, total * np.arange(1, n_threads) / n_threads)
    bounds = np.unique(np.concatenate([[0], cuts, [block.size]]))
    return tiles, [slice(int(a), int(b)) for a, b in itertools.pairwise(bounds)]


def _rows_of(loops: ModuleType, side: Side) -> Any:
    return loops.Rows(
        side.text.indptr.astype(np.int64),
        side.text.indices.astype(np.int32, copy=False),
        side.text.data,
        side.block_ptr,
        side.slots,
        side.licences,
        side.skills,
        side.plus,
        side.a_skill,
    )


def _bound(loops: ModuleType, pairs: FusedPairs, prices: Any, tops: Any, seats: list[Any]) -> float:
    """Return the smaller of the two bounds, with all that single precision can have hidden."""
    people, capacity = pairs.needs.most, pairs.partners.most
    for other in seats[1:]:
        loops.join_seats(seats[0], other)
    by_needs = float(loops.bound_needs(tops, prices.floor, people).sum())
    by_needs += float(capacity @ prices.partner.astype(np.float64))
    by_partners = float(people @ prices.need.astype(np.float64))
    if seats:
        by_partners += float(seats[0].worth.sum(dtype=np.float64)) + _beyond(seats[0], capacity)
    largest = pairs.largest + float(prices.partner.max(initial=0.0))
    most_pairs = min(float(people.sum()), float(capacity.sum()))
    return min(by_needs, by_partners) + _ROUNDING * largest * most_pairs


def _beyond(seats: Any, capacity: Ints) -> float:
    """Return what seats beyond those told apart can be worth at most."""
    many = np.flatnonzero(capacity > _MOST_SEATS)
    return float((capacity[many] - _MOST_SEATS) @ seats.worth[seats.ptr[many]].astype(np.float64))


def load_loops() -> ModuleType:
    """Load the compiled loops, or say which extra has them.

    Returns
    -------
    loops : module
        `matching.affinity.fused_kernel`.

    Raises
    ------
    MissingExtraError
        If Numba is not installed.
    """
    try:
        # Numba takes seconds to load or compile and is an extra: small work never comes here.
        from matching.affinity import fused_kernel  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "So many pairs are scored by compiled loops and Numba is not installed; "
            "install the extra: pip install 'linli-matching[large]'."
        ) from error
    return fused_kernel
