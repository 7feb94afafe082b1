"""The best choice near given prices: which columns prices settle, and the search among the few that they do not."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from matching.assign.certificate import leaning
from matching.assign.highs import solve_lp, solve_mip
from matching.assign.model import DEMAND, SERVED, Model
from matching.assign.problem import BoolArray, FloatArray, IntArray
from matching.assign.search import WHOLE, is_feasible
from matching.assign.structure import activity, part, split, tighten

MOST_ROUNDS = 25
FOREMOST = 3  # columns of each need that enter the relaxation at once
_EXACT = 1e-9
_SCALE = 1_000.0  # HiGHS stops at an absolute gap of 1e-6: of scaled weights that is exact enough


class Before(NamedTuple):
    """The optimum before a change, and where the change is.

    Attributes
    ----------
    x : ndarray of float, shape (n_columns,)
    rows : ndarray of bool, shape (n_rows,)
        Rows that are not what they were.
    columns : ndarray of bool, shape (n_columns,)
        Likewise.
    """

    x: FloatArray
    rows: BoolArray
    columns: BoolArray


class View(NamedTuple):
    """What prices say.

    Attributes
    ----------
    bound : float
        No point is worth more.
    reduced : ndarray of float, shape (n_columns,)
        How much each column is worth above its price.
    """

    bound: float
    reduced: FloatArray


def view_at(model: Model, dual: FloatArray) -> View:
    """Return what prices say of a model.

    Parameters
    ----------
    model : Model
    dual : ndarray of float, shape (n_rows,)

    Returns
    -------
    view : View
    """
    price = leaning(model, dual)
    reduced = np.asarray(model.weight - model.matrix.T @ price)
    limit = np.where(price > 0, model.high, np.where(price < 0, model.low, 0.0))
    at_best = np.where(reduced > 0, reduced * model.ceiling, reduced * model.floor)
    return View(float(np.sum(price * limit) + np.sum(at_best)), reduced)


def best_near(
    model: Model,
    view: View,
    reach: float,
    *,
    most: int,
    known: FloatArray | None = None,
    before: Before | None = None,
) -> tuple[FloatArray | None, bool]:
    """Search among the columns that may still matter, until the search has seen all of them or they are too many.

    Parameters
    ----------
    model : Model
        As `fitted` leaves it.
    view : View
        At some prices.
    reach : float
        How far from their price columns are looked at first.
    most : int
        How many columns at most.
    known : ndarray of float, shape (n_columns,), optional
        A point of the model.
    before : Before, optional
        The optimum before a change; other parts of the model are not looked at again.

    Returns
    -------
    x : ndarray of float, shape (n_columns,), or None
        The best point known.
    proved : bool
        Whether none is better.
    """
    free = model.floor < model.ceiling
    best = known
    if known is not None:
        reach = min(4 * reach, max(0.0, view.bound - float(model.weight @ known)))
    for _ in range(MOST_ROUNDS):
        near = widened(model, view.reduced, free & (np.abs(view.reduced) <= reach))
        looked_at = near if before is None else _touched(held_where_priced(model, view.reduced, near), near, before)
        if int(looked_at.sum()) > most:
            return best, False
        # what comes out further below the bound proves nothing at this reach
        enough = max(reach, _EXACT * max(1.0, abs(view.bound)))
        x, missing = _searched(model, view, near, enough, before)
        if x is not None and missing <= enough:
            return x, True
        if (near | ~free).all():
            return None, False
        best = best if x is None else x
        reach = min(4 * reach + _EXACT, missing) if np.isfinite(missing) else 2 * reach + _EXACT
    return best, False


def repriced(model: Model, dual: FloatArray, reach: float, *, everything: bool) -> FloatArray | None:
    """Solve the relaxation, starting with the columns near their price, until no column is priced wrong.

    Parameters
    ----------
    model : Model
        As `fitted` leaves it.
    dual : ndarray of float, shape (n_rows,)
        Prices to start from.
    reach : float
        How far from their price columns are looked at first.
    everything : bool
        Whether all columns are looked at from the first.

    Returns
    -------
    dual : ndarray of float, shape (n_rows,), or None
        None where the relaxation has no point.
    """
    view = view_at(model, dual)
    free = model.floor < model.ceiling
    if not free.any():
        return np.zeros(dual.size)
    near = free if everything else widened(model, view.reduced, free & (np.abs(view.reduced) <= 2 * reach))
    near = near if near.any() else free
    for _ in range(MOST_ROUNDS):
        held = held_where_priced(model, view.reduced, near)
        found = _relaxed(held, near, dual)
        if found is None:
            if (near | ~free).all():
                return None
            reach *= 4
            near = near | (free & (np.abs(view.reduced) <= reach))
            continue
        x, dual = found
        slack = _is_slack(model, x, dual)
        dual = np.where(slack, 0.0, dual)
        priced = view_at(model, dual).reduced
        wrong = free & ~near & np.where(held.floor > model.floor, priced < -_EXACT, priced > _EXACT)
        if not wrong.any() and not slack.any():
            return dual
        near = near | (wrong & _foremost(model, np.where(wrong, priced, 0.0)))
    return None if everything else repriced(model, dual, reach, everything=True)


def _foremost(model: Model, gain: FloatArray) -> BoolArray:
    """Mark the columns that gain most of each need: others follow only if they still gain once these are priced."""
    heads = model.matrix[np.flatnonzero(model.kind == DEMAND)]
    need = np.repeat(np.arange(heads.shape[0]), np.diff(heads.indptr))
    order = np.lexsort((-gain[heads.indices], need))
    first = heads.indptr[need]
    later = heads.indices[order[np.arange(need.size) - first >= FOREMOST]]
    foremost = np.ones(gain.size, dtype=np.bool_)
    foremost[later] = gain[later] <= 0
    return foremost


def _relaxed(held: Model, near: BoolArray, dual: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Solve the relaxation over the near columns; rows that cannot bind there keep the price that they have."""
    piece, rows = part(held, near)
    least, most = activity(piece)
    idle = (piece.low <= least + _EXACT) & (piece.high >= most - _EXACT)
    price = np.where(idle, leaning(piece, dual[rows]), 0.0)
    small = piece.rows(~idle)
    outcome = solve_lp(replace(small, weight=piece.weight - piece.matrix.T @ price))
    if outcome.x is None or outcome.dual is None:
        return None
    x, dual = held.floor.copy(), dual.copy()
    x[near] = outcome.x
    dual[rows[~idle]] = outcome.dual
    return x, dual


