"""The same problem written as one linear model: columns (edges first), rows with limits, and where each row came from."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem

# Kinds of rows, in the order in which they are stacked.
DEMAND, CAPACITY, GROUP, TEAM, CONFLICT, APART, TOGETHER, SERVED, BALANCE = range(9)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Maximise ``weight @ x`` subject to ``low <= matrix @ x <= high`` and ``floor <= x <= ceiling``.

    The first ``n_edges`` columns are the edges of the problem; whatever follows (served flags, balance segments)
    only helps to state the rules.

    Attributes
    ----------
    weight, floor, ceiling : ndarray of float, shape (n_columns,)
    whole : ndarray of bool, shape (n_columns,)
        Columns that must be whole numbers.
    owner : ndarray of int, shape (n_columns,)
        The partner of each edge; -1 for other columns.
    matrix : csr_array of shape (n_rows, n_columns)
    low, high : ndarray of float, shape (n_rows,)
    lifted : ndarray of float, shape (n_rows,)
        How far `low` lies above what was asked, having been rounded up to what whole columns can reach.
    kind, index : ndarray of int, shape (n_rows,)
        Which rule a row states and for which entry.
    n_edges : int
    """

    weight: FloatArray
    floor: FloatArray
    ceiling: FloatArray
    whole: BoolArray
    owner: IntArray
    matrix: sp.csr_array
    low: FloatArray
    high: FloatArray
    lifted: FloatArray
    kind: IntArray
    index: IntArray
    n_edges: int

    def rows(self, keep: BoolArray | IntArray) -> "Model":
        """Return the model with only some of its rows.

        Parameters
        ----------
        keep : ndarray of bool, shape (n_rows,), or of int
            A mask, or positions of the rows in their new order.

        Returns
        -------
        model : Model
        """
        return replace(
            self,
            matrix=self.matrix[keep],
            low=self.low[keep],
            high=self.high[keep],
            lifted=self.lifted[keep],
            kind=self.kind[keep],
            index=self.index[keep],
        )

    def with_rows(
        self, matrix: sp.csr_array, limits: tuple[FloatArray, FloatArray], kind: int, index: IntArray
    ) -> "Model":
        """Return the model with further rows of one kind behind its own.

        Parameters
        ----------
        matrix : csr_array of shape (n_more, n_columns)
        limits : pair of ndarray of float, shape (n_more,)
            Lower and upper.
        kind : int
        index : ndarray of int, shape (n_more,)

        Returns
        -------
        model : Model
        """
        low, high = limits
        return replace(
            self,
            matrix=sp.csr_array(sp.vstack([self.matrix, matrix])),
            low=np.concatenate([self.low, low]),
            high=np.concatenate([self.high, high]),
            lifted=np.concatenate([self.lifted, np.zeros(low.size)]),
            kind=np.concatenate([self.kind, np.full(low.size, kind)]),
            index=np.concatenate([self.index, index]),
        )


class Rows(NamedTuple):
    """A block of rows of one kind, as coordinates."""

    kind: int
    row: IntArray
    column: IntArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    entry: IntArray


def build_model(problem: Problem) -> Model:
    """Write a problem as a linear model.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    model : Model
    """
    served = _served_columns(problem)
    segment, cost = _balance_columns(problem)
    first_served, first_segment = problem.n_edges, problem.n_edges + served.size
    n_columns = first_segment + segment.size
    blocks = [
        _demand_rows(problem),
        _capacity_rows(problem),
        _group_rows(problem),
        _team_rows(problem, served, first_served),
        *_conflict_rows(problem),
        _apart_rows(problem),
        _together_rows(problem),
        _served_rows(problem, served, first_served),
        _balance_rows(problem, segment, first_segment),
    ]
    offset = np.cumsum([0, *(block.low.size for block in blocks)])
    coordinates = (
        np.concatenate([block.row + start for block, start in zip(blocks, offset, strict=False)]),
        np.concatenate([block.column for block in blocks]),
    )
    values = np.concatenate([block.value for block in blocks])
    matrix = sp.csr_array(sp.coo_array((values, coordinates), shape=(int(offset[-1]), n_columns)))
    ceiling = np.concatenate([1.0 - problem.forbidden, np.ones(served.size), _widths(problem, segment)])
    return Model(
        weight=np.concatenate([problem.weight, np.zeros(served.size), -cost]),
        floor=np.concatenate([problem.pinned.astype(float), np.zeros(n_columns - problem.n_edges)]),
        ceiling=ceiling,
        whole=np.arange(n_columns) < first_segment,
        owner=np.concatenate([problem.partner, np.full(n_columns - problem.n_edges, -1)]),
        matrix=matrix,
        low=np.concatenate([block.low for block in blocks]),
        high=np.concatenate([block.high for block in blocks]),
        lifted=np.zeros(int(offset[-1])),
        kind=np.concatenate([np.full(block.low.size, block.kind) for block in blocks]),
        index=np.concatenate([block.entry for block in blocks]),
        n_edges=problem.n_edges,
    )


