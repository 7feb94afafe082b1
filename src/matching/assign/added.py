"""What a change would add to the total: solved again from where the problem ended, beside what its prices alone say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np

from matching.assign.asked import Asked, Newcomer, changed_by
from matching.assign.assemble import assemble
from matching.assign.problem import FloatArray, Problem
from matching.assign.solution import Solution
from matching.assign.standing import Standing, best_with, bound_by_prices, can_ask, changed, narrowed, stand
from matching.assign.total import solve_total
from matching.errors import CallError


@dataclass(frozen=True, slots=True)
class AddedValue:
    """What a change adds to the total, by solving again.

    Attributes
    ----------
    gain : float
        The highest total with the change less the highest without.
    least, most : float
        Between these the true difference lies; all three are one number where both totals are proved highest.
    by_prices : float
        No more than this, by the prices of the problem as it is and without solving again: ``gain <= by_prices``
        wherever the limits can be kept with the change; ``inf`` where prices say nothing.
    solution : Solution
        With the change. Its gap says how far `least` and `most` are apart on its side.
    """

    gain: float
    least: float
    most: float
    by_prices: float
    solution: Solution


def added_values(problem: Problem, solution: Solution, asked: Sequence[Asked]) -> tuple[AddedValue, ...]:
    """Tell exactly what each of several changes alone would add to the total.

    Parameters
    ----------
    problem : Problem
        With any limits.
    solution : Solution
        Of that problem, for the objective ``"total"``. Where it leaves a gap, the highest total is found first.
    asked : sequence of Newcomer, MoreCapacity, MoreDemand or Without
        Edges of newcomers are appended to those of the problem.

    Returns
    -------
    values : tuple of AddedValue
        One a change, whatever else was asked. Who comes or may do more never takes from the total; who goes never adds to it,
        unless limits contradict each other then (`solution.violations`): falling short less goes before the total.

    Raises
    ------
    CallError
        When the solution is not one of this problem, or a change names nobody.

    Notes
    -----
    One relaxation over what each partner can take on together holds all changes, closed: to ask is to open some columns and to move
    some limits. It is solved again by the dual simplex method from the basis at which it ended, and what comes out split is decided
    by branch and bound from there. `by_prices` is ``D(y) - total`` of the changed problem at the old prices ``y``: a bound by weak
    duality, for additions and removals alike.

    References
    ----------
    L. S. Shapley, "Complements and substitutes in the optimal assignment problem", 1962.

    Examples
    --------
    >>> from matching.assign import MoreCapacity, Without
    >>> problem = Problem([0, 1], [0, 0], [3.0, 2.0], load=[2.0, 1.5], capacity=(0, 2))
    >>> more, gone = added_values(problem, solve_total(problem), [MoreCapacity(0, 1.5), Without(0)])
    >>> round(more.gain, 9), round(gone.gain, 9)
    (2.0, -3.0)
    """
    check_solution(problem, solution)
    problems = [changed_by(problem, each) for each in asked]
    return tuple(added_in_turn(problem, solution, asked, problems))


def added_in_turn(
    problem: Problem, solution: Solution, asked: Sequence[Asked], problems: Sequence[Problem]
) -> Iterator[AddedValue]:
    """Tell what each change would add, one after the other: the first answer takes what all of them share.

    Parameters
    ----------
    problem : Problem
    solution : Solution
    asked : sequence of changes
    problems : sequence of Problem
        With each of them.

    Yields
    ------
    value : AddedValue
    """
    standing = stand(problem, solution, asked)
    before = None if standing is None else _found(standing, (None, -1), problem)
    if standing is None or before is None:
        yield from (added_value(problem, solution, each) for each in problems)
        return
    if before.total < solution.total:  # as good as the other to within rounding
        before = replace(before, total=solution.total, bound=max(before.bound, solution.total))
    standing = narrowed(standing, before.total)
    for each, new in zip(_numbered(problem, asked), problems, strict=True):
        yield _added(standing, before, each, new) or added_value(problem, before, new)


def values_by_prices(problem: Problem, solution: Solution, asked: Sequence[Asked]) -> FloatArray:
    """Bound for many changes at once what each alone would add, by the prices of the problem: nothing is solved again.

    Parameters
    ----------
    problem : Problem
        With any limits.
    solution : Solution
        Of that problem, for the objective ``"total"``.
    asked : sequence of Newcomer, MoreCapacity, MoreDemand or Without

    Returns
    -------
    value : ndarray of float, shape (n_asked,)
        None adds more than this while the limits can be kept; ``inf`` where limits contradict each other already, or
        somebody goes to whom something is pinned.

    Raises
    ------
    CallError
        When the solution is not one of this problem, or a change names nobody.
    """
    check_solution(problem, solution)
    numbered = _numbered(problem, asked)
    standing = stand(problem, solution, asked)
    if standing is None:
        return np.full(len(asked), np.inf)
    bounds = [
        bound_by_prices(standing, changed(standing, *each)) if can_ask(standing, *each) else np.inf for each in numbered
    ]
    return np.array(bounds, dtype=np.float64) - solution.total


def added_value(problem: Problem, solution: Solution, changed_problem: Problem) -> AddedValue:
    """Tell what any change of the problem adds, by solving the changed problem anew or from the present solution.

    Parameters
    ----------
    problem : Problem
    solution : Solution
        Of `problem`.
    changed_problem : Problem
        For instance from `changed_by`, or with several changes at once.

    Returns
    -------
    value : AddedValue

    Raises
    ------
    CallError
        When the solution is not one of the problem.
    """
    check_solution(problem, solution)
    start = solution if changed_problem.n_edges == problem.n_edges else None
    new = solve_total(changed_problem, start=start, gap=solution.gap)
    return _difference(solution, new, np.inf)


def check_solution(problem: Problem, solution: Solution) -> None:
    """Refuse a solution of another problem.

    Parameters
    ----------
    problem : Problem
    solution : Solution

    Raises
    ------
    CallError
        When edges or needs differ in number.
    """
    if solution.chosen.shape != (problem.n_edges,) or solution.need_price.shape != (problem.shape[0],):
        raise CallError(
            f"the solution has {solution.chosen.size} edges and {solution.need_price.size} needs, the problem "
            f"{problem.n_edges} and {problem.shape[0]}. Give the problem that was solved."
        )


def _numbered(problem: Problem, asked: Sequence[Asked]) -> list[tuple[Asked, int]]:
    """Name whom each change is about; newcomers are numbered behind the partners."""
    numbers = count(problem.shape[1])
    return [
        (each, next(numbers) if isinstance(each, Newcomer) else int(getattr(each, "partner", -1))) for each in asked
    ]


def _added(standing: Standing, before: Solution, asked: tuple[Asked, int], new: Problem) -> AddedValue | None:
    """Solve again with a change; None where other methods have to decide."""
    if not can_ask(standing, *asked):
        return None
    found = _found(standing, asked, new)
    if found is None:
        return None
    return _difference(before, found, bound_by_prices(standing, changed(standing, *asked)) - before.total)


def _found(standing: Standing, asked: tuple[Asked | None, int], problem: Problem) -> Solution | None:
    """Solve from where the problem ended, and measure the choice by the problem itself."""
    best = best_with(standing, changed(standing, *asked))
    if best is None:
        return None
    edges = np.arange(best.chosen.size) < standing.n_old
    if isinstance(asked[0], Newcomer):
        edges |= standing.everybody.partner == asked[1]
    chosen = best.chosen[edges]
    solution = assemble(problem, chosen, best.bound, best.prices, "bundles: solved again from the basis kept")
    return None if solution.violations else solution


def _difference(old: Solution, new: Solution, by_prices: float) -> AddedValue:
    return AddedValue(new.total - old.total, new.total - old.bound, new.bound - old.total, by_prices, new)
