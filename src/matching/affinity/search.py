"""Candidate search: for each need the partners that fit best by words, exactly, from a district's to a city's size."""

from typing import Any

import numpy as np
import scipy.sparse as sp

from matching.affinity.search_blocks import Blocks, read_blocks
from matching.affinity.search_chunks import search_chunks
from matching.affinity.search_plain import search_product
from matching.errors import CallError

# Products of a query's and an item's weight up to which SciPy is done before compiled loops are even loaded.
SMALL_WORK = 1_000_000
# How far the norm of a row may be from 1: single precision, and weights rounded on their way through a file.
_NORM_TOLERANCE = 1e-3


def top_candidates(queries: Any, items: Any, *, k: int, blocks: Blocks | None = None) -> sp.csr_array:
    """Return the k largest cosines of every query with the items it may see, exactly.

    Parameters
    ----------
    queries : sparse array of shape (n_queries, n_terms)
        Rows of norm 1, or empty.
    items : sparse array of shape (n_items, n_terms)
        Likewise.
    k : int
        At least 1.
    blocks : tuple, optional
        ``(query_block, item_block)``, whole numbers from 0, one a row: a query sees the items of the same number, say
        of its street or time window. With a third part, ``allowed``, a boolean or sparse array of shape
        (n_query_blocks, n_item_blocks), it sees the items whose pair of blocks is true: a street and those around it,
        the time windows that overlap, the licences that cover what is asked. What is unknown is a block too: the
        table says who may see it.

    Returns
    -------
    cosines : csr_array of shape (n_queries, n_items)
        At most k a row, columns ascending, in the wider float type of both matrices. Only cosines above 0 count: a
        pair that shares no word is no candidate, and a row may hold fewer than k.

    Raises
    ------
    CallError
        If widths differ, k or a block is not a number it may be, a weight is not finite or a row is not of norm 1.
    MissingExtraError
        If the work is large and Numba (the extra ``large``) is not installed.

    Notes
    -----
    A cosine is the sum of products in double precision, terms ascending, rounded once. Of equal cosines the lower
    column is kept. So the result depends only on the arrays: not on chunks, blocks' order or the number of machines.

    Small work is one product in SciPy. Large work goes through chunks of items as inverted indices; sums in single
    precision, without the terms that most items have, only rule out what cannot be among the best.

    References
    ----------
    H. Turtle, J. Flood, "Query evaluation: strategies and optimizations", Information Processing & Management 31
    (1995): leaving out terms whose greatest addition cannot matter.

    Examples
    --------
    >>> import numpy as np, scipy.sparse as sp
    >>> needs = sp.csr_array([[0.6, 0.8, 0.0]])
    >>> partners = sp.csr_array([[1.0, 0.0, 0.0], [0.0, 0.8, 0.6], [0.0, 0.0, 1.0]])
    >>> top_candidates(needs, partners, k=2).toarray().round(2)
    array([[0.6 , 0.64, 0.  ]])
    >>> top_candidates(needs, partners, k=2, blocks=([7], [7, 8, 7])).toarray()
    array([[0.6, 0. , 0. ]])
    """
    check_count(k, "k")
    asked, offered = read_rows(queries, "query"), read_rows(items, "item")
    check_widths(asked, offered)
    blocking = read_blocks(blocks, asked.shape[0], offered.shape[0])
    dtype = np.result_type(asked.dtype, offered.dtype)
    shape = (asked.shape[0], offered.shape[0])
    if count_products(asked, offered) <= SMALL_WORK:
        row, item, score = search_product(asked, offered, k=int(k), blocking=blocking, dtype=dtype)
    else:
        most = min(int(k), offered.shape[0])
        row, item, score = search_chunks(*_drop_unshared(asked, offered), k=most, blocking=blocking, dtype=dtype)
    ptr = np.zeros(shape[0] + 1, dtype=np.int64)
    np.cumsum(np.bincount(row, minlength=shape[0]), out=ptr[1:])
    return sp.csr_array((score.astype(dtype), item, ptr), shape=shape)


def check_count(count: Any, name: str) -> None:
    """Check a number of things.

    Parameters
    ----------
    count : int
    name : str
        What it is called in errors.

    Raises
    ------
    CallError
        If it is not a whole number of at least 1.
    """
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise CallError(f"{name} must be a whole number of at least 1; got {count!r}.")


