"""The edges of each need by falling weight, and the rules that speak of one need alone."""

from dataclasses import dataclass

import numpy as np

from matching.assign.model import DEMAND, Model
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem
from matching.assign.structure import activity

CELLS = 2_000_000  # of the tables below
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """The open edges of each need that wants somebody, by falling weight.

    Attributes
    ----------
    need : ndarray of int, shape (n_sets,)
        The needs that want somebody: the rows of what follows.
    edge : ndarray of int, shape (n_sets, width)
        -1 beyond the last.
    weight : ndarray of float, shape (n_sets, width)
        0 beyond the last edge.
    best : ndarray of float, shape (n_sets, width + 1)
        Sum of the first 0, 1, ... weights above zero.
    wanted, most : ndarray of int, shape (n_sets,)
        Heads that a need wants, and how many can be added to those it surely has.
    sure : ndarray of float, shape (n_sets,)
        Weight of the edges it surely has.
    rule : ndarray of float, shape (n_sets, n_rules, width)
        What each edge adds to the rows that speak of the need alone; head-counts from above are no such row.
    low, high : ndarray of float, shape (n_sets, n_rules)
        Limits of these rows beside what the need surely has.
    """

    need: IntArray
    edge: IntArray
    weight: FloatArray
    best: FloatArray
    wanted: IntArray
    most: IntArray
    sure: FloatArray
    rule: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def only_adds(self) -> BoolArray:
        """Which rules nothing can make up for: shape (n_sets, n_rules)."""
        return np.asarray((self.rule >= 0).all(axis=2))


def rows_of_one_need(problem: Problem, model: Model) -> IntArray:
    """Return for each row the one need of whose edges alone it speaks.

    Parameters
    ----------
    problem : Problem
    model : Model
        Of the problem, edges first.

    Returns
    -------
    need : ndarray of int, shape (n_rows,)
        -1 where a row speaks of several needs, or of columns that are no edges.
    """
    row = np.repeat(np.arange(model.low.size), np.diff(model.matrix.indptr))
    column = model.matrix.indices
    need = np.where(column < problem.n_edges, problem.need[np.minimum(column, problem.n_edges - 1)], -1)
    least, most = np.full(model.low.size, problem.shape[0]), np.full(model.low.size, -2)
    np.minimum.at(least, row, need)
    np.maximum.at(most, row, need)
    return np.where(least == most, most, -1)


def asking_rows(model: Model) -> BoolArray:
    """Tell which rows ask anything beside head-counts from above, which every set keeps by itself.

    Parameters
    ----------
    model : Model

    Returns
    -------
    asks : ndarray of bool, shape (n_rows,)
    """
    least, most = activity(model)
    room = ROUNDING * np.maximum(1.0, np.abs(most))
    return np.asarray((model.low > least + room) | (model.high < most - room) & (model.kind != DEMAND))


def ranked_edges(problem: Problem, model: Model) -> Ranked | None:
    """Rank the edges of each need by weight.

    Parameters
    ----------
    problem : Problem
    model : Model
        Of the problem, edges first: its column limits say which of them are open and which are sure.

    Returns
    -------
    ranked : Ranked or None
        None where nobody is wanted or the tables would be too large.
    """
    wants = np.flatnonzero(problem.demand[1] > 0)
    row_of = np.full(problem.shape[0], -1)
    row_of[wants] = np.arange(wants.size)
    floor, ceiling = model.floor[: problem.n_edges], model.ceiling[: problem.n_edges]
    sure = np.flatnonzero(floor > 0)
    edges = np.flatnonzero((floor <= 0) & (ceiling > 0) & (row_of[problem.need] >= 0))
    order = edges[np.lexsort((-problem.weight[edges], problem.need[edges]))]
    row = row_of[problem.need[order]]
    degree = np.bincount(row, minlength=wants.size)
    width = int(degree.max(initial=0))
    heads = np.bincount(problem.need[sure], minlength=problem.shape[0])[wants]
    most = np.clip(problem.demand[1][wants] - heads, 0, degree)
    if not width or wants.size * width * (int(most.max()) + 1) > CELLS:
        return None
    rank = np.arange(order.size) - (np.cumsum(degree) - degree)[row]
    edge, weight = np.full((wants.size, width), -1), np.zeros((wants.size, width))
    edge[row, rank], weight[row, rank] = order, problem.weight[order]
    rules = _rules(problem, model, row_of, (row, rank, order), (wants.size, width))
    if rules is None:
        return None
    best = np.concatenate([np.zeros((wants.size, 1)), np.cumsum(np.maximum(weight, 0.0), axis=1)], axis=1)
    worth = np.bincount(problem.need[sure], weights=problem.weight[sure], minlength=problem.shape[0])[wants]
    return Ranked(wants, edge, weight, best, problem.demand[1][wants], most, worth.astype(np.float64), *rules)


def _rules(
    problem: Problem,
    model: Model,
    row_of: IntArray,
    placed: tuple[IntArray, IntArray, IntArray],
    shape: tuple[int, int],
) -> tuple[FloatArray, FloatArray, FloatArray] | None:
    """Read the rows that speak of one need alone into a table; None where it would be too large."""
    own = rows_of_one_need(problem, model)
    rows = np.flatnonzero(asking_rows(model) & (own >= 0))
    rows = rows[row_of[own[rows]] >= 0]
    rows = rows[np.argsort(row_of[own[rows]], kind="stable")]
    owner = row_of[own[rows]]
    at = np.arange(rows.size) - np.searchsorted(owner, owner)
    n_rules = int(at.max(initial=-1)) + 1
    if shape[0] * shape[1] * n_rules > CELLS:
        return None
    rule = np.zeros((shape[0], n_rules, shape[1]))
    low, high = np.full((shape[0], n_rules), -np.inf), np.full((shape[0], n_rules), np.inf)
    part = model.matrix[rows]
    fixed = np.asarray(part @ np.where(np.arange(model.weight.size) < problem.n_edges, model.floor, 0.0))
    low[owner, at] = model.low[rows] - fixed
    high[owner, at] = np.where(model.kind[rows] == DEMAND, np.inf, model.high[rows] - fixed)
    place = np.full(model.weight.size, -1)
    place[placed[2]] = placed[1]
    entry = np.repeat(np.arange(rows.size), np.diff(part.indptr))
    there = place[part.indices] >= 0
    entry, column = entry[there], part.indices[there]
    rule[owner[entry], at[entry], place[column]] = part.data[there]
    return rule, low, high
