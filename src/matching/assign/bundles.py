"""What one partner can take on together: bundles of edges that fit into the hours and do not overlap in time."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from matching.assign.model import CAPACITY, CONFLICT, Model
from matching.assign.problem import FloatArray, IntArray
from matching.assign.structure import row_step

FIT = 1e-9
CELLS = 96
MOST_BUNDLES = 400
NODES_EACH = 50  # of the search, for each bundle that may be listed


@dataclass(frozen=True, slots=True)
class Block:
    """One partner's own rules.

    Attributes
    ----------
    edges : tuple of int
        The partner's columns.
    load : tuple of float
        Hours of each, in the order of `edges`.
    cells : tuple of int
        The same hours, rounded down to a grid on which a bound is tabulated.
    overlap : tuple of int
        For each column a bit mask, over positions in `edges`, of those it cannot be combined with.
    capacity : float
        Hours there are; ``inf`` where they are no limit.
    n_cells : int
        The capacity on the grid.
    """

    edges: tuple[int, ...]
    load: tuple[float, ...]
    cells: tuple[int, ...]
    overlap: tuple[int, ...]
    capacity: float
    n_cells: int


@dataclass(frozen=True, slots=True)
class Offer:
    """The best bundles of one partner at given profits.

    Attributes
    ----------
    value : float
        No bundle is worth more.
    bundles : tuple of tuple of int
        Columns of each bundle found that is worth at least the best less the slack asked for.
    complete : bool
        True when no such bundle is missing.
    """

    value: float
    bundles: tuple[tuple[int, ...], ...]
    complete: bool


def find_blocks(model: Model, *, also: IntArray | None = None) -> tuple[tuple[Block, ...], IntArray]:
    """Find the partners whose own rules keep the relaxation from being whole.

    Parameters
    ----------
    model : Model
        All columns free, as `part` leaves it.
    also : ndarray of int, optional
        Further partners who get a block whatever their rules are.

    Returns
    -------
    blocks : tuple of Block
    block_of : ndarray of int, shape (n_columns,)
        Position of each column's block; -1 for columns outside.
    """
    uneven = (model.kind == CAPACITY) & ~np.isfinite(row_step(model))
    rows = np.flatnonzero(uneven | (model.kind == CONFLICT))
    first = model.matrix.indices[model.matrix.indptr[rows]]
    owners = np.unique(model.owner[first] if also is None else np.append(model.owner[first], also))
    inside = (model.owner >= 0) & np.isin(model.owner, owners)
    block_of = np.where(inside, np.searchsorted(owners, model.owner), -1)
    columns = np.flatnonzero(inside)
    columns = columns[np.argsort(block_of[columns], kind="stable")]
    start = np.searchsorted(block_of[columns], np.arange(owners.size + 1))
    position = np.zeros(model.weight.size, dtype=np.int64)
    position[columns] = np.arange(columns.size) - start[block_of[columns]]
    load, capacity = _hours(model, block_of, owners.size)
    overlap = _overlaps(model, position)
    blocks = tuple(
        _block(columns[a:b], load[columns[a:b]], float(capacity[k]), overlap)
        for k, (a, b) in enumerate(pairwise(start))
    )
    return blocks, block_of


def with_room(block: Block, amount: float) -> Block:
    """Return the block with more hours.

    Parameters
    ----------
    block : Block
    amount : float

    Returns
    -------
    block : Block
    """
    capacity = block.capacity + amount
    cells, n_cells = _grid(np.array(block.load), capacity)
    return replace(block, cells=cells, capacity=capacity, n_cells=n_cells)


def near_best(block: Block, profit: list[float], slack: float, *, most: int = MOST_BUNDLES) -> Offer:
    """List the bundles of a partner that come near to the best one.

    Depth-first search over the columns by falling profit, cut by a table of what the remaining columns could add in
    the remaining hours if nothing overlapped.

    Parameters
    ----------
    block : Block
    profit : list of float
        Profit of every column of the model.
    slack : float
        How far below the best a bundle may be; 0 lists the best only.
    most : int
        How many bundles are listed; the search looks at fifty places for each.

    Returns
    -------
    offer : Offer

    References
    ----------
    S. Martello and P. Toth, *Knapsack Problems*, 1990, section 2.6 (dynamic programming bounds).
    """
    order = [i for i, edge in enumerate(block.edges) if profit[edge] > -slack]
    order.sort(key=lambda i: -profit[block.edges[i]])
    gain = [profit[block.edges[i]] for i in order]
    table = _table(gain, [block.cells[i] for i in order], block.n_cells)
    found, finished = _search(block, order, gain, table, None, most)
    value = max(0.0, *(sum(profit[edge] for edge in bundle) for bundle in found))
    if not finished:
        return Offer(table[0][-1], tuple(found), complete=False)
    if slack <= 0:
        return Offer(value, tuple(found), complete=True)
    listed, finished = _search(block, order, gain, table, value - slack, most)
    if len(listed) > most:
        listed.sort(key=lambda bundle: -sum(profit[edge] for edge in bundle))
        return Offer(value, (*found, *listed[:most]), complete=False)
    return Offer(value, (*found, *listed), complete=finished)


def _table(gain: list[float], cells: list[int], n_cells: int) -> list[list[float]]:
    """Tabulate what columns i, i + 1, ... can add within c cells, overlaps aside."""
    row = [0.0] * (n_cells + 1)
    table = [row]
    for value, size in zip(reversed(gain), reversed(cells), strict=True):
        if value > 0:
            shifted = [value + earlier for earlier in row[: max(0, n_cells + 1 - size)]]
            row = [*row[:size], *map(max, row[size:], shifted)]
        table.append(row)
    table.reverse()
    return table


def _search(
    block: Block, order: list[int], gain: list[float], table: list[list[float]], least: float | None, most: int
) -> tuple[list[tuple[int, ...]], bool]:
    """List bundles worth at least `least`, or only the best one; False when the search grew too large to finish."""
    n, overlap, load, cells = len(order), block.overlap, block.load, block.cells
    room = block.capacity + FIT * max(1.0, block.capacity) if np.isfinite(block.capacity) else block.capacity
    best, nodes = 0.0 if least is None else least, 0
    found: list[tuple[int, ...]] = [()] if least is None else []
    stack: list[tuple[int, float, float, int, int, tuple[int, ...]]] = [(0, 0.0, room, block.n_cells, 0, ())]
    while stack:
        at, value, hours, free, taken, bundle = stack.pop()
        nodes += 1
        if nodes > NODES_EACH * most or len(found) > 4 * most:
            return found, False
        while at < n:
            if value + table[at][free] < best + (FIT if least is None else -FIT):
                break
            i = order[at]
            if load[i] <= hours and cells[i] <= free and not overlap[i] & taken:
                # leaving the column out is looked at later
                stack.append((at + 1, value, hours, free, taken, bundle))
                value, hours, free = value + gain[at], hours - load[i], free - cells[i]
                taken, bundle = taken | 1 << i, (*bundle, block.edges[i])
                nodes += 1
            at += 1
        else:
            if least is None and value > best:
                best, found = value, [bundle]
            elif least is not None and value >= best - FIT:
                found.append(bundle)
    return found, True


def _hours(model: Model, block_of: IntArray, n_blocks: int) -> tuple[FloatArray, FloatArray]:
    """Read each column's hours and each block's capacity from the capacity rows."""
    load, capacity = np.zeros(model.weight.size), np.full(n_blocks, np.inf)
    rows = np.flatnonzero(model.kind == CAPACITY)
    block = model.matrix[rows]
    owner = block_of[block.indices[block.indptr[:-1]]] if rows.size else np.zeros(0, dtype=np.int64)
    inside = owner >= 0
    capacity[owner[inside]] = model.high[rows[inside]]
    load[block.indices] = block.data
    return load, capacity


def _overlaps(model: Model, position: IntArray) -> dict[int, int]:
    rows = model.matrix[np.flatnonzero(model.kind == CONFLICT)]
    mask: dict[int, int] = {}
    pairs = rows.indices.reshape(-1, 2)
    for (a, b), (at_a, at_b) in zip(pairs.tolist(), position[pairs].tolist(), strict=True):
        mask[a] = mask.get(a, 0) | 1 << at_b
        mask[b] = mask.get(b, 0) | 1 << at_a
    return mask


def _block(columns: IntArray, load: FloatArray, capacity: float, overlap: dict[int, int]) -> Block:
    edges = tuple(columns.tolist())
    cells, n_cells = _grid(load, capacity)
    return Block(edges, tuple(load.tolist()), cells, tuple(overlap.get(edge, 0) for edge in edges), capacity, n_cells)


def _grid(load: FloatArray, capacity: float) -> tuple[tuple[int, ...], int]:
    """Put hours on the coarsest grid that holds them exactly, or round them down: the table stays a bound."""
    if not np.isfinite(capacity) or capacity <= 0:
        return (0,) * load.size, 0
    for unit in (1.0, 0.5, 0.25, 1 / 3, 1 / 6, 0.1, 1 / 12):
        if capacity / unit > CELLS:
            break
        if np.abs(load / unit - np.round(load / unit)).max(initial=0.0) < FIT:
            return tuple(np.round(load / unit).astype(int).tolist()), int(np.floor(capacity / unit + FIT))
    unit = capacity / CELLS
    return tuple(np.floor(load / unit + FIT).astype(int).tolist()), CELLS


def exclusive_sets(block: Block) -> list[tuple[int, ...]]:
    """Cover the pairs of columns that exclude each other, by time or by hours, with sets of which one can be taken.

    Parameters
    ----------
    block : Block

    Returns
    -------
    sets : list of tuple of int
        Columns of each set, found greedily: every excluding pair lies in at least one set.
    """
    n = len(block.edges)
    most = block.capacity * (1 + FIT) + FIT
    heavy = [sum(1 << j for j in range(n) if block.load[i] + block.load[j] > most) for i in range(n)]
    near = [(block.overlap[i] | heavy[i]) & ~(1 << i) for i in range(n)]
    open_, sets = list(near), []
    for i in range(n):
        while open_[i]:
            members, candidates = 1 << i, near[i]
            while candidates:
                fresh = candidates & open_[i] or candidates
                k = (fresh & -fresh).bit_length() - 1
                members, candidates = members | 1 << k, candidates & near[k]
            inside = [k for k in range(n) if members >> k & 1]
            for k in inside:
                open_[k] &= ~members
            sets.append(tuple(block.edges[k] for k in inside))
    return sets


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
    limits = np.full(len(sets), -np.inf), np.ones(len(sets))
    return base.with_rows(extra, limits, CONFLICT, np.arange(len(sets))), rows
