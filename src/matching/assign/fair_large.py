"""Fair plans where needs compete for more edges than an exact search gets through: a bound, and a plan near it."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from matching.assign.assemble import assemble
from matching.assign.certificate import dual_bound
from matching.assign.deadline import Deadline
from matching.assign.fair_alone import best_alone
from matching.assign.fair_bound import bounded_by_sets
from matching.assign.fair_build import build_program
from matching.assign.fair_near import ROUNDS, SIZE, TOTALS, raised_nearby, total_nearby
from matching.assign.fair_program import SetProgram
from matching.assign.fair_rows import levelled, service_rows, with_floor
from matching.assign.fair_whole import raised_by_sets, total_by_sets
from matching.assign.flow import is_plain
from matching.assign.highs import solve_lp, solve_mip
from matching.assign.least import STOPPED
from matching.assign.model import CAPACITY, DEMAND, Model, build_model
from matching.assign.parts import row_price, solve_model
from matching.assign.problem import FloatArray, IntArray, Problem
from matching.assign.search import is_feasible
from matching.assign.solution import Solution
from matching.assign.structure import tighten
from matching.assign.total import solve_total

EXACT = "branch and cut"
ROOT = 20  # nodes that an integer program over edges may open
NODES = 200  # that a search for a plan to start from may open
START_GAP = 0.01
FEW = 60  # neighbourhoods searched for the total where little is left to win
DEEPER = 20  # neighbourhoods searched for each of the next worst-served needs
PROVED = 1e-6
SURE = 1e-9  # a floor above it can be told from none
EASY = 0.9  # of the bound: up to there integer programs with a floor took 0.05 to 6.5 s, at 0.95 more than 40
NEAR_ENOUGH = 0.01  # relative, of its bound: a floor that near is not searched further


@dataclass(frozen=True, slots=True, eq=False)
class _Relaxed:
    """The relaxation of the highest floor: no plan has a higher one than `most`; `price` is that of the model's rows.

    Attributes
    ----------
    is_contended : bool
        Whether every need could have more than that if it were alone.
    """

    most: float
    x: FloatArray | None
    price: FloatArray | None
    is_contended: bool


class _Promise(NamedTuple):
    """A floor, the program over sets for it, how it came about in words, and whether an integer program beside it is quick."""

    floor: float
    program: SetProgram | None
    note: str
    is_easy: bool


def solve_nearly_fair(
    problem: Problem, model: Model, x: FloatArray, most: float, *, depth: int, deadline: Deadline, gap: float
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
    most : float
        No plan has a higher floor, as far as is known.
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
    program = None if is_reached(most, _floor(problem, x)) else _program(problem, model, most)
    x, most, way = _raised_floor(problem, model, x, most, program, deadline)
    counted, floored, is_stopped = wants.copy(), model, False
    for stage in range(min(depth, int(wants.sum()))):
        share = deadline.share(0.6 / (depth - stage))
        if stage:
            x = raised_nearby(problem, floored, x, most, counted=counted, deadline=share, rounds=DEEPER)
        is_stopped = is_stopped or share.is_over()
        service = np.asarray(service_rows(problem, model.weight.size) @ x)
        worst = int(np.flatnonzero(counted)[np.argmin(service[counted])])
        if stage == 0:
            most = max(most, float(service[worst]))  # what rounding leaves between the two
            floor, floored = float(service[worst]), with_floor(model, problem, float(service[worst]))
        counted[worst] = False
        floored = with_floor(floored, problem, float(service[worst]), needs=np.flatnonzero(counted))
    is_proved = is_reached(most, floor)
    doubt = "" if is_proved else f", not proved highest: at most {most:.6g}"
    deeper = f"; {depth - 1} next worst raised, not proved" if depth > 1 else ""
    promise = _Promise(floor, program, f"fair: floor {floor:.6g} by {way}{doubt}{deeper}", way == EXACT)
    solution = _highest_total(problem, tighten(floored), x, promise, deadline=deadline, gap=gap)
    stopped = f"; {STOPPED}" if is_stopped or deadline.is_over() else ""
    return replace(solution, worst_bound=max(most, solution.worst), method=solution.method + stopped)


def total_beside_floor(
    problem: Problem,
    model: Model,
    x: FloatArray,
    floor: float,
    *,
    fairest: Solution,
    deadline: Deadline,
    gap: float,
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
    fairest : Solution
        With the highest floor that was found.
    deadline : Deadline
    gap : float
        At which the total is good enough.

    Returns
    -------
    solution : Solution
    """
    program = _program(problem, model, floor)
    floored = tighten(with_floor(model, problem, floor))
    most = fairest.worst_bound
    is_easy = floor <= EASY * most or is_reached(most, fairest.worst)
    promise = _Promise(floor, program, f"fair: floor {floor:.6g}", is_easy)
    return _highest_total(problem, floored, x, promise, deadline=deadline, gap=gap)


