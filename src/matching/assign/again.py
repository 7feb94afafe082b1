"""Solve once, then again after small changes: prices prove which edges cannot matter, and only the few others are searched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from matching.assign.bundles import find_blocks
from matching.assign.certificate import leaning
from matching.assign.flow import is_plain
from matching.assign.highs import solve_lp, solve_mip
from matching.assign.model import CAPACITY, DEMAND, GROUP, SERVED, Model, build_model
from matching.assign.parts import row_price
from matching.assign.plain import solve_plain
from matching.assign.problem import BoolArray, FloatArray, Group, IntArray, Problem
from matching.assign.search import WHOLE, is_feasible, with_exclusive_sets
from matching.assign.solution import Solution
from matching.assign.structure import activity, fitted, part, tighten

NEAR = 0.01  # reach of the first look, relative to the largest weight
QUICK = 600  # columns that are searched before the prices are worked out anew
MOST_NEAR = 1_500  # a search among more columns is left to other methods
MOST_EDGES = 50_000  # beyond it the relaxation over edges takes seconds
MOST_ROUNDS = 25
_EXACT = 1e-9
_SCALE = 1_000.0  # HiGHS stops at an absolute gap of 1e-6: of scaled weights that is exact enough


@dataclass(frozen=True, slots=True, eq=False)
class Footing:
    """A solved problem to solve again from.

    Attributes
    ----------
    model : Model
        The problem as rows and columns, overlaps gathered into sets of which one can be taken; nothing rounded away.
    dual : ndarray of float, shape (n_rows,)
        Prices that prove the solution, or come near to it.
    least : ndarray of int, shape (n_needs,)
        Lower demand that the flags of optional needs stand for.
    n_partners : int
    asides : mapping of bytes to float
        Prices of the limits that a change added, by their edges.
    """

    model: Model
    dual: FloatArray
    least: IntArray
    n_partners: int
    asides: Mapping[bytes, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Change:
    """What is different when a problem is solved again; whatever is None stays as it was.

    Attributes
    ----------
    weight : ndarray of float, shape (n_edges,), or None
    demand : pair of ndarray of int, shape (n_needs,), or None
    optional : ndarray of bool, shape (n_needs,), or None
        Given with `demand`. A need that was no optional one, or wanted at most one and no team, may not become one
        that is served as it asks or not at all.
    pinned, forbidden : ndarray of bool, shape (n_edges,), or None
        Both or neither.
    groups : sequence of (edges, lo, hi), default=()
        Further limits.
    """

    weight: FloatArray | None = None
    demand: tuple[IntArray, IntArray] | None = None
    optional: BoolArray | None = None
    pinned: BoolArray | None = None
    forbidden: BoolArray | None = None
    groups: Sequence[Group] = ()


class Settled(NamedTuple):
    """A proved optimum, and what it takes to solve again from it."""

    solution: Solution
    footing: Footing


class _View(NamedTuple):
    """What prices say: no point is worth more than `bound`, and how much each column is above or below its price."""

    bound: float
    reduced: FloatArray


def settle(problem: Problem) -> Settled | None:
    """Solve a problem so that it can be solved again quickly.

    Parameters
    ----------
    problem : Problem
        Of a district's size: thousands of edges.

    Returns
    -------
    settled : Settled or None
        None where the limits contradict each other, or too much is left to search: other methods have to decide.
    """
    if not 0 < problem.n_edges <= MOST_EDGES or problem.balance.size:
        return None
    idle = np.bincount(problem.partner, minlength=problem.shape[1]) == 0
    if (problem.capacity[0][idle] > 0).any():
        return None
    model = _strong(build_model(problem))
    footing = Footing(model, np.zeros(model.low.size), problem.demand[0], problem.shape[1])
    known = solve_plain(problem) if is_plain(problem) else None
    if known is None:
        return _settled(footing, footing, is_new=True)
    prices = np.where(model.kind == DEMAND, known.need_price[model.index * (model.kind == DEMAND)], 0.0)
    prices += np.where(model.kind == CAPACITY, known.partner_price[model.index * (model.kind == CAPACITY)], 0.0)
    return Settled(known, replace(footing, dual=prices))


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
        None where the limits now contradict each other, or too much is left to search.

    References
    ----------
    G. Nemhauser and L. Wolsey, *Integer and Combinatorial Optimization*, 1988, section II.5.2 (reduced-cost fixing).
    """
    return _settled(footing, _changed(footing, change), is_new=False)


