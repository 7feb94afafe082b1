"""Hours, overlaps, groups and teams together: bound by bundles, round, repair, and prove; branch and cut where that fails."""

from dataclasses import dataclass, replace

import numpy as np

from matching.assign.bundles import find_blocks, with_exclusive_sets
from matching.assign.certificate import dual_bound, leaning
from matching.assign.columns import (
    CHOICE,
    Columns,
    Frame,
    build_master,
    enriched,
    generate,
    lagrangian,
    make_frame,
    taken_bundles,
    tightened,
)
from matching.assign.deadline import NEVER, Deadline
from matching.assign.dive import dive
from matching.assign.highs import solve_lp, solve_mip
from matching.assign.least import STOPPED, Enough, Found, least_violating, unfinished
from matching.assign.model import Model
from matching.assign.problem import FloatArray
from matching.assign.solution import relative_gap

SMALL = 200
WHOLE = 1e-6
CLOSE, FAR = 0.1, 0.5  # how far from its price a bundle may be in the first attempts, relative to what the gap allows
MANY = 0.15  # of the partners split
MOST_AT_LAST = 2_000  # bundles of one partner
TIGHT = 1e-5  # gap between bound and relaxation where whole bundles are hard to find
ENOUGH = 0.6  # how far from its price a bundle may be that is added then, relative to what the gap allows


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


def solve_search(model: Model, *, deadline: Deadline = NEVER, gap: float = 0.0, start: Start | None = None) -> Found:
    """Solve a model that is no network.

    Parameters
    ----------
    model : Model
    deadline : Deadline, optional
    gap : float, default=0
    start : Start, optional
        Saves the relaxation over edges and most rounds of column generation; never changes what is optimal.

    Returns
    -------
    found : Found
        Where time runs out: the best that is known, with a bound that holds all the same.
    """
    blocks, block_of = find_blocks(model)
    frame = make_frame(model, blocks, block_of) if model.weight.size > SMALL and blocks else None
    if start is not None and frame is not None:
        best = Found(start.x, np.inf, start.dual, True, "bundles, warm")
        best, _ = _by_bundles(frame, best, deadline, gap, start.x)
        if _is_done(model, best, gap):
            return best
    strong, rows = with_exclusive_sets(model, blocks)
    relaxed = solve_lp(strong, deadline=deadline)
    if relaxed.infeasible:
        return least_violating(model, deadline=deadline, gap=gap, search=_relaxed_then_bundles)
    if relaxed.x is None or relaxed.dual is None:
        return unfinished(model, np.zeros(model.low.size))
    dual = np.zeros(model.low.size)
    dual[rows] = relaxed.dual[: rows.size]
    best = Found(relaxed.x, dual_bound(strong, relaxed.dual), dual, feasible=True, note="relaxation")
    if is_feasible(model, relaxed.x):
        return replace(best, x=np.where(model.whole, np.round(relaxed.x), relaxed.x))
    if frame is not None:
        best, is_short = _by_bundles(frame, replace(best, note="bundles"), deadline, gap, None)
        if _is_done(model, best, gap):
            return best
        if is_short:
            return least_violating(model, deadline=deadline, gap=gap, search=_relaxed_then_bundles)
    return _branched(model, strong, best, deadline, gap)


def _branched(model: Model, strong: Model, best: Found, deadline: Deadline, gap: float) -> Found:
    """Search over edges, and keep what is better of the outcome and what is known."""
    outcome = solve_mip(strong, deadline=deadline, gap=gap)
    is_known = is_feasible(model, best.x)
    if outcome.infeasible and not is_known:
        return least_violating(model, deadline=deadline, gap=gap, search=_relaxed_then_bundles)
    best = replace(best, bound=min(best.bound, outcome.bound))
    if outcome.x is not None and not (is_known and model.weight @ best.x >= model.weight @ outcome.x):
        best, is_known = replace(best, x=outcome.x, note="branch and cut"), True
    if not is_known:
        return unfinished(model, best.dual, best.bound)
    return best if _is_done(model, best, gap) else replace(best, note=f"{STOPPED}; the gap is what is not proved")


def _relaxed_then_bundles(model: Model, deadline: Deadline, enough: Enough, known: FloatArray | None) -> Found | None:
    """Solve a model that always has a point, by bundles alone, where that goes quickly."""
    if model.weight.size <= SMALL:
        return None
    blocks, block_of = find_blocks(model)
    if not blocks:
        return None
    strong, rows = with_exclusive_sets(model, blocks)
    relaxed = solve_lp(strong, deadline=deadline)
    if relaxed.x is None or relaxed.dual is None:
        return None
    dual = np.zeros(model.low.size)
    dual[rows] = relaxed.dual[: rows.size]
    first = Found(relaxed.x, dual_bound(strong, relaxed.dual), dual, feasible=True, note="bundles")
    gap = min(0.5, max(enough.gap, enough.missing / max(abs(first.bound), 1e-9)))
    found, _ = _by_bundles(make_frame(model, blocks, block_of), first, deadline, gap, known)
    return replace(found, feasible=is_feasible(model, found.x))


