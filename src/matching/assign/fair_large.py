"""Fair plans where needs compete for more edges than an exact search gets through: a bound, and a plan near it."""

from dataclasses import dataclass, replace

import numpy as np

from matching.assign.assemble import assemble
from matching.assign.certificate import dual_bound
from matching.assign.deadline import Deadline
from matching.assign.fair_bound import bounded_by_prices
from matching.assign.fair_near import ROUNDS, SIZE, raised_nearby, total_nearby
from matching.assign.fair_rows import levelled, service_rows, with_floor
from matching.assign.flow import is_plain
from matching.assign.highs import solve_lp
from matching.assign.least import STOPPED
from matching.assign.model import CAPACITY, DEMAND, Model
from matching.assign.parts import row_price, solve_model
from matching.assign.problem import FloatArray, IntArray, Problem
from matching.assign.search import is_feasible
from matching.assign.solution import Solution
from matching.assign.structure import tighten
from matching.assign.total import solve_total

NODES = 200  # that a search for a plan to start from may open
START_GAP = 0.01
DEEPER = 20  # neighbourhoods searched for each of the next worst-served needs
PROVED = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class _Relaxed:
    """The relaxation of the highest floor: no plan has a higher one than `most`; `price` is that of seats."""

    most: float
    x: FloatArray | None
    price: FloatArray


def solve_nearly_fair(
    problem: Problem, model: Model, x: FloatArray, *, depth: int, deadline: Deadline, gap: float
) -> Solution:
    """Raise the worst-served needs as far as searching among some needs at a time gets, and bound how far they could be.

    Parameters
    ----------
    problem : Problem
    model : Model
        Of the problem, with a point.
    x : ndarray of float, shape (n_columns,)
        A point of the model.
    depth : int
        How many of the worst-served needs are raised in turn.
    deadline : Deadline
    gap : float
        At which the total is good enough.

    Returns
    -------
    solution : Solution
        `worst_bound` says how high the floor could be at most; bound and gap are those of the total among plans with a
        floor as high as the one that was found.
    """
    wants = problem.demand[1] > 0
    relaxed = _relaxed(problem, model, np.flatnonzero(wants), deadline.share(0.3))
    x = _started(model, x, relaxed, deadline.share(0.3))
    most = bounded_by_prices(problem, relaxed.most, relaxed.price, deadline=deadline.share(0.3))
    counted, floored, is_stopped = wants.copy(), model, False
    for stage in range(min(depth, int(wants.sum()))):
        share, rounds = deadline.share(0.6 / (depth - stage)), ROUNDS if stage == 0 else DEEPER
        x = raised_nearby(problem, floored, x, most, counted=counted, deadline=share, rounds=rounds)
        is_stopped = is_stopped or share.is_over()
        service = np.asarray(service_rows(problem, model.weight.size) @ x)
        worst = int(np.flatnonzero(counted)[np.argmin(service[counted])])
        if stage == 0:
            most = max(most, float(service[worst]))  # what rounding leaves between the two
            floor, floored = float(service[worst]), with_floor(model, problem, float(service[worst]))
        counted[worst] = False
        floored = with_floor(floored, problem, float(service[worst]), needs=np.flatnonzero(counted))
    doubt = "" if most - floor <= PROVED * max(1.0, abs(most)) else f", not proved highest: at most {most:.6g}"
    deeper = f"; {depth - 1} next worst raised, not proved" if depth > 1 else ""
    note = f"fair: floor {floor:.6g} by searching among {SIZE} needs at a time{doubt}{deeper}"
    solution = _highest_total(problem, tighten(floored), x, note, deadline=deadline, gap=gap)
    stopped = f"; {STOPPED}" if is_stopped or deadline.is_over() else ""
    return replace(solution, worst_bound=max(most, solution.worst), method=solution.method + stopped)


def _relaxed(problem: Problem, model: Model, wants: IntArray, deadline: Deadline) -> _Relaxed:
    """Solve the relaxation of the highest floor; its dual proves the bound."""
    tight = tighten(levelled(problem, model, wants, 1))
    found = solve_lp(tight, deadline=deadline)
    if found.x is None or found.dual is None:
        return _Relaxed(_best_alone(problem), None, np.zeros(problem.shape[1]))
    price = row_price(tight, found.dual, CAPACITY, problem.shape[1])
    most = min(_best_alone(problem), dual_bound(tight, found.dual))
    return _Relaxed(most, found.x[: model.weight.size], price)


def _best_alone(problem: Problem) -> float:
    """Bound the floor by what each need could have if it were alone, its pinned edges whatever they are worth."""
    worth = np.where(problem.pinned, problem.weight, np.where(problem.forbidden, 0.0, np.maximum(problem.weight, 0.0)))
    order = np.lexsort((-worth, ~problem.pinned, problem.need))
    need = problem.need[order]
    rank = np.arange(need.size) - np.searchsorted(need, need)
    counts = (rank < problem.demand[1][need]) | problem.pinned[order]
    got = np.bincount(need[counts], weights=worth[order][counts], minlength=problem.shape[0])
    wants = problem.demand[1] > 0
    return float(np.min(got[wants] / problem.demand[1][wants]))


def _started(model: Model, x: FloatArray, relaxed: _Relaxed, deadline: Deadline) -> FloatArray:
    """Round the relaxation: choose as much as possible of what it chooses; else begin with the point that is known."""
    if relaxed.x is None:
        return x
    rounded = replace(model, weight=np.where(model.whole, relaxed.x, 0.0))
    nodes = NODES if deadline.nodes is None else min(NODES, deadline.nodes)
    found = solve_model(tighten(rounded), deadline=replace(deadline, nodes=nodes), gap=START_GAP)
    return found.x if found.feasible and is_feasible(model, found.x) else x


def _highest_total(
    problem: Problem, model: Model, x: FloatArray, note: str, *, deadline: Deadline, gap: float
) -> Solution:
    """Raise the total among plans that keep the floor, bounded by the relaxation."""
    found = solve_lp(model, deadline=deadline)
    dual = np.zeros(model.low.size) if found.dual is None else found.dual
    bound = dual_bound(model, dual)
    if found.dual is None and is_plain(problem):
        bound = min(bound, solve_total(problem).bound)  # quick, and no floor makes the total higher
    enough = bound - gap * abs(bound)
    x = total_nearby(problem, model, x, enough, deadline=deadline)
    prices = (
        row_price(model, dual, DEMAND, problem.shape[0]),
        row_price(model, dual, CAPACITY, problem.shape[1]),
    )
    return assemble(problem, np.asarray(x[: problem.n_edges] > 0.5), bound, prices, note)
