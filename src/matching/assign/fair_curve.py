"""The price of fairness: the highest total against what the worst-served need is promised."""

from dataclasses import dataclass, replace

import numpy as np

from matching.assign.assemble import worst_served
from matching.assign.deadline import Deadline, in_seconds
from matching.assign.fair import SEARCHED, feasible_model, solve_fair
from matching.assign.fair_large import total_beside_floor
from matching.assign.fair_rows import with_floor
from matching.assign.highs import solve_mip
from matching.assign.model import Model
from matching.assign.parts import solve_model
from matching.assign.problem import BoolArray, FloatArray, Problem
from matching.assign.solution import Solution
from matching.assign.structure import tighten
from matching.assign.total import solve_total
from matching.errors import CallError


@dataclass(frozen=True, slots=True)
class FairnessPoint:
    """One point of the price of fairness.

    Attributes
    ----------
    floor : float
        What every need was promised at least, per head wanted.
    worst : float
        What the worst-served need has.
    total : float
        The highest total under that promise.
    bound : float
        Proven upper bound on that total.
    """

    floor: float
    worst: float
    total: float
    bound: float


def price_of_fairness(
    problem: Problem, *, points: int = 11, time_limit: float | None = None, gap: float = 0.0
) -> tuple[FairnessPoint, ...]:
    """Trace the highest total against what the worst-served need is promised.

    Parameters
    ----------
    problem : Problem
    points : int, default=11
        At least 2; evenly spaced between the floor that the highest total leaves and the highest floor there is.
    time_limit : float, optional
        Seconds for each point.
    gap : float, default=0

    Returns
    -------
    curve : tuple of FairnessPoint
        From no promise to the highest one; totals fall as floors rise.

    Raises
    ------
    CallError
        When fewer than two points are asked for.
    """
    if not (points >= 2 and float(points).is_integer()):
        raise CallError(f"points must be at least 2; got {points}. Use 11 for steps of a tenth.")
    best = solve_total(problem, deadline=in_seconds(time_limit), gap=gap)
    fairest = solve_fair(problem, deadline=in_seconds(time_limit), gap=gap)
    first = FairnessPoint(best.worst, best.worst, best.total, best.bound)
    last = FairnessPoint(fairest.worst, fairest.worst, fairest.total, fairest.bound)
    if best.violations or not fairest.worst > best.worst:
        return (first,)
    between = [
        _point(problem, float(floor), fairest, in_seconds(time_limit), gap)
        for floor in np.linspace(best.worst, fairest.worst, points)[1:-1]
    ]
    return (first, *between, last)


def _point(problem: Problem, floor: float, fairest: Solution, deadline: Deadline, gap: float) -> FairnessPoint:
    """Find the highest total beside a floor that a plan is known to keep."""
    model, _ = feasible_model(problem, deadline.share(0.5))
    floored = tighten(with_floor(model, problem, floor))
    if np.count_nonzero(model.floor < model.ceiling) > SEARCHED:
        x = _filled_in(model, fairest.chosen, deadline)
        solution = total_beside_floor(problem, model, x, floor, fairest=fairest, deadline=deadline, gap=gap)
        chosen, bound = solution.chosen, solution.bound
    else:
        found = solve_model(floored, deadline=deadline, gap=gap)
        chosen, bound = np.asarray(found.x[: problem.n_edges] > 0.5), found.bound
    total = float(np.sum(problem.weight[chosen]))
    return FairnessPoint(floor, worst_served(problem, chosen), total, max(total, bound))


def _filled_in(model: Model, chosen: BoolArray, deadline: Deadline) -> FloatArray:
    """Give the columns that are no edges values that go with a choice."""
    x = np.zeros(model.weight.size)
    x[: chosen.size] = chosen
    if model.weight.size == chosen.size:
        return x
    edge = np.arange(model.weight.size) < chosen.size
    held = replace(model, floor=np.where(edge, x, model.floor), ceiling=np.where(edge, x, model.ceiling))
    found = solve_mip(held, deadline=deadline)
    return x if found.x is None else found.x