def heads_repriced(model: Model, dual: FloatArray) -> FloatArray:
    """Price anew the heads of needs for which more or fewer pairs are worth their price than there are places.

    Parameters
    ----------
    model : Model
        As `fitted` leaves it.
    dual : ndarray of float, shape (n_rows,)

    Returns
    -------
    dual : ndarray of float, shape (n_rows,)
        The best price for each such need while all others stay.
    """
    reduced, free = view_at(model, dual).reduced, model.floor < model.ceiling
    tied = model.index[(model.kind == SERVED) & np.isfinite(model.low)]
    heads = np.flatnonzero(model.kind == DEMAND)
    block = model.matrix[heads]
    places = np.maximum(model.high[heads] - np.asarray(block @ model.floor), 0.0)
    above = np.asarray(block @ (free & (reduced > _EXACT)))
    at = np.asarray(block @ (free & (np.abs(reduced) <= _EXACT)))
    # whether a need is served as it asks or not at all hangs on more than the price of a head: that is never lowered
    lower = (dual[heads] > 0) & (above + at < places) & ~np.isin(model.index[heads], tied)
    off = (above > places) | lower
    dual = dual.copy()
    for number in np.flatnonzero(off):
        columns = block.indices[block.indptr[number] : block.indptr[number + 1]]
        worth = np.sort(reduced[columns[free[columns]]] + dual[heads[number]])[::-1]
        dual[heads[number]] = _price_of(worth, int(places[number]))
    return dual