def _strong(model: Model) -> Model:
    """Drop empty capacities and gather overlaps into sets of which one can be taken."""
    empty = (np.diff(model.matrix.indptr) == 0) & (model.kind == CAPACITY)
    model = model.rows(~empty)
    blocks, _ = find_blocks(model)
    return with_exclusive_sets(model, blocks)[0]


def _changed(footing: Footing, change: Change) -> Footing:
    model, n = footing.model, footing.model.n_edges
    floor, ceiling, weight = model.floor.copy(), model.ceiling.copy(), model.weight
    low, high = model.low.copy(), model.high.copy()
    if change.weight is not None:
        weight = np.concatenate([change.weight, weight[n:]])
    if change.pinned is not None and change.forbidden is not None:
        floor[:n], ceiling[:n] = change.pinned.astype(float), 1.0 - change.forbidden
    if change.demand is not None and change.optional is not None:
        least, most = change.demand
        rows = np.flatnonzero(model.kind == DEMAND)
        needs = model.index[rows]
        low[rows], high[rows] = np.where(change.optional, 0, least)[needs], most[needs]
        _reflag(footing, change, floor, (low, high))
    changed = replace(model, weight=weight, floor=floor, ceiling=ceiling, low=low, high=high)
    if not change.groups:
        return replace(footing, model=changed)
    changed, dual = _with_groups(changed, change.groups, footing)
    return replace(footing, model=changed, dual=dual)


def _reflag(footing: Footing, change: Change, floor: FloatArray, limits: tuple[FloatArray, FloatArray]) -> None:
    """Let the flags of needs say what is now asked: served for certain, or no longer all or nobody."""
    model, (low, high) = footing.model, limits
    assert change.demand is not None  # noqa: S101  # for the type checker
    assert change.optional is not None  # noqa: S101
    rows = np.flatnonzero(model.kind == SERVED)
    firm = ~change.optional
    loose = firm & (change.demand[0] < footing.least)
    # whoever is pinned comes, although not as many as the need asks for: the flag says nothing any more
    free = rows[loose[model.index[rows]]]
    low[free], high[free] = -np.inf, np.inf
    flagged = rows[(firm & ~loose)[model.index[rows]]]
    columns = np.unique(model.matrix[flagged].indices)
    floor[columns[columns >= model.n_edges]] = 1.0


def _with_groups(model: Model, groups: Sequence[Group], footing: Footing) -> tuple[Model, FloatArray]:
    """Add limits, at the price that they had when they were added before."""
    size = [edges.size for edges, _, _ in groups]
    column = np.concatenate([edges for edges, _, _ in groups])
    row = np.repeat(np.arange(len(groups)), size)
    extra = sp.csr_array((np.ones(column.size), (row, column)), shape=(len(groups), model.weight.size))
    first = int(model.index[model.kind == GROUP].max(initial=-1)) + 1
    more = replace(
        model,
        matrix=sp.csr_array(sp.vstack([model.matrix, extra])),
        low=np.concatenate([model.low, [low for _, low, _ in groups]]),
        high=np.concatenate([model.high, [high for _, _, high in groups]]),
        kind=np.concatenate([model.kind, np.full(len(groups), GROUP)]),
        index=np.concatenate([model.index, first + np.arange(len(groups))]),
    )
    prices = [footing.asides.get(edges.tobytes(), 0.0) for edges, _, _ in groups]
    return more, np.concatenate([footing.dual, prices])


def _settled(old: Footing, now: Footing, *, is_new: bool) -> Settled | None:
    model, dual = fitted(now.model), now.dual
    reach = NEAR * float(np.abs(model.weight[: model.n_edges]).max(initial=0.0))
    view = _view(model, dual)
    x, proved = (None, False) if is_new else _narrowed(model, view, reach, most=QUICK)
    if not proved:
        priced = _repriced(model, dual, reach, everything=is_new)
        if priced is None:
            return None
        dual, view = priced, _view(model, priced)
        x, proved = _narrowed(model, view, reach, most=MOST_NEAR, known=x)
    if x is None or not proved:
        return None
    kept, extra = slice(old.dual.size), slice(old.dual.size, None)
    keys = [model.matrix[[row]].indices.tobytes() for row in range(old.dual.size, dual.size)]
    base = replace(now.model, **{name: getattr(now.model, name)[kept] for name in ("low", "high", "kind", "index")})
    base = replace(base, matrix=now.model.matrix[kept]) if keys else base
    footing = replace(now, model=base, dual=dual[kept], asides=dict(zip(keys, dual[extra].tolist(), strict=True)))
    return Settled(_solution(model, x, dual, (now.least.size, now.n_partners)), footing)


