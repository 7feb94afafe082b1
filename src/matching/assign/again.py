"""Solve once, then again after small changes: prices prove which edges cannot matter, and only the few others are searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from matching.assign.bundles import find_blocks, with_exclusive_sets
from matching.assign.flow import is_plain
from matching.assign.model import CAPACITY, DEMAND, GROUP, SERVED, Model, build_model
from matching.assign.near import Before, best_near, heads_repriced, repriced, view_at
from matching.assign.parts import row_price
from matching.assign.plain import solve_plain
from matching.assign.problem import BoolArray, FloatArray, Group, IntArray, Problem
from matching.assign.search import is_feasible
from matching.assign.simplex import Simplex, is_available
from matching.assign.solution import Solution
from matching.assign.structure import fitted

REACH = 0.01  # reach of the first look, relative to the largest weight
QUICK = 1_000  # columns that are searched before the prices are worked out anew
MOST_NEAR = 1_500  # a search among more columns is left to other methods
EXACT = 1e-9
MOST_EDGES = 50_000  # beyond it the relaxation over edges takes seconds


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


class Settled(NamedTuple):
    """A proved optimum, and what it takes to solve again from it."""

    solution: Solution
    footing: Footing


def settle(problem: Problem, change: Change | None = None, *, like: Footing | None = None) -> Settled | None:
    """Solve a problem so that it can be solved again quickly.

    Parameters
    ----------
    problem : Problem
        Of a district's size: thousands of edges. What is pinned in it stays pinned when it is solved again.
    change : Change, optional
        What holds this once and is left out when it is solved again: pins and bans, further limits.
    like : Footing, optional
        Of a similar problem, for instance without the last partner; limits of the same kind and place start from its
        prices.

    Returns
    -------
    settled : Settled or None
        None where the limits contradict each other, or too much is left to search: other methods have to decide.
    """
    if not 0 < problem.n_edges <= MOST_EDGES or not is_fit(problem):
        return None
    footing = fresh_footing(problem)
    model = footing.model
    if like is not None:
        footing = replace(footing, dual=_carried(like, model))
    changed = changed_footing(footing, change or Change())
    known = None if like is not None else _plainly(problem, change or Change())
    if known is None:
        return _settled(footing, changed, is_new=like is None)
    prices = np.where(model.kind == DEMAND, known.need_price[model.index * (model.kind == DEMAND)], 0.0)
    prices += np.where(model.kind == CAPACITY, known.partner_price[model.index * (model.kind == CAPACITY)], 0.0)
    best = known.chosen.astype(np.float64)
    return Settled(known, replace(footing, dual=prices, best=best, fit=fitted(changed.model)))


def footing_of(problem: Problem, change: Change, chosen: BoolArray) -> Footing | None:
    """Make ready to solve again a problem whose optimum is known.

    Parameters
    ----------
    problem : Problem
        Of a district's size.
    change : Change
        What holds this once, as for `settle`.
    chosen : ndarray of bool, shape (n_edges,)
        The optimum with the change.

    Returns
    -------
    footing : Footing or None
        None where `chosen` is no choice of the problem, or this SciPy cannot solve from a basis.
    """
    if not 0 < problem.n_edges <= MOST_EDGES or problem.balance.size or not is_available():
        return None
    model = _strong(build_model(problem))
    first = Footing(model, np.zeros(model.low.size), problem.demand[0], problem.shape[1], simplex=Simplex(model))
    now = changed_footing(first, change)
    fit = fitted(now.model)
    x = np.concatenate([chosen.astype(np.float64), np.zeros(model.weight.size - chosen.size)])
    links = np.flatnonzero((fit.kind == SERVED) & ~np.isfinite(fit.low) & (np.asarray(fit.matrix @ x) > fit.high))
    x[fit.matrix[links].indices] = 1.0
    x = np.maximum(x, fit.floor)
    vertex = first.simplex.solve(fit) if first.simplex else None
    if vertex is None or vertex.x is None or vertex.basis is None or not is_feasible(fit, x):
        return None
    missing = max(view_at(fit, vertex.dual).bound - float(fit.weight @ x), 0.0)
    return replace(first, dual=vertex.dual, best=x, basis=vertex.basis, reach=missing, fit=fit)


def _plainly(problem: Problem, change: Change) -> Solution | None:
    """Solve what only head-counts limit."""
    if not is_plain(problem) or change.groups or (change.beside is not None and change.beside.any()):
        return None
    if change.pinned is not None and change.forbidden is not None:
        problem = replace(problem, pinned=change.pinned, forbidden=change.forbidden)
    return solve_plain(problem)


def solve_again(footing: Footing, change: Change) -> Settled | None:
    """Solve a problem again after a change, exactly.

    Prices ``y`` bound every choice by ``D(y)``, and every choice that departs from the sign of a column's reduced
    weight ``r`` by ``D(y) - |r|``. Once a choice worth ``L`` is known, columns with ``|r| > D(y) - L`` are settled, and
    a search among the others is a proof over all. Where the old prices leave too many, the relaxation is solved again
    first, among columns that are near their price, until none is priced wrong.

    Parameters
    ----------
    footing : Footing
        Of the problem as it was.
    change : Change
        What is different.

    Returns
    -------
    settled : Settled or None
        None where the limits now contradict each other, a need asks for more people than before, or too much is left
        to search.

    References
    ----------
    G. Nemhauser and L. Wolsey, *Integer and Combinatorial Optimization*, 1988, section II.5.2 (reduced-cost fixing).
    """
    if change.demand is not None and (change.demand[0] > np.maximum(footing.least, 1)).any():
        return None
    return _settled(footing, changed_footing(footing, change), is_new=False)


def _carried(like: Footing, model: Model) -> FloatArray:
    """Carry prices over to the limits of the same kind and place."""
    old, width = like.model, int(max(like.model.index.max(initial=0), model.index.max(initial=0))) + 1
    known, here = (_numbered(each.kind * width + each.index) for each in (old, model))
    order = np.argsort(known)
    at = np.minimum(np.searchsorted(known[order], here), known.size - 1)
    same = known[order[at]] == here
    return np.where(same, like.dual[order[at]], 0.0)


def _numbered(keys: IntArray) -> IntArray:
    """Make keys unique by counting how often each has come before."""
    order = np.argsort(keys, kind="stable")
    first = np.searchsorted(keys[order], keys[order])
    count = np.empty(keys.size, dtype=np.int64)
    count[order] = np.arange(keys.size) - first
    return keys * 1_000_000 + count


def _strong(model: Model) -> Model:
    """Drop empty capacities and gather overlaps into sets of which one can be taken."""
    empty = (np.diff(model.matrix.indptr) == 0) & (model.kind == CAPACITY)
    model = model.rows(~empty)
    blocks, _ = find_blocks(model)
    return with_exclusive_sets(model, blocks)[0]


def _with_rows(model: Model, groups: Sequence[Group]) -> Model:
    """Add rows that limit how many of some columns are chosen."""
    column = np.concatenate([edges for edges, _, _ in groups])
    row = np.repeat(np.arange(len(groups)), [edges.size for edges, _, _ in groups])
    extra = sp.csr_array((np.ones(column.size), (row, column)), shape=(len(groups), model.weight.size))
    first = int(model.index[model.kind == GROUP].max(initial=-1)) + 1
    limits = np.array([[low, high] for _, low, high in groups], dtype=np.float64).T
    return model.with_rows(extra, (limits[0], limits[1]), GROUP, first + np.arange(len(groups)))


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


def fresh_footing(problem: Problem) -> Footing:
    """Write a problem as rows and columns that have not been solved yet, overlaps gathered into sets.

    Parameters
    ----------
    problem : Problem
        With nothing pinned or forbidden that may change.

    Returns
    -------
    footing : Footing
        Without prices.
    """
    model = _strong(build_model(problem))
    simplex = Simplex(model) if is_available() else None
    return Footing(model, np.zeros(model.low.size), problem.demand[0], problem.shape[1], simplex=simplex)


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
    links = np.flatnonzero((model.kind == SERVED) & ~np.isfinite(model.low))
    if pinned.any() and links.size:
        begin = model.matrix.indptr[links]
        # of an edge and a flag, and flags come last
        edge = np.minimum(model.matrix.indices[begin], model.matrix.indices[begin + 1])
        high[links[pinned[edge]]] = 1.0
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
    more = _with_rows(model, groups)
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


def _settled(old: Footing, now: Footing, *, is_new: bool) -> Settled | None:
    model = fitted(now.model)
    largest = float(np.abs(model.weight[: model.n_edges]).max(initial=0.0))
    vertex = None if now.simplex is None else now.simplex.solve(model, now.basis)
    if vertex is None:
        return _settled_by_prices(old, now, model, REACH * largest, is_new=is_new)
    if vertex.x is None:
        return None
    x = np.where(model.whole, np.round(vertex.x), vertex.x)
    view = view_at(model, vertex.dual)
    missing = view.bound - float(model.weight @ x)
    if not (is_feasible(model, vertex.x) and missing <= EXACT * max(1.0, abs(view.bound))):
        reach = EXACT * max(1.0, abs(view.bound)) + (REACH * largest if now.reach is None else 1.05 * now.reach)
        found, proved = best_near(model, view, reach, most=MOST_NEAR, before=_before(old, model))
        if found is None or not proved:
            return None
        x = found
    missing = max(view.bound - float(model.weight @ x), 0.0)
    kept = replace(now, basis=vertex.basis or now.basis, reach=missing, fit=model.rows(np.arange(old.dual.size)))
    solution = _solution(model, x, vertex.dual, (now.least.size, now.n_partners))
    return Settled(solution, _footing(old, kept, x, vertex.dual))


def _settled_by_prices(old: Footing, now: Footing, model: Model, reach: float, *, is_new: bool) -> Settled | None:
    """Settle without a basis: from the old prices, and from new ones where these leave too much to search."""
    dual = now.dual if is_new else heads_repriced(model, now.dual)
    x, proved = None, False
    if not is_new:
        x, proved = best_near(model, view_at(model, dual), reach, most=QUICK, before=_before(old, model))
    if not proved:
        found = repriced(model, dual, reach, everything=is_new)
        if found is None:
            return None
        dual = found
        x, proved = best_near(model, view_at(model, dual), reach, most=MOST_NEAR, known=x)
    if x is None or not proved:
        return None
    kept = replace(now, fit=model.rows(np.arange(old.dual.size)))
    return Settled(_solution(model, x, dual, (now.least.size, now.n_partners)), _footing(old, kept, x, dual))


def _footing(old: Footing, now: Footing, x: FloatArray, dual: FloatArray) -> Footing:
    """Keep the problem as it was first, and the prices of the limits that the change added."""
    n_rows = old.model.low.size
    kept = replace(now, model=old.model, dual=dual[:n_rows], asides={}, best=x)
    if n_rows == dual.size:
        return kept
    extra = now.model.matrix[n_rows:]
    keys = [extra.indices[a:b].astype(np.int64).tobytes() for a, b in pairwise(extra.indptr)]
    return replace(kept, asides=dict(zip(keys, dual[n_rows:].tolist(), strict=True)))


def _before(old: Footing, model: Model) -> Before | None:
    """Tell where a model differs from the one whose optimum is known; None where none is, or everything differs."""
    if old.best is None or old.fit is None or not np.array_equal(old.fit.weight, model.weight):
        return None
    was, n = old.fit, old.dual.size
    rows = np.ones(model.low.size, dtype=np.bool_)
    rows[:n] = (was.low != model.low[:n]) | (was.high != model.high[:n])
    return Before(old.best, rows, (was.floor != model.floor) | (was.ceiling != model.ceiling))


def _solution(model: Model, x: FloatArray, dual: FloatArray, shape: tuple[int, int]) -> Solution:
    chosen = x[: model.n_edges] > 0.5
    total = float(np.sum(model.weight[: model.n_edges][chosen]))
    return Solution(
        chosen=chosen,
        total=total,
        bound=total,
        gap=0.0,
        worst=float("nan"),
        need_price=row_price(model, dual, DEMAND, shape[0]),
        partner_price=row_price(model, dual, CAPACITY, shape[1]),
        method="mip: prices settle most pairs, the others are searched to the end",
    )
