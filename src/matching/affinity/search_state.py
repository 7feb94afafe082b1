"""What a search holds while it runs: one chunk of items as an index, the queries asked of it, the best found so far."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Reals = NDArray[np.floating[Any]]

# Sums are looked through a line at a time: a whole number of vector registers, and of cache lines.
LINE = 32
# Places in a chunk are kept in 16 bits.
MOST_ITEMS = 65_536


class Chunk(NamedTuple):
    """Some items, as rows and as an inverted index.

    Attributes
    ----------
    ptr : ndarray of int64, shape (n_items + 1,)
        Row ``i`` of the items is ``ptr[i]:ptr[i + 1]`` of `term` and `weight`, terms ascending.
    term : ndarray of int32
    weight : ndarray of float
        In the type of the result.
    number : ndarray of int64, shape (n_items,)
        Ascending: what the caller calls each item.
    segment : ndarray of int32, shape (n_items,)
        To which of the blocks in this chunk an item belongs.
    segment_ptr : ndarray of int64, shape (n_segments + 1,)
        Where each of these blocks begins.
    post_ptr : ndarray of int64, shape (n_terms + 1,)
        Term ``t`` stands in ``post_ptr[t]:post_ptr[t + 1]`` of `post_item` and `post_weight`.
    post_item : ndarray of uint16
    post_weight : ndarray of float32
    heavy_norm : ndarray of float32, shape (n_items,)
        Euclidean norm of an item's weights on the heavy terms, rounded up.
    line_norm : ndarray of float32, shape (n_lines,)
        The greatest of these in a line.
    """

    ptr: Ints
    term: Ints32
    weight: Reals
    number: Ints
    segment: Ints32
    segment_ptr: Ints
    post_ptr: Ints
    post_item: NDArray[np.uint16]
    post_weight: Floats32
    heavy_norm: Floats32
    line_norm: Floats32


class Asked(NamedTuple):
    """The queries of one pass and which of them may see what of a chunk.

    Attributes
    ----------
    ptr : ndarray of int64, shape (n_queries + 1,)
    term : ndarray of int32
    weight : ndarray of float64
    chosen : ndarray of int64
        The queries that may see something of the chunk.
    rule : ndarray of int64
        The row of `allowed` that holds for each of the chosen.
    allowed : ndarray of bool, shape (n_rules, n_segments)
    """

    ptr: Ints
    term: Ints32
    weight: Floats
    chosen: Ints
    rule: Ints
    allowed: NDArray[np.bool_]


class Best(NamedTuple):
    """The best items found for each query: a binary heap a row, the worst on top.

    Attributes
    ----------
    score : ndarray of float64, shape (n_queries, k)
    item : ndarray of int64, shape (n_queries, k)
    size : ndarray of int64, shape (n_queries,)
    """

    score: Floats
    item: Ints
    size: Ints


class Bench(NamedTuple):
    """Scratch space, clean between queries.

    Attributes
    ----------
    sums : ndarray of float32, shape (n_lines, LINE)
        Running sums of products, by item of the chunk.
    bits : ndarray of int32, shape (n_lines, LINE)
        The same memory read as integers: positive floats keep their order, and integers are compared many at a time.
    peaks : ndarray of int32, shape (n_lines,)
    spread : ndarray of float64, shape (n_terms,)
        The query, spread out.
    seen : ndarray of int64, shape (n_items,)
        Stamp of the query that saw an item last.
    found : ndarray of int64, shape (n_items,)
        Items of the chunk that are to be scored.
    rounded : ndarray of float, shape (1,)
        Rounds a score to the type of the result.
    """

    sums: Floats32
    bits: Ints32
    peaks: Ints32
    spread: Floats
    seen: Ints
    found: Ints
    rounded: Reals


def open_best(n_queries: int, k: int) -> Best:
    """Allocate the best items of queries.

    Parameters
    ----------
    n_queries, k : int

    Returns
    -------
    best : Best
    """
    return Best(
        score=np.zeros((n_queries, k)),
        item=np.zeros((n_queries, k), dtype=np.int64),
        size=np.zeros(n_queries, dtype=np.int64),
    )


def open_bench(n_items: int, n_terms: int, dtype: np.dtype[Any]) -> Bench:
    """Allocate the scratch space for chunks of up to `n_items`.

    Parameters
    ----------
    n_items, n_terms : int
    dtype : dtype
        Of the result.

    Returns
    -------
    bench : Bench
    """
    n_lines = -(-n_items // LINE)
    sums = np.zeros((n_lines, LINE), dtype=np.float32)
    return Bench(
        sums=sums,
        bits=sums.view(np.int32),
        peaks=np.zeros(n_lines, dtype=np.int32),
        spread=np.zeros(n_terms),
        seen=np.full(n_items, -1, dtype=np.int64),
        found=np.zeros(n_items, dtype=np.int64),
        rounded=np.zeros(1, dtype=dtype),
    )
