"""Rows that hold how well needs are served, and columns that raise the worst of them."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from matching.assign.model import Model
from matching.assign.problem import FloatArray, IntArray, Problem

FLOOR = -3  # kind of the rows that hold a level of service
TOLERANCE = 1e-9


def service_rows(problem: Problem, n_columns: int) -> sp.csr_array:
    """Return the matrix that gives each need's total weight per head wanted.

    Parameters
    ----------
    problem : Problem
    n_columns : int
        Of a model of the problem: edges first.

    Returns
    -------
    service : csr_array of shape (n_needs, n_columns)
    """
    wants = np.maximum(problem.demand[1], 1)
    value = problem.weight / wants[problem.need]
    return sp.csr_array((value, (problem.need, np.arange(problem.n_edges))), shape=(problem.shape[0], n_columns))


def with_floor(model: Model, problem: Problem, floor: float, *, needs: IntArray | None = None) -> Model:
    """Promise every need that wants somebody a level of service.

    Parameters
    ----------
    model : Model
    problem : Problem
    floor : float
        Weight per head wanted.
    needs : ndarray of int, optional
        Those to which it is promised; by default every one that wants somebody.

    Returns
    -------
    model : Model
    """
    wants = np.flatnonzero(problem.demand[1] > 0) if needs is None else needs
    return stacked(
        model, service_rows(problem, model.weight.size)[wants], np.full(wants.size, floor - TOLERANCE), wants
    )


def stacked(model: Model, rows: sp.csr_array, low: FloatArray, index: IntArray) -> Model:
    """Add rows with lower limits that are kept to a billionth.

    Parameters
    ----------
    model : Model
    rows : csr_array of shape (n_more, n_columns)
    low : ndarray of float, shape (n_more,)
    index : ndarray of int, shape (n_more,)

    Returns
    -------
    model : Model
    """
    # the solver keeps rows to 1e-6: stated a thousand times larger, a level is kept to 1e-9
    return model.with_rows(rows * 1e3, (low * 1e3, np.full(low.size, np.inf)), FLOOR, index)


def levelled(problem: Problem, model: Model, wants: IntArray, stage: int) -> Model:
    """Ask for the highest sum of the `stage` worst-served needs instead of the total.

    Parameters
    ----------
    problem : Problem
    model : Model
    wants : ndarray of int
        The needs that want somebody.
    stage : int, >= 1

    Returns
    -------
    staged : Model
        One level column follows the columns of the model and, where `stage` is above 1, what each need falls short of it.
    """
    n_before, n_wants = model.weight.size, wants.size
    served = service_rows(problem, n_before)[wants]
    span = float(np.max(abs(served) @ np.ones(n_before), initial=0.0)) + 1.0
    # one level column; below the level each need may fall short at a cost of one (the worst one alone may not)
    short = 0 if stage == 1 else n_wants
    n_columns = n_before + 1 + short
    wide = replace(
        model,
        weight=np.concatenate([np.zeros(n_before), [float(stage)], np.full(short, -1.0)]),
        floor=np.concatenate([model.floor, [-span], np.zeros(short)]),
        ceiling=np.concatenate([model.ceiling, [span], np.full(short, 2 * span)]),
        whole=np.concatenate([model.whole, np.zeros(1 + short, dtype=np.bool_)]),
        owner=np.concatenate([model.owner, np.full(1 + short, -1)]),
        matrix=sp.csr_array(
            (model.matrix.data, model.matrix.indices, model.matrix.indptr), shape=(model.low.size, n_columns)
        ),
    )
    level = sp.csr_array(
        (np.full(n_wants, -1.0), (np.arange(n_wants), np.full(n_wants, n_before))), (n_wants, n_columns)
    )
    rows = level + sp.csr_array((served.data, served.indices, served.indptr), shape=(n_wants, n_columns))
    if short:
        rows += sp.csr_array(
            (np.ones(short), (np.arange(short), n_before + 1 + np.arange(short))), (n_wants, n_columns)
        )
    return stacked(wide, sp.csr_array(rows), np.zeros(n_wants), wants)
