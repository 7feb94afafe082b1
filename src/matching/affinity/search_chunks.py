"""Candidate search for large work: compiled loops over chunks of items, in a bounded amount of memory."""

from types import ModuleType
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matching.affinity.search_blocks import Blocking, Share, share_out
from matching.affinity.search_state import LINE, Asked, Best, Chunk, Floats, Ints, open_bench, open_best
from matching.errors import MissingExtraError

# Sums of so many items stay in a processor's second cache beside the query.
CHUNK_ITEMS = 32_768
# Terms that more than this share of the items have are left out of the sums where they cannot matter.
HEAVY_SHARE = 0.05
# Bytes for the best pairs found so far; with more queries than fit, the items are gone through again.
BEST_BYTES = 128 * 2**20


def search_chunks(
    queries: sp.csr_array,
    items: sp.csr_array,
    *,
    k: int,
    blocking: Blocking | None,
    dtype: np.dtype[Any],
    chunk_items: int = CHUNK_ITEMS,
) -> tuple[Ints, Ints, Floats]:
    """Return the best items of each query, chunk by chunk of an inverted index.

    Parameters
    ----------
    queries : csr_array of shape (n_queries, n_terms)
        Terms ascending, none twice in a row.
    items : csr_array of shape (n_items, n_terms)
        Likewise; may be memory-mapped.
    k : int
    blocking : Blocking or None
    dtype : dtype
        Scores are rounded to it once.
    chunk_items : int, default=CHUNK_ITEMS
        Items a chunk; the result does not depend on it.

    Returns
    -------
    row, item : ndarray of int64
        Pairs, by row and then by item.
    score : ndarray of float64
        Above 0.

    Raises
    ------
    MissingExtraError
        If Numba (the extra ``large``) is not installed.
    """
    loops = _load_loops()
    batch = max(1, BEST_BYTES // (16 * k))
    parts = []
    for start in range(0, queries.shape[0], batch):
        stop = min(queries.shape[0], start + batch)
        part = None if blocking is None else Blocking(blocking.query[start:stop], blocking.item, blocking.allowed)
        best = _search_batch(loops, queries[start:stop], items, open_best(stop - start, k), part, dtype, chunk_items)
        parts.append(_list_pairs(best, start))
    row, item, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    return row, item, score


def _search_batch(
    loops: ModuleType,
    queries: sp.csr_array,
    items: sp.csr_array,
    best: Best,
    blocking: Blocking | None,
    dtype: np.dtype[Any],
    chunk_items: int,
) -> Best:
    n_items, n_terms = items.shape
    is_heavy = np.bincount(items.indices, minlength=n_terms) > HEAVY_SHARE * n_items
    bench = open_bench(min(n_items, chunk_items), n_terms, dtype)
    ptr = queries.indptr.astype(np.int64)
    term, weight = queries.indices.astype(np.int32), queries.data.astype(np.float64)
    post_ptr, item_ptr = np.zeros(n_terms + 1, dtype=np.int64), items.indptr.astype(np.int64)
    for share in share_out(blocking, best.size.size, item_ptr, n_terms=n_terms, chunk_items=chunk_items):
        chunk = _take_chunk(items, share, post_ptr, dtype)
        loops.index_chunk(chunk, bench, is_heavy)
        loops.search_chunk(
            chunk, Asked(ptr, term, weight, share.chosen, share.rule, share.allowed), best, bench, is_heavy
        )
    return best


def _take_chunk(items: sp.csr_array, share: Share, post_ptr: Ints, dtype: np.dtype[Any]) -> Chunk:
    rows = items[share.item]
    n_items, n_weights = rows.shape[0], rows.indices.size
    if isinstance(share.item, slice):
        number = np.arange(share.item.start, share.item.stop, dtype=np.int64)
    else:
        number = share.item
    segment = np.repeat(np.arange(share.segment_ptr.size - 1, dtype=np.int32), np.diff(share.segment_ptr))
    return Chunk(
        ptr=rows.indptr.astype(np.int64),
        term=rows.indices.astype(np.int32),
        weight=rows.data.astype(dtype),
        number=number,
        segment=segment,
        segment_ptr=share.segment_ptr.astype(np.int64),
        post_ptr=post_ptr,
        post_item=np.empty(n_weights, dtype=np.uint16),
        post_weight=np.empty(n_weights, dtype=np.float32),
        heavy_norm=np.zeros(n_items, dtype=np.float32),
        line_norm=np.zeros(-(-n_items // LINE), dtype=np.float32),
    )


def _list_pairs(best: Best, first: int) -> tuple[Ints, Ints, Floats]:
    """Return the pairs of a batch by row and then by item."""
    is_held: NDArray[np.bool_] = np.arange(best.score.shape[1]) < best.size[:, None]
    # Rows are short: sorting each by itself is faster than all pairs at once. What is not held goes to the end.
    order = np.argsort(np.where(is_held, best.item, np.iinfo(np.int64).max), axis=1)
    row = np.repeat(np.arange(first, first + best.size.size), best.size)
    return row, np.take_along_axis(best.item, order, 1)[is_held], np.take_along_axis(best.score, order, 1)[is_held]


def _load_loops() -> ModuleType:
    try:
        # Numba takes seconds to load or compile and is an extra: small work never comes here.
        from matching.affinity import search_kernel  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "A search this large is done by compiled loops and Numba is not installed; "
            "install the extra: pip install 'linli-matching[large]'."
        ) from error
    return search_kernel
