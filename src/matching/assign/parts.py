"""Split a model into independent parts and give each to the method that fits."""

from dataclasses import replace

import numpy as np

from matching.assign.certificate import dual_bound
from matching.assign.deadline import Deadline
from matching.assign.elastic import loosen, lowered, optimal_face
from matching.assign.highs import solve_lp
from matching.assign.least import LEAST, STOPPED, Found
from matching.assign.model import CAPACITY, DEMAND, Model
from matching.assign.problem import BoolArray, FloatArray, IntArray
from matching.assign.search import Start, is_feasible, solve_search
from matching.assign.solution import Solution
from matching.assign.structure import activity, network_rows, part, split
from matching.errors import MatchingError

LARGEST = 13  # as a power of two; the solver's tolerances (1e-7, 1e-6) are absolute: beside that they are 1e-10


def solve_model(model: Model, *, deadline: Deadline, gap: float, start: Solution | None = None) -> Found:
    """Split a model into independent parts, solve each by the method that fits, and put the answers together.

    Parameters
    ----------
    model : Model
        As `tighten` leaves it.
    deadline : Deadline
        The time that is left is shared out between the parts that need a search by their size.
    gap : float
    start : Solution, optional
        Choice and prices of a similar problem with the same edges.

    Returns
    -------
    found : Found
    """
    scale = scale_of(model, LARGEST)
    _, most = activity(model)
    out_of_reach = model.low > most + 1e-9 * np.maximum(1.0, np.abs(most))
    # what no choice can reach falls short by as much in every choice: then the rest is asked for
    model = lowered(replace(model, weight=model.weight * scale), np.where(out_of_reach, most, model.low))
    label = split(model)
    free = model.floor < model.ceiling
    hard = _labels_of_rows(model, label, ~network_rows(model))
    flow = free & ~hard[label]
    names = np.unique(label[free & hard[label]])
    guess, prices = _from_start(model, start, scale)
    jobs = [(flow, False)] if flow.any() else []
    jobs += [(free & (label == name), True) for name in names]
    x, dual = model.floor.copy(), np.zeros(model.low.size)
    doubts = ""
    bound, feasible = float(model.weight[~free] @ model.floor[~free]), _fixed_rows_hold(model, free)
    feasible = feasible and not out_of_reach.any()
    open_ = int(free.sum())
    for columns, search in jobs:
        piece, rows = part(model, columns)
        share = deadline.share(float(columns.sum()) / max(1, open_))
        open_ -= int(columns.sum())
        if search:
            begin = None if guess is None or prices is None else Start(guess[columns], prices[rows])
            found = solve_search(piece, deadline=share, gap=gap, start=begin)
        else:
            found = solve_flow(piece)
        x[columns], dual[rows] = found.x, found.dual
        doubts += f"; {found.note}" if found.note.startswith((LEAST, STOPPED)) else ""
        bound, feasible = bound + found.bound, feasible and found.feasible
    return Found(x, bound / scale, dual / scale, feasible, _note(np.unique(label[flow]).size, names.size) + doubts)


def scale_of(model: Model, power: int) -> float:
    """Return the factor that brings the largest weight just below a power of two: it changes no digit.

    Parameters
    ----------
    model : Model
    power : int

    Returns
    -------
    scale : float
    """
    largest = float(np.abs(model.weight).max(initial=0.0))
    return 2.0 ** (power - int(np.frexp(largest)[1])) if largest > 0 else 1.0


def solve_flow(model: Model) -> Found:
    """Solve a model whose rows form a network: its relaxation has a whole optimum.

    Parameters
    ----------
    model : Model

    Returns
    -------
    found : Found
    """
    first = solve_lp(model)
    if first.x is not None and first.dual is not None and is_feasible(model, first.x):
        return _proved(model, first.x, first.dual, feasible=True)
    loose = loosen(model)
    weight = np.concatenate([model.weight, np.zeros(loose.weight.size - model.weight.size)])
    least = solve_lp(loose)
    if least.dual is None:
        raise _stuck(loose)
    face = optimal_face(loose, least.dual, weight)
    best = solve_lp(face)
    if best.x is None or best.dual is None:
        raise _stuck(face)
    return _proved(face, best.x, best.dual, feasible=False, n_columns=model.weight.size)


