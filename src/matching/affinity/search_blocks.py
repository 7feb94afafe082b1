"""Which queries may see which items: blocks of time, place or licence, and pairs of blocks that are allowed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from matching.affinity.search_state import MOST_ITEMS, Ints
from matching.errors import CallError

Blocks: TypeAlias = tuple[ArrayLike, ArrayLike] | tuple[ArrayLike, ArrayLike, Any]
"""``(query_block, item_block)`` or ``(query_block, item_block, allowed)``: see `read_blocks`."""

# Fewer items than this are indexed together even if they belong to several blocks.
_FEWEST_ITEMS = 256
# An index has one entry a term: a chunk should hold so many non-zeros that this does not weigh.
_TERMS_PER_WEIGHT = 8


@dataclass(frozen=True, slots=True, eq=False)
class Blocking:
    """Blocks of queries and items, renumbered, and the pairs that are allowed.

    Attributes
    ----------
    query : ndarray of int64, shape (n_queries,)
    item : ndarray of int64, shape (n_items,)
    allowed : csc_array of bool, shape (n_query_blocks, n_item_blocks)
    """

    query: Ints
    item: Ints
    allowed: sp.csc_array


def read_blocks(blocks: Blocks | None, n_queries: int, n_items: int) -> Blocking | None:
    """Check blocks and renumber them.

    Parameters
    ----------
    blocks : tuple or None
        ``(query_block, item_block)``: a query sees the items whose block has the same number. With a third part,
        ``allowed``, a boolean or sparse array of shape (n_query_blocks, n_item_blocks), it sees those whose pair of
        blocks is true (non-zero) there. ``None``: every query sees every item.
    n_queries, n_items : int

    Returns
    -------
    blocking : Blocking or None

    Raises
    ------
    CallError
        If there are not two or three parts, lengths differ, or a number is not a block.
    """
    if blocks is None:
        return None
    given: Any = blocks
    if not isinstance(given, tuple) or len(given) not in {2, 3}:
        raise CallError(
            "blocks must be (query_block, item_block) or (query_block, item_block, allowed); "
            f"got {type(given).__name__} of {len(given) if isinstance(given, tuple | list) else 'no'} parts."
        )
    query, item = _read_numbers(given[0], n_queries, "query"), _read_numbers(given[1], n_items, "item")
    if len(given) == 2:
        names, number = np.unique(np.concatenate([query, item]), return_inverse=True)
        same = sp.eye_array(names.size, dtype=np.bool_, format="csc")
        return Blocking(number[:n_queries], number[n_queries:], same)
    is_sparse: bool = sp.issparse(given[2])
    table: Any = given[2] if is_sparse else np.asarray(given[2])
    if table.ndim != 2:
        raise CallError(f"The allowed pairs of blocks must be a table of two dimensions; got {table.ndim}.")
    allowed = sp.csc_array(table, dtype=np.bool_, copy=True)
    allowed.sum_duplicates()
    allowed.eliminate_zeros()
    for kind, numbers, n_blocks in zip(("query", "item"), (query, item), allowed.shape, strict=True):
        if numbers.size and numbers.max() >= n_blocks:
            at = int(numbers.argmax())
            raise CallError(
                f"Blocks must have a line in the table of allowed pairs; {kind} {at} has block {numbers[at]} and the "
                f"table has {n_blocks} {kind} blocks; number them from 0 or enlarge the table."
            )
    return Blocking(query, item, allowed)


def _read_numbers(blocks: ArrayLike, n_rows: int, kind: str) -> Ints:
    numbers = np.asarray(blocks)
    if numbers.shape != (n_rows,):
        raise CallError(f"There must be one block for each {kind}: {n_rows}; got an array of shape {numbers.shape}.")
    if n_rows and not np.issubdtype(numbers.dtype, np.integer):
        raise CallError(f"Blocks must be whole numbers; those of the {kind} rows are {numbers.dtype}.")
    if n_rows and numbers.min() < 0:
        at = int(numbers.argmin())
        raise CallError(
            f"Blocks are numbered from 0; {kind} {at} has {numbers[at]}; give what is unknown a block of its own "
            "and say in the table of allowed pairs who may see it."
        )
    return numbers.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """The items of one chunk and who may see them.

    Attributes
    ----------
    item : ndarray of int64 or slice
        Rows of the items; ascending within a block.
    segment_ptr : ndarray of int64, shape (n_segments + 1,)
        Where each block begins in the chunk.
    chosen : ndarray of int64
        The queries that may see a block of it.
    rule : ndarray of int64
        The row of `allowed` for each of them.
    allowed : ndarray of bool, shape (n_rules, n_segments)
    """

    item: Ints | slice
    segment_ptr: Ints
    chosen: Ints
    rule: Ints
    allowed: NDArray[np.bool_]


def share_out(
    blocking: Blocking | None, n_queries: int, item_ptr: Ints, *, n_terms: int, chunk_items: int
) -> Iterator[Share]:
    """Cut the items into chunks, at the bounds of blocks where there are any.

    Parameters
    ----------
    blocking : Blocking or None
    n_queries : int
    item_ptr : ndarray of int, shape (n_items + 1,)
        Where each item's weights begin.
    n_terms : int
    chunk_items : int
        At most so many items a chunk.

    Yields
    ------
    share : Share
        Those that no query may see are left out.
    """
    n_items = item_ptr.size - 1
    if blocking is None:
        everyone = np.arange(n_queries)
        for start in range(0, n_items, chunk_items):
            stop = min(n_items, start + chunk_items)
            bounds = np.array([0, stop - start])
            yield Share(slice(start, stop), bounds, everyone, np.zeros_like(everyone), np.ones((1, 1), dtype=np.bool_))
        return
    order = np.argsort(blocking.item, kind="stable")
    block_ptr = np.searchsorted(blocking.item[order], np.arange(blocking.allowed.shape[1] + 1))
    by_block = np.argsort(blocking.query, kind="stable")
    query_ptr = np.searchsorted(blocking.query[by_block], np.arange(blocking.allowed.shape[0] + 1))
    fewest = max(_FEWEST_ITEMS, n_terms * n_items // (_TERMS_PER_WEIGHT * max(1, int(item_ptr[-1]))))
    seen = np.flatnonzero((np.diff(block_ptr) > 0) & (np.diff(blocking.allowed.indptr) > 0))
    for together in _group_blocks(np.diff(block_ptr)[seen], min(fewest, chunk_items)):
        names = seen[together]
        allowed, rules = _rules_of(blocking.allowed[:, names])
        counts = np.diff(query_ptr)[rules]
        chosen = by_block[_ranges(query_ptr[rules], counts)]
        rule = np.repeat(np.arange(rules.size), counts)
        members = order[_ranges(block_ptr[names], np.diff(block_ptr)[names])]
        bounds = np.concatenate([[0], np.cumsum(np.diff(block_ptr)[names])])
        for start in range(0, members.size if chosen.size else 0, chunk_items):
            part = members[start : start + chunk_items]
            yield Share(part, np.clip(bounds - start, 0, part.size), chosen, rule, allowed)


def _group_blocks(sizes: Ints, fewest: int) -> Iterator[slice]:
    """Put blocks together until there are enough items, or would be too many."""
    start, held = 0, 0
    for at, size in enumerate(sizes.tolist()):
        if held and (held >= fewest or held + size > MOST_ITEMS):
            yield slice(start, at)
            start, held = at, 0
        held += size
    if held:
        yield slice(start, sizes.size)


def _rules_of(columns: sp.csc_array) -> tuple[NDArray[np.bool_], Ints]:
    """Return the rows that hold something, dense, and their numbers."""
    rows, row = np.unique(columns.indices, return_inverse=True)
    dense = np.zeros((rows.size, columns.shape[1]), dtype=np.bool_)
    dense[row, np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))] = True
    return dense, rows.astype(np.int64)


def _ranges(first: Ints, counts: Ints) -> Ints:
    """Return the numbers first, first + 1 ... of each range, one after another."""
    ends = np.cumsum(counts)
    numbers: Ints = np.arange(ends[-1] if ends.size else 0) + np.repeat(first - (ends - counts), counts)
    return numbers
