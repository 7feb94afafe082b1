"""What one more would add: a unit of someone's capacity, a head, a newcomer; by prices for all, by re-solving exactly."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching.assign.flow import flow_prices, is_plain, need_values, open_part
from matching.assign.problem import FloatArray, Problem
from matching.assign.solution import Solution
from matching.assign.total import solve_total
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
        Otherwise they are estimates from the prices of the relaxation; `added_value` gives the exact difference.
    """

    need: FloatArray
    partner: FloatArray
    exact: bool


@dataclass(frozen=True, slots=True)
class AddedValue:
    """What a change adds to the total, by solving again.

    Attributes
    ----------
    gain : float
        New total less old total.
    least, most : float
        Between these the true difference lies; all three are one number where both solutions are exact.
    solution : Solution
        With the change.
    """

    gain: float
    least: float
    most: float
    solution: Solution


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
    _check(problem, solution)
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
    _check(problem, solution)
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


def added_value(problem: Problem, solution: Solution, changed: Problem) -> AddedValue:
    """Tell what a change of the problem adds, by solving the changed problem from the present solution.

    Parameters
    ----------
    problem : Problem
    solution : Solution
        Of `problem`.
    changed : Problem
        For instance from `with_capacity` or `with_newcomer`.

    Returns
    -------
    value : AddedValue

    Raises
    ------
    CallError
        When the solution is not one of the problem.
    """
    _check(problem, solution)
    start = solution if changed.n_edges == problem.n_edges else None
    new = solve_total(changed, start=start, gap=solution.gap)
    gain = new.total - solution.total
    return AddedValue(gain, new.total - solution.bound, new.bound - solution.total, new)


def with_capacity(problem: Problem, partner: int, amount: float = 1.0) -> Problem:
    """Return the problem with more capacity for one partner.

    Parameters
    ----------
    problem : Problem
    partner : int
    amount : float, default=1
        In the unit of capacity.

    Returns
    -------
    changed : Problem

    Raises
    ------
    CallError
        When there is no such partner.
    """
    if not 0 <= partner < problem.shape[1]:
        raise CallError(
            f"partner must be in [0, {problem.shape[1]}); got {partner}. Use a position on the partner axis."
        )
    high = problem.capacity[1].copy()
    high[partner] += amount
    return replace(problem, capacity=(problem.capacity[0], high))


def with_newcomer(
    problem: Problem,
    need: npt.ArrayLike,
    weight: npt.ArrayLike,
    *,
    load: npt.ArrayLike = 1.0,
    capacity: float = 1.0,
) -> Problem:
    """Return the problem with one more partner, the last, whose edges are appended.

    Parameters
    ----------
    problem : Problem
    need : array-like of int, shape (k,)
        What the newcomer could serve.
    weight : array-like of float, shape (k,)
    load : float or array-like of float, shape (k,), default=1
    capacity : float, default=1

    Returns
    -------
    changed : Problem
        Groups and teams stay as they are: the newcomer belongs to none.

    Raises
    ------
    CallError
        When the arrays differ in length.
    """
    needs = np.asarray(need, dtype=np.int64)
    for name, values in (("weight", weight), ("load", load)):
        if np.shape(values) not in ((), needs.shape):
            raise CallError(f"{name} must have shape {needs.shape}; got {np.shape(values)}. Give one entry per need.")
    none = np.zeros(needs.size, dtype=np.bool_)
    low, high = problem.capacity
    return replace(
        problem,
        need=np.concatenate([problem.need, needs]),
        partner=np.concatenate([problem.partner, np.full(needs.size, problem.shape[1])]),
        weight=np.concatenate([problem.weight, np.broadcast_to(np.asarray(weight, dtype=np.float64), needs.shape)]),
        load=np.concatenate([problem.load, np.broadcast_to(np.asarray(load, dtype=np.float64), needs.shape)]),
        pinned=np.concatenate([problem.pinned, none]),
        forbidden=np.concatenate([problem.forbidden, none]),
        capacity=(np.append(low, 0.0), np.append(high, float(capacity))),
        shape=(problem.shape[0], problem.shape[1] + 1),
    )


def _first_edges(problem: Problem, solution: Solution) -> FloatArray:
    """Estimate what the best edge is worth that one more unit would open: no price speaks for a closed edge."""
    have = problem.capacity[1][problem.partner]
    opened = ~problem.forbidden & (problem.load > have) & (problem.load <= have + 1.0)
    value = np.zeros(problem.shape[1])
    gain = problem.weight[opened] - solution.need_price[problem.need[opened]]
    np.maximum.at(value, problem.partner[opened], gain)
    return value


def _check(problem: Problem, solution: Solution) -> None:
    if solution.chosen.shape != (problem.n_edges,) or solution.need_price.shape != (problem.shape[0],):
        raise CallError(
            f"the solution has {solution.chosen.size} edges and {solution.need_price.size} needs, the problem "
            f"{problem.n_edges} and {problem.shape[0]}. Give the problem that was solved."
        )