def _from_start(model: Model, start: Solution | None, scale: float) -> tuple[FloatArray | None, FloatArray | None]:
    """Carry an earlier choice over to the columns, and the earlier prices to the rows of the same meaning."""
    if start is None or start.row_prices is None:
        return None, None
    guess = model.floor.copy()
    guess[: model.n_edges] = np.clip(start.chosen, model.floor[: model.n_edges], model.ceiling[: model.n_edges])
    return guess, carried_prices(model, start, scale)


def carried_prices(model: Model, start: Solution, scale: float) -> FloatArray:
    """Carry the prices of a solution over to the rows of the same meaning.

    Parameters
    ----------
    model : Model
        Of a similar problem.
    start : Solution
    scale : float
        What weights are multiplied by.

    Returns
    -------
    price : ndarray of float, shape (n_rows,)
        Zero where there was no such row.
    """
    if start.row_prices is None:
        heads, seats = model.kind == DEMAND, model.kind == CAPACITY
        price = np.zeros(model.low.size)
        price[heads] = start.need_price[model.index[heads]]
        old = model.index[seats] < start.partner_price.size
        price[np.flatnonzero(seats)[old]] = start.partner_price[model.index[seats][old]]
        return price * scale
    known = start.row_prices
    width = int(max(model.index.max(initial=0), known.index.max(initial=0))) + 1
    keys, order = np.unique(known.kind * width + known.index, return_index=True)
    here = model.kind * width + model.index
    at = np.minimum(np.searchsorted(keys, here), max(0, keys.size - 1))
    # rows that share kind and index (links of one need) have no price of their own to carry over
    lone = np.bincount(np.unique(here, return_inverse=True)[1])[np.unique(here, return_inverse=True)[1]] == 1
    match = lone & (keys[at] == here) if keys.size else np.zeros(here.size, dtype=np.bool_)
    prices = np.zeros(here.size)
    prices[match] = known.price[order[at[match]]] * scale
    return prices


def _proved(model: Model, x: FloatArray, dual: FloatArray, *, feasible: bool, n_columns: int | None = None) -> Found:
    return Found(x[:n_columns], dual_bound(model, dual), dual, feasible=feasible, note="flow")


def _stuck(model: Model) -> MatchingError:
    return MatchingError(
        f"a linear program that always has an answer got none ({model.low.size} rows, {model.weight.size} columns). "
        "Scale the weights: their magnitudes may be too far apart for float arithmetic."
    )


def _labels_of_rows(model: Model, label: IntArray, rows: BoolArray) -> BoolArray:
    """Mark the components that a set of rows touches."""
    touched = np.zeros(int(label.max(initial=-1)) + 1, dtype=np.bool_)
    entry = np.repeat(rows, np.diff(model.matrix.indptr))
    touched[label[model.matrix.indices[entry]]] = True
    return touched


def _fixed_rows_hold(model: Model, free: BoolArray) -> bool:
    """Check the rows that no free column can help."""
    stuck = np.asarray(abs(model.matrix) @ free.astype(float)) == 0
    value = np.asarray(model.matrix @ model.floor)
    return bool(((value >= model.low - 1e-9) & (value <= model.high + 1e-9))[stuck].all())


def row_price(model: Model, dual: FloatArray, kind: int, size: int) -> FloatArray:
    """Read the prices of the rows of one kind.

    Parameters
    ----------
    model : Model
    dual : ndarray of float, shape (n_rows,)
    kind : int
    size : int
        How many entries of that kind the problem has.

    Returns
    -------
    price : ndarray of float, shape (size,)
        Zero where a row was not needed.
    """
    rows = model.kind == kind
    return np.bincount(model.index[rows], weights=dual[rows], minlength=size).astype(np.float64)


def _note(n_flow: int, n_search: int) -> str:
    parts = []
    if n_flow:
        parts.append(f"flow: {n_flow} component{'s' * (n_flow > 1)}, limits form a network, relaxation is exact")
    if n_search:
        parts.append(f"mip: {n_search} component{'s' * (n_search > 1)} with hours, overlaps, groups or teams")
    return "; ".join(parts) or "nothing to decide: every edge is fixed or there is none"
