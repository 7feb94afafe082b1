"""Candidate search for small work: one sparse product in SciPy, nothing compiled."""

from typing import Any

import numpy as np
import scipy.sparse as sp

from matching.affinity.search_blocks import Blocking
from matching.affinity.search_state import Floats, Ints


def search_product(
    queries: sp.csr_array, items: sp.csr_array, *, k: int, blocking: Blocking | None, dtype: np.dtype[Any]
) -> tuple[Ints, Ints, Floats]:
    """Return the best items of each query from the product of both matrices.

    Parameters
    ----------
    queries : csr_array of shape (n_queries, n_terms)
        Terms ascending, none twice in a row.
    items : csr_array of shape (n_items, n_terms)
        Likewise.
    k : int
    blocking : Blocking or None
    dtype : dtype
        Scores are rounded to it once.

    Returns
    -------
    row, item : ndarray of int64
        Pairs, by row and then by item.
    score : ndarray of float64
        Above 0.
    """
    # SciPy adds the terms of a row in their order, in double precision: as the compiled loops do.
    product = sp.csr_array(queries.astype(np.float64) @ items.astype(np.float64).T)
    row = np.repeat(np.arange(queries.shape[0], dtype=np.int64), np.diff(product.indptr))
    item = product.indices.astype(np.int64)
    score = product.data.astype(dtype).astype(np.float64)
    kept = score > 0.0
    if blocking is not None and row.size:
        kept &= np.asarray(sp.csr_array(blocking.allowed)[blocking.query[row], blocking.item[item]]).ravel()
    row, item, score = row[kept], item[kept], score[kept]
    order = np.lexsort((item, -score, row))
    place = np.arange(row.size) - np.searchsorted(row[order], row[order])
    best = np.sort(order[place < k])
    again = best[np.lexsort((item[best], row[best]))]
    return row[again], item[again], score[again]
