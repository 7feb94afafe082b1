"""Choices within a sum of money, of partners who work with enough people or with nobody: a mixed-integer program by HiGHS."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from matching.assign.deadline import in_seconds
from matching.assign.highs import solve_lp, solve_mip
from matching.assign.model import Model, build_model
from matching.assign.problem import BoolArray, FloatArray, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Within:
    """What was found.

    Attributes
    ----------
    chosen : ndarray of bool, shape (n_edges,), or None
        The best choice known, if any.
    bound : float
        No choice that keeps all limits has a higher total.
    price : float, >= 0
        What one more unit of money would add to the total, as the relaxation prices it.
    is_impossible : bool
        Proven that no choice keeps all limits.
    """

    chosen: BoolArray | None
    bound: float
    price: float
    is_impossible: bool


def solve_within(
    problem: Problem,
    *,
    cost: FloatArray,
    most: float = np.inf,
    least: FloatArray | None = None,
    gap: float = 0.0,
    time_limit: float | None = None,
    node_limit: int | None = None,
) -> Within:
    """Choose the best edges that can be paid.

    Parameters
    ----------
    problem : Problem
        Lower demands are missed by as little as can be in all; its other limits are kept.
    cost : ndarray of float, shape (n_edges,)
        What each edge takes from the sum, 0 or more.
    most : float, default=inf
        The sum.
    least : ndarray of float, shape (n_partners,), optional
        Edges that a partner has at least, if any at all.
    gap : float, default=0
        Relative gap at which the search may stop.
    time_limit : float, optional
        Seconds for all steps together.
    node_limit : int, optional
        How many nodes each search may open: a limit that gives the same answer on every machine.

    Returns
    -------
    within : Within
    """
    deadline = in_seconds(time_limit, nodes=node_limit)
    nobody = np.zeros(problem.shape[0], dtype=np.int64)
    model, missing = _with_missing(build_model(replace(problem, demand=(nobody, problem.demand[1]))), problem)
    if least is not None:
        model = _with_least(model, problem, least)
    has_sum = bool(np.isfinite(most))
    if has_sum:
        row = np.zeros(model.weight.size)
        row[: problem.n_edges] = cost
        model = _more_rows(model, sp.csr_array(row[None, :]), np.array([-np.inf]), np.array([most]))

    # first as few heads missing as can be, then the total
    absent = np.zeros(model.weight.size)
    absent[missing] = 1.0
    fewest = solve_mip(replace(model, weight=-absent), deadline=deadline.share(0.4))
    if fewest.x is None:
        return Within(None, np.inf, 0.0, is_impossible=fewest.infeasible)
    limit = np.array([np.round(absent @ fewest.x)])
    model = _more_rows(model, sp.csr_array(absent[None, :]), np.array([-np.inf]), limit)
    relaxed = solve_lp(model, deadline=deadline)
    price = max(0.0, float(relaxed.dual[-2])) if has_sum and relaxed.dual is not None else 0.0
    found = solve_mip(model, deadline=deadline, gap=gap)
    chosen = None if found.x is None else found.x[: problem.n_edges] > 0.5
    return Within(chosen, min(relaxed.bound, found.bound), price, is_impossible=False)


def _with_missing(model: Model, problem: Problem) -> tuple[Model, slice]:
    """Let lower demands be missed: a column of what is missing for each need that wants somebody."""
    wants = np.flatnonzero(problem.demand[0] > 0)
    at = np.full(problem.shape[0], -1)
    at[wants] = np.arange(wants.size)
    edge = np.flatnonzero(at[problem.need] >= 0)
    comes = sp.coo_array((np.ones(edge.size), (at[problem.need[edge]], edge)), shape=(wants.size, model.weight.size))
    lows = problem.demand[0][wants].astype(np.float64)
    wider = _more_columns(model, wants.size, ceiling=lows, is_whole=False)
    rows = sp.csr_array(sp.hstack([comes, sp.eye_array(wants.size)]))
    columns = slice(model.weight.size, model.weight.size + wants.size)
    return _more_rows(wider, rows, lows, np.full(wants.size, np.inf)), columns


def _with_least(model: Model, problem: Problem, least: FloatArray) -> Model:
    """Let partners have enough edges or none: a whole column for each who needs more than one."""
    choosy = np.flatnonzero(least > 1)
    at = np.full(problem.shape[1], -1)
    at[choosy] = np.arange(choosy.size)
    edge = np.flatnonzero(at[problem.partner] >= 0)
    comes = sp.coo_array(
        (np.ones(edge.size), (at[problem.partner[edge]], edge)), shape=(choosy.size, model.weight.size)
    )
    wider = _more_columns(model, choosy.size, ceiling=np.ones(choosy.size), is_whole=True)
    enough = sp.csr_array(sp.hstack([comes, -sp.diags_array(least[choosy])]))
    wider = _more_rows(wider, enough, np.zeros(choosy.size), np.full(choosy.size, np.inf))
    # nobody comes to what does not take place, edge by edge: tighter than by the sum
    single = sp.coo_array((np.ones(edge.size), (np.arange(edge.size), edge)), shape=(edge.size, model.weight.size))
    takes = sp.coo_array((-np.ones(edge.size), (np.arange(edge.size), at[problem.partner[edge]])), shape=(edge.size, choosy.size))  # fmt: skip
    rows = sp.csr_array(sp.hstack([single, takes]))
    return _more_rows(wider, rows, np.full(edge.size, -np.inf), np.zeros(edge.size))


def _more_columns(model: Model, count: int, *, ceiling: FloatArray, is_whole: bool) -> Model:
    return replace(
        model,
        weight=np.append(model.weight, np.zeros(count)),
        floor=np.append(model.floor, np.zeros(count)),
        ceiling=np.append(model.ceiling, ceiling),
        whole=np.append(model.whole, np.full(count, is_whole)),
        owner=np.append(model.owner, np.full(count, -1)),
        matrix=sp.csr_array(sp.hstack([model.matrix, sp.csr_array((model.low.size, count))])),
    )


def _more_rows(model: Model, rows: sp.csr_array, low: FloatArray, high: FloatArray) -> Model:
    return model.with_rows(rows, (low, high), -1, np.arange(low.size))
