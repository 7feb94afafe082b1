"""Fair plans where needs compete for more edges than an exact search gets through: a bound, and a plan near it."""

from dataclasses import dataclass, replace

import numpy as np

from matching.assign.assemble import assemble
from matching.assign.certificate import dual_bound
from matching.assign.deadline import Deadline
from matching.assign.fair_alone import best_alone
from matching.assign.fair_bound import bounded_by_sets
from matching.assign.fair_near import ROUNDS, SIZE, TOTALS, raised_nearby, total_nearby
from matching.assign.fair_program import SetProgram, build_program
from matching.assign.fair_rows import levelled, service_rows, with_floor
from matching.assign.fair_whole import raised_by_sets, total_by_sets
from matching.assign.flow import is_plain
from matching.assign.highs import solve_lp
from matching.assign.least import STOPPED
from matching.assign.model import CAPACITY, DEMAND, Model, build_model
from matching.assign.parts import row_price, solve_model
from matching.assign.problem import FloatArray, IntArray, Problem
from matching.assign.search import is_feasible
from matching.assign.solution import Solution
from matching.assign.structure import tighten
from matching.assign.total import solve_total

NODES = 200  # that a search for a plan to start from may open
START_GAP = 0.01
FEW = 60  # neighbourhoods searched for the total where little is left to win
DEEPER = 20  # neighbourhoods searched for each of the next worst-served needs
PROVED = 1e-6
NEAR_ENOUGH = 0.01  # relative, of its bound: a floor that near is not searched further


@dataclass(frozen=True, slots=True, eq=False)
class _Relaxed:
    """The relaxation of the highest floor: no plan has a higher one than `most`; `price` is that of the model's rows."""

    most: float
    x: FloatArray | None
    price: FloatArray | None


def solve_nearly_fair(
    problem: Problem, model: Model, x: FloatArray, *, depth: int, deadline: Deadline, gap: float
) -> Solution:
    """Raise the worst-served needs as far as searches that end get, and bound how far they could be.

    Sets of partners are dived for in the relaxation over sets; where that stays far from the bound, needs are decided anew
    some at a time.

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
    wants, tight = problem.demand[1] > 0, tighten(model)
    is_loosened = model.weight.size != build_model(problem).weight.size
    relaxed = _relaxed(problem, tight, np.flatnonzero(wants), deadline.share(0.3), is_loosened=is_loosened)
    most, by_sets = relaxed.most, None
    program = build_program(problem, tight) if relaxed.most > 0 and not is_loosened else None
    if program is not None and relaxed.price is not None:
        most, prices = bounded_by_sets(program, most, relaxed.price[program.rows], deadline=deadline.share(0.3))
        by_sets = raised_by_sets(program, model, most, prices, deadline=deadline.share(0.4))
    is_near = by_sets is not None and most - _floor(problem, by_sets) <= NEAR_ENOUGH * most
    known = [x] if by_sets is None else [by_sets]
    if not is_near:
        known.append(_started(model, x, relaxed, deadline.share(0.3)))
    x = max(known, key=lambda some: _floor(problem, some))
    counted, floored, is_stopped = wants.copy(), model, False
    for stage in range(min(depth, int(wants.sum()))):
        share, rounds = deadline.share(0.6 / (depth - stage)), ROUNDS if stage == 0 else DEEPER
        if stage or not is_near:
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
    way = "diving for sets of partners" if is_near else f"searching among {SIZE} needs at a time"
    note = f"fair: floor {floor:.6g} by {way}{doubt}{deeper}"
    solution = _highest_total(problem, tighten(floored), x, note, program, floor, deadline=deadline, gap=gap)
    stopped = f"; {STOPPED}" if is_stopped or deadline.is_over() else ""
    return replace(solution, worst_bound=max(most, solution.worst), method=solution.method + stopped)


def total_beside_floor(
    problem: Problem, model: Model, x: FloatArray, floor: float, *, deadline: Deadline, gap: float
) -> Solution:
    """Raise the total among plans with a floor as far as a search that ends gets, and bound it.

    Parameters
    ----------
    problem : Problem
    model : Model
        Of the problem.
    x : ndarray of float, shape (n_columns,)
        A point of it with at least that floor.
    floor : float
        Weight per head wanted.
    deadline : Deadline
    gap : float
        At which the total is good enough.

    Returns
    -------
    solution : Solution
    """
    is_loosened = model.weight.size != build_model(problem).weight.size
    program = build_program(problem, tighten(model)) if floor > 0 and not is_loosened else None
    floored = tighten(with_floor(model, problem, floor))
    return _highest_total(problem, floored, x, f"fair: floor {floor:.6g}", program, floor, deadline=deadline, gap=gap)


def _floor(problem: Problem, x: FloatArray) -> float:
    wants = problem.demand[1] > 0
    service = np.asarray(service_rows(problem, x.size) @ x)
    return float(np.min(service[wants]))


def _relaxed(problem: Problem, tight: Model, wants: IntArray, deadline: Deadline, *, is_loosened: bool) -> _Relaxed:
    """Solve the relaxation of the highest floor; its dual proves the bound."""
    level = levelled(problem, tight, wants, 1)
    found = solve_lp(level, deadline=deadline)
    # where limits had to give way a need may have more than it wants
    alone = np.inf if is_loosened else best_alone(problem, tight, deadline=deadline)
    if found.x is None or found.dual is None:
        return _Relaxed(alone, None, None)
    most = min(alone, dual_bound(level, found.dual))
    return _Relaxed(most, found.x[: tight.weight.size], found.dual[: tight.low.size])


def _started(model: Model, x: FloatArray, relaxed: _Relaxed, deadline: Deadline) -> FloatArray:
    """Round the relaxation: choose as much as possible of what it chooses; else begin with the point that is known."""
    if relaxed.x is None:
        return x
    rounded = replace(model, weight=np.where(model.whole, relaxed.x, 0.0))
    nodes = NODES if deadline.nodes is None else min(NODES, deadline.nodes)
    found = solve_model(tighten(rounded), deadline=replace(deadline, nodes=nodes), gap=START_GAP)
    return found.x if found.feasible and is_feasible(model, found.x) else x


def _highest_total(
    problem: Problem,
    model: Model,
    x: FloatArray,
    note: str,
    program: SetProgram | None,
    floor: float,
    *,
    deadline: Deadline,
    gap: float,
) -> Solution:
    """Raise the total among plans that keep the floor, bounded by relaxations."""
    found = solve_lp(model, deadline=deadline)
    dual = np.zeros(model.low.size) if found.dual is None else found.dual
    bound = dual_bound(model, dual)
    if found.dual is None and is_plain(problem):
        bound = min(bound, solve_total(problem).bound)  # quick, and no floor makes the total higher
    if program is not None:
        by_sets, x = total_by_sets(program, model, floor, x, gap=gap, deadline=deadline.share(0.6))
        bound = min(bound, by_sets)
    enough = bound - gap * abs(bound)
    is_near = bound - float(model.weight @ x) <= NEAR_ENOUGH * abs(bound)
    x = total_nearby(problem, model, x, enough, deadline=deadline, rounds=FEW if is_near else TOTALS)
    prices = (
        row_price(model, dual, DEMAND, problem.shape[0]),
        row_price(model, dual, CAPACITY, problem.shape[1]),
    )
    return assemble(problem, np.asarray(x[: problem.n_edges] > 0.5), bound, prices, note)
