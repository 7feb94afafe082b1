"""Hours, overlaps, groups and teams together: bound by bundles, round, repair, and prove; branch and cut where that fails."""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from matching.assign.bundles import Block, exclusive_sets, find_blocks
from matching.assign.certificate import dual_bound, leaning
from matching.assign.columns import (
    CHOICE,
    Columns,
    Frame,
    build_master,
    generate,
    lagrangian,
    make_frame,
    taken_bundles,
)
from matching.assign.highs import solve_lp, solve_mip
from matching.assign.least import Found, least_violating
from matching.assign.model import CONFLICT, Model
from matching.assign.problem import FloatArray, IntArray
from matching.assign.solution import relative_gap

SMALL = 200
WHOLE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where a search may begin.

    Attributes
    ----------
    x : ndarray of float, shape (n_columns,)
        An earlier choice; it need not be feasible.
    dual : ndarray of float, shape (n_rows,)
        Earlier prices.
    """

    x: FloatArray
    dual: FloatArray


def solve_search(
    model: Model, *, time_limit: float | None = None, gap: float = 0.0, start: Start | None = None
) -> Found:
    """Solve a model that is no network.

    Parameters
    ----------
    model : Model
    time_limit : float, optional
        Seconds for each search.
    gap : float, default=0
    start : Start, optional
        Saves the relaxation over edges and most rounds of column generation; never changes what is optimal.

    Returns
    -------
    found : Found
    """
    blocks, block_of = find_blocks(model)
    frame = make_frame(model, blocks, block_of) if model.weight.size > SMALL and blocks else None
    if start is not None and frame is not None:
        found = _by_bundles(frame, Found(start.x, np.inf, start.dual, True, "bundles, warm"), time_limit, gap, start)
        if _is_done(model, found, gap):
            return found
    strong, rows = with_exclusive_sets(model, blocks)
    relaxed = solve_lp(strong)
    if relaxed.x is None or relaxed.dual is None:
        return least_violating(model, time_limit=time_limit, gap=gap, search=_relaxed_then_bundles)
    dual = np.zeros(model.low.size)
    dual[rows] = relaxed.dual[: rows.size]
    best = Found(relaxed.x, dual_bound(strong, relaxed.dual), dual, feasible=True, note="relaxation")
    if is_feasible(model, relaxed.x):
        return replace(best, x=np.where(model.whole, np.round(relaxed.x), relaxed.x))
    if frame is not None:
        best = _by_bundles(frame, replace(best, note="bundles"), time_limit, gap, None)
        if _is_done(model, best, gap):
            return best
    outcome = solve_mip(strong, time_limit=time_limit, gap=gap)
    bound = min(best.bound, outcome.bound)
    known = is_feasible(model, best.x)
    if outcome.x is None and not known:
        return least_violating(model, time_limit=time_limit, gap=gap, search=_relaxed_then_bundles)
    if outcome.x is None or (known and model.weight @ best.x >= model.weight @ outcome.x):
        return replace(best, bound=bound)
    return replace(best, x=outcome.x, bound=bound, note="branch and cut")


def _relaxed_then_bundles(model: Model, time_limit: float, missing: float) -> Found | None:
    """Solve a model that always has a point, by bundles alone, to an absolute gap where that goes quickly."""
    if model.weight.size <= SMALL:
        return None
    blocks, block_of = find_blocks(model)
    if not blocks:
        return None
    strong, rows = with_exclusive_sets(model, blocks)
    relaxed = solve_lp(strong)
    if relaxed.x is None or relaxed.dual is None:
        return None
    dual = np.zeros(model.low.size)
    dual[rows] = relaxed.dual[: rows.size]
    first = Found(relaxed.x, dual_bound(strong, relaxed.dual), dual, feasible=True, note="bundles")
    gap = min(0.5, missing / max(abs(first.bound), 1e-9))
    found = _by_bundles(make_frame(model, blocks, block_of), first, time_limit, gap, None)
    return replace(found, feasible=is_feasible(model, found.x))


def _by_bundles(frame: Frame, best: Found, time_limit: float | None, gap: float, start: Start | None) -> Found:
    """Generate bundles, round, and finish; returns what is best known, feasible or not."""
    price, known = best.dual[frame.rows], None if start is None else taken_bundles(frame, start.x)
    columns = generate(frame, price, gap=max(gap / 2, 1e-7), known=known)
    if columns is None:
        return best
    dual = best.dual.copy()
    dual[frame.rows] = columns.price
    best = replace(best, dual=dual, bound=min(best.bound, columns.bound))
    x = round_bundles(columns, time_limit=time_limit, gap=gap)
    if x is None:
        return best
    if is_feasible(frame.model, best.x) and frame.model.weight @ best.x > frame.model.weight @ x:
        x = best.x
    return _finished(columns, replace(best, x=x), time_limit=time_limit, gap=gap)


def _is_done(model: Model, found: Found, gap: float) -> bool:
    return is_feasible(model, found.x) and relative_gap(float(model.weight @ found.x), found.bound) <= max(gap, 1e-9)


def with_exclusive_sets(model: Model, blocks: tuple[Block, ...]) -> tuple[Model, IntArray]:
    """Replace pairwise overlaps by whole sets of which a partner can take one: a much tighter relaxation.

    Parameters
    ----------
    model : Model
    blocks : tuple of Block

    Returns
    -------
    strong : Model
    rows : ndarray of int
        Which rows of the model come first in `strong`.
    """
    rows = np.flatnonzero(model.kind != CONFLICT)
    base = model.rows(rows)
    sets = [members for block in blocks for members in exclusive_sets(block)]
    size = [len(members) for members in sets]
    row = np.repeat(np.arange(len(sets)), size)
    column = np.fromiter((edge for members in sets for edge in members), np.int64, row.size)
    extra = sp.csr_array((np.ones(row.size), (row, column)), shape=(len(sets), model.weight.size))
    strong = replace(
        base,
        matrix=sp.csr_array(sp.vstack([base.matrix, extra])),
        low=np.concatenate([base.low, np.full(len(sets), -np.inf)]),
        high=np.concatenate([base.high, np.ones(len(sets))]),
        kind=np.concatenate([base.kind, np.full(len(sets), CONFLICT)]),
        index=np.concatenate([base.index, np.arange(len(sets))]),
    )
    return strong, rows


def round_bundles(columns: Columns, *, time_limit: float | None, gap: float) -> FloatArray | None:
    """Make a plan from the relaxation: keep whole bundles, search among those of the partners it splits.

    Parameters
    ----------
    columns : Columns
    time_limit : float or None
    gap : float

    Returns
    -------
    x : ndarray of float, shape (n_columns of the edge model,), or None
        A feasible point, if one was found.
    """
    model = columns.master.model
    z = columns.outcome.x
    if z is None:
        return None
    bundle = np.zeros(z.size, dtype=np.bool_)
    bundle[columns.frame.kept.size : columns.master.first_slack] = True
    split = bundle & (z > WHOLE) & (z < 1 - WHOLE)
    choice = model.matrix[np.flatnonzero(model.kind == CHOICE)]
    loose = np.asarray(choice.T @ (choice @ split.astype(float))) > 0
    firm = bundle & ~loose
    kept = np.where(z > 0.5, 1.0, 0.0)
    near = replace(model, floor=np.where(firm, kept, model.floor), ceiling=np.where(firm, kept, model.ceiling))
    # what the relaxation has left of the gap, the rounding may use
    left = 0.9 * max(0.0, gap - relative_gap(columns.outcome.bound, columns.bound))
    dear = bundle & (_distance(model, columns) > 0.1 * left * abs(columns.bound))
    nearer = replace(near, ceiling=np.where(dear, near.floor, near.ceiling))
    best: FloatArray | None = None
    for attempt in (nearer, near, model) if left > 0 else (near, model):
        outcome = solve_mip(attempt, time_limit=time_limit, gap=left)
        if outcome.x is not None and outcome.x[columns.master.first_slack :].max(initial=0.0) < WHOLE:
            x = np.asarray(columns.master.spread @ outcome.x)
            worth = columns.frame.model.weight
            best = x if best is None or worth @ x > worth @ best else best
            if attempt is not nearer or relative_gap(float(worth @ best), columns.bound) <= gap:
                return best
    return best


def _distance(model: Model, columns: Columns) -> FloatArray:
    """Return how far each column of the relaxation over bundles is from being worth its price."""
    dual = np.zeros(model.low.size) if columns.outcome.dual is None else columns.outcome.dual
    return np.asarray(model.matrix.T @ leaning(model, dual)) - model.weight


def _finished(columns: Columns, best: Found, *, time_limit: float | None, gap: float) -> Found:
    """Search among every bundle that an even better plan could use, unless the plan is good enough already."""
    model = columns.frame.model
    total = float(model.weight @ best.x)
    missing = best.bound - total
    if relative_gap(total, best.bound) <= max(gap, 1e-9):
        return best
    # a bundle further below its partner's best than what is missing cannot be part of a better plan
    _, bundles, complete = lagrangian(columns.frame, columns.price, missing * (1 + 1e-9) + 1e-12)
    if not complete:
        return best
    master = build_master(columns.frame, bundles)
    outcome = solve_mip(master.model, time_limit=time_limit, gap=gap)
    bound = min(best.bound, max(outcome.bound, total))
    if outcome.x is None or outcome.x[master.first_slack :].max(initial=0.0) > WHOLE:
        return replace(best, bound=best.bound if outcome.x is not None else bound)
    x = np.asarray(master.spread @ outcome.x)
    return replace(best, x=x if model.weight @ x > total else best.x, bound=bound)


def is_feasible(model: Model, x: FloatArray) -> bool:
    """Check a point against every limit of a model, whole columns included.

    Parameters
    ----------
    model : Model
    x : ndarray of float, shape (n_columns,)

    Returns
    -------
    feasible : bool
    """
    whole = np.where(model.whole, np.round(x), x)
    if np.abs(whole - x).max(initial=0.0) > WHOLE:
        return False
    value = np.asarray(model.matrix @ whole)
    scale = 1e-7 * np.maximum(1.0, np.abs(value))
    return bool((value >= model.low - scale).all() and (value <= model.high + scale).all())
