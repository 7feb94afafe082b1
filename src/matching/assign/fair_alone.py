"""What each need could have if it were alone: no floor is higher than what the least of these is worth."""

from dataclasses import replace

import numpy as np

from matching.assign.deadline import Deadline
from matching.assign.fair_ranked import rows_of_one_need
from matching.assign.fair_rows import service_rows
from matching.assign.highs import solve_mip
from matching.assign.model import DEMAND, Model
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.structure import part, tighten


def best_alone(problem: Problem, model: Model, *, deadline: Deadline) -> float:
    """Bound the floor by what each need could have if it were alone, under the rules that speak of it alone.

    Parameters
    ----------
    problem : Problem
        In which some need wants somebody.
    model : Model
        Of the problem, edges first.
    deadline : Deadline
        Beyond it rules are left aside.

    Returns
    -------
    most : float
        Weight per head wanted.
    """
    wants = np.flatnonzero(problem.demand[1] > 0)
    simple = _by_counts(problem, model)[wants] / problem.demand[1][wants]
    order, own = np.argsort(simple, kind="stable"), rows_of_one_need(problem, model)
    most = np.inf
    for at in order.tolist():
        if simple[at] >= most or deadline.is_over():  # the rules of further needs are left to the relaxation
            return float(min(most, simple[at]))
        need = int(wants[at])
        rows = np.flatnonzero(own == need)
        exact = simple[at] if (model.kind[rows] == DEMAND).all() else _by_rules(problem, model, need, rows, deadline)
        most = min(most, simple[at], exact)
    return float(most)


def _by_counts(problem: Problem, model: Model) -> FloatArray:
    """Add up the best edges of each need, as many as it wants, and those it surely has whatever they are worth."""
    sure, open_ = model.floor[: problem.n_edges] > 0, model.ceiling[: problem.n_edges] > 0
    worth = np.where(sure, problem.weight, np.where(open_, np.maximum(problem.weight, 0.0), 0.0))
    order = np.lexsort((-worth, ~sure, problem.need))
    need = problem.need[order]
    rank = np.arange(need.size) - np.searchsorted(need, need)
    counts = (rank < problem.demand[1][need]) | sure[order]
    got = np.bincount(need[counts], weights=worth[order][counts], minlength=problem.shape[0])
    return np.asarray(got, dtype=np.float64)


def _by_rules(problem: Problem, model: Model, need: int, rows: IntArray, deadline: Deadline) -> float:
    """Bound what one need could have under some rows."""
    columns: BoolArray = np.zeros(model.weight.size, dtype=np.bool_)
    columns[: problem.n_edges] = problem.need == need
    level = np.asarray(service_rows(problem, model.weight.size)[[need]].todense()).ravel()
    cut, _ = part(replace(model.rows(rows), weight=level), columns)
    found = solve_mip(tighten(cut), deadline=deadline)
    return -np.inf if found.infeasible else float(found.bound)
