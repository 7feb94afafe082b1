"""The place where a sentence encoder may be plugged in: its promise, and what is done when it does not keep it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matching.errors import CallError


class Encoder(Protocol):
    """A sentence encoder that may be plugged in."""

    def encode(self, sentences: list[str], /) -> object:
        """Return one vector a sentence.

        Parameters
        ----------
        sentences : list of str
            What is to be encoded.

        Returns
        -------
        vectors : array-like of float, shape (n_sentences, n_dimensions)
        """
        ...


def encode_unit(encoder: Encoder, sentences: Sequence[str]) -> NDArray[np.float64]:
    """Encode sentences and bring every vector to length 1.

    Parameters
    ----------
    encoder : Encoder
        Any object with ``encode(list of str) -> array``.
    sentences : sequence of str
        At least one.

    Returns
    -------
    vectors : ndarray of shape (n_sentences, n_dimensions)
        A vector of zeros stays one.

    Raises
    ------
    CallError
        If the encoder returns no numbers, an array of another shape, or numbers that are not finite.
    """
    answer = encoder.encode(list(sentences))
    try:
        vectors = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CallError(
            f"An encoder must return an array of numbers of shape (n_sentences, n_dimensions); got {type(answer).__name__}."
        ) from error
    if vectors.ndim != 2 or len(vectors) != len(sentences) or not vectors.shape[1]:
        raise CallError(
            f"An encoder must return an array of shape (n_sentences, n_dimensions); for {len(sentences)} sentences it "
            f"returned shape {vectors.shape}."
        )
    if not np.isfinite(vectors).all():
        row = int(np.flatnonzero(~np.isfinite(vectors).all(axis=1))[0])
        raise CallError(
            f"An encoder must return finite numbers; sentence {row} ({sentences[row][:20]!r}) got NaN or infinity. "
            "Leave out empty sentences or repair the encoder."
        )
    return unit_vectors(vectors)


def unit_vectors(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring every row to length 1.

    Parameters
    ----------
    vectors : ndarray of shape (n, d)
        Finite numbers.

    Returns
    -------
    rows : ndarray of shape (n, d)
        A row of zeros stays one.
    """
    length = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    return np.asarray(vectors / np.where(length > 0, length, 1.0), dtype=np.float64)