def _narrowed(
    model: Model, view: _View, reach: float, *, most: int, known: FloatArray | None = None
) -> tuple[FloatArray | None, bool]:
    """Search among the columns that may still matter, until the search has seen all of them or they are too many."""
    free = model.floor < model.ceiling
    best = known
    if known is not None:
        reach = max(0.0, view.bound - float(model.weight @ known))
    for _ in range(MOST_ROUNDS):
        near = _widened(model, view.reduced, free & (np.abs(view.reduced) <= reach))
        if int(near.sum()) > most:
            return best, False
        x = _best_near(model, view.reduced, near)
        missing = np.inf if x is None else view.bound - float(model.weight @ x)
        if x is not None and missing <= max(reach, _EXACT * max(1.0, abs(view.bound))):
            return x, True
        if (near | ~free).all():
            return None, False
        best, reach = (best, 2 * reach + _EXACT) if x is None else (x, missing)
    return best, False


def _widened(model: Model, reduced: FloatArray, near: BoolArray) -> BoolArray:
    """Free the columns of limits that cannot be kept while the others stand where their price says."""
    free = model.floor < model.ceiling
    for _ in range(MOST_ROUNDS):
        held = _fixed(model, reduced, near)
        least, most = activity(held)
        broken = (least > model.high + WHOLE) | (most < model.low - WHOLE)
        more = near | (free & (np.asarray(abs(model.matrix).T @ broken.astype(float)) > 0)) if broken.any() else near
        if (more == near).all():
            return near
        near = more
    return near


def _view(model: Model, dual: FloatArray) -> _View:
    price = leaning(model, dual)
    reduced = model.weight - model.matrix.T @ price
    limit = np.where(price > 0, model.high, np.where(price < 0, model.low, 0.0))
    at_best = np.where(reduced > 0, reduced * model.ceiling, reduced * model.floor)
    return _View(float(np.sum(price * limit) + np.sum(at_best)), np.asarray(reduced))


def _fixed(model: Model, reduced: FloatArray, near: BoolArray) -> Model:
    """Hold the columns that are not near at the limit that their reduced weight names."""
    held = np.where(reduced > 0, model.ceiling, model.floor)
    return replace(model, floor=np.where(near, model.floor, held), ceiling=np.where(near, model.ceiling, held))


def _best_near(model: Model, reduced: FloatArray, near: BoolArray) -> FloatArray | None:
    """Find the best point whose columns that are not near stand where their price says."""
    held = _fixed(model, reduced, near)
    x = held.floor.copy()
    if near.any():
        cut = tighten(part(held, near)[0])
        outcome = solve_mip(replace(cut, weight=_SCALE * cut.weight))
        if outcome.x is None:
            return None
        x[near] = outcome.x
    return np.where(model.whole, np.round(x), x) if is_feasible(model, x) else None


def _repriced(model: Model, dual: FloatArray, reach: float, *, everything: bool) -> FloatArray | None:
    """Solve the relaxation, starting with the columns near their price; None where it has no point."""
    view = _view(model, dual)
    free = model.floor < model.ceiling
    near = free if everything else _widened(model, view.reduced, free & (np.abs(view.reduced) <= 2 * reach))
    if not free.any():
        return np.zeros(dual.size)
    near = near if near.any() else free
    for _ in range(MOST_ROUNDS):
        held = _fixed(model, view.reduced, near)
        piece, rows = part(held, near)
        outcome = solve_lp(piece)
        if outcome.dual is None:
            if (near | ~free).all():
                return None
            reach *= 4
            near = near | (free & (np.abs(view.reduced) <= reach))
            continue
        x = held.floor.copy()
        x[near] = outcome.x
        dual = _slack_unpriced(model, x, dual)
        dual[rows] = outcome.dual
        priced = _view(model, dual).reduced
        wrong = free & ~near & np.where(held.floor > model.floor, priced < -_EXACT, priced > _EXACT)
        if not wrong.any():
            return dual
        near = near | wrong
    return _repriced(model, dual, reach, everything=True)


def _slack_unpriced(model: Model, x: FloatArray, dual: FloatArray) -> FloatArray:
    """Take the price off rows that a point does not bring to the limit that the price leans on."""
    value = np.asarray(model.matrix @ x)
    room = np.where(dual > 0, model.high - value, np.where(dual < 0, value - model.low, 0.0))
    return np.where(room > WHOLE, 0.0, dual)


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
