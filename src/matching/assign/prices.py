"""What one more unit of each limit would add, for all at once from the prices: exact where only head-counts limit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.assign.added import check_solution
from matching.assign.flow import flow_prices, is_plain, need_values, open_part
from matching.assign.problem import FloatArray, Problem
from matching.assign.solution import Solution
from matching.errors import CallError


@dataclass(frozen=True, slots=True, eq=False)
class MarginalValues:
    """What one more unit of each limit would add to the total.

    Attributes
    ----------
    need : ndarray of float, shape (n_needs,)
        One more head of upper demand.
    partner : ndarray of float, shape (n_partners,)
        One more unit of capacity.
    exact : bool
        True where these are the differences that re-solving would show: where only head-counts limit the problem.
        Otherwise they are estimates from the prices of the relaxation; `added_values` gives exact differences.
    """

    need: FloatArray
    partner: FloatArray
    exact: bool


def marginal_values(problem: Problem, solution: Solution) -> MarginalValues:
    """Tell for all needs and partners at once what one more unit would add.

    Parameters
    ----------
    problem : Problem
    solution : Solution
        Of that problem, for the objective ``"total"``.

    Returns
    -------
    values : MarginalValues

    Raises
    ------
    CallError
        When the solution is not one of this problem.

    Notes
    -----
    Optimal prices are not unique. The *lowest* ones are the right-hand derivatives of the optimal total, and with
    whole heads the total is linear up to the next whole number: they are exact differences.

    References
    ----------
    L. S. Shapley, "Complements and substitutes in the optimal assignment problem", 1962.
    """
    check_solution(problem, solution)
    exact = is_plain(problem) and not solution.violations and solution.gap <= 1e-12
    plain = open_part(problem) if exact else None
    if plain is None:
        partner = np.maximum(np.maximum(solution.partner_price, 0.0), _first_edges(problem, solution))
        return MarginalValues(np.maximum(solution.need_price, 0.0), partner, exact=False)
    chosen = solution.chosen[plain.edges]
    _, partner = flow_prices(plain, chosen)
    return MarginalValues(need_values(plain, chosen), partner, exact=True)


def newcomer_values(
    problem: Problem, solution: Solution, newcomer: npt.ArrayLike, need: npt.ArrayLike, weight: npt.ArrayLike
) -> FloatArray:
    """Tell for many possible newcomers at once what each alone would add by serving one need.

    Parameters
    ----------
    problem : Problem
    solution : Solution
        Of that problem, for the objective ``"total"``.
    newcomer, need : array-like of int, shape (n_pairs,)
        Who could serve what.
    weight : array-like of float, shape (n_pairs,)
        What that is worth.

    Returns
    -------
    value : ndarray of float, shape (n_newcomers,)
        ``max(0, weight - need_price)`` at the best need of each: exact where only head-counts limit the problem, an
        estimate from the prices of the relaxation otherwise.

    Raises
    ------
    CallError
        When the arrays differ in length or name unknown needs.
    """
    check_solution(problem, solution)
    who, where = np.asarray(newcomer, dtype=np.int64), np.asarray(need, dtype=np.int64)
    worth = np.asarray(weight, dtype=np.float64)
    if not who.shape == where.shape == worth.shape or who.ndim != 1:
        raise CallError(
            f"newcomer, need and weight must have one length; got {who.shape}, {where.shape}, {worth.shape}."
        )
    if who.size and (min(who.min(), where.min()) < 0 or where.max() >= solution.need_price.size):
        raise CallError(
            f"needs must be in [0, {solution.need_price.size}) and newcomers >= 0; got {where.max()}, {who.min()}."
        )
    if not np.isfinite(worth).all():
        raise CallError(f"weight must be finite; got {worth[~np.isfinite(worth)][0]}. Leave out what cannot be.")
    value = np.zeros(int(who.max(initial=-1)) + 1)
    # what is pinned is not given up for anybody
    room = problem.demand[1] - np.bincount(problem.need[problem.pinned], minlength=problem.shape[0]) > 0
    np.maximum.at(value, who[room[where]], (worth - solution.need_price[where])[room[where]])
    return value


def _first_edges(problem: Problem, solution: Solution) -> FloatArray:
    """Estimate what the best edge is worth that one more unit would open: no price speaks for a closed edge."""
    have = problem.capacity[1][problem.partner]
    opened = ~problem.forbidden & (problem.load > have) & (problem.load <= have + 1.0)
    value = np.zeros(problem.shape[1])
    gain = problem.weight[opened] - solution.need_price[problem.need[opened]]
    np.maximum.at(value, problem.partner[opened], gain)
    return value