def is_reached(most: float, floor: float) -> bool:
    """Tell whether a floor is proved to be the highest.

    Parameters
    ----------
    most : float
        A bound on it; ``inf`` where nothing is known.
    floor : float

    Returns
    -------
    is_reached : bool
    """
    return most - floor <= PROVED * max(1.0, abs(most)) and most < np.inf


def _program(problem: Problem, model: Model, most: float) -> SetProgram | None:
    """Set a program over sets up, where limits stand as they were given and a floor above zero is asked for."""
    return build_program(problem, tighten(model)) if most > 0 and not _is_loosened(problem, model) else None


def _is_loosened(problem: Problem, model: Model) -> bool:
    return model.weight.size != build_model(problem).weight.size


def _raised_floor(
    problem: Problem, model: Model, x: FloatArray, most: float, program: SetProgram | None, deadline: Deadline
) -> tuple[FloatArray, float, str]:
    """Raise the floor until it is near its bound; return the point, the bound, and the way in words."""
    if is_reached(most, _floor(problem, x)):
        return x, most, EXACT
    wants, way = problem.demand[1] > 0, f"searching among {SIZE} needs at a time"
    relaxed = _relaxed(problem, model, np.flatnonzero(wants), deadline.share(0.3))
    most, known = min(most, relaxed.most), [x]
    if not is_plain(problem) and (program is None or not relaxed.is_contended):
        by_edges, bound = _by_edges(problem, model, np.flatnonzero(wants), deadline.share(0.3))
        x = x if by_edges is None else max(x, by_edges, key=lambda some: _floor(problem, some))
        most, known = min(most, bound), [x]
        if is_reached(most, _floor(problem, x)):
            return x, most, EXACT
    if program is not None and relaxed.price is not None and most > SURE:
        most, prices = bounded_by_sets(program, most, relaxed.price[program.rows], deadline=deadline.share(0.25))
        by_sets = raised_by_sets(program, model, most, prices, deadline=deadline.share(0.65))
        known += [] if by_sets is None else [by_sets]
    x = max(known, key=lambda some: _floor(problem, some))
    if not np.isfinite(most):  # limits had to give way, and time is over
        return x, most, way
    if most - _floor(problem, x) <= NEAR_ENOUGH * most:
        return x, most, EXACT if x is known[0] else "diving for sets of partners"
    x = max(x, _started(model, x, relaxed, deadline.share(0.3)), key=lambda some: _floor(problem, some))
    return raised_nearby(problem, model, x, most, counted=wants, deadline=deadline.share(0.6), rounds=ROUNDS), most, way


def _floor(problem: Problem, x: FloatArray) -> float:
    wants = problem.demand[1] > 0
    service = np.asarray(service_rows(problem, x.size) @ x)
    return float(np.min(service[wants]))