def _by_bundles(
    frame: Frame, best: Found, deadline: Deadline, gap: float, known: FloatArray | None
) -> tuple[Found, bool]:
    """Generate bundles, round, and finish; returns what is best known, feasible or not.

    The second answer tells that even the relaxation over bundles seems to fall short of a lower limit.
    """
    taken = None if known is None else taken_bundles(frame, known)
    columns = generate(frame, best.dual[frame.rows], gap=max(gap / 2, 1e-7), known=taken, deadline=deadline)
    if columns is None or columns.outcome.x is None:
        return best, False
    best = _priced(best, columns)
    if columns.outcome.x[columns.master.slack].max(initial=0.0) > WHOLE:
        return best, True
    columns, best, x = _dived(columns, best, deadline, gap)
    if x is None:
        x = round_bundles(columns, deadline=deadline, gap=gap)
    if x is None:
        return best, False
    if is_feasible(frame.model, best.x) and frame.model.weight @ best.x > frame.model.weight @ x:
        x = best.x
    total = float(frame.model.weight @ x)
    if relative_gap(total, best.bound) <= max(gap, 1e-9):
        return replace(best, x=x), False
    other, bound = _finished(columns, best.bound, total, deadline=deadline, gap=gap)
    x = other if other is not None and frame.model.weight @ other > total else x
    return replace(best, x=x, bound=bound), False


def _dived(columns: Columns, best: Found, deadline: Deadline, gap: float) -> tuple[Columns, Found, FloatArray | None]:
    """Look for a point within the gap: among the bundles known, at a tighter bound, among more and among all that may matter."""
    x = dive(columns, least=_least(best.bound, gap), deadline=deadline)
    if x is not None or columns.growing is None or gap <= TIGHT:
        return columns, best, x
    columns = tightened(columns, gap=TIGHT, deadline=deadline)
    best = _priced(best, columns)
    least = _least(best.bound, gap)
    x = dive(columns, least=least, is_anew=True, deadline=deadline)
    if x is None:
        columns = enriched(columns, ENOUGH * (best.bound - least), deadline=deadline)
        x = dive(columns, least=least, is_anew=True, deadline=deadline)
    if x is not None:
        return columns, best, x
    x, bound = _finished(columns, best.bound, least, deadline=deadline, gap=gap)
    return columns, replace(best, bound=bound), x


def _priced(best: Found, columns: Columns) -> Found:
    """Keep the prices and the bound of a relaxation over bundles."""
    dual = best.dual.copy()
    dual[columns.frame.rows] = columns.price
    return replace(best, dual=dual, bound=min(best.bound, columns.bound))


def _least(bound: float, gap: float) -> float:
    """Return what a point must be worth to be within a gap of a bound."""
    return bound - max(gap, 1e-9) * abs(bound)


def _is_done(model: Model, found: Found, gap: float) -> bool:
    return is_feasible(model, found.x) and relative_gap(float(model.weight @ found.x), found.bound) <= max(gap, 1e-9)


def round_bundles(columns: Columns, *, deadline: Deadline, gap: float) -> FloatArray | None:
    """Make a plan from the relaxation: keep whole bundles, search among those of the partners it splits.

    Parameters
    ----------
    columns : Columns
    deadline : Deadline
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
    bundle = np.arange(z.size) >= columns.master.first_bundle
    # nothing may fall short
    model = replace(model, ceiling=model.ceiling.copy())
    model.ceiling[columns.master.slack] = 0.0
    split = bundle & (z > WHOLE) & (z < 1 - WHOLE)
    choice = model.matrix[np.flatnonzero(model.kind == CHOICE)]
    is_split = (choice @ split.astype(float)) > 0
    firm = bundle & (np.asarray(choice.T @ is_split.astype(float)) == 0)
    kept = np.where(z > 0.5, 1.0, 0.0)
    near = replace(model, floor=np.where(firm, kept, model.floor), ceiling=np.where(firm, kept, model.ceiling))
    # what the relaxation has left of the gap, the rounding may use
    left = 0.9 * max(0.0, gap - relative_gap(columns.outcome.bound, columns.bound))
    distance = np.where(bundle, _distance(model, columns) / max(left * abs(columns.bound), 1e-300), 0.0)
    nearer = replace(near, ceiling=np.where(distance > CLOSE, near.floor, near.ceiling))
    wide = replace(model, ceiling=np.where(distance > FAR, model.floor, model.ceiling))
    attempts = (near, model) if left <= 0 else (nearer, near, model)
    if left > 0 and np.count_nonzero(is_split) > MANY * is_split.size:
        attempts = (nearer, wide, model)  # where so many are split, the others have to give way too
    best: FloatArray | None = None
    for attempt in attempts:
        outcome = solve_mip(attempt, deadline=deadline, gap=left)
        if outcome.x is not None:
            x = np.asarray(columns.master.spread @ outcome.x)
            worth = columns.frame.model.weight
            best = x if best is None or worth @ x > worth @ best else best
            if attempt is near or relative_gap(float(worth @ best), columns.bound) <= gap:
                return best
    return best


def _distance(model: Model, columns: Columns) -> FloatArray:
    """Return how far each column of the relaxation over bundles is from being worth its price."""
    dual = np.zeros(model.low.size) if columns.outcome.dual is None else columns.outcome.dual
    return np.asarray(model.matrix.T @ leaning(model, dual)) - model.weight


def _finished(
    columns: Columns, bound: float, total: float, *, deadline: Deadline, gap: float
) -> tuple[FloatArray | None, float]:
    """Search among every bundle that a plan worth more than a total could use; return the best of them, and the bound on all plans."""
    # a bundle further below its partner's best than what is missing to the bound at these prices is in no better plan
    slack = (columns.bound - total) * (1 + 1e-9) + 1e-12
    _, bundles, complete = lagrangian(columns.frame, columns.price, slack, most=MOST_AT_LAST, deadline=deadline)
    if not complete:
        return None, bound
    master = build_master(columns.frame, bundles)
    outcome = solve_mip(master.model, deadline=deadline, gap=gap)
    least = min(bound, max(outcome.bound, total))
    if outcome.x is None or outcome.x[master.slack].max(initial=0.0) > WHOLE:
        return None, bound if outcome.x is not None else least
    return np.asarray(master.spread @ outcome.x), least


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
