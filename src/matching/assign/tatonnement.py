"""Head-counts: prices found by trial first, then an exact matching among the few edges worth it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.assign.flow import Plain, match
from matching.assign.problem import BoolArray, FloatArray, IntArray

FEWEST = 500  # below that many edges the expansion is as quick
ROUNDS = 20
STEP = 0.08  # of the span of weights
SHRINK = 0.85
SETTLED = 8
ATTEMPTS = 4
SPARE_CHOICES = 8
MOST_PADDING = 4
AMPLE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The edges as one row per need, padded."""

    partner: IntArray
    weight: FloatArray
    edge: IntArray
    degree: IntArray
    heads: IntArray


def match_likely(plain: Plain) -> Iterator[tuple[BoolArray, BoolArray]]:
    """Choose among the edges that are likely to matter; whether a choice is best is for its prices to prove.

    Prices rise for partners whom more needs would take than they have seats and fall for the others, in steps that
    shrink. Each need keeps its best edges at these prices, a few more than it has heads. The matching among them is
    exact at weights less prices, and so at weights, if every priced partner is taken. Where that fails, the last choice
    is made at the weights themselves, among more edges, with heads left empty where that is better.

    Parameters
    ----------
    plain : Plain
        Of at least one open edge.

    Yields
    ------
    chosen, likely : ndarray of bool, shape (n_open,)
        A choice, and the edges it was made among; the next one is wanted where this one is not proved. None where this
        method does not fit: few edges, lower limits of another kind than "all or none asked", or needs of very uneven
        degree.

    References
    ----------
    G. Demange, D. Gale and M. Sotomayor, "Multi-item auctions", 1986, for prices raised by excess demand.
    """
    table = _padded(plain)
    if table is None:
        return
    price = _trial_prices(plain, table, float(np.abs(plain.weight).max()))
    matched = _matched if plain.capacity.max(initial=0) <= 1 else _shared
    for _ in range(ATTEMPTS):
        found = matched(plain, table, price, price, SPARE_CHOICES)
        if found is None:
            break
        taken = np.bincount(plain.partner[found[0]], minlength=plain.capacity.size)
        idle = price > 0
        idle[:-1] &= taken < plain.capacity
        if not idle.any():
            yield found
            break
        price[idle] = 0.0
    found = matched(plain, table, price, np.zeros(price.size), 2 * SPARE_CHOICES)
    if found is not None:
        yield found


def _padded(plain: Plain) -> _Table | None:
    need = plain.need
    if need.size < FEWEST or not ((plain.low == 0) | (plain.low == plain.high)).all():
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
    """Price partners so that about as many needs as they have seats would take each; behind the last stands a zero."""
    n_needs = table.heads.size
    step = STEP * min(scale, float(np.ptp(plain.weight)))
    price = np.append(_first_prices(plain, int(table.heads.sum())), 0.0)
    seats = np.append(plain.capacity, 1)
    last = (np.arange(n_needs), table.weight.shape[1] - 1 - table.heads)
    lowest = np.full(price.size, np.inf)
    for at in range(ROUNDS):
        profit = table.weight - price[table.partner]
        # a need takes what is worth more than its best alternative, or than nobody
        bar = np.maximum(np.sort(profit, axis=1)[last], 0.0)
        takers = np.bincount(table.partner[profit > bar[:, None]], minlength=price.size)
        price = np.maximum(price + step * np.minimum(takers - seats, 2), 0.0)
        step *= SHRINK
        if at >= ROUNDS - SETTLED:
            lowest = np.minimum(lowest, price)
    # a price too high keeps its partner idle, a price too low only costs time
    lowest[-1] = 0.0
    return lowest


def _first_prices(plain: Plain, heads: int) -> FloatArray:
    """Price partners as if each were worth to all what it is worth to the best: above the one who is wanted no more."""
    worth = np.zeros(plain.capacity.size)
    np.maximum.at(worth, plain.partner, plain.weight)
    order = np.argsort(-worth, kind="stable")
    seats = np.cumsum(plain.capacity[order])
    at = int(np.searchsorted(seats, heads, side="right"))
    return np.maximum(worth - (worth[order[at]] if at < order.size else 0.0), 0.0) * (at < order.size)


def _ranked(table: _Table, price: FloatArray, spare: int) -> tuple[IntArray, IntArray]:
    """Return the places of each need's edges, best first, and how many of them are worth a look."""
    order = np.argsort(price[table.partner] - table.weight, axis=1)
    return order, np.minimum(table.heads + spare, table.degree)


def _matched(
    plain: Plain, table: _Table, price: FloatArray, paid: FloatArray, spare: int
) -> tuple[BoolArray, BoolArray] | None:
    """Match the edges that are best at `price` exactly, at the weights less what is `paid`."""
    order, kept = _ranked(table, price, spare)
    heads = int(table.heads.sum())
    owner = np.repeat(np.arange(table.heads.size), table.heads)
    head = np.arange(heads) - (np.cumsum(table.heads) - table.heads)[owner]
    # heads of a need are alike: the first takes the better place, so each sees only a band of places
    width = (kept - table.heads + 1)[owner]
    row = np.repeat(np.arange(heads), width)
    place = np.arange(row.size) + np.repeat(head - np.cumsum(width) + width, width)
    cell = (owner[row], order[owner[row], place])
    # with people to spare all heads are tried to be filled: where that is not best, the prices will not prove it
    reached = np.count_nonzero(np.bincount(table.partner.ravel(), minlength=1)[: plain.capacity.size])
    ample = heads <= AMPLE * reached and plain.weight.min() > 0 and paid.any()
    empty = np.flatnonzero((plain.low[owner] == 0) & (not ample))
    cost = 2.0 - (table.weight[cell] - paid[table.partner[cell]]) / (float(np.abs(plain.weight).max()) or 1.0)
    # columns that no row looks at would be gone through again for every row
    seen = np.zeros(plain.capacity.size, dtype=np.bool_)
    seen[table.partner[cell]] = True
    names, column = np.flatnonzero(seen), np.cumsum(seen) - 1
    graph = _graph((row, column[table.partner[cell]], cost), empty, (heads, names.size))
    if graph.shape[0] > graph.shape[1]:
        return None
    try:
        left, right = min_weight_full_bipartite_matching(graph)
    except ValueError:  # no full matching among the edges kept
        return None
    real = right < names.size
    taken = np.full(plain.capacity.size, -1)
    taken[names[right[real]]] = owner[left[real]]
    chosen = np.zeros(plain.need.size, dtype=np.bool_)
    usable = plain.high[plain.need] > 0
    chosen[usable] = taken[plain.partner[usable]] == plain.need[usable]
    likely = np.zeros(plain.need.size, dtype=np.bool_)
    likely[table.edge[cell]] = True
    return chosen, likely


def _shared(
    plain: Plain, table: _Table, price: FloatArray, paid: FloatArray, spare: int
) -> tuple[BoolArray, BoolArray] | None:
    """Match where partners have several seats: each pair once, so the few edges worth it go through the slower gadget."""
    order, kept = _ranked(table, price, spare)
    need, place = np.nonzero(np.arange(order.shape[1]) < kept[:, None])
    edge = np.sort(table.edge[need, order[need, place]])
    among = replace(
        plain,
        edges=edge,
        need=plain.need[edge],
        partner=plain.partner[edge],
        weight=plain.weight[edge] - paid[plain.partner[edge]],
    )
    matched = match(among)
    if matched is None:
        return None
    likely, chosen = np.zeros((2, plain.need.size), dtype=np.bool_)
    likely[edge], chosen[edge[matched]] = True, True
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