def _relaxed(problem: Problem, model: Model, wants: IntArray, deadline: Deadline) -> _Relaxed:
    """Solve the relaxation of the highest floor; its dual proves the bound."""
    tight = tighten(model)
    level = levelled(problem, tight, wants, 1)
    found = solve_lp(level, deadline=deadline)
    # where limits had to give way a need may have more than it wants
    alone = np.inf if _is_loosened(problem, model) else best_alone(problem, tight, deadline=deadline)
    if found.x is None or found.dual is None:
        return _Relaxed(alone, None, None, is_contended=False)
    most = dual_bound(level, found.dual)
    is_contended = not is_reached(alone, most)
    return _Relaxed(min(alone, most), found.x[: tight.weight.size], found.dual[: tight.low.size], is_contended)


def _by_edges(problem: Problem, model: Model, wants: IntArray, deadline: Deadline) -> tuple[FloatArray | None, float]:
    """Ask an integer program over edges for the highest floor: quick where needs hardly contend for anybody."""
    nodes = ROOT if deadline.nodes is None else deadline.nodes
    found = solve_mip(tighten(levelled(problem, model, wants, 1)), deadline=replace(deadline, nodes=nodes))
    x = None if found.x is None else found.x[: model.weight.size]
    return (x if x is not None and is_feasible(model, x) else None), found.bound


def _started(model: Model, x: FloatArray, relaxed: _Relaxed, deadline: Deadline) -> FloatArray:
    """Round the relaxation: choose as much as possible of what it chooses; else begin with the point that is known."""
    if relaxed.x is None:
        return x
    rounded = replace(model, weight=np.where(model.whole, relaxed.x, 0.0))
    nodes = NODES if deadline.nodes is None else min(NODES, deadline.nodes)
    found = solve_model(tighten(rounded), deadline=replace(deadline, nodes=nodes), gap=START_GAP)
    return found.x if found.feasible and is_feasible(model, found.x) else x


def _highest_total(
    problem: Problem, model: Model, x: FloatArray, promise: _Promise, *, deadline: Deadline, gap: float
) -> Solution:
    """Raise the total among plans that keep the floor, bounded by relaxations.

    An integer program is asked only where that is quick: far below the highest floor, or where that one is known. Beside a floor
    that is hardly to be had it takes minutes before it branches.
    """
    found = solve_lp(model, deadline=deadline)
    dual = np.zeros(model.low.size) if found.dual is None else found.dual
    bound = dual_bound(model, dual)
    if found.dual is None and is_plain(problem):
        bound = min(bound, solve_total(problem).bound)  # quick, and no floor makes the total higher
    if promise.is_easy:
        whole = solve_mip(model, deadline=replace(deadline.share(0.3), nodes=ROOT), gap=gap)
        bound, x = min(bound, whole.bound), _better(model, x, whole.x)
    if promise.program is not None and not _is_enough(model, x, bound, max(gap, PROVED)):
        by_sets, x = total_by_sets(promise.program, model, promise.floor, x, gap=gap, deadline=deadline.share(0.6))
        bound = min(bound, by_sets)
    if not _is_enough(model, x, bound, max(gap, PROVED)):
        rounds = FEW if _is_enough(model, x, bound, NEAR_ENOUGH) else TOTALS
        x = total_nearby(problem, model, x, bound - gap * abs(bound), deadline=deadline, rounds=rounds)
    prices = (
        row_price(model, dual, DEMAND, problem.shape[0]),
        row_price(model, dual, CAPACITY, problem.shape[1]),
    )
    return assemble(problem, np.asarray(x[: problem.n_edges] > 0.5), bound, prices, promise.note)


def _is_enough(model: Model, x: FloatArray, bound: float, gap: float) -> bool:
    return bound - float(model.weight @ x) <= gap * abs(bound)


def _better(model: Model, x: FloatArray, other: FloatArray | None) -> FloatArray:
    is_better = other is not None and is_feasible(model, other) and model.weight @ other > model.weight @ x
    return other if other is not None and is_better else x
