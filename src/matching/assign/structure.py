"""What a model is made of: rows that ask nothing, independent components, and whether a component is a network flow."""

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from matching.assign.model import APART, BALANCE, DEMAND, GROUP, TEAM, TOGETHER, Model
from matching.assign.problem import BoolArray, FloatArray, IntArray

ROUNDING = 1e-9


def tighten(model: Model) -> Model:
    """Round limits to what whole columns can reach and drop the rows that then ask nothing.

    Parameters
    ----------
    model : Model

    Returns
    -------
    model : Model
        The same feasible choices, in fewer and tighter rows. Rows that contradict the column limits stay.
    """
    model = fitted(model)
    least, most = activity(model)
    scale = ROUNDING * np.maximum(1.0, np.abs(most))
    idle = (model.low <= least + scale) & (model.high >= most - scale)
    return model.rows(~idle)


def fitted(model: Model) -> Model:
    """Round limits to what whole columns can reach and close columns that cannot be chosen; all rows stay.

    Parameters
    ----------
    model : Model

    Returns
    -------
    model : Model
        The same feasible choices.
    """
    # columns are closed first: what is left in a row decides to what its limits can be rounded
    model = replace(model, ceiling=_fitting(model, model.high))
    low, high = _rounded(model)
    lifted = model.lifted.copy()
    np.subtract(model.lifted + low, model.low, out=lifted, where=low > model.low)
    return replace(model, low=low, high=high, lifted=lifted)


def _fitting(model: Model, high: FloatArray) -> FloatArray:
    """Close the whole columns that alone, beside what is pinned, would break an upper limit."""
    least, _ = activity(model)
    row = np.repeat(np.arange(high.size), np.diff(model.matrix.indptr))
    column, value = model.matrix.indices, model.matrix.data
    over = value + least[row] > high[row] + ROUNDING * np.maximum(1.0, np.abs(high[row]))
    # where pins part people who go together, others may have to be parted too: which is for the least violation to say
    over &= (model.kind != TOGETHER)[row] | (not model.floor.any())
    closed = over & (value > 0) & (model.floor[column] == 0) & model.whole[column]
    ceiling = model.ceiling.copy()
    ceiling[column[closed]] = 0.0
    return ceiling


def activity(model: Model) -> tuple[FloatArray, FloatArray]:
    """Return the least and the most that each row can reach within the column limits.

    Parameters
    ----------
    model : Model

    Returns
    -------
    least, most : ndarray of float, shape (n_rows,)
    """
    data, column = model.matrix.data, model.matrix.indices
    pointer = model.matrix.indptr.astype(np.int64)
    down, up = data * model.floor[column], data * model.ceiling[column]
    return row_sums(np.minimum(down, up), pointer), row_sums(np.maximum(down, up), pointer)


def row_sums(values: FloatArray, pointer: IntArray) -> FloatArray:
    """Add up the entries of each row.

    Parameters
    ----------
    values : ndarray of float, shape (n_entries,)
        Row by row.
    pointer : ndarray of int, shape (n_rows + 1,)
        Where each row begins.

    Returns
    -------
    sums : ndarray of float, shape (n_rows,)
    """
    sums, filled = np.zeros(pointer.size - 1), pointer[:-1] < pointer[1:]
    if values.size:
        sums[filled] = np.add.reduceat(values, pointer[:-1][filled])
    return sums


def row_step(model: Model) -> FloatArray:
    """Return the one coefficient of each row whose coefficients are all equal, and NaN for the other rows.

    Parameters
    ----------
    model : Model

    Returns
    -------
    step : ndarray of float, shape (n_rows,)
    """
    free = (model.floor < model.ceiling)[model.matrix.indices] & (model.matrix.data != 0)
    largest, smallest = np.full(model.low.size, -np.inf), np.full(model.low.size, np.inf)
    filled = model.matrix.indptr[:-1] < model.matrix.indptr[1:]
    if free.any():
        begin, data = model.matrix.indptr[:-1][filled], model.matrix.data
        largest[filled] = np.maximum.reduceat(np.where(free, data, -np.inf), begin)
        smallest[filled] = np.minimum.reduceat(np.where(free, data, np.inf), begin)
    return np.where((largest == smallest) & (smallest > 0), smallest, np.nan)