def _price_of(worth: FloatArray, places: int) -> float:
    """Return a price at which as many want a place as there are places."""
    if worth.size <= places:
        return 0.0
    last_out = float(worth[places])
    last_in = float(worth[places - 1]) if places > 0 else last_out
    return max(0.0, 0.5 * (last_in + last_out))


def widened(model: Model, reduced: FloatArray, near: BoolArray) -> BoolArray:
    """Free the columns of limits that cannot be kept while the others stand where their price says.

    Parameters
    ----------
    model : Model
        As `fitted` leaves it.
    reduced : ndarray of float, shape (n_columns,)
        How much each column is worth above its price.
    near : ndarray of bool, shape (n_columns,)
        Columns that are free already.

    Returns
    -------
    near : ndarray of bool, shape (n_columns,)
    """
    free = model.floor < model.ceiling
    for _ in range(MOST_ROUNDS):
        held = held_where_priced(model, reduced, near)
        least, most = activity(held)
        broken = (least > model.high + WHOLE) | (most < model.low - WHOLE)
        more = near | (free & (np.asarray(abs(model.matrix).T @ broken.astype(float)) > 0)) if broken.any() else near
        if (more == near).all():
            return near
        near = more
    return near


def held_where_priced(model: Model, lean: FloatArray, near: BoolArray) -> Model:
    """Hold the columns that are not near at their upper limit where they lean up, else at their lower one.

    Parameters
    ----------
    model : Model
    lean : ndarray of float, shape (n_columns,)
    near : ndarray of bool, shape (n_columns,)
        Columns that stay free.

    Returns
    -------
    model : Model
    """
    at = np.where(lean > 0, model.ceiling, model.floor)
    return replace(model, floor=np.where(near, model.floor, at), ceiling=np.where(near, model.ceiling, at))


def _searched(
    model: Model, view: View, near: BoolArray, enough: float, before: Before | None
) -> tuple[FloatArray | None, float]:
    """Find the best point whose columns that are not near stand where their price says, and what the bound has more.

    No point is searched for where even the relaxation misses the bound by more than `enough`.
    """
    held = held_where_priced(model, view.reduced, near)
    if before is not None:
        near = _touched(held, near, before)
        held = held_where_priced(held, before.x - model.floor, near)
    x = held.floor.copy()
    if near.any():
        cut = tighten(part(held, near)[0])
        cut = replace(cut, weight=_SCALE * cut.weight)
        # the relaxation is whole more often than not, and found in a third of the time
        outcome = solve_mip(replace(cut, whole=np.zeros_like(cut.whole)))
        if outcome.x is not None:
            x[near] = outcome.x
            missing = view.bound - float(model.weight @ x)
            if missing > 1.01 * enough + _EXACT:
                return None, missing
            outcome = outcome if is_feasible(cut, outcome.x) else solve_mip(cut)
        if outcome.x is None:
            return None, np.inf
        x[near] = outcome.x
    x = np.where(model.whole, np.round(x), x)
    return (x, view.bound - float(model.weight @ x)) if is_feasible(model, x) else (None, np.inf)


def _touched(held: Model, near: BoolArray, before: Before) -> BoolArray:
    """Keep the near columns that a chain of rows connects to a change: in all other parts the old optimum still is one."""
    if not near.any():
        return near
    moved = np.asarray(held.matrix @ np.where(near, 0.0, held.floor - before.x))
    changed = before.rows | (np.abs(moved) > WHOLE)
    cut, rows = part(held, near)
    label: IntArray = split(cut)
    entries = changed[rows][np.repeat(np.arange(rows.size), np.diff(cut.matrix.indptr))]
    touched = np.zeros(int(label.max()) + 1, dtype=np.bool_)
    touched[label[cut.matrix.indices[entries]]] = True
    touched[label[before.columns[near]]] = True
    kept = near.copy()
    kept[near] = touched[label]
    return kept


def _is_slack(model: Model, x: FloatArray, dual: FloatArray) -> BoolArray:
    """Mark rows that a point does not bring to the limit that their price leans on."""
    value = np.asarray(model.matrix @ x)
    room = np.where(dual > 0, model.high - value, np.where(dual < 0, value - model.low, 0.0))
    return room > WHOLE
