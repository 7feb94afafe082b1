"""Whole choices by branch and bound over a relaxation that stays warm: the most promising branch first, each from the basis it left."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from matching.assign.certificate import dual_bound
from matching.assign.columns import CHOICE
from matching.assign.model import Model
from matching.assign.problem import BoolArray, FloatArray, IntArray
from matching.assign.search import WHOLE
from matching.assign.simplex import Simplex, Vertex

EXACT = 1e-9  # of the bound: what the solver's own rounding is worth


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """What the columns of a relaxation over bundles are made of.

    Attributes
    ----------
    spread : csr_array of shape (n_parts, n_columns)
        1 where a part (an edge, a flag) belongs to a column.
    whole : ndarray of bool, shape (n_parts,)
        Parts that are taken or not.
    first_flag : int
        Parts from here on are flags: decided before edges.
    choice : ndarray of int, shape (n_columns,)
        The row that lets one of several columns be chosen; -1 for columns on their own.
    """

    spread: sp.csr_array
    whole: BoolArray
    first_flag: int
    choice: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Branched:
    """Where the search ended.

    Attributes
    ----------
    x : ndarray of float, shape (n_columns,), or None
        The best whole point; None where there is none that is better than what is known, or none was found.
    bound : float
        No whole point is worth more; ``-inf`` where there is none.
    root : Vertex or None
        Of the relaxation, nothing decided.
    """

    x: FloatArray | None
    bound: float
    root: Vertex | None


class _Node(NamedTuple):
    """Limits decided so far."""

    floor: FloatArray
    ceiling: FloatArray
    low: FloatArray


class _Point(NamedTuple):
    """Where the relaxation ended at a node."""

    x: FloatArray
    basis: object


def parts_of(model: Model, spread: sp.csr_array, whole: BoolArray, first_flag: int) -> Parts:
    """Find what can be decided in a relaxation over bundles.

    Parameters
    ----------
    model : Model
        With rows of the kind `CHOICE`.
    spread : csr_array of shape (n_parts, n_columns)
    whole : ndarray of bool, shape (n_parts,)
    first_flag : int

    Returns
    -------
    parts : Parts
    """
    rows = np.flatnonzero(model.kind == CHOICE)
    block = model.matrix[rows]
    choice = np.full(model.weight.size, -1)
    choice[block.indices] = np.repeat(rows, np.diff(block.indptr))
    return Parts(sp.csr_array(spread), whole, first_flag, choice)


def best_whole(
    simplex: Simplex, model: Model, basis: object, parts: Parts, *, most_nodes: int, known: float = -np.inf
) -> Branched:
    """Find the best point whose parts are taken or not.

    Branches decide a flag or an edge, not a bundle: all bundles of a partner that have the edge, or all that have not, are closed.

    Parameters
    ----------
    simplex : Simplex
        Over the rows and columns of the model.
    model : Model
    basis : object
        Where the search starts; None for anywhere.
    parts : Parts
        Of its columns.
    most_nodes : int
        How many nodes are opened at most; the bound holds all the same.
    known : float, default=-inf
        What a point is worth that is known already: only better ones are looked for.

    Returns
    -------
    branched : Branched

    References
    ----------
    D. M. Ryan and B. A. Foster, "An integer programming approach to scheduling", 1981 (branching on parts of columns).
    """
    start = _Node(model.floor, model.ceiling, model.low)
    root = _solved(simplex, model, start, basis)
    if root is None or root.x is None:
        return Branched(None, np.inf if root is None else -np.inf, root)
    best: FloatArray | None = None
    worth, at_most = known, dual_bound(model, root.dual)
    heap = [(-at_most, 0, start, _Point(root.x, root.basis))]
    n_seen = 1
    for _ in range(most_nodes):
        if not heap or -heap[0][0] <= _beaten(worth):
            break
        bound, _, node, vertex = heappop(heap)
        part = _undecided(parts, vertex.x)
        if part < 0:
            best, worth = _better(model, parts, vertex.x, best, worth)  # no other branch promises more
            break
        for child in _children(parts, node, part):
            found = _solved(simplex, model, child, vertex.basis)
            if found is None:  # only what is known of its parent holds for it
                return Branched(best, max(-bound, worth), root)
            if found.x is None:
                continue
            at_most = min(dual_bound(_limited(model, child), found.dual), -bound)
            best, worth = _better(model, parts, found.x, best, worth)
            heappush(heap, (-at_most, n_seen, child, _Point(found.x, found.basis)))
            n_seen += 1
    return Branched(best, max(worth, -heap[0][0]) if heap else worth, root)


def _better(
    model: Model, parts: Parts, x: FloatArray, best: FloatArray | None, worth: float
) -> tuple[FloatArray | None, float]:
    """Return the better of a point, if it is whole, and the best known."""
    value = float(model.weight @ x)
    return (x, value) if value > worth and _undecided(parts, x) < 0 else (best, worth)


def _beaten(worth: float) -> float:
    """Return what promises nothing better than a point that is known."""
    return worth + EXACT * max(1.0, abs(worth)) if np.isfinite(worth) else worth


def _limited(model: Model, node: _Node) -> Model:
    return replace(model, floor=node.floor, ceiling=node.ceiling, low=node.low)


def _solved(simplex: Simplex, model: Model, node: _Node, basis: object) -> Vertex | None:
    limited = _limited(model, node)
    found = simplex.solve(limited, basis)
    # from a far basis the solver may lose its way numerically; from none it does not
    return simplex.solve(limited) if found is None and basis is not None else found


def _undecided(parts: Parts, x: FloatArray) -> int:
    """Return the part that is furthest from being taken or not, flags first; -1 where all are decided."""
    share = np.asarray(parts.spread @ x)
    off = np.where(parts.whole, np.abs(share - np.round(share)), 0.0)
    for first in (parts.first_flag, 0):
        at = first + int(np.argmax(off[first:])) if off[first:].size else -1
        if at >= 0 and off[at] > WHOLE:
            return at
    return -1


def _children(parts: Parts, node: _Node, part: int) -> Iterator[_Node]:
    """Decide a part either way."""
    columns = parts.spread.indices[parts.spread.indptr[part] : parts.spread.indptr[part + 1]]
    ceiling = node.ceiling.copy()
    ceiling[columns] = 0.0
    yield node._replace(ceiling=ceiling)
    row = int(parts.choice[columns[0]])
    if row < 0:
        floor = node.floor.copy()
        floor[columns] = 1.0
        yield node._replace(floor=floor)
        return
    ceiling, low = node.ceiling.copy(), node.low.copy()
    others = parts.choice == row
    others[columns] = False
    ceiling[others], low[row] = 0.0, 1.0
    yield node._replace(ceiling=ceiling, low=low)
