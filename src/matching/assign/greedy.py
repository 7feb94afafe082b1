"""A quick choice that keeps every upper limit: what is answered where the time for a search has run out."""

import numpy as np
import scipy.sparse as sp

from matching.assign.model import BALANCE, SERVED, TEAM, TOGETHER, Model
from matching.assign.problem import FloatArray, IntArray

ROUNDING = 1e-9


def greedy(model: Model) -> FloatArray:
    """Choose edges by falling weight as long as they fit, those that lower limits still ask for first.

    Parameters
    ----------
    model : Model

    Returns
    -------
    x : ndarray of float, shape (n_columns,)
        Keeps all that is pinned and every upper limit as far as that allows. Nobody who goes together with somebody
        is chosen unless pinned, and an optional need is served as it asks or not at all.
    """
    flags = np.flatnonzero(model.whole & (model.owner < 0))
    x = model.floor.copy()
    x[flags] = model.ceiling[
        flags
    ]  # every optional need is tried; those that do not get what they ask are closed again
    value = np.asarray(model.matrix @ x)
    most = np.where(model.kind == BALANCE, np.inf, model.high + ROUNDING * np.maximum(1.0, np.abs(model.high)))
    by_column = model.matrix.tocsc()
    edges = _by_weight(model)
    for is_asked in (True, False):
        for edge in edges.tolist():
            begin, end = by_column.indptr[edge], by_column.indptr[edge + 1]
            rows, step = by_column.indices[begin:end], by_column.data[begin:end]
            missing = bool(((value[rows] < model.low[rows] - ROUNDING) & (step > 0)).any())
            wanted = missing if is_asked else model.weight[edge] > 0
            if x[edge] == 0 and wanted and not ((step > 0) & (value[rows] + step > most[rows])).any():
                x[edge] = 1.0
                value[rows] += step
    return _closed(model, x, flags)


def _by_weight(model: Model) -> IntArray:
    """List the edges that may be chosen one by one, the best first."""
    tied = model.matrix[model.kind == TOGETHER]
    alone = np.bincount(tied.indices, minlength=model.weight.size) == 0
    edges = np.flatnonzero((model.floor < model.ceiling) & (model.owner >= 0) & alone)
    return edges[np.argsort(-model.weight[edges], kind="stable")]


def _closed(model: Model, x: FloatArray, flags: IntArray) -> FloatArray:
    """Give up the optional needs that do not get what they ask."""
    if not flags.size:
        return x
    rows = np.isin(model.kind, (SERVED, TEAM))
    links = sp.csr_array(model.matrix[rows])
    short = np.asarray(links @ x) < model.low[rows] - ROUNDING
    lacking = np.asarray(abs(links).T @ short.astype(float)) > 0
    given_up = np.zeros(x.size)
    given_up[flags[lacking[flags]]] = 1.0
    with_flag = np.asarray(abs(links) @ given_up) > 0
    # the edges of a need are all that stands beside its flag
    theirs = np.asarray(abs(links).T @ with_flag.astype(float)) > 0
    return np.where(theirs, model.floor, x)
