"""Solving to within a gap of the relaxation, and what the relaxation says of edges that were left out."""

from dataclasses import dataclass, replace

import numpy as np

from matching.assign.again import Settled
from matching.assign.certificate import leaning
from matching.assign.deadline import Deadline
from matching.assign.footing import Change, Footing, changed_footing, fresh_footing, is_fit
from matching.assign.highs import solve_lp, solve_mip
from matching.assign.model import CAPACITY, DEMAND, SERVED, Model
from matching.assign.near import View, held_where_priced, view_at, widened
from matching.assign.parts import row_price
from matching.assign.problem import BoolArray, FloatArray, Problem
from matching.assign.search import is_feasible
from matching.assign.solution import Solution, relative_gap
from matching.assign.structure import fitted, part, tighten
from matching.errors import CallError

NEAREST = (0.04, 0.15, 0.5, 1.0)  # shares of the columns, nearest to their price first, that are searched
FEWEST = 500
NODES = 2_000
_SCALE = 1_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The relaxation of a problem, and what it says of edges that the problem leaves out.

    Attributes
    ----------
    bound : float
        No choice among the edges of the problem is worth more, nor one among further edges that are not worth their price.
    head_price : ndarray of float, shape (n_needs,)
        What an edge must be worth for its need's sake; negative where one more head helps to serve the need at all.
    load_price : ndarray of float, shape (n_partners,)
        The same for each unit of its load.
    footing : Footing
        To solve again from.
    model : Model
        As it was solved.
    x : ndarray of float, shape (n_columns,)
        Where the relaxation ended.
    dual : ndarray of float, shape (n_rows,)
    """

    bound: float
    head_price: FloatArray
    load_price: FloatArray
    footing: Footing
    model: Model
    x: FloatArray
    dual: FloatArray


def relax(problem: Problem | None, change: Change, *, footing: Footing | None = None) -> Relaxed | None:
    """Solve the relaxation of a problem, overlaps gathered into sets of which one can be taken.

    Parameters
    ----------
    problem : Problem or None
        As it stays; not looked at where there is a footing.
    change : Change
        What is pinned, forbidden and limited beside. A group that it adds within one need holds for further edges of that need too.
    footing : Footing, optional
        Of the same problem, where the search begins.

    Returns
    -------
    relaxed : Relaxed or None
        None where the limits contradict each other, or ask of partners who have no edges.

    Notes
    -----
    The bound holds for further edges ``e`` of the same needs and partners, once ``(w_e - head_price - load_e * load_price)+`` of
    each is added to it: an upper limit over some edges holds whatever others do, and only head-counts and capacities are
    asked of edges that are not there. Teams and lower limits of groups must therefore have all their edges in the problem.
    """
    base = footing
    if base is None:
        if problem is None:
            raise CallError("relax needs a problem or a footing; got neither. Give the problem.")
        if not is_fit(problem):
            return None
        base = fresh_footing(problem)
    now = changed_footing(base, change)
    model = fitted(now.model)
    vertex = None if now.simplex is None else now.simplex.solve(model, now.basis)
    if vertex is None:
        found = solve_lp(model)
        x, dual, basis = found.x, found.dual, None
    else:
        x, dual, basis = vertex.x, vertex.dual, vertex.basis
    if x is None or dual is None:
        return None
    # limits that were rounded to what these edges can reach need not hold for others
    unrounded = replace(now.model, ceiling=model.ceiling)
    price = leaning(unrounded, dual)
    heads = model.kind == DEMAND
    heads[: base.model.low.size] |= (base.model.kind == SERVED) & np.isinf(base.model.high)
    head_price = np.bincount(model.index[heads], weights=price[heads], minlength=base.least.size).astype(np.float64)
    for need, added in zip(_needs_of_groups(now.model, change), price[base.model.low.size :], strict=True):
        if need >= 0:
            head_price[need] += max(float(added), 0.0)
    return Relaxed(
        bound=view_at(unrounded, price).bound,
        head_price=head_price,
        load_price=np.maximum(row_price(model, price, CAPACITY, base.n_partners), 0.0),
        footing=replace(base, basis=basis or base.basis),
        model=model,
        x=x,
        dual=dual,
    )


def _needs_of_groups(model: Model, change: Change) -> list[int]:
    """Tell within which need each added group lies; -1 where it spans several."""
    rows = np.flatnonzero(model.kind == DEMAND)
    need_of = np.full(model.weight.size, -1)
    need_of[model.matrix[rows].indices] = np.repeat(model.index[rows], np.diff(model.matrix.indptr)[rows])
    found = [np.unique(need_of[edges]) for edges, _, _ in change.groups]
    return [int(needs[0]) if needs.size == 1 else -1 for needs in found]


def settle_nearly(relaxed: Relaxed, *, gap: float) -> Settled | None:
    """Choose whole edges near the relaxation, until what is missing to it is at most a gap.

    Parameters
    ----------
    relaxed : Relaxed
        Of the problem.
    gap : float
        Relative to the bound.

    Returns
    -------
    settled : Settled or None
        The best that was found; its gap says how good that is. None where nothing was.

    References
    ----------
    E. Danna, E. Rothberg and C. Le Pape, "Exploring relaxation induced neighborhoods to improve MIP solutions", 2005.
    """
    model, view = relaxed.model, view_at(relaxed.model, relaxed.dual)
    whole = np.where(model.whole, np.round(relaxed.x), relaxed.x)
    if is_feasible(model, relaxed.x):
        return Settled(_solution(relaxed, whole, "relaxation is whole"), relaxed.footing)
    best: FloatArray | None = None
    enough = gap * abs(view.bound)
    distance = np.abs(view.reduced)
    free = model.floor < model.ceiling
    for share in NEAREST:
        most = max(FEWEST, int(share * free.sum()))
        reach = np.inf if most >= free.sum() else float(np.partition(distance[free], most)[most])
        near = widened(model, view.reduced, free & (distance <= reach))
        x = _whole_point(relaxed, view, near, enough / 2)
        if x is not None and (best is None or model.weight @ x > model.weight @ best):
            best = x
        if best is not None and view.bound - float(model.weight @ best) <= enough:
            break
    return None if best is None else Settled(_solution(relaxed, best, "whole edges near their price"), relaxed.footing)


def _whole_point(relaxed: Relaxed, view: View, near: BoolArray, enough: float) -> FloatArray | None:
    """Search among the columns that are near, the others standing where their price says."""
    model = relaxed.model
    held = held_where_priced(model, view.reduced, near)
    x = held.floor.copy()
    if near.any():
        cut = tighten(part(held, near)[0])
        worth = abs(float(model.weight[near] @ relaxed.x[near]))
        cut = replace(cut, weight=_SCALE * cut.weight)
        found = solve_mip(cut, deadline=Deadline(nodes=NODES), gap=min(0.5, enough / max(worth, enough, 1e-9)))
        if found.x is None:
            return None
        x[near] = found.x
    x = np.where(model.whole, np.round(x), x)
    return x if is_feasible(model, x) else None


def _solution(relaxed: Relaxed, x: FloatArray, how: str) -> Solution:
    model, n = relaxed.model, relaxed.model.n_edges
    chosen = x[:n] > 0.5
    total = float(np.sum(model.weight[:n][chosen]))
    bound = max(relaxed.bound, total)
    shape = relaxed.head_price.size, relaxed.load_price.size
    return Solution(
        chosen=chosen,
        total=total,
        bound=bound,
        gap=relative_gap(total, bound),
        worst=float("nan"),
        need_price=row_price(model, relaxed.dual, DEMAND, shape[0]),
        partner_price=row_price(model, relaxed.dual, CAPACITY, shape[1]),
        method=f"near: {how}",
    )
