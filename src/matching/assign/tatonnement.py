"""Head-counts with one seat a partner: prices found by trial first, then an exact matching among the few edges worth it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.assign.flow import Plain
from matching.assign.problem import BoolArray, FloatArray, IntArray

FEWEST = 500  # below that many edges the expansion is as quick
ROUNDS = 40
STEP = 0.2  # of the span of weights
SHRINK = 0.88
SETTLED = 15
ATTEMPTS = 3
SPARE_CHOICES = 8
MOST_PADDING = 4
AMPLE = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The edges as one row per need, padded."""

    partner: IntArray
    weight: FloatArray
    edge: IntArray
    degree: IntArray
    heads: IntArray


def match_likely(plain: Plain) -> tuple[BoolArray, BoolArray] | None:
    """Choose among the edges that are likely to matter; whether the choice is best is for its prices to prove.

    Prices rise for partners whom more than one need would take and fall for those whom none would, in steps that
    shrink. Each need keeps its best edges at these prices, a few more than it has heads. The matching among them is
    exact at weights less prices, and so at weights, if every priced partner is taken.

    Parameters
    ----------
    plain : Plain
        Of at least one open edge.

    Returns
    -------
    chosen, likely : ndarray of bool, shape (n_open,), or None
        The choice, and the edges it was made among. None where this method does not fit: few edges, several seats, lower limits of another kind than
        "all or none asked", or needs of very uneven degree.

    References
    ----------
    G. Demange, D. Gale and M. Sotomayor, "Multi-item auctions", 1986, for prices raised by excess demand.
    """
    table = _padded(plain)
    if table is None:
        return None
    scale = float(np.abs(plain.weight).max()) or 1.0
    price = _trial_prices(plain, table, scale)
    found = None
    for _ in range(ATTEMPTS):
        found = _matched(plain, table, price, scale)
        if found is None:
            return None
        idle = price > 0
        idle[plain.partner[found[0]]] = False
        if not idle.any():
            break
        price[idle] = 0.0
    return found


def _padded(plain: Plain) -> _Table | None:
    need = plain.need
    if (
        need.size < FEWEST
        or plain.capacity.max(initial=0) > 1
        or not ((plain.low == 0) | (plain.low == plain.high)).all()
    ):
        return None
    n_needs = plain.high.size
    usable = np.flatnonzero((plain.high[need] > 0) & (plain.capacity[plain.partner] > 0))
    need = need[usable]
    degree = np.bincount(need, minlength=n_needs)
    width = int(degree.max(initial=0)) + 1
    if not need.size or n_needs * width > MOST_PADDING * need.size or (plain.low > degree).any():
        return None
    place = np.arange(need.size) - (np.cumsum(degree) - degree)[need]
    partner = np.full((n_needs, width), plain.capacity.size)
    weight, edge = np.full((n_needs, width), -np.inf), np.full((n_needs, width), -1)
    partner[need, place], weight[need, place], edge[need, place] = plain.partner[usable], plain.weight[usable], usable
    return _Table(partner, weight, edge, degree, np.minimum(plain.high, degree))


def _trial_prices(plain: Plain, table: _Table, scale: float) -> FloatArray:
    """Price partners so that about one need would take each; the price behind the last partner stays zero."""
    n_needs = table.heads.size
    step = STEP * min(scale, float(np.ptp(plain.weight)))
    price = np.zeros(plain.capacity.size + 1)
    last = (np.arange(n_needs), table.weight.shape[1] - 1 - table.heads)
    lowest = np.full(price.size, np.inf)
    for at in range(ROUNDS):
        profit = table.weight - price[table.partner]
        # a need takes what is worth more than its best alternative, or than nobody
        bar = np.maximum(np.sort(profit, axis=1)[last], 0.0)
        takers = np.bincount(table.partner[profit > bar[:, None]], minlength=price.size)
        price = np.maximum(price + step * np.minimum(takers - 1, 2), 0.0)
        step *= SHRINK
        if at >= ROUNDS - SETTLED:
            lowest = np.minimum(lowest, price)
    # a price too high keeps its partner idle, a price too low only costs time
    lowest[-1] = 0.0
    return lowest


def _matched(plain: Plain, table: _Table, price: FloatArray, scale: float) -> tuple[BoolArray, BoolArray] | None:
    profit = table.weight - price[table.partner]
    order = np.argsort(-profit, axis=1)
    kept = np.minimum(table.heads + SPARE_CHOICES, table.degree)
    heads = int(table.heads.sum())
    owner = np.repeat(np.arange(table.heads.size), table.heads)
    head = np.arange(heads) - (np.cumsum(table.heads) - table.heads)[owner]
    # heads of a need are alike: the first takes the better place, so each sees only a band of places
    rank = np.arange(order.shape[1])
    band = (rank >= head[:, None]) & (rank <= (kept[owner] - table.heads[owner] + head)[:, None])
    row, place = np.nonzero(band)
    place = order[owner[row], place]
    cell = (owner[row], place)
    # with people to spare all heads are tried to be filled: where that is not best, the prices will not prove it
    ample = heads <= AMPLE * np.count_nonzero(plain.capacity) and plain.weight.min() > 0
    spare = np.flatnonzero((plain.low[owner] == 0) & (not ample))
    cost = 2.0 - profit[cell] / scale
    graph = _graph((row, table.partner[cell], cost), spare, (heads, plain.capacity.size))
    try:
        left, right = min_weight_full_bipartite_matching(graph)
    except ValueError:  # no full matching among the edges kept
        return None
    real = right < plain.capacity.size
    taken = np.full(plain.capacity.size, -1)
    taken[right[real]] = owner[left[real]]
    chosen = np.zeros(plain.need.size, dtype=np.bool_)
    usable = plain.high[plain.need] > 0
    chosen[usable] = taken[plain.partner[usable]] == plain.need[usable]
    likely = np.zeros(plain.need.size, dtype=np.bool_)
    likely[table.edge[cell]] = True
    return chosen, likely


def _graph(entries: tuple[IntArray, IntArray, FloatArray], spare: IntArray, shape: tuple[int, int]) -> sp.csr_array:
    """Put a column of its own behind each row that may stay empty."""
    row, column, cost = entries
    if not spare.size:  # sorted by row already
        pointer = np.searchsorted(row, np.arange(shape[0] + 1))
        return sp.csr_array((cost, column, pointer), shape=shape)
    rows, columns = np.concatenate([row, spare]), np.concatenate([column, shape[1] + np.arange(spare.size)])
    costs: npt.NDArray[np.float64] = np.concatenate([cost, np.full(spare.size, 2.0)])
    return sp.csr_array((costs, (rows, columns)), shape=(shape[0], shape[1] + spare.size))
