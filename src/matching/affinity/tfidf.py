"""Texts as vectors: how often a token stands in a text, weighted by how rare it is among all of them.

The same numbers as scikit-learn's ``TfidfVectorizer(sublinear_tf=True)``, which would take two thirds of a second to be loaded
in every new kernel.
"""

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matching.errors import CallError

Analyzer = Callable[[str], Iterable[str]]


def character_runs(least: int, most: int) -> Analyzer:
    """Return what cuts a text into runs of characters.

    Parameters
    ----------
    least, most : int
        Shortest and longest run.

    Returns
    -------
    analyzer : callable of str to iterable of str

    Examples
    --------
    >>> list(character_runs(2, 3)("修路灯"))
    ['修路', '路灯', '修路灯']
    """
    return functools.partial(_runs, least=least, most=most)


def _runs(text: str, *, least: int, most: int) -> Iterator[str]:
    text = " ".join(text.split()) if any(map(str.isspace, text)) else text
    for length in range(least, most + 1):
        yield from (text[at : at + length] for at in range(len(text) - length + 1))


class TextVectors:
    """Learns from some texts how rare each token is, and turns texts into vectors of length 1.

    Parameters
    ----------
    analyzer : callable of str to iterable of str
        Cuts a text into tokens.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._columns: dict[str, int] = {}
        self._rarity: NDArray[np.float64] = np.zeros(0)

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn the tokens of some texts.

        Parameters
        ----------
        texts : sequence of str, length n_texts
            Any.

        Returns
        -------
        vectors : TextVectors
            Itself.

        Raises
        ------
        CallError
            If no text holds a token.
        """
        self.fit_transform(texts)
        return self

    def fit_transform(self, texts: Sequence[str]) -> sp.csr_array:
        """Learn the tokens of some texts and return their vectors.

        Parameters
        ----------
        texts : sequence of str, length n_texts
            Any.

        Returns
        -------
        rows : csr_array of shape (n_texts, n_tokens)
            Of length 1; columns in the order of the tokens.

        Raises
        ------
        CallError
            If no text holds a token.
        """
        seen: dict[str, int] = {}
        at: list[int] = []
        ends = [0]
        for text in texts:
            at.extend([seen.setdefault(token, len(seen)) for token in self._analyzer(text)])
            ends.append(len(at))
        if not seen:
            raise CallError(f"There is no token in any of {len(texts)} texts: nothing can be learnt from them.")
        tokens = sorted(seen)
        self._columns = {token: column for column, token in enumerate(tokens)}
        moved = np.empty(len(tokens), dtype=np.int64)
        moved[[seen[token] for token in tokens]] = np.arange(len(tokens))
        counts = _counted(np.array(at, dtype=np.int64), np.array(ends), len(tokens))
        # within a row tokens stay in the order in which they were first met, so that sums come out as they always have
        counts = sp.csr_array((counts.data, moved[counts.indices], counts.indptr), shape=counts.shape)
        held_by = np.bincount(counts.indices, minlength=len(tokens))
        self._rarity = np.log((1 + len(texts)) / (1 + held_by)) + 1.0
        return self._weighted(counts)

    def transform(self, texts: Iterable[str]) -> sp.csr_array:
        """Return the vectors of texts.

        Parameters
        ----------
        texts : iterable of str
            Tokens that were not learnt are left out.

        Returns
        -------
        rows : csr_array of shape (n_texts, n_tokens)
        """
        at: list[int] = []
        ends = [0]
        for text in texts:
            found = map(self._columns.get, self._analyzer(text))
            at.extend(itertools.filterfalse(lambda column: column is None, found))  # type: ignore[arg-type]
            ends.append(len(at))
        return self._weighted(_counted(np.array(at, dtype=np.int64), np.array(ends), len(self._columns)))

    def _weighted(self, counts: sp.csr_array) -> sp.csr_array:
        values = (np.log(counts.data) + 1.0) * self._rarity[counts.indices]
        return unit_rows(sp.csr_array((values, counts.indices, counts.indptr), shape=counts.shape))


def unit_rows(rows: sp.csr_array) -> sp.csr_array:
    """Return rows divided by their lengths; empty rows stay empty.

    Parameters
    ----------
    rows : csr_array of shape (n_rows, n_columns)
        Any.

    Returns
    -------
    rows : csr_array of shape (n_rows, n_columns)
    """
    owner = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    length = np.sqrt(np.bincount(owner, weights=rows.data**2, minlength=rows.shape[0]))
    return sp.csr_array((rows.data / np.where(length > 0, length, 1.0)[owner], rows.indices, rows.indptr), rows.shape)


def _counted(columns: NDArray[np.int64], ends: NDArray[np.int64], width: int) -> sp.csr_array:
    counts = sp.csr_array((np.ones(columns.size), columns, ends), shape=(ends.size - 1, width))
    counts.sum_duplicates()
    return counts