def _block(
    kind: int,
    row: IntArray,
    column: IntArray,
    value: FloatArray | None,
    low: FloatArray,
    high: FloatArray,
    index: IntArray,
) -> Rows:
    filled = np.ones(row.size) if value is None else value
    return Rows(kind, row.astype(np.int64), column.astype(np.int64), filled, low, high, index.astype(np.int64))


def _empty(kind: int) -> Rows:
    none, nothing = np.zeros(0, dtype=np.int64), np.zeros(0)
    return _block(kind, none, none, nothing, nothing, nothing, none)


def _served_columns(problem: Problem) -> IntArray:
    """Needs whose lower limits are conditional get a flag column: served or not."""
    teamed = np.zeros(problem.shape[0], dtype=np.bool_)
    for edges, _ in problem.teams:
        teamed[problem.need[edges[0]]] = True
    return np.flatnonzero(problem.optional & (teamed | (problem.demand[0] > 1)))


def _demand_rows(problem: Problem) -> Rows:
    edges = np.arange(problem.n_edges)
    low, high = problem.demand
    hard = np.where(problem.optional, 0, low).astype(float)
    # an optional need of at least one head is served exactly when an edge is chosen: no row is needed for that
    return _block(DEMAND, problem.need, edges, None, hard, high.astype(float), np.arange(problem.shape[0]))


def _capacity_rows(problem: Problem) -> Rows:
    edges = np.arange(problem.n_edges)
    low, high = problem.capacity
    return _block(CAPACITY, problem.partner, edges, problem.load, low, high, np.arange(problem.shape[1]))


def _listed(kind: int, sets: list[IntArray], low: list[float], high: list[float], index: IntArray) -> Rows:
    if not sets:
        return _empty(kind)
    row = np.repeat(np.arange(len(sets)), [edges.size for edges in sets])
    return _block(kind, row, np.concatenate(sets), None, np.array(low, float), np.array(high, float), index)


def _group_rows(problem: Problem) -> Rows:
    sets = [edges for edges, _, _ in problem.groups]
    low, high = [low for _, low, _ in problem.groups], [high for _, _, high in problem.groups]
    return _listed(GROUP, sets, low, high, np.arange(len(sets)))


def _team_rows(problem: Problem, served: IntArray, first: int) -> Rows:
    """Ask ``sum(team) >= least``, or ``sum(team) - least * served >= 0`` where the need is optional."""
    sets = [edges for edges, _ in problem.teams]
    least = np.array([least for _, least in problem.teams], float)
    block = _listed(TEAM, sets, least.tolist(), [np.inf] * len(sets), np.arange(len(sets)))
    if not sets:
        return block
    need = problem.need[[edges[0] for edges in sets]]
    loose = np.flatnonzero(problem.optional[need])
    low = np.where(problem.optional[need], 0.0, block.low)
    flag = first + np.searchsorted(served, need[loose])
    return block._replace(
        row=np.concatenate([block.row, loose]),
        column=np.concatenate([block.column, flag]),
        value=np.concatenate([block.value, -least[loose]]),
        low=low,
    )


def shared_edges(problem: Problem, pairs: IntArray, *, of: str) -> tuple[IntArray, IntArray, IntArray]:
    """Find the edges that two needs have to one partner, or two partners to one need.

    Parameters
    ----------
    problem : Problem
    pairs : ndarray of int, shape (m, 2)
        Pairs of needs or of partners.
    of : str
        ``"need"`` or ``"partner"``: what the pairs are.

    Returns
    -------
    pair, first, second : ndarray of int, shape (k,)
        Position of the pair and the two edges, one entry per shared end; -1 where one of the two edges is missing.
    """
    near, far = (problem.need, problem.partner) if of == "need" else (problem.partner, problem.need)
    n_near, n_far = problem.shape if of == "need" else problem.shape[::-1]
    if not pairs.size or not near.size:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    # edge numbers are stored plus one so that 0 stays "no edge"
    table = sp.csr_array((np.arange(1, near.size + 1), (near, far)), shape=(n_near, n_far))
    left, right = table[pairs[:, 0]], table[pairs[:, 1]]
    union = sp.csr_array(left + right)
    row = np.repeat(np.arange(pairs.shape[0]), np.diff(union.indptr))
    key = row * n_far + union.indices
    first, second = (_looked_up(side, key, n_far) for side in (left, right))
    return row, first - 1, second - 1


