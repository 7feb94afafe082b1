"""Solve once, then again after small changes: prices prove which edges cannot matter, and only the few others are searched."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from matching.assign.certificate import is_impossible
from matching.assign.covers import broken_covers
from matching.assign.flags import is_tie, with_broken_links
from matching.assign.flow import is_plain
from matching.assign.footing import Change, Footing, changed_footing, fresh_footing, is_fit, with_cuts, with_limits
from matching.assign.model import CAPACITY, DEMAND, Model
from matching.assign.near import Before, best_near, heads_repriced, repriced, view_at
from matching.assign.parts import row_price
from matching.assign.plain import solve_plain
from matching.assign.problem import BoolArray, FloatArray, Problem
from matching.assign.search import WHOLE, is_feasible
from matching.assign.simplex import Vertex, is_available
from matching.assign.solution import Solution
from matching.assign.structure import fitted

REACH = 0.01  # reach of the first look, relative to the largest weight
FIRST_LOOK = 0.0025  # the same where the relaxation has been solved again
QUICK = 1_000  # columns that are searched before the prices are worked out anew
MOST_BRANCHES = 6  # needs of which it is asked one within the other whether they are served
MOST_NEAR = 1_500  # a search among more columns is left to other methods
EXACT = 1e-9
MOST_EDGES = 50_000  # beyond it the relaxation over edges takes seconds


class NoBetter(NamedTuple):
    """It is proved that no choice is worth more than this."""

    bound: float


@dataclass(frozen=True, eq=False)
class Unwritten:
    """A problem that only head-counts limit, solved without rows: they are written when it is solved again.

    Attributes
    ----------
    problem : Problem
    change : Change
        What held when it was solved.
    solution : Solution
        The optimum with the change.
    """

    problem: Problem
    change: Change
    solution: Solution

    @cached_property
    def footing(self) -> Footing:
        """The same as rows, with prices that prove it."""
        found = footing_of(self.problem, self.change, self.solution.chosen)
        if found is not None:
            return found
        footing = fresh_footing(self.problem)
        model, known = footing.model, self.solution
        prices = np.where(model.kind == DEMAND, known.need_price[model.index * (model.kind == DEMAND)], 0.0)
        prices += np.where(model.kind == CAPACITY, known.partner_price[model.index * (model.kind == CAPACITY)], 0.0)
        fit = fitted(changed_footing(footing, self.change).model)
        return replace(footing, dual=prices, best=_with_flags(fit, known.chosen), fit=fit)


Ground = Footing | Unwritten
"""What a problem can be solved again from."""


def written(ground: Ground) -> Footing:
    """Return what a problem can be solved again from as rows.

    Parameters
    ----------
    ground : Footing or Unwritten

    Returns
    -------
    footing : Footing
    """
    return ground.footing if isinstance(ground, Unwritten) else ground


class Settled(NamedTuple):
    """A proved optimum, and what it takes to solve again from it."""

    solution: Solution
    footing: Ground


def settle(problem: Problem, change: Change | None = None) -> Settled | None:
    """Solve a problem so that it can be solved again quickly.

    Parameters
    ----------
    problem : Problem
        Of a district's size: thousands of edges. What is pinned in it stays pinned when it is solved again.
    change : Change, optional
        What holds this once and is left out when it is solved again: pins and bans, further limits.

    Returns
    -------
    settled : Settled or None
        None where the limits contradict each other, or too much is left to search: other methods have to decide.
    """
    if not 0 < problem.n_edges <= MOST_EDGES or not is_fit(problem):
        return None
    change = change or Change()
    known = _plainly(problem, change)
    if known is not None:
        return Settled(known, Unwritten(problem, change, known))
    footing = fresh_footing(problem, is_gathered=True)
    found = _settled(footing, changed_footing(footing, change), change, is_new=True)
    return None if isinstance(found, NoBetter) else found


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
    first = fresh_footing(problem, is_gathered=True)
    now = changed_footing(first, change)
    first, now, fit, vertex = _relaxed(first, now, change, keeps_cuts=True)
    x = _with_flags(fit, chosen)
    if vertex is None or vertex.x is None or vertex.basis is None or not is_feasible(fit, x):
        return None
    missing = max(view_at(fit, vertex.dual).bound - float(fit.weight @ x), 0.0)
    return replace(first, dual=vertex.dual, best=x, basis=vertex.basis, reach=missing, fit=fit)


def _with_flags(fit: Model, chosen: BoolArray) -> FloatArray:
    """Return a choice as a point of a model: with the flags of needs to which people come."""
    x = np.concatenate([chosen.astype(np.float64), np.zeros(fit.weight.size - chosen.size)])
    called = fit.matrix[np.flatnonzero(is_tie(fit) & (np.asarray(fit.matrix @ x) > fit.high))].indices
    x[called[called >= fit.n_edges]] = 1.0
    return np.asarray(np.maximum(x, fit.floor))


def _plainly(problem: Problem, change: Change) -> Solution | None:
    """Solve what only head-counts limit.

    Needs that are served as they ask or not at all may first take any number; where the best choice then serves each as it asks, or sends
    nobody but those pinned, none that has to is better.
    """
    if change.groups or (change.beside is not None and change.beside.any()):
        return None
    new: dict[str, Any] = {"weight": change.weight, "demand": change.demand, "optional": change.optional}
    new |= {"pinned": change.pinned, "forbidden": change.forbidden}
    problem = replace(problem, **{name: value for name, value in new.items() if value is not None})
    least, most = problem.demand
    asks = problem.optional & (least > 1)
    loose = replace(problem, demand=(np.where(asks, 0, least), most)) if asks.any() else problem
    found = solve_plain(loose) if is_plain(loose) else None
    if found is None or found.violations:
        return None
    got, pins = (np.bincount(problem.need[each], minlength=least.size) for each in (found.chosen, problem.pinned))
    return found if (~asks | (got >= least) | (got == pins)).all() else None


def solve_again(footing: Ground, change: Change) -> Settled | None:
    """Solve a problem again after a change, exactly.

    Prices ``y`` bound every choice by ``D(y)``, and every choice that departs from the sign of a column's reduced
    weight ``r`` by ``D(y) - |r|``. Once a choice worth ``L`` is known, columns with ``|r| > D(y) - L`` are settled, and
    a search among the others is a proof over all. Where the old prices leave too many, the relaxation is solved again
    first, among columns that are near their price, until none is priced wrong.

    Parameters
    ----------
    footing : Footing or Unwritten
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
    found = solve_better(footing, change)
    return None if isinstance(found, NoBetter) else found


