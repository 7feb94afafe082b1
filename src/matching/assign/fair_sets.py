"""Sets of partners that bring one need up to a floor, priced: what every need must spend at least bounds the floor."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.assign.problem import FloatArray, IntArray, Problem

CELLS = 2_000_000  # of the tables below; larger problems are bounded by the relaxation alone
STATES = 10_000  # beginnings of sets that are followed at a time; the others count with what they cost at least
SHARES = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
STEEP = (1.3, 1.8, 2.5, 4.0, 8.0)
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The edges of each need that add to its service, by falling weight.

    Attributes
    ----------
    item : ndarray of int, shape (n_needs, width)
        The partner of each edge; -1 beyond the last.
    weight : ndarray of float, shape (n_needs, width)
        0 beyond the last edge.
    best : ndarray of float, shape (n_needs, width + 1)
        Sum of the first 0, 1, ... weights.
    wanted, most : ndarray of int, shape (n_needs,)
        Heads that a need wants, and how many of them there are edges for.
    seats : ndarray of float, shape (n_partners,)
    """

    item: IntArray
    weight: FloatArray
    best: FloatArray
    wanted: IntArray
    most: IntArray
    seats: FloatArray


class Cheapest(NamedTuple):
    """What each need must spend at least, and which seats it would take for that."""

    cost: FloatArray
    taken: FloatArray


def ranked_edges(problem: Problem) -> Ranked | None:
    """Rank the edges of each need by weight.

    Parameters
    ----------
    problem : Problem
        That only head-counts limit.

    Returns
    -------
    ranked : Ranked or None
        None where the tables would be too large.
    """
    n_needs, n_partners = problem.shape
    is_open = ~problem.forbidden & (problem.capacity[1][problem.partner] >= 1) & (problem.weight > 0)
    edges = np.flatnonzero(is_open & (problem.demand[1][problem.need] > 0))
    order = edges[np.lexsort((-problem.weight[edges], problem.need[edges]))]
    degree = np.bincount(problem.need[order], minlength=n_needs)
    width = int(degree.max(initial=0))
    most = np.minimum(problem.demand[1], degree)
    if not width or n_needs * width * (int(most.max()) + 1) > CELLS:
        return None
    rank = np.arange(order.size) - (np.cumsum(degree) - degree)[problem.need[order]]
    item, weight = np.full((n_needs, width), -1), np.zeros((n_needs, width))
    item[problem.need[order], rank] = problem.partner[order]
    weight[problem.need[order], rank] = problem.weight[order]
    best = np.concatenate([np.zeros((n_needs, 1)), np.cumsum(weight, axis=1)], axis=1)
    held = np.bincount(problem.partner[order], minlength=n_partners)
    seats = np.minimum(np.floor(problem.capacity[1] + 1e-9), held)
    return Ranked(item, weight, best, problem.demand[1], most, seats)


