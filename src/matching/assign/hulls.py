"""What whole choices of one partner have in common: limits that a relaxation breaks though no bundle of work does."""

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from matching.assign.bundles import Block, find_blocks, near_best
from matching.assign.deadline import Deadline
from matching.assign.model import CAPACITY, CONFLICT, Model
from matching.assign.problem import FloatArray, IntArray
from matching.assign.simplex import Growing

BROKEN = 1e-4  # by how much more than one a limit of one is broken that is worth a row
ROUNDS = 60  # of asking for bundles, before partners are left as they are
SLACK = 0.3  # how far below the best bundle others are listed with it
MOST_AT_ONCE = 8  # bundles of one partner
TRACE = 1e-5  # how much is taken of edges of which nothing is: they get a part in the limit too
SURE = 1e-9
ROOM = 1e-8  # left in each limit for rounding


@dataclass(slots=True)
class Hulls:
    """The partners whose hours or overlaps a relaxation may split, and the bundles of each that are known.

    Attributes
    ----------
    n_columns : int
        Of the model.
    blocks : tuple of Block
        Bundles of each are whole choices of one partner.
    edges : list of ndarray of int
        Columns of each block.
    start : list of int
        The first row of each block in the covering.
    covering : Growing
        Covers a point, all blocks side by side, by bundles that have been asked for; kept from one point to the next.
    inside : list of ndarray of float
        The last point of each block that broke no limit.
    """

    n_columns: int
    blocks: tuple[Block, ...]
    edges: list[IntArray] = field(init=False, repr=False)
    start: list[int] = field(init=False, repr=False)
    covering: Growing = field(init=False, repr=False)
    inside: list[FloatArray] = field(init=False, repr=False)
    _covered: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin with single edges."""
        self.edges = [np.array(block.edges) for block in self.blocks]
        size = [edges.size for edges in self.edges]
        self.start = (np.cumsum(size) - size).tolist()
        self.covering, self._covered = _covering(sum(size)), np.zeros(sum(size))
        self.inside = [np.zeros(0) for _ in self.blocks]

    def broken(self, x: FloatArray, *, deadline: Deadline) -> sp.csr_array:
        """Find limits that every bundle of a partner keeps and a point breaks.

        A point lies in the hull of a partner's bundles where fractions of bundles that sum to one or less cover it. Where
        they sum to more, the prices of the edges in that covering are such a limit: no bundle is worth more than one.

        Parameters
        ----------
        x : ndarray of float, shape (n_columns,)
        deadline : Deadline
            When it is over, the limits found so far are returned.

        Returns
        -------
        rows : csr_array of shape (n_rows, n_columns)
            Each of at most one for all whole choices; at most one row for each partner.

        References
        ----------
        D. R. Fulkerson, "Blocking and anti-blocking pairs of polyhedra", Mathematical Programming 1 (1971).
        """
        # single edges are bundles too: what sums to one is covered
        open_ = [
            at
            for at, edges in enumerate(self.edges)
            if x[edges].sum() > 1 + BROKEN and not np.array_equal(x[edges], self.inside[at])
        ]
        limits = self._limits(open_, x, deadline) if open_ else {}
        pointer = np.cumsum([0, *(np.count_nonzero(limit) for limit in limits.values())])
        columns = [self.edges[at][limit > 0] for at, limit in limits.items()]
        prices = [limit[limit > 0] for limit in limits.values()]
        entries = np.concatenate([np.zeros(0), *prices]), np.concatenate([np.zeros(0, dtype=np.int64), *columns])
        return sp.csr_array((*entries, pointer), shape=(len(limits), self.n_columns))

    def _limits(self, blocks: list[int], x: FloatArray, deadline: Deadline) -> dict[int, FloatArray]:
        """Cover the points of all blocks at once; return the limits that are broken, by block."""
        self._cover(x)
        limits, profit = {}, [0.0] * self.n_columns
        for _ in range(ROUNDS):
            found = self.covering.solve(deadline)
            if found is None or found.dual is None or deadline.is_over():
                break
            price, fresh, open_ = np.maximum(-found.dual, 0.0), [], []
            for at in blocks:
                first, point = self.start[at], x[self.edges[at]]
                bundles, limit = self._asked(at, price[first : first + point.size], point, profit)
                if bundles:
                    fresh += [first + bundle for bundle in bundles]
                    open_.append(at)
                elif limit is not None:
                    limits[at] = limit
                else:
                    self.inside[at] = point
            if not fresh:
                break
            blocks, rows = open_, np.concatenate(fresh)
            pointer = np.cumsum([0, *(bundle.size for bundle in fresh)])
            shape = self._covered.size, len(fresh)
            self.covering.add(np.full(len(fresh), -1.0), sp.csc_array((np.ones(rows.size), rows, pointer), shape=shape))
        return limits

    def _cover(self, x: FloatArray) -> None:
        """Ask for a point to be covered."""
        asked = np.maximum(x[np.concatenate(self.edges)], TRACE)
        moved = np.flatnonzero(asked != self._covered)
        self.covering.limit_rows(moved, asked[moved], np.full(moved.size, np.inf))
        self._covered = asked

    def _asked(
        self, at: int, price: FloatArray, point: FloatArray, profit: list[float]
    ) -> tuple[list[IntArray], FloatArray | None]:
        """Ask for bundles worth more than one; else return the limit, if the point breaks it."""
        if float(price @ point) <= 1 + BROKEN:
            return [], None
        block = self.blocks[at]
        for edge, worth in zip(block.edges, price.tolist(), strict=True):
            profit[edge] = worth
        offer = near_best(block, profit, SLACK, most=MOST_AT_ONCE)
        more = sorted({some for some in offer.bundles if sum(profit[edge] for edge in some) > 1 + ROOM})
        if more:
            return [np.flatnonzero(np.isin(self.edges[at], some)) for some in more], None
        # no bundle breaks this limit, whether the search came to an end or not
        limit = np.where(price > SURE, price, 0.0) / max(1.0, offer.value)
        return [], limit if float(limit @ point) > 1 + BROKEN else None


def hulls_of(model: Model) -> Hulls:
    """Find the partners whose own rules keep a relaxation from being whole.

    Parameters
    ----------
    model : Model

    Returns
    -------
    hulls : Hulls
    """
    filled = np.diff(model.matrix.indptr) > 0
    own = model.rows(filled & ((model.kind == CAPACITY) | (model.kind == CONFLICT)))
    blocks = find_blocks(own)[0] if own.low.size else ()
    return Hulls(model.weight.size, tuple(block for block in blocks if len(block.edges) > 1))


def _covering(n: int) -> Growing:
    """Cover nothing yet by as little of single edges as can be; bundles are still to be added."""
    return Growing(
        Model(
            weight=np.full(n, -1.0),
            floor=np.zeros(n),
            ceiling=np.full(n, np.inf),
            whole=np.zeros(n, dtype=np.bool_),
            owner=np.full(n, -1),
            matrix=sp.csr_array(sp.eye_array(n)),
            low=np.zeros(n),
            high=np.full(n, np.inf),
            lifted=np.zeros(n),
            kind=np.full(n, CAPACITY),
            index=np.arange(n),
            n_edges=0,
        ),
        by_primal=True,
    )