def solve_better(footing: Ground, change: Change, *, above: float = -np.inf) -> Settled | NoBetter | None:
    """Solve a problem again after a change if that may give more than is known.

    Parameters
    ----------
    footing : Footing or Unwritten
        Of the problem as it was.
    change : Change
        What is different.
    above : float, default=-inf
        Only what is worth more is asked for.

    Returns
    -------
    settled : Settled or NoBetter or None
        `NoBetter` where it is proved that no choice is worth more than `above`, or that there is none at all; None where other methods
        have to decide. The optimum may be worth less than `above` all the same.
    """
    footing = written(footing)
    if change.demand is not None and (change.demand[0] > np.maximum(footing.least, 1)).any():
        return None
    return _settled(footing, changed_footing(footing, change), change, above=above)


def _settled(
    old: Footing, now: Footing, change: Change, *, is_new: bool | None = None, above: float = -np.inf
) -> Settled | NoBetter | None:
    """Settle a changed problem; where it is settled for the first time, `is_new` tells whether nothing is known of its prices."""
    old, now, model, vertex = _relaxed(old, now, change, keeps_cuts=is_new is not None)
    largest = float(np.abs(model.weight[: model.n_edges]).max(initial=0.0))
    if vertex is None:
        return _settled_by_prices(old, now, model, REACH * largest, is_new=bool(is_new))
    if vertex.x is None:
        return NoBetter(-np.inf) if is_impossible(vertex.model, vertex.dual) else None
    view = view_at(vertex.model, vertex.dual)
    if view.bound <= above:
        return NoBetter(view.bound)
    x, proved = _best(old, now, model, vertex)
    if x is None or not proved:
        return None
    missing = max(view.bound - float(model.weight @ x), 0.0)
    dual = vertex.dual[: model.low.size]
    wide = vertex.wide if change.groups else None
    fit = model.rows(np.arange(old.dual.size))
    kept = replace(now, basis=vertex.basis or now.basis, wide=wide, reach=missing, fit=fit)
    solution = _solution(model, x, dual, (now.least.size, now.n_partners))
    return Settled(solution, _footing(old, kept, x, dual))


