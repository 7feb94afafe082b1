"""Short texts as rows of hashed character pairs: no vocabulary, no tokenizer, and a million texts in a second."""

from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import scipy.sparse as sp

from matching.affinity.search import check_count
from matching.affinity.search_state import Floats32, Ints, Ints32
from matching.affinity.text_pairs import Codes, fold_table, hash_pair
from matching.errors import CallError, MissingExtraError

# Characters up to which NumPy is done before compiled loops are even loaded.
SMALL_TEXT = 200_000
# Texts are laid out so many at a time: what lies beside the rows stays small.
_TEXTS_AT_ONCE = 200_000
N_TERMS = 2**17


def hash_texts(queries: Any, items: Any, *, n_terms: int = N_TERMS) -> tuple[sp.csr_array, sp.csr_array]:
    """Turn two lists of short texts into rows whose products are cosines.

    Parameters
    ----------
    queries : sequence of str, or ndarray of str, shape (n_queries,)
        What is asked for. An empty text has an empty row.
    items : sequence of str, or ndarray of str, shape (n_items,)
        What is offered; rarity is counted in these.
    n_terms : int, default=N_TERMS
        How many numbers pairs of characters are hashed to; two pairs that meet in one number count as the same.

    Returns
    -------
    asked : csr_array of float32, shape (n_queries, n_terms)
        Rows of norm 1, or empty; terms ascending.
    offered : csr_array of float32, shape (n_items, n_terms)

    Raises
    ------
    CallError
        If a text is none, or `n_terms` is not a whole number of at least 1.
    MissingExtraError
        If the texts are many and Numba (the extra ``large``) is not installed.

    Notes
    -----
    Pairs of neighbouring letters, digits or characters count, capitals as small letters and full-width forms as half-width
    ones; a pair never spans a space or a sign. A character that stands alone counts by itself. A pair seen ``c`` times weighs
    ``(1 + ln c) (1 + ln((1 + n) / (1 + d)))``, of ``n`` items ``d`` having it. Small and large lists give the same rows.

    References
    ----------
    K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009.

    Examples
    --------
    >>> asked, offered = hash_texts(["水管爆了"], ["修水管", "教书法"])
    >>> (asked @ offered.T).toarray().round(2)
    array([[0.3, 0. ]], dtype=float32)
    """
    check_count(n_terms, "n_terms")
    asked, offered = _count_pairs(queries, "query", int(n_terms)), _count_pairs(items, "item", int(n_terms))
    seen = np.bincount(offered.indices, minlength=int(n_terms))
    rarity = (1.0 + np.log((1.0 + offered.shape[0]) / (1.0 + seen))).astype(np.float32)
    for table in (asked, offered):
        _weigh(table, rarity)
    return asked, offered


def _weigh(table: sp.csr_array, rarity: Floats32) -> None:
    """Turn counts into weights of norm 1, in place and some rows at a time."""
    for start in range(0, table.shape[0], _TEXTS_AT_ONCE):
        ptr = table.indptr[start : start + _TEXTS_AT_ONCE + 1]
        here = slice(int(ptr[0]), int(ptr[-1]))
        weight = (1.0 + np.log(table.data[here])) * rarity[table.indices[here]]
        held = np.flatnonzero(np.diff(ptr))
        if held.size:
            norm = np.sqrt(np.add.reduceat(weight * weight, ptr[held] - ptr[0]))
            table.data[here] = weight / np.repeat(norm, np.diff(ptr)[held])


def _count_pairs(texts: Any, kind: str, n_terms: int) -> sp.csr_array:
    if isinstance(texts, str) or not isinstance(texts, Sequence | np.ndarray):
        raise CallError(f"The {kind} texts must be a list of texts; got {type(texts).__name__}.")
    if isinstance(texts, np.ndarray) and texts.ndim != 1:
        raise CallError(f"The {kind} texts must be a list of texts; got an array of {texts.ndim} dimensions.")
    parts = [_count_some(codes, length, n_terms) for codes, length in _lay_out(texts, kind)]
    if not parts:
        return sp.csr_array(np.zeros((0, n_terms), dtype=np.float32))
    size = np.concatenate([size for size, _, _ in parts])
    ptr = np.zeros(size.size + 1, dtype=np.int64)
    np.cumsum(size, out=ptr[1:])
    term, count = (np.concatenate([part[column] for part in parts]) for column in (1, 2))
    table = sp.csr_array((count, term, ptr.astype(sp.get_index_dtype(maxval=term.size))), shape=(size.size, n_terms))
    table.has_canonical_format = True
    return table


def _lay_out(texts: Any, kind: str) -> Iterator[tuple[Codes, Ints]]:
    """Yield the characters of some texts at a time as code points, with the length of each text."""
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some = texts[start : start + _TEXTS_AT_ONCE]
        if isinstance(some, np.ndarray) and some.dtype.kind == "U":
            width = some.dtype.itemsize // 4
            codes = np.ascontiguousarray(some).view(np.uint32).reshape(some.size, width)
            yield codes.ravel(), np.full(some.size, width)
            continue
        wrong = next((at for at, text in enumerate(some) if not isinstance(text, str)), None)
        if wrong is not None:
            raise CallError(
                f"Texts must be words; {kind} {start + wrong} is {some[wrong]!r}; give '' where nothing is said."
            )
        length = np.fromiter(map(len, some), dtype=np.int64, count=len(some))
        yield np.frombuffer("".join(some).encode("utf-32-le", "surrogatepass"), dtype=np.uint32), length


def _count_some(codes: Codes, length: Ints, n_terms: int) -> tuple[Ints, Ints32, Floats32]:
    """Return how many terms each text has, the terms, ascending within a text, and how often it has each."""
    size: Ints
    if codes.size > SMALL_TEXT:
        size, term, count = _load_loops().count_pairs(codes, length, fold_table(), n_terms)
        return size, term, count
    fold = fold_table()
    row = np.repeat(np.arange(length.size), length)
    plain = np.where(codes < fold.size, fold[np.minimum(codes, fold.size - 1)], codes).astype(np.uint64)
    starts = np.ones(codes.size, dtype=np.bool_)
    starts[1:] = (plain[:-1] == 0) | (row[1:] != row[:-1])
    ends = np.ones(codes.size, dtype=np.bool_)
    ends[:-1] = starts[1:] | (plain[1:] == 0)
    second = np.flatnonzero((plain != 0) & ~starts)
    alone = np.flatnonzero((plain != 0) & starts & ends)
    first_code = np.concatenate([plain[second - 1], np.zeros(alone.size, np.uint64)])
    key = row[np.concatenate([second, alone])] * n_terms
    key += hash_pair(first_code, plain[np.concatenate([second, alone])], np.uint64(n_terms)).astype(np.int64)
    held, count = np.unique(key, return_counts=True)
    size = np.bincount(held // n_terms, minlength=length.size)
    return size, (held % n_terms).astype(np.int32), count.astype(np.float32)


def _load_loops() -> ModuleType:
    try:
        # Numba takes seconds to load or compile and is an extra: short lists never come here.
        from matching.affinity import text_hash_kernel  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "So many texts are read by compiled loops and Numba is not installed; "
            "install the extra: pip install 'linli-matching[large]'."
        ) from error
    return text_hash_kernel