def _rounded(model: Model) -> tuple[FloatArray, FloatArray]:
    step = row_step(model)
    whole = model.matrix @ (~model.whole).astype(float) == 0
    even = np.isfinite(step) & np.asarray(whole) & (model.kind != BALANCE)
    fixed = np.asarray(model.matrix @ np.where(model.floor == model.ceiling, model.floor, 0.0))
    safe = np.where(even, step, 1.0)
    low = fixed + safe * np.ceil((model.low - fixed) / safe - ROUNDING)
    high = fixed + safe * np.floor((model.high - fixed) / safe + ROUNDING)
    return np.where(even, low, model.low), np.where(even, high, model.high)


def split(model: Model) -> IntArray:
    """Label the independent components of a model.

    Parameters
    ----------
    model : Model

    Returns
    -------
    label : ndarray of int, shape (n_columns,)
        Columns that no chain of rows connects have different labels.
    """
    n_rows, n_columns = model.matrix.shape
    entries = model.matrix.tocoo()
    live = (model.floor < model.ceiling)[entries.col]
    graph = sp.csr_array(
        (np.ones(int(live.sum()), dtype=np.int8), (entries.row[live], n_rows + entries.col[live])),
        shape=(n_rows + n_columns, n_rows + n_columns),
    )
    label = connected_components(graph, directed=False)[1][n_rows:]
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


def part(model: Model, columns: BoolArray) -> tuple[Model, IntArray]:
    """Cut out some columns of a model, the others held at their lower limit.

    Parameters
    ----------
    model : Model
    columns : ndarray of bool, shape (n_columns,)

    Returns
    -------
    model : Model
        Its ``n_edges`` counts the kept edges.
    rows : ndarray of int
        Which rows were kept: those that touch a kept column.
    """
    inside = model.matrix[:, columns]
    held = np.asarray(model.matrix @ np.where(columns, 0.0, model.floor))
    rows = np.flatnonzero(np.diff(sp.csr_array(inside).indptr) > 0)
    cut = Model(
        weight=model.weight[columns],
        floor=model.floor[columns],
        ceiling=model.ceiling[columns],
        whole=model.whole[columns],
        owner=model.owner[columns],
        matrix=sp.csr_array(inside)[rows],
        low=(model.low - held)[rows],
        high=(model.high - held)[rows],
        lifted=model.lifted[rows],
        kind=model.kind[rows],
        index=model.index[rows],
        n_edges=int(columns[: model.n_edges].sum()),
    )
    return cut, rows


def network_rows(model: Model) -> BoolArray:
    """Tell which rows fit into a network: one of two laminar families over the edges.

    Two laminar families (one nested over the needs, one over the partners) make a totally unimodular matrix, so that
    every vertex of the relaxation is whole. Demand and groups inside a need or over whole needs fit on one side,
    capacity and time slots of one partner on the other.

    Parameters
    ----------
    model : Model
        As `tighten` leaves it.

    Returns
    -------
    fits : ndarray of bool, shape (n_rows,)

    References
    ----------
    A. Schrijver, *Combinatorial Optimization*, 2003, section 13.4 (laminar families give network matrices).
    """
    step = row_step(model)
    fits = np.zeros(model.low.size, dtype=np.bool_)
    label = [np.full(model.weight.size, -1), np.full(model.weight.size, -1)]
    # a balance segment belongs to its partner's row alone, which is what a parallel arc does
    balance = (model.kind == BALANCE) & _unit_load(model)
    size = np.diff(model.matrix.indptr)
    for row in np.lexsort((model.kind, -size)):
        columns = model.matrix.indices[model.matrix.indptr[row] : model.matrix.indptr[row + 1]]
        columns = columns[model.floor[columns] < model.ceiling[columns]]
        if not (np.isfinite(step[row]) or balance[row]):
            continue
        columns = columns[columns < model.n_edges]
        near = 0 if model.kind[row] in (DEMAND, GROUP, TEAM, APART) else 1
        for side in (near, 1 - near) if model.kind[row] == GROUP else (near,):
            inner = label[side][columns]
            if inner.size == 0 or (inner == inner[0]).all():
                label[side][columns] = row
                fits[row] = True
                break
    return fits


def _unit_load(model: Model) -> BoolArray:
    """Tell which rows have coefficients 1 and -1 only."""
    off = model.matrix.copy()
    off.data = (np.abs(off.data) != 1).astype(float)
    return np.asarray(off @ np.ones(model.weight.size) == 0, dtype=np.bool_)
