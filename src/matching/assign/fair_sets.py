"""Sets of partners that bring one need up to a floor, at a cost for each edge: the cheapest of them are listed."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.assign.fair_ranked import Ranked
from matching.assign.problem import BoolArray, FloatArray, IntArray

STATES = 5_000  # beginnings of sets that are followed at a time
FOLLOWED = 300_000  # in all; the others count with what they cost at least
SHARES = (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95)
STEEP = (1.3, 1.8, 2.5, 4.0, 8.0)
ROUNDING = 1e-12


class Cheapest(NamedTuple):
    """Sets by what they cost.

    Attributes
    ----------
    least : ndarray of float, shape (n_sets,)
        No set of the need costs less; the limit where every set costs more.
    row : ndarray of int, shape (n_found,)
        Which need each set found is for: a row of `Ranked`.
    cost : ndarray of float, shape (n_found,)
    edges : ndarray of int, shape (n_found, most)
        Beside those the need surely has; -1 beyond the last.
    """

    least: FloatArray
    row: IntArray
    cost: FloatArray
    edges: IntArray


class _Begun(NamedTuple):
    """Beginnings of sets, all of as many heads: which places of the ranking they take, and where they go on.

    Attributes
    ----------
    missing, spent : ndarray of float, shape (n_begun,)
        Weight that is lacking, and what the beginning costs.
    path : ndarray of int, shape (n_begun, n_heads)
    kept : ndarray of float, shape (n_begun, n_rules)
        What it adds to the rows that speak of the need alone.
    bound : ndarray of float, shape (n_begun,)
        What any set that begins so costs at least.
    """

    row: IntArray
    at: IntArray
    missing: FloatArray
    spent: FloatArray
    path: IntArray
    kept: FloatArray
    bound: FloatArray

    def taken(self, places: IntArray) -> "_Begun":
        """Return some of them."""
        return _Begun(
            self.row[places],
            self.at[places],
            self.missing[places],
            self.spent[places],
            self.path[places],
            self.kept[places],
            self.bound[places],
        )


@dataclass(slots=True)
class _Found:
    """The cheapest sets so far: `bar` is what a further one must stay below."""

    each: int
    least: FloatArray
    bar: FloatArray
    row: IntArray
    cost: FloatArray
    sets: IntArray

    def note(self, row: IntArray, cost: FloatArray, sets: IntArray) -> None:
        """Keep the cheapest sets of each need."""
        padded = np.full((row.size, self.sets.shape[1]), -1)
        padded[:, : sets.shape[1]] = sets
        row, cost = np.concatenate([self.row, row]), np.concatenate([self.cost, cost])
        order = np.lexsort((cost, row))
        row, cost = row[order], cost[order]
        rank = np.arange(row.size) - np.searchsorted(row, row)
        keep = rank < self.each
        self.row, self.cost, self.sets = row[keep], cost[keep], np.vstack([self.sets, padded])[order[keep]]
        last, first = rank[keep] == self.each - 1, rank[keep] == 0
        self.bar[self.row[last]] = np.minimum(self.bar[self.row[last]], self.cost[last])
        self.least[self.row[first]] = np.minimum(self.least[self.row[first]], self.cost[first])


def cheapest_sets(ranked: Ranked, cost: FloatArray, floor: float, limit: FloatArray, *, each: int = 1) -> Cheapest:
    """List for each need the sets of partners that cost least among those that bring it up to a floor.

    Sets are built head by head, by falling weight. A beginning is dropped where the best further heads cannot reach the
    floor, or where they cost more than the limit even if heads could be split: the most over ``theta >= 0`` of
    ``theta * missing + sum of the least (cost - theta * weight)``.

    Parameters
    ----------
    ranked : Ranked
    cost : ndarray of float, shape (n_edges or more,)
        Of each edge, of either sign.
    floor : float
        Weight per head wanted.
    limit : ndarray of float, shape (n_sets,)
        What costs as much is not looked for.
    each : int, default=1
        How many sets are listed for a need at most: the cheapest one first of all, others where the search comes upon
        them. More heads than a floor takes are listed only where they cost less than nothing.

    Returns
    -------
    cheapest : Cheapest

    References
    ----------
    S. Martello and P. Toth, *Knapsack Problems*, 1990, section 2.
    """
    cost_of = np.where(ranked.edge >= 0, cost[ranked.edge], np.inf)
    asked: FloatArray = np.asarray(floor * ranked.wanted - ranked.sure - ROUNDING * np.abs(floor * ranked.wanted))
    theta = _slopes(ranked, cost_of, asked)
    table = _suffixes(ranked, cost_of, theta)
    found = _Found(
        each, limit.copy(), limit.copy(), np.zeros(0, int), np.zeros(0), np.zeros((0, int(ranked.most.max())), int)
    )
    waiting = [_beginnings(ranked, asked, found)]
    followed = 0
    while waiting:
        begun = waiting.pop()
        begun = begun.taken(np.flatnonzero(begun.bound < found.bar[begun.row]))
        followed += begun.row.size
        if followed > FOLLOWED:
            np.minimum.at(found.least, begun.row, begun.bound)
            continue
        further = _one_head_more(ranked, cost_of, begun)
        whole = (further.missing <= 0) & _keeps_rules(ranked, further)
        done = whole & (further.spent < found.bar[further.row])
        found.note(further.row[done], further.spent[done], further.path[done])
        left = ranked.most[further.row] - further.path.shape[1]
        rest = table[further.at, further.row, :, left]
        further = further._replace(
            bound=further.spent + (theta[further.row] * further.missing[:, None] + rest).max(axis=1)
        )
        # what is done goes on only where further heads cost less than nothing
        open_ = (left > 0) & (~whole | (rest[:, 0] < 0))
        order = np.flatnonzero(open_ & (further.bound < found.bar[further.row]))
        order = order[np.argsort(further.bound[order] - found.bar[further.row[order]], kind="stable")]
        # the likeliest beginnings are followed first
        waiting.extend(further.taken(order[k : k + STATES]) for k in reversed(range(0, order.size, STATES)))
    edges = np.where(found.sets >= 0, ranked.edge[found.row[:, None], found.sets], -1)
    return Cheapest(found.least, found.row, found.cost, edges)


def _one_head_more(ranked: Ranked, cost_of: FloatArray, begun: _Begun) -> _Begun:
    """Add one more edge to each beginning in every way with which the floor can still be reached; bounds are still to be set."""
    width, depth = ranked.weight.shape[1], begun.path.shape[1]
    count = width - begun.at
    parent = np.repeat(np.arange(begun.row.size), count)
    place = np.arange(parent.size) - (np.cumsum(count) - count)[parent] + begun.at[parent]
    row = begun.row[parent]
    left = ranked.most[row] - depth - 1
    spent, missing = begun.spent[parent] + cost_of[row, place], begun.missing[parent] - ranked.weight[row, place]
    end = np.minimum(place + 1 + np.maximum(left, 0), width)
    reach = ranked.best[row, end] - ranked.best[row, place + 1]
    keep = np.flatnonzero((left >= 0) & np.isfinite(spent) & (missing <= reach + ROUNDING))
    parent, place, row = parent[keep], place[keep], row[keep]
    kept = begun.kept[parent] + ranked.rule[row, :, place]
    fits = np.flatnonzero(((kept <= ranked.high[row] + ROUNDING) | ~ranked.only_adds[row]).all(axis=1))
    parent, place, row, keep = parent[fits], place[fits], row[fits], keep[fits]
    path = np.column_stack([begun.path[parent], place])
    return _Begun(row, place + 1, missing[keep], spent[keep], path, kept[fits], spent[keep])


def _keeps_rules(ranked: Ranked, begun: _Begun) -> BoolArray:
    low, high = ranked.low[begun.row] - ROUNDING, ranked.high[begun.row] + ROUNDING
    return np.asarray(((begun.kept >= low) & (begun.kept <= high)).all(axis=1))


def _beginnings(ranked: Ranked, asked: FloatArray, found: _Found) -> _Begun:
    """Begin with nobody added; note the needs for which that is enough."""
    row = np.flatnonzero(ranked.most > 0)
    everybody = np.arange(asked.size)
    nothing, none = np.zeros(asked.size), np.zeros((asked.size, 0), dtype=np.int64)
    kept = np.zeros((asked.size, ranked.low.shape[1]))
    start = _Begun(everybody, np.zeros(asked.size, dtype=np.int64), asked, nothing, none, kept, nothing - np.inf)
    enough = np.flatnonzero((asked <= 0) & (found.bar > 0) & _keeps_rules(ranked, start))
    found.note(enough, nothing[enough], none[enough])
    return start.taken(row)


def _slopes(ranked: Ranked, cost: FloatArray, asked: FloatArray) -> FloatArray:
    """Choose for each need nought and three exchange rates of weight against cost, about the one that bounds best from the start."""
    n_rows = asked.size
    exists = (ranked.edge >= 0) & (ranked.weight > 0)
    ratio = np.where(exists, np.maximum(cost, 0.0) / np.maximum(ranked.weight, ROUNDING), np.inf)
    ratio = np.sort(ratio, axis=1)
    size = exists.sum(axis=1)
    at = (np.array(SHARES)[None, :] * size[:, None]).astype(np.int64)
    near = np.take_along_axis(ratio, np.minimum(at, ratio.shape[1] - 1), axis=1)
    near = np.where(np.isfinite(near), near, 0.0)
    trial = np.concatenate([near, near[:, -1:] * np.array(STEEP)], axis=1)
    most = int(ranked.most.max())
    value = np.where(ranked.edge >= 0, cost, 0.0)[:, None, :] - trial[:, :, None] * ranked.weight[:, None, :]
    lowest = np.sort(np.minimum(value, 0.0), axis=2)[:, :, :most].cumsum(axis=2)
    last = np.broadcast_to(np.maximum(ranked.most - 1, 0)[:, None, None], (n_rows, trial.shape[1], 1))
    bound = trial * asked[:, None] + np.take_along_axis(lowest, last, axis=2)[:, :, 0]
    pick = np.clip(np.argmax(bound, axis=1)[:, None] + np.arange(-1, 2), 0, trial.shape[1] - 1)
    return np.concatenate([np.zeros((n_rows, 1)), np.take_along_axis(trial, pick, axis=1)], axis=1)


def _suffixes(ranked: Ranked, cost: FloatArray, theta: FloatArray) -> FloatArray:
    """Tabulate the least sum of (cost - theta * weight) over at most r of the edges from position i on."""
    n_rows, width = ranked.weight.shape
    most = int(ranked.most.max())
    value = np.where(ranked.edge >= 0, cost, 0.0)[:, None, :] - theta[:, :, None] * ranked.weight[:, None, :]
    table = np.zeros((width + 1, n_rows, theta.shape[1], most + 1))
    for at in range(width - 1, -1, -1):
        np.minimum(table[at + 1, :, :, 1:], table[at + 1, :, :, :-1] + value[:, :, at, None], out=table[at, :, :, 1:])
    return table