def cheapest_sets(ranked: Ranked, price: FloatArray, floor: float, limit: FloatArray) -> Cheapest:
    """Find for each need the set of partners that costs least among those that bring it up to a floor.

    Sets are built head by head, by falling weight. A beginning is dropped where the best further heads cannot reach the
    floor, or where they cost more than the limit even if heads could be split: the most over ``theta`` of
    ``theta * missing + sum of the least (price - theta * weight)``.

    Parameters
    ----------
    ranked : Ranked
    price : ndarray of float, shape (n_partners,), >= 0
        Of one seat.
    floor : float, > 0
        Weight per head wanted.
    limit : ndarray of float, shape (n_needs,)
        Beyond it a set is not looked for.

    Returns
    -------
    cheapest : Cheapest
        No set costs less than `cost`, which is the limit where every set costs more; `taken` counts how often the sets
        found take a seat of each partner.

    References
    ----------
    S. Martello and P. Toth, *Knapsack Problems*, 1990, section 2.
    """
    n_needs, width = ranked.weight.shape
    cost_of = np.where(ranked.item >= 0, price[ranked.item], np.inf)
    asked: FloatArray = np.asarray(floor * ranked.wanted * (1 - ROUNDING), dtype=np.float64)
    theta = _slopes(ranked, cost_of, asked)
    table = _suffixes(ranked, cost_of, theta)
    least = np.where(asked <= 0, 0.0, limit)
    found = np.full((n_needs, int(ranked.most.max())), -1)
    need = np.flatnonzero(asked > 0)
    at, missing, spent = np.zeros(need.size, dtype=np.int64), asked[need], np.zeros(need.size)
    path = np.zeros((need.size, 0), dtype=np.int64)
    for depth in range(found.shape[1]):
        count = width - at
        parent = np.repeat(np.arange(need.size), count)
        edge = np.arange(parent.size) - (np.cumsum(count) - count)[parent] + at[parent]
        owner = need[parent]
        left = ranked.most[owner] - depth - 1
        cost, short = spent[parent] + cost_of[owner, edge], missing[parent] - ranked.weight[owner, edge]
        end = np.minimum(edge + 1 + np.maximum(left, 0), width)
        reach = ranked.best[owner, end] - ranked.best[owner, edge + 1]
        keep = np.flatnonzero((left >= 0) & (cost <= limit[owner]) & (short <= reach + ROUNDING))
        parent, edge, owner, left = parent[keep], edge[keep], owner[keep], left[keep]
        cost, short = cost[keep], short[keep]
        done = short <= 0
        _note_cheapest(least, found, owner[done], cost[done], np.column_stack([path[parent[done]], edge[done]]))
        bound = cost + (theta[owner] * short[:, None] + table[edge + 1, owner, :, np.maximum(left, 0)]).max(axis=1)
        keep = np.flatnonzero(~done & (bound < least[owner]))
        if keep.size > STATES:
            order = np.argsort(bound[keep] - limit[owner[keep]], kind="stable")
            dropped, keep = keep[order[STATES:]], np.sort(keep[order[:STATES]])
            np.minimum.at(least, owner[dropped], bound[dropped])
        if not keep.size:
            break
        path = np.column_stack([path[parent[keep]], edge[keep]])
        need, at, missing, spent = owner[keep], edge[keep] + 1, short[keep], cost[keep]
    taken = found >= 0
    partner = ranked.item[np.nonzero(taken)[0], found[taken]]
    return Cheapest(least, np.bincount(partner, minlength=price.size).astype(np.float64))


def _note_cheapest(least: FloatArray, found: IntArray, need: IntArray, cost: FloatArray, sets: IntArray) -> None:
    """Keep the cheapest set of each need: `least` and `found` are filled in place."""
    order = np.lexsort((cost, need))
    first = order[np.flatnonzero(np.diff(need[order], prepend=-1) != 0)]
    first = first[cost[first] <= least[need[first]]]
    least[need[first]] = cost[first]
    found[need[first]] = -1
    found[need[first], : sets.shape[1]] = sets[first]


def _slopes(ranked: Ranked, cost: FloatArray, asked: FloatArray) -> FloatArray:
    """Choose for each need three exchange rates of weight against cost, about the one that bounds best from the start."""
    n_needs = asked.size
    exists = ranked.item >= 0
    ratio = np.sort(np.where(exists, cost / np.maximum(ranked.weight, ROUNDING), np.inf), axis=1)
    size = exists.sum(axis=1)
    at = (np.array(SHARES)[None, :] * size[:, None]).astype(np.int64)
    near = np.take_along_axis(ratio, np.minimum(at, ratio.shape[1] - 1), axis=1)
    near = np.where(np.isfinite(near), near, 0.0)
    trial = np.concatenate([near, near[:, -1:] * np.array(STEEP)], axis=1)
    most = int(ranked.most.max())
    value = np.where(exists, cost, 0.0)[:, None, :] - trial[:, :, None] * ranked.weight[:, None, :]
    lowest = np.sort(np.minimum(value, 0.0), axis=2)[:, :, :most].cumsum(axis=2)
    last = np.broadcast_to(np.maximum(ranked.most - 1, 0)[:, None, None], (n_needs, trial.shape[1], 1))
    bound = trial * asked[:, None] + np.take_along_axis(lowest, last, axis=2)[:, :, 0]
    pick = np.clip(np.argmax(bound, axis=1)[:, None] + np.arange(-1, 2), 0, trial.shape[1] - 1)
    return np.take_along_axis(trial, pick, axis=1)


def _suffixes(ranked: Ranked, cost: FloatArray, theta: FloatArray) -> FloatArray:
    """Tabulate the least sum of (price - theta * weight) over at most r of the edges from position i on."""
    n_needs, width = ranked.weight.shape
    most = int(ranked.most.max())
    value = np.where(ranked.item >= 0, cost, 0.0)[:, None, :] - theta[:, :, None] * ranked.weight[:, None, :]
    table = np.zeros((width + 1, n_needs, theta.shape[1], most + 1))
    for at in range(width - 1, -1, -1):
        np.minimum(table[at + 1, :, :, 1:], table[at + 1, :, :, :-1] + value[:, :, at, None], out=table[at, :, :, 1:])
    return table
