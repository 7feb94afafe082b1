"""A solved problem to solve again from, and what a change does to its rows and columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import scipy.sparse as sp

from matching.assign.bundles import find_blocks, with_exclusive_sets
from matching.assign.flags import is_link, is_tie, linked_edges, with_links_gathered
from matching.assign.model import CAPACITY, DEMAND, GROUP, SERVED, Model, build_model
from matching.assign.problem import BoolArray, FloatArray, Group, IntArray, Problem
from matching.assign.simplex import Simplex, is_available, with_rows_free


@dataclass(frozen=True, slots=True, eq=False)
class Footing:
    """A solved problem to solve again from.

    Attributes
    ----------
    model : Model
        The problem as rows and columns, overlaps gathered into sets of which one can be taken; nothing rounded away and
        nothing changed yet.
    dual : ndarray of float, shape (n_rows,)
        Prices that prove the solution, or come near to it.
    least : ndarray of int, shape (n_needs,)
        Lower demand that the flags of optional needs stand for.
    n_partners : int
    asides : mapping of bytes to float
        Prices of the limits that a change added, by their edges.
    best : ndarray of float, shape (n_columns,), or None
        The optimum, where it is known over all columns.
    simplex : Simplex or None
        The relaxation, kept warm; shared by all problems of the same rows and columns.
    basis : object
        Where the relaxation ended.
    reach : float or None
        By how much the prices miss the optimum.
    fit : Model or None
        The model as it was solved.
    wide : object
        As `basis`, over the limits of `asides` too.
    """

    model: Model
    dual: FloatArray
    least: IntArray
    n_partners: int
    asides: Mapping[bytes, float] = field(default_factory=dict)
    best: FloatArray | None = None
    simplex: Simplex | None = None
    basis: object = None
    reach: float | None = None
    fit: Model | None = None
    wide: object = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Change:
    """What is different from the problem that was settled first; whatever is None is as it was there.

    A pinned edge stands whether or not its need is served: where a need is optional and wants several people or a team,
    others come only if all it asks for come. It counts as one of those unless it is `beside` them.

    Attributes
    ----------
    weight : ndarray of float, shape (n_edges,), or None
    demand : pair of ndarray of int, shape (n_needs,), or None
    optional : ndarray of bool, shape (n_needs,), or None
        Given with `demand`. The lower demand of a need that is or becomes optional stays what it was or falls to 0.
    pinned, forbidden : ndarray of bool, shape (n_edges,), or None
        Both or neither.
    beside : ndarray of bool, shape (n_edges,), or None
        Pinned edges beyond the demand of their need.
    groups : sequence of (edges, lo, hi), default=()
        Further limits.
    """

    weight: FloatArray | None = None
    demand: tuple[IntArray, IntArray] | None = None
    optional: BoolArray | None = None
    pinned: BoolArray | None = None
    forbidden: BoolArray | None = None
    beside: BoolArray | None = None
    groups: Sequence[Group] = ()


def is_fit(problem: Problem) -> bool:
    """Tell whether a problem can be written so: its load has no cost, and no partner without edges is asked for any.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    is_fit : bool
    """
    idle = np.bincount(problem.partner, minlength=problem.shape[1]) == 0
    return not problem.balance.size and not (problem.capacity[0][idle] > 0).any()


def fresh_footing(problem: Problem, *, is_gathered: bool = False) -> Footing:
    """Write a problem as rows and columns that have not been solved yet, overlaps gathered into sets.

    Parameters
    ----------
    problem : Problem
        With nothing pinned or forbidden that may change.
    is_gathered : bool, default=False
        Whether one row a need may say that nobody comes to what is not served, where the relaxation can ask for single ones.

    Returns
    -------
    footing : Footing
        Without prices.
    """
    model = _strong(build_model(problem))
    if is_gathered and is_available():
        model = with_links_gathered(model)
    simplex = Simplex(model) if is_available() else None
    return Footing(model, np.zeros(model.low.size), problem.demand[0], problem.shape[1], simplex=simplex)


def _strong(model: Model) -> Model:
    """Drop empty capacities and gather overlaps into sets of which one can be taken."""
    empty = (np.diff(model.matrix.indptr) == 0) & (model.kind == CAPACITY)
    model = model.rows(~empty)
    blocks, _ = find_blocks(model)
    return with_exclusive_sets(model, blocks)[0]


def with_cuts(footing: Footing, cut: Model, basis: object) -> Footing:
    """Keep rows that whole choices keep anyway, whatever is changed later.

    Parameters
    ----------
    footing : Footing
        Of a problem that has not been settled yet.
    cut : Model
        With the rows of the footing, and those that are to stay behind them.
    basis : object
        Of a vertex without them.

    Returns
    -------
    footing : Footing
    """
    assert footing.simplex is not None  # noqa: S101  # for the type checker
    first = footing.model.low.size
    limits = cut.low[first:], cut.high[first:]
    model = footing.model.with_rows(cut.matrix[first:], limits, GROUP, cut.index[first:])
    model = replace(model, kind=np.concatenate([footing.model.kind, cut.kind[first:]]))
    dual = np.concatenate([footing.dual, np.zeros(limits[0].size)])
    simplex, wider = footing.simplex.grown(model), with_rows_free(basis, limits[0].size)
    return replace(footing, model=model, dual=dual, simplex=simplex, basis=wider)


def changed_footing(footing: Footing, change: Change) -> Footing:
    """Put a change to a problem.

    Parameters
    ----------
    footing : Footing
        Of the problem as it was.
    change : Change
        What is different.

    Returns
    -------
    footing : Footing
        Its rows are those that stay, then those that the change adds.
    """
    model, n = footing.model, footing.model.n_edges
    floor, ceiling, weight = model.floor.copy(), model.ceiling.copy(), model.weight
    low, high = model.low.copy(), model.high.copy()
    if change.weight is not None:
        weight = np.concatenate([change.weight, weight[n:]])
    if change.demand is not None and change.optional is not None:
        least, most = change.demand
        rows = np.flatnonzero(model.kind == DEMAND)
        needs = model.index[rows]
        low[rows], high[rows] = np.where(change.optional, 0, least)[needs], most[needs]
        _reflag(footing, change, floor, low)
        _no_more_than_served(footing, change, low, high)
    if change.pinned is not None and change.forbidden is not None:
        floor[:n], ceiling[:n] = change.pinned.astype(float), 1.0 - change.forbidden
        _set_apart(model, change.pinned, change.beside, low, high)
    changed = replace(model, weight=weight, floor=floor, ceiling=ceiling, low=low, high=high)
    if not change.groups:
        return replace(footing, model=changed)
    changed, dual = _with_groups(changed, change.groups, footing)
    return replace(footing, model=changed, dual=dual)


def _set_apart(model: Model, pinned: BoolArray, beside: BoolArray | None, low: FloatArray, high: FloatArray) -> None:
    """Let pinned edges stand where their need is not served, and those beside it count for nothing."""
    links = np.flatnonzero(is_link(model))
    if pinned.any() and links.size:
        high[links[pinned[linked_edges(model, links)]]] = 1.0
    gathered = np.flatnonzero(is_tie(model) & ~is_link(model))
    if pinned.any() and gathered.size:
        stands = np.zeros(model.weight.size)
        stands[: pinned.size] = pinned
        high[gathered] += np.asarray(model.matrix[gathered] @ stands)
    if beside is None or not beside.any():
        return
    more = np.zeros(model.weight.size)
    more[: beside.size] = beside
    # of head-counts and of "as many as it asks, or nobody"
    heads = (model.kind == DEMAND) | ((model.kind == SERVED) & np.isfinite(model.low))
    count = np.where(heads, np.asarray(model.matrix @ more), 0.0)
    low += count
    high += count


def _no_more_than_served(footing: Footing, change: Change, low: FloatArray, high: FloatArray) -> None:
    """Let as many come as the flag of their need allows: with a flag of one half, half as many and not all of them by halves.

    The flag is whole in every choice and then the head-count says no less; the relaxation knows it from here alone.
    """
    assert change.demand is not None  # noqa: S101  # for the type checker
    model, (_, most) = footing.model, change.demand
    rows = np.flatnonzero((model.kind == SERVED) & np.isfinite(low) & ~np.isfinite(model.high))
    if not rows.size:
        return
    needs, stands = model.index[rows], np.zeros(model.weight.size)
    if change.pinned is not None:
        stands[: model.n_edges] = change.pinned if change.beside is None else change.pinned & ~change.beside
    high[rows] = np.maximum(most - footing.least, 0)[needs] + np.asarray(model.matrix[rows] @ stands)


def _reflag(footing: Footing, change: Change, floor: FloatArray, low: FloatArray) -> None:
    """Let the flags of needs say what is now asked: served for certain, or no longer all or nobody."""
    model = footing.model
    assert change.demand is not None  # noqa: S101  # for the type checker
    assert change.optional is not None  # noqa: S101
    rows = np.flatnonzero(model.kind == SERVED)
    loose = change.demand[0] < footing.least
    # fewer will do than the flag asks for: only "as many as the need asks, or nobody" is given up, not its team
    free = rows[loose[model.index[rows]] & np.isfinite(model.low[rows])]
    low[free] = -np.inf
    firm = rows[(~change.optional & ~loose)[model.index[rows]]]
    columns = np.unique(model.matrix[firm].indices)
    floor[columns[columns >= model.n_edges]] = 1.0


def _with_groups(model: Model, groups: Sequence[Group], footing: Footing) -> tuple[Model, FloatArray]:
    """Add limits, at the price that they had when they were added before, or that of the head-count they stand in for."""
    more = with_limits(model, groups)
    heads = np.flatnonzero(model.kind == DEMAND)
    row_of = dict(zip(model.index[heads].tolist(), heads.tolist(), strict=True))
    owner = np.empty(model.weight.size, dtype=np.int64)
    owner[model.matrix[heads].indices] = np.repeat(model.index[heads], np.diff(model.matrix.indptr)[heads])
    dual, prices = footing.dual.copy(), np.zeros(len(groups))
    for at, (edges, _, _) in enumerate(groups):
        needs, price = np.unique(owner[edges]), footing.asides.get(edges.astype(np.int64).tobytes())
        if price is not None:
            prices[at] = price
        elif needs.size == 1:
            # a limit on most pairs of a need stands in for its head-count, which has been raised for the others
            row = row_of[int(needs[0])]
            prices[at] = max(float(dual[row]), 0.0)
            dual[row] -= prices[at]
    return more, np.concatenate([dual, prices])


def with_limits(model: Model, groups: Sequence[Group]) -> Model:
    """Add rows that limit how many of some columns are chosen.

    Parameters
    ----------
    model : Model
    groups : sequence of (edges, lo, hi)
        At least one.

    Returns
    -------
    model : Model
        The rows stand behind its own.
    """
    column = np.concatenate([edges for edges, _, _ in groups])
    row = np.repeat(np.arange(len(groups)), [edges.size for edges, _, _ in groups])
    extra = sp.csr_array((np.ones(column.size), (row, column)), shape=(len(groups), model.weight.size))
    first = int(model.index[model.kind == GROUP].max(initial=-1)) + 1
    limits = np.array([[low, high] for _, low, high in groups], dtype=np.float64).T
    return model.with_rows(extra, (limits[0], limits[1]), GROUP, first + np.arange(len(groups)))
