"""Flags of needs that are served as they ask or not at all: one row a need says that nobody comes to what is not served."""

import numpy as np
import scipy.sparse as sp

from matching.assign.model import SERVED, Model
from matching.assign.problem import BoolArray, FloatArray, IntArray

_BROKEN = 1e-6


def with_links_gathered(model: Model) -> Model:
    """Say for each need at once, rather than for each edge, that nobody comes to what is not served.

    Whole choices are the same; where flags are fractions the relaxation may then need some of the single rows (`with_broken_links`).

    Parameters
    ----------
    model : Model
        As `build_model` writes it.

    Returns
    -------
    model : Model
        Rows ``x_e - y <= 0`` are gathered into ``sum(x) - n y <= 0``, of `n` edges each.
    """
    links = np.flatnonzero(is_link(model))
    if not links.size:
        return model
    edge, flag = _ends(model, links)
    flags, row, count = np.unique(flag, return_inverse=True, return_counts=True)
    first = np.zeros(flags.size, dtype=np.int64)
    first[row[::-1]] = links[::-1]
    columns, rows = np.concatenate([edge, flags]), np.concatenate([row, np.arange(flags.size)])
    values = np.concatenate([np.ones(edge.size), -count.astype(np.float64)])
    gathered = sp.csr_array((values, (rows, columns)), shape=(flags.size, model.weight.size))
    limits = np.full(flags.size, -np.inf), np.zeros(flags.size)
    return model.rows(~is_link(model)).with_rows(gathered, limits, SERVED, model.index[first])


def with_broken_links(model: Model, x: FloatArray, rows: BoolArray) -> Model | None:
    """Add the rows ``x_e - y <= 0`` that a point breaks; edges that are pinned stand whether or not their need is served.

    Parameters
    ----------
    model : Model
        With rows that are gathered.
    x : ndarray of float, shape (n_columns,)
    rows : ndarray of bool, shape (n_rows,) or shorter
        Which are gathered.

    Returns
    -------
    model : Model or None
        None where the point breaks none.
    """
    if (x[model.n_edges :] > 1.0 - _BROKEN).all():
        return None
    gathered = np.flatnonzero(rows)
    gathered = gathered[np.diff(model.matrix.indptr)[gathered] > 2]
    block = model.matrix[gathered]
    owner = np.repeat(np.arange(gathered.size), np.diff(block.indptr))
    is_flag = block.indices >= model.n_edges
    flag = np.zeros(gathered.size, dtype=np.int64)
    flag[owner[is_flag]] = block.indices[is_flag]
    edge, need = block.indices[~is_flag], owner[~is_flag]
    broken = (x[edge] > x[flag[need]] + _BROKEN) & (model.floor[edge] < 1)
    if not broken.any():
        return None
    edge, need, at = edge[broken], need[broken], np.arange(int(broken.sum()))
    values = np.concatenate([np.ones(at.size), -np.ones(at.size)])
    links = sp.csr_array(
        (values, (np.concatenate([at, at]), np.concatenate([edge, flag[need]]))), shape=(at.size, x.size)
    )
    limits = np.full(at.size, -np.inf), np.zeros(at.size)
    return model.with_rows(links, limits, SERVED, model.index[gathered[need]])


def is_link(model: Model) -> BoolArray:
    """Mark the rows that tie one edge to the flag of its need.

    Parameters
    ----------
    model : Model

    Returns
    -------
    link : ndarray of bool, shape (n_rows,)
    """
    link: BoolArray = is_tie(model) & (np.diff(model.matrix.indptr) == 2)
    return link


def is_tie(model: Model) -> BoolArray:
    """Mark the rows that say that nobody comes to what is not served, of one edge or of all of a need.

    Parameters
    ----------
    model : Model

    Returns
    -------
    tie : ndarray of bool, shape (n_rows,)
    """
    tie: BoolArray = (model.kind == SERVED) & ~np.isfinite(model.low)
    return tie


def linked_edges(model: Model, links: IntArray) -> IntArray:
    """Return the edge of each row that ties one to a flag.

    Parameters
    ----------
    model : Model
    links : ndarray of int
        Rows, as `is_link` marks them.

    Returns
    -------
    edge : ndarray of int
    """
    return _ends(model, links)[0]


def _ends(model: Model, links: IntArray) -> tuple[IntArray, IntArray]:
    """Return the edge and the flag of each link; flags come last."""
    begin = model.matrix.indptr[links]
    ends = model.matrix.indices[begin], model.matrix.indices[begin + 1]
    return np.minimum(*ends), np.maximum(*ends)
