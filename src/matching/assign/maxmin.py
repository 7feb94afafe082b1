"""The highest floor under the worst-served need where needs want several heads: bounded by counts and flows."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import maximum_flow

from matching.assign.flow import is_plain
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem

STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """Open edges with the best weights of each need added up.

    Attributes
    ----------
    edges : ndarray of int, shape (n_open,)
    best : ndarray of float, shape (n_needs, n_most + 1)
        Sum of the best 0, 1, ... positive weights.
    seats : ndarray of int, shape (n_partners,)
        Seats that open edges could fill.
    """

    edges: IntArray
    best: FloatArray
    seats: IntArray


def promised_at_most(problem: Problem) -> tuple[float, Problem] | None:
    """Bound the floor from above, and narrow the problem to what a plan with that floor could use.

    At a floor ``t`` need ``n`` takes at least the ``k_n`` edges whose best sum reaches ``t * hi_n``, and at most
    ``k_n`` and what the other needs leave over; an edge that stays below the floor even with the best others is of
    no use. A maximum flow tells whether all ``k_n`` can be had. The highest floor that passes is found by bisection.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    floor, narrowed : float and Problem, or None
        Every plan with that floor is one of the narrowed problem. None where the bound says nothing: other limits
        than head-counts, pinned edges, or no floor above zero.

    References
    ----------
    N. Bansal and M. Sviridenko, "The Santa Claus problem", 2006, for the difficulty of the general case.
    """
    if not is_plain(problem) or problem.pinned.any() or problem.optional.any():
        return None
    ranked = _ranked(problem)
    wants = problem.demand[1] > 0
    if not wants.any():
        return None
    low, high = 0.0, float(np.min(ranked.best[wants, -1] / problem.demand[1][wants]))
    if high <= 0:
        return None
    for _ in range(STEPS):
        middle = 0.5 * (low + high) if low or high < 0 else 0.5 * high
        if _narrowed(problem, ranked, middle) is None:
            high = middle
        else:
            low = middle
    narrowed = _narrowed(problem, ranked, low) if low > 0 else None
    return None if narrowed is None else (low, narrowed)


def _ranked(problem: Problem) -> _Ranked:
    n_needs, n_partners = problem.shape
    edges = np.flatnonzero(~problem.forbidden & (problem.capacity[1][problem.partner] >= 1))
    order = edges[np.lexsort((-problem.weight[edges], problem.need[edges]))]
    degree = np.bincount(problem.need[order], minlength=n_needs)
    rank = np.arange(order.size) - (np.cumsum(degree) - degree)[problem.need[order]]
    most = int(np.minimum(problem.demand[1], degree).max(initial=0))
    best = np.zeros((n_needs, most + 1))
    near = rank < np.minimum(most, problem.demand[1][problem.need[order]])
    best[problem.need[order[near]], rank[near] + 1] = np.maximum(problem.weight[order[near]], 0.0)
    partners = np.bincount(problem.partner[edges], minlength=n_partners)
    seats = np.minimum(np.floor(problem.capacity[1] + 1e-9), partners).astype(np.int64)
    return _Ranked(edges, np.cumsum(best, axis=1), seats)


def _narrowed(problem: Problem, ranked: _Ranked, floor: float) -> Problem | None:
    """Narrow head-counts and edges to what a floor asks; None when counts or a flow show that it cannot be had."""
    asked = floor * problem.demand[1]
    fits = ranked.best >= asked[:, None] * (1 - 1e-12)
    if not fits[:, -1].all():
        return None
    fewest = np.maximum(np.argmax(fits, axis=1), problem.demand[0])
    over = int(ranked.seats.sum() - fewest.sum())
    if over < 0 or (fewest > problem.demand[1]).any():
        return None
    most = np.minimum(problem.demand[1], fewest + over)
    others = ranked.best[np.arange(most.size), np.clip(most - 1, 0, ranked.best.shape[1] - 1)]
    useful = np.zeros(problem.n_edges, dtype=np.bool_)
    need = problem.need[ranked.edges]
    useful[ranked.edges] = problem.weight[ranked.edges] + others[need] >= asked[need] * (1 - 1e-12)
    if not _can_have(problem, ranked.seats, fewest, useful):
        return None
    return replace(problem, demand=(fewest, most), forbidden=problem.forbidden | ~useful)


def _can_have(problem: Problem, seats: IntArray, fewest: IntArray, useful: BoolArray) -> bool:
    n_needs, n_partners = problem.shape
    edges = np.flatnonzero(useful)
    source, sink = n_needs + n_partners, n_needs + n_partners + 1
    rows = np.concatenate([np.full(n_needs, source), problem.need[edges], n_needs + np.arange(n_partners)])
    columns = np.concatenate([np.arange(n_needs), n_needs + problem.partner[edges], np.full(n_partners, sink)])
    room = np.concatenate([fewest, np.ones(edges.size, dtype=np.int64), seats]).astype(np.int32)
    graph = sp.csr_array((room, (rows, columns)), shape=(sink + 1, sink + 1))
    return int(maximum_flow(graph, source, sink).flow_value) == int(fewest.sum())
