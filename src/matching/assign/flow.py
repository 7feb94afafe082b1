"""Unit loads and limits on both sides only: the exact optimum by augmenting paths, and prices that prove it."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem

MOST_ARCS = 400_000
MOST_SPLIT = 5_000  # above that the linear program is quicker than the gadget


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """A problem reduced to what is open: edges neither pinned nor forbidden, limits less what is pinned.

    Attributes
    ----------
    edges : ndarray of int, shape (n_open,)
        The open edges, sorted by need.
    need, partner : ndarray of int, shape (n_open,)
    weight : ndarray of float, shape (n_open,)
    low, high : ndarray of int, shape (n_needs,)
    capacity : ndarray of int, shape (n_partners,)
    """

    edges: IntArray
    need: IntArray
    partner: IntArray
    weight: FloatArray
    low: IntArray
    high: IntArray
    capacity: IntArray


def is_plain(problem: Problem) -> bool:
    """Tell whether only head-counts limit a problem: no hours, overlaps, groups, teams or lower loads.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    plain : bool
    """
    extras = problem.groups, problem.teams, problem.conflicts, problem.apart, problem.together, problem.balance
    return (
        not any(len(extra) for extra in extras)
        and bool((problem.load == 1).all())
        and not problem.capacity[0].any()
        and not (problem.optional & (problem.demand[0] > 1)).any()
    )


def open_part(problem: Problem) -> Plain | None:
    """Reduce a plain problem to its open edges.

    Parameters
    ----------
    problem : Problem
        For which `is_plain` holds.

    Returns
    -------
    plain : Plain or None
        None when pinned edges alone break an upper limit.
    """
    n_needs, n_partners = problem.shape
    held = np.bincount(problem.need[problem.pinned], minlength=n_needs)
    carried = np.bincount(problem.partner[problem.pinned], minlength=n_partners)
    room = np.minimum(np.floor(problem.capacity[1] + 1e-9), float(2**31)).astype(np.int64) - carried
    high = problem.demand[1] - held
    if (room < 0).any() or (high < 0).any():
        return None
    low = np.maximum(np.where(problem.optional, 0, problem.demand[0]) - held, 0)
    # a loss is taken only to fill a lower limit
    live = ~(problem.pinned | problem.forbidden) & ((problem.weight > 0) | (low[problem.need] > 0))
    edges = np.flatnonzero(live)
    need = problem.need[edges]
    if (np.diff(need) < 0).any():
        order = np.argsort(need, kind="stable")
        edges, need = edges[order], need[order]
    partner = problem.partner[edges]
    return Plain(edges, need, partner, problem.weight[edges], low, high, room)


def match(plain: Plain) -> BoolArray | None:
    """Choose among open edges for the highest total weight.

    Every need is written as as many rows as heads it can take. With capacities of one a partner is one column.
    Otherwise each edge gets a row and a column of its own between its ends: the row takes one unit of the partner,
    once, if and only if a row of the need takes the column, so that nobody serves one need twice.

    Parameters
    ----------
    plain : Plain

    Returns
    -------
    chosen : ndarray of bool, shape (n_open,), or None
        None when lower limits cannot be met or the case is too large for this method.

    References
    ----------
    R. Jonker and A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
    problems", 1987. W. T. Tutte, "A short proof of the factor theorem for finite graphs", 1954, for the gadget.
    """
    usable = (plain.high[plain.need] > 0) & (plain.capacity[plain.partner] > 0)
    chosen = np.zeros(plain.need.size, dtype=np.bool_)
    plain = _usable(plain, usable)
    n_open, heads = plain.need.size, int(plain.high.sum())
    if n_open == 0:
        return chosen if not plain.low.any() else None
    split = bool((plain.capacity > 1).any())
    n_arcs = int(plain.high[plain.need].sum()) + heads + split * int(plain.capacity[plain.partner].sum() + n_open)
    if (plain.high < plain.low).any() or n_arcs > MOST_ARCS or (split and n_open > MOST_SPLIT):
        return None
    taken = _matched(plain, split=split)
    if taken is None:
        return None
    chosen[np.flatnonzero(usable)[taken]] = True
    return chosen


def _usable(plain: Plain, usable: BoolArray) -> Plain:
    """Keep the edges that can be chosen at all, and no more rows or columns than there are edges for."""
    need, partner = plain.need[usable], plain.partner[usable]
    return replace(
        plain,
        edges=plain.edges[usable],
        need=need,
        partner=partner,
        weight=plain.weight[usable],
        high=np.minimum(plain.high, np.bincount(need, minlength=plain.high.size)),
        capacity=np.minimum(plain.capacity, np.bincount(partner, minlength=plain.capacity.size)),
    )


def _matched(plain: Plain, *, split: bool) -> IntArray | None:
    """Return the chosen edges; None when there is no full matching."""
    n_open, heads = plain.need.size, int(plain.high.sum())
    scale = float(np.abs(plain.weight).max()) or 1.0
    cost = 2.0 - plain.weight / scale
    slot, edge = _slots(plain.high, plain.need)
    spare = _spare_slots(plain)
    if split:
        rows, columns, costs, shape = _between(plain, slot, edge, cost, spare)
    else:
        n_partners = plain.capacity.size
        rows, columns = np.concatenate([slot, spare]), np.concatenate([plain.partner[edge], n_partners + spare])
        costs, shape = np.concatenate([cost[edge], np.full(spare.size, 2.0)]), (heads, n_partners + heads)
    graph = sp.csr_array((costs, (rows, columns)), shape=shape)
    try:
        left, right = min_weight_full_bipartite_matching(graph)
    except ValueError:  # no full matching: a lower limit cannot be met
        return None
    if split:
        return np.asarray(right[(left >= n_open) & (right < n_open)], dtype=np.int64)
    real = right < plain.capacity.size
    owner = np.repeat(np.arange(plain.high.size), plain.high)
    key = plain.need * plain.capacity.size + plain.partner
    order = np.argsort(key)
    wanted = owner[left[real]] * plain.capacity.size + right[real]
    return order[np.searchsorted(key[order], wanted)]


def _slots(high: IntArray, need: IntArray) -> tuple[IntArray, IntArray]:
    """List, for every edge, the rows of its need."""
    first = np.concatenate([[0], np.cumsum(high)])
    times = high[need]
    edge = np.repeat(np.arange(need.size), times)
    within = np.arange(edge.size) - np.repeat(np.cumsum(times) - times, times)
    return first[need[edge]] + within, edge


def _spare_slots(plain: Plain) -> IntArray:
    """List the rows that may stay empty: those above the lower limit."""
    first = np.cumsum(plain.high) - plain.high
    owner = np.repeat(np.arange(plain.high.size), plain.high)
    slot = np.arange(owner.size)
    return slot[slot - first[owner] >= plain.low[owner]]


def _between(
    plain: Plain, slot: IntArray, edge: IntArray, cost: FloatArray, spare: IntArray
) -> tuple[IntArray, IntArray, FloatArray, tuple[int, int]]:
    n_open, heads, places = plain.need.size, int(plain.high.sum()), int(plain.capacity.sum())
    place, taker = _slots(plain.capacity, plain.partner)
    own = np.arange(n_open)
    rows = np.concatenate([own, taker, n_open + slot, n_open + spare])
    columns = np.concatenate([own, n_open + place, edge, n_open + places + spare])
    costs = np.concatenate([np.ones(n_open + taker.size), cost[edge], np.full(spare.size, 2.0)])
    return rows, columns, costs, (n_open + heads, n_open + places + heads)


def flow_prices(
    plain: Plain, chosen: BoolArray, *, likely: BoolArray | None = None, most_rounds: int | None = None
) -> tuple[FloatArray, FloatArray]:
    """Price needs and partners so that the choice is proven best, partners as low as can be.

    The prices are shortest distances in the residual graph: an edge that is not chosen asks ``u + v >= w``, a chosen
    one ``u + v <= w``, and a limit that is not reached asks for a price of zero. The lowest partner prices are what
    one more unit of each partner would add.

    Parameters
    ----------
    plain : Plain
    chosen : ndarray of bool, shape (n_open,)
        Optimal; of another choice the prices prove less than its total.
    likely : ndarray of bool, shape (n_open,), optional
        Edges to look at first; all are looked at before the end.
    most_rounds : int, optional
        When to give up on a choice that may not be optimal; by default as many rounds as can be needed.

    Returns
    -------
    need_price : ndarray of float, shape (n_needs,)
    partner_price : ndarray of float, shape (n_partners,)

    References
    ----------
    R. K. Ahuja, T. L. Magnanti and J. B. Orlin, *Network Flows*, 1993, section 9.4 (optimality by potentials).
    """
    n_needs, n_partners = plain.high.size, plain.capacity.size
    count = np.bincount(plain.need[chosen], minlength=n_needs)
    full = np.bincount(plain.partner[chosen], minlength=n_partners) == plain.capacity
    # a need that can have nobody (more) asks a price at which nobody would come
    closed = np.zeros(n_needs)
    np.maximum.at(closed, plain.need, plain.weight)
    top = np.where(count == plain.high, np.where(count > 0, np.inf, closed), 0.0)
    bottom = np.where(count > plain.low, 0.0, -np.inf)
    served = _Segments(plain.need[chosen], n_needs)
    taken = np.flatnonzero(chosen)[served.order]
    pressing = full[plain.partner] & ~chosen
    prices = top, np.zeros(n_partners)
    rounds = n_needs + n_partners + 1 if most_rounds is None else most_rounds
    for look in (pressing,) if likely is None else (pressing & likely, pressing):
        prices = _rising(plain, (served, taken), np.flatnonzero(look), (top, bottom, prices[1]), rounds)
    return prices


def _rising(
    plain: Plain,
    serving: tuple["_Segments", IntArray],
    left: IntArray,
    begin: tuple[FloatArray, FloatArray, FloatArray],
    rounds: int,
) -> tuple[FloatArray, FloatArray]:
    """Raise partner prices only as far as an edge left out forces them; need prices are the highest allowed."""
    served, taken = serving
    top, bottom, price = begin
    forcing = _Segments(plain.partner[left], price.size)
    left = left[forcing.order]
    asked, bidder = plain.weight[left], plain.need[left]
    worth, taker = plain.weight[taken], plain.partner[taken]
    firm = 1e-14 * float(np.abs(plain.weight).max(initial=0.0))
    price, at_served, at_forced = price.copy(), served.present, forcing.present
    need_price = np.maximum(top, bottom)
    cap, base = top[at_served], bottom[at_served]
    for _ in range(rounds):
        if taken.size:
            allowed = np.minimum.reduceat(worth - price[taker], served.start)
            need_price[at_served] = np.maximum(np.minimum(cap, allowed), base)
        if not left.size:
            break
        forced = np.maximum.reduceat(asked - need_price[bidder], forcing.start)
        now = price[at_forced]
        if not (forced > now + firm).any():
            break
        price[at_forced] = np.where(forced > now + firm, forced, now)
    return need_price, price


def need_values(plain: Plain, chosen: BoolArray) -> FloatArray:
    """Price needs as low as can be: what one more head of each would add.

    Parameters
    ----------
    plain : Plain
    chosen : ndarray of bool, shape (n_open,)
        Optimal.

    Returns
    -------
    value : ndarray of float, shape (n_needs,)
        Not negative.
    """
    n_needs, n_partners = plain.high.size, plain.capacity.size
    count = np.bincount(plain.need[chosen], minlength=n_needs)
    full = np.bincount(plain.partner[chosen], minlength=n_partners) == plain.capacity
    by_partner, by_need = _Segments(plain.partner[chosen], n_partners), _Segments(plain.need[~chosen], n_needs)
    taken, left = np.flatnonzero(chosen)[by_partner.order], np.flatnonzero(~chosen)[by_need.order]
    firm = 1e-14 * float(np.abs(plain.weight).max(initial=0.0))
    value = np.where(count > plain.low, 0.0, -np.inf)
    top = np.where(full, np.inf, 0.0)
    # the mirror image of the partners' prices: now needs rise only as far as an edge left out forces them
    for _ in range(n_needs + n_partners + 1):
        allowed = np.minimum(top, by_partner.least(plain.weight[taken] - value[plain.need[taken]]))
        forced = -by_need.least(allowed[plain.partner[left]] - plain.weight[left])
        raised = (count == plain.high) & (forced > value + firm)
        raised |= (count < plain.high) & (value < 0) & (forced > value + firm)
        if not raised.any():
            break
        value = np.where(raised, forced, value)
    return np.where(count == plain.high, np.maximum(value, 0.0), 0.0)


def flow_bound(plain: Plain, need_price: FloatArray, partner_price: FloatArray) -> float:
    """Bound the total weight of every choice among open edges by weak duality.

    Parameters
    ----------
    plain : Plain
    need_price : ndarray of float, shape (n_needs,)
    partner_price : ndarray of float, shape (n_partners,)
        Not negative.

    Returns
    -------
    bound : float
    """
    reduced = plain.weight - need_price[plain.need] - partner_price[plain.partner]
    limit = np.where(need_price > 0, plain.high, plain.low)
    return float(np.sum(need_price * limit) + np.sum(partner_price * plain.capacity) + np.sum(np.maximum(reduced, 0.0)))


class _Segments:
    """Entries sorted by the group they belong to, for minima over each group."""

    __slots__ = ("n_groups", "order", "present", "start")

    def __init__(self, group: IntArray, n_groups: int) -> None:
        # small integers are sorted by counting
        self.order = np.argsort(group.astype(np.uint16) if n_groups < 2**16 else group, kind="stable")
        listed = group[self.order]
        self.start = np.flatnonzero(np.diff(listed, prepend=-1))
        self.present = listed[self.start]
        self.n_groups = n_groups

    def least(self, values: FloatArray) -> FloatArray:
        """Return the minimum of each group; ``inf`` for groups without entries."""
        out = np.full(self.n_groups, np.inf)
        if self.present.size:
            out[self.present] = np.minimum.reduceat(values, self.start)
        return out