def _best(
    old: Footing, now: Footing, model: Model, vertex: Vertex, *, known: float = -np.inf, depth: int = 0
) -> tuple[FloatArray | None, bool]:
    """Find the best point of a model from its relaxation, if it is worth more than is known, and whether that is proved.

    Where the relaxation serves a need by halves, the need is served in one branch and not in the other: each of them is tight again.
    """
    assert vertex.x is not None  # noqa: S101  # for the type checker
    view = view_at(vertex.model, vertex.dual)
    if view.bound <= known:
        return None, True
    x = np.where(model.whole, np.round(vertex.x), vertex.x)
    missing = view.bound - float(model.weight @ x)
    if is_feasible(model, vertex.x) and missing <= EXACT * max(1.0, abs(view.bound)):
        return x, True
    flags = np.abs(vertex.x[model.n_edges :] - np.round(vertex.x[model.n_edges :]))
    if now.simplex is None or depth >= MOST_BRANCHES or not (flags > WHOLE).any():
        reach = FIRST_LOOK * float(np.abs(model.weight[: model.n_edges]).max(initial=0.0))
        reach = max(reach, 0.0 if now.reach is None else 1.05 * now.reach)
        return best_near(model, view, reach, most=MOST_NEAR, before=_before(old, model))
    flag = model.n_edges + int(np.argmax(flags))
    best: FloatArray | None = None
    for value in (1.0, 0.0):
        floor, ceiling = model.floor.copy(), model.ceiling.copy()
        floor[flag] = ceiling[flag] = value
        held = fitted(replace(model, floor=floor, ceiling=ceiling))
        end = now.simplex.solve(held, vertex.basis or now.basis, wide=vertex.wide, cut=_cuts(old, now))
        if end is None or (end.x is None and not is_impossible(end.model, end.dual)):
            return None, False
        found, proved = (None, True) if end.x is None else _best(old, now, held, end, known=known, depth=depth + 1)
        if not proved:
            return None, False
        if found is not None and float(model.weight @ found) > known:
            best, known = found, float(model.weight @ found)
    return best, True


def _cuts(old: Footing, now: Footing) -> Callable[[Model, FloatArray], Model | None]:
    """Return what adds the rows that a point breaks and whole choices keep."""
    ties = is_tie(old.model)

    def cut(model: Model, x: FloatArray) -> Model | None:
        groups = broken_covers(now.model, x)
        linked = with_broken_links(model, x, ties)
        if not groups:
            return linked
        return with_limits(model if linked is None else linked, groups)

    return cut


def _relaxed(
    old: Footing, now: Footing, change: Change, *, keeps_cuts: bool
) -> tuple[Footing, Footing, Model, Vertex | None]:
    """Solve the relaxation, with what partners' hours cannot hold together wherever it takes too much of it.

    These rows hold whatever is changed, so they can stay with a problem that is settled for the first time.
    """
    model = fitted(now.model)
    if now.simplex is None:
        return old, now, model, None

    vertex = now.simplex.solve(model, now.basis, wide=_end_before(old, change), cut=_cuts(old, now))
    if not keeps_cuts or change.groups or vertex is None or vertex.x is None or vertex.model is model:
        return old, now, model, vertex
    old = with_cuts(old, vertex.model, vertex.basis)
    now = changed_footing(old, change)
    model = fitted(now.model)
    assert now.simplex is not None  # noqa: S101  # for the type checker
    return old, now, model, now.simplex.solve(model, now.basis)


def _end_before(old: Footing, change: Change) -> object:
    """Return where the relaxation ended over the same limits that a change adds, if they were added before; else None."""
    keys = [edges.astype(np.int64).tobytes() for edges, _, _ in change.groups]
    return old.wide if keys and keys == list(old.asides) else None


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
