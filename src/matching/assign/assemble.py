"""Measure a choice and put it together with its proof."""

import numpy as np

from matching.assign.check import check_choice
from matching.assign.problem import BoolArray, FloatArray, Problem
from matching.assign.solution import Solution, relative_gap


def assemble(
    problem: Problem, chosen: BoolArray, bound: float, prices: tuple[FloatArray, FloatArray], method: str
) -> Solution:
    """Measure a choice and put it together with its proof.

    Parameters
    ----------
    problem : Problem
    chosen : ndarray of bool, shape (n_edges,)
    bound : float
    prices : pair of ndarray of float, shapes (n_needs,) and (n_partners,)
    method : str

    Returns
    -------
    solution : Solution
    """
    total = total_of(problem, chosen)
    # what a float64 sum of these weights can be off by is no gap
    noise = 4.0 * float(np.finfo(np.float64).eps) * float(np.sum(np.abs(problem.weight)))
    bound = bound if bound > total + noise else total
    return Solution(
        chosen=chosen,
        total=total,
        bound=bound,
        gap=relative_gap(total, bound),
        worst=worst_served(problem, chosen),
        need_price=prices[0],
        partner_price=prices[1],
        method=method,
        violations=check_choice(problem, chosen),
    )


def total_of(problem: Problem, chosen: BoolArray) -> float:
    """Add up what a choice is worth.

    Parameters
    ----------
    problem : Problem
    chosen : ndarray of bool, shape (n_edges,)

    Returns
    -------
    total : float
        Sum of the chosen weights, less the cost of balance.
    """
    at = np.flatnonzero(chosen)  # in large problems few of many
    worth = float(np.sum(problem.weight[at]))
    if not problem.balance.size:
        return worth
    carried = np.bincount(problem.partner[at], weights=problem.load[at], minlength=problem.shape[1])
    steps = np.arange(problem.balance.size)
    filled = np.clip(carried[:, None] - steps, 0.0, np.where(steps == steps[-1], np.inf, 1.0))
    return worth - float(np.sum(filled * problem.balance))


def worst_served(problem: Problem, chosen: BoolArray) -> float:
    """Return how well the least served need is served.

    Parameters
    ----------
    problem : Problem
    chosen : ndarray of bool, shape (n_edges,)

    Returns
    -------
    worst : float
        Least total weight of chosen edges / head-count wanted over needs that want somebody; ``nan`` if none does.
    """
    wants = problem.demand[1] > 0
    at = np.flatnonzero(chosen)
    got = np.bincount(problem.need[at], weights=problem.weight[at], minlength=problem.shape[0])
    return float(np.min(got[wants] / problem.demand[1][wants])) if wants.any() else float("nan")