def _looked_up(side: sp.csr_array, key: IntArray, width: int) -> IntArray:
    side = side.sorted_indices()
    keys = np.repeat(np.arange(side.shape[0]), np.diff(side.indptr)) * width + side.indices
    at = np.minimum(np.searchsorted(keys, key), max(0, keys.size - 1))
    found = keys[at] == key if keys.size else np.zeros(key.size, dtype=np.bool_)
    return np.where(found, side.data[at], 0) if keys.size else np.zeros(key.size, dtype=np.int64)


def _pair_rows(kind: int, pair: IntArray, first: IntArray, second: IntArray) -> Rows:
    both = (first >= 0) & (second >= 0)
    pair, first, second = pair[both], first[both], second[both]
    row = np.repeat(np.arange(pair.size), 2)
    column = np.stack([first, second], axis=1).ravel()
    return _block(kind, row, column, None, np.full(pair.size, -np.inf), np.ones(pair.size), pair)


def _conflict_rows(problem: Problem) -> list[Rows]:
    return [_pair_rows(CONFLICT, *shared_edges(problem, problem.conflicts, of="need"))]


def _apart_rows(problem: Problem) -> Rows:
    return _pair_rows(APART, *shared_edges(problem, problem.apart, of="partner"))


def _together_rows(problem: Problem) -> Rows:
    """Ask ``x_a - x_b = 0``; where the other edge does not exist, ``x_a <= 0``."""
    pair, first, second = shared_edges(problem, problem.together, of="partner")
    row = np.arange(pair.size)
    has_first, has_second = first >= 0, second >= 0
    alone = has_first != has_second
    value = np.concatenate([np.ones(has_first.sum()), np.where(alone, 1.0, -1.0)[has_second]])
    low = np.where(alone, -np.inf, 0.0)
    return _block(
        TOGETHER,
        np.concatenate([row[has_first], row[has_second]]),
        np.concatenate([first[has_first], second[has_second]]),
        value,
        low,
        np.zeros(pair.size),
        pair,
    )


def _served_rows(problem: Problem, served: IntArray, first: int) -> Rows:
    """Tie the flag to the need: ``lo * y <= sum(x)`` and ``x_e <= y`` for each edge."""
    if not served.size:
        return _empty(SERVED)
    position = np.full(problem.shape[0], -1)
    position[served] = np.arange(served.size)
    edges = np.flatnonzero(position[problem.need] >= 0)
    owner = position[problem.need[edges]]
    lower_row, link_row = owner, served.size + np.arange(edges.size)
    rows = np.concatenate([lower_row, np.arange(served.size), link_row, link_row])
    columns = np.concatenate([edges, first + np.arange(served.size), edges, first + owner])
    values = np.concatenate(
        [np.ones(edges.size), -problem.demand[0][served].astype(float), np.ones(edges.size), np.full(edges.size, -1.0)]
    )
    low = np.concatenate([np.zeros(served.size), np.full(edges.size, -np.inf)])
    high = np.concatenate([np.full(served.size, np.inf), np.zeros(edges.size)])
    return _block(SERVED, rows, columns, values, low, high, np.concatenate([served, served[owner]]))


def _balance_columns(problem: Problem) -> tuple[IntArray, FloatArray]:
    """Each partner gets one column per step of the convex cost: its owner and its price."""
    if not problem.balance.size:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    partners = np.unique(problem.partner)
    return np.repeat(partners, problem.balance.size), np.tile(problem.balance, partners.size)


def _widths(problem: Problem, segment: IntArray) -> FloatArray:
    steps = problem.balance.size
    width = np.ones(segment.size)
    if steps:
        carried = np.bincount(problem.partner, weights=problem.load, minlength=problem.shape[1])
        width[steps - 1 :: steps] = np.maximum(0.0, np.ceil(carried[segment[steps - 1 :: steps]]) - (steps - 1))
    return width


def _balance_rows(problem: Problem, segment: IntArray, first: int) -> Rows:
    if not segment.size:
        return _empty(BALANCE)
    partners = segment[:: problem.balance.size]
    row = np.searchsorted(partners, problem.partner)
    rows = np.concatenate([row, np.searchsorted(partners, segment)])
    columns = np.concatenate([np.arange(problem.n_edges), first + np.arange(segment.size)])
    values = np.concatenate([problem.load, np.full(segment.size, -1.0)])
    return _block(BALANCE, rows, columns, values, np.full(partners.size, -np.inf), np.zeros(partners.size), partners)
