"""The highest floor under the worst-served need, bounded by prices of seats."""

from dataclasses import dataclass

import numpy as np

from matching.assign.deadline import Deadline
from matching.assign.fair_sets import Ranked, cheapest_sets, ranked_edges
from matching.assign.flow import is_plain
from matching.assign.problem import FloatArray, Problem

STEPS = 120  # prices that are tried in all
PATIENCE = 12  # prices without a better value until the steps get shorter
FIRST, FINEST = 0.01, 0.0004  # how much lower, relatively, the next floor to be refuted is
SURE = 1e-9


@dataclass(slots=True)
class _Search:
    """Where the search for prices that refute a floor stands."""

    price: FloatArray
    cost: FloatArray
    steps: int = 0


def bounded_by_prices(problem: Problem, floor: float, price: FloatArray, *, deadline: Deadline) -> float:
    """Lower a bound on the floor as long as prices of seats refute it.

    At prices ``v >= 0`` of seats a floor ``t`` cannot be had where the needs together must spend more than all seats are
    worth: ``sum_n min {v(b): b brings n up to t} > sum_p seats_p v_p``. Such prices are found by subgradients.

    Parameters
    ----------
    problem : Problem
    floor : float
        A bound that is known.
    price : ndarray of float, shape (n_partners,)
        Where to start: those of the relaxation.
    deadline : Deadline

    Returns
    -------
    bound : float
        At most `floor`. The same where other limits than head-counts, or pinned edges, are there.

    References
    ----------
    N. Bansal and M. Sviridenko, "The Santa Claus problem", 2006, for the relaxation over sets whose dual this is.
    B. T. Polyak, "Minimization of unsmooth functionals", 1969, for the length of the steps.
    """
    if not is_plain(problem) or problem.pinned.any() or problem.optional.any() or not floor > 0:
        return floor
    ranked = ranked_edges(problem)
    if ranked is None:
        return floor
    start = np.maximum(price, 0.0)
    worth = float(ranked.seats @ start)
    if not worth > 0:
        return floor
    search = _Search(start / worth, np.full(problem.shape[0], 0.05))
    step = FIRST
    while step >= FINEST and search.steps < STEPS and not deadline.is_over():
        trial = floor * (1 - step)
        if _is_refuted(ranked, trial, search, deadline):
            floor = trial
        else:
            step /= 2
    return floor


def _is_refuted(ranked: Ranked, floor: float, search: _Search, deadline: Deadline) -> bool:
    """Look for prices at which the needs must spend more than all seats are worth; keep the best of them."""
    price, cost = search.price, search.cost
    best, stale, length, drift = -np.inf, 0, 0.02, None
    for _ in range(3 * PATIENCE):
        search.steps += 1
        cheapest = cheapest_sets(ranked, price, floor, 1.3 * cost + 1e-3)
        cost = cheapest.cost
        value = float(cost.sum()) - 1.0
        if value > SURE:
            search.price, search.cost = price, cost
            return True
        stale = 0 if value > best else stale + 1
        if value > best:
            best, search.price, search.cost = value, price, cost
        if stale >= PATIENCE // 2:
            length, stale, price = length / 2, 0, search.price
        over = cheapest.taken - ranked.seats
        drift = over if drift is None else 0.7 * drift + 0.3 * over
        towards = np.where((price <= 0) & (drift < 0), 0.0, drift)
        size = float(towards @ towards)
        if not size > 0 or length < 1e-3 or deadline.is_over():
            break
        price = np.maximum(0.0, price + (max(best, 0.0) + length - value) / size * towards)
        worth = float(ranked.seats @ price)
        if not worth > SURE:
            break
        price = price / worth
    return False