def check_widths(queries: sp.csr_array, items: sp.csr_array) -> None:
    """Check that two tables speak of the same terms.

    Parameters
    ----------
    queries : csr_array of shape (n_queries, n_terms)
    items : csr_array of shape (n_items, n_terms)

    Raises
    ------
    CallError
        If they are not of equal width.
    """
    if queries.shape[1] != items.shape[1]:
        raise CallError(
            f"Queries and items must be of equal width; got {queries.shape[1]} and {items.shape[1]} terms; "
            "make both with the same vocabulary."
        )


def read_rows(rows: Any, kind: str) -> sp.csr_array:
    """Check rows of cosines and put their terms in order.

    Parameters
    ----------
    rows : sparse array of shape (n_rows, n_terms)
        Not changed.
    kind : str
        What a row is called in errors.

    Returns
    -------
    rows : csr_array
        Float, terms ascending, none twice; the arrays given where they are so already.

    Raises
    ------
    CallError
        If they are not a sparse table of real, finite rows of norm 1 or 0.
    """
    is_sparse: bool = sp.issparse(rows)
    if not is_sparse or rows.ndim != 2:
        raise CallError(f"The {kind} rows must be a sparse table of two dimensions; got {type(rows).__name__}.")
    if rows.dtype.kind not in "fiub":
        raise CallError(f"The {kind} rows must hold real numbers; got {rows.dtype}.")
    table: sp.csr_array = sp.csr_array(rows)
    if table.dtype not in (np.float32, np.float64):
        table = table.astype(np.float32 if table.dtype == np.float16 else np.float64)
    if not table.has_canonical_format:
        table = table.copy()
        table.sum_duplicates()
    _check_norms(table, kind)
    return table


def _check_norms(table: sp.csr_array, kind: str) -> None:
    rows_at_once = 100_000
    for start in range(0, table.shape[0], rows_at_once):
        part = table.indptr[start : start + rows_at_once + 1]
        weight = table.data[part[0] : part[-1]].astype(np.float64)
        # A prefix sum would lose digits: each row is summed by itself; rows that are empty have no place in reduceat.
        held = np.flatnonzero(np.diff(part))
        squares = np.add.reduceat(weight * weight, part[held] - part[0]) if held.size else np.zeros(0)
        is_zero = squares == 0.0
        wrong = np.flatnonzero(~(is_zero | (np.abs(np.sqrt(squares) - 1.0) <= _NORM_TOLERANCE)))
        if wrong.size:
            at = start + int(held[wrong[0]])
            raise CallError(
                f"Rows must be of norm 1 (or empty) for products to be cosines; {kind} {at} has norm "
                f"{np.sqrt(squares[wrong[0]]):.6g}; normalise both tables with sklearn.preprocessing.normalize."
            )


def count_products(queries: sp.csr_array, items: sp.csr_array) -> int:
    """Return how many products of two weights the full matrix product takes.

    Parameters
    ----------
    queries : csr_array of shape (n_queries, n_terms)
    items : csr_array of shape (n_items, n_terms)

    Returns
    -------
    products : int
    """
    if queries.shape[1] > max(2**16, 4 * items.indices.size):
        # Counting by term would take an entry for each of them.
        queries, items = _drop_unshared(queries, items)
    asked = np.bincount(queries.indices, minlength=queries.shape[1])
    offered = np.bincount(items.indices, minlength=queries.shape[1])
    return int(asked.astype(np.float64) @ offered.astype(np.float64))


def _drop_unshared(queries: sp.csr_array, items: sp.csr_array) -> tuple[sp.csr_array, sp.csr_array]:
    """Renumber terms where the vocabulary is much wider than what is used: an index has one entry a term."""
    if queries.shape[1] <= max(2**16, 4 * items.indices.size):
        return queries, items
    terms, number = np.unique(np.concatenate([queries.indices, items.indices]), return_inverse=True)
    asked, offered = number[: queries.indices.size], number[queries.indices.size :]
    return (
        sp.csr_array((queries.data, asked, queries.indptr), shape=(queries.shape[0], terms.size)),
        sp.csr_array((items.data, offered, items.indptr), shape=(items.shape[0], terms.size)),
    )
