"""The place where a sentence encoder may be plugged in: its promise, and what is done when it does not keep it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matching.errors import CallError

ENCODED_AT_ONCE = 512
"""Texts handed to an encoder at once: bounds its memory."""


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


class Remembering:
    """An encoder that is asked of each text once, whoever asks.

    Parameters
    ----------
    encoder : Encoder
        Any object with ``encode(list of str) -> array``.

    Raises
    ------
    CallError
        If it is no encoder.

    Examples
    --------
    >>> class Lengths:
    ...     def encode(self, sentences):
    ...         return [[len(each), 1] for each in sentences]
    >>> Remembering(Lengths()).encode(["", "灯", "灯"])
    array([[0.        , 1.        ],
           [0.70710678, 0.70710678],
           [0.70710678, 0.70710678]])
    """

    def __init__(self, encoder: Encoder) -> None:
        if isinstance(encoder, str | bytes) or not callable(getattr(encoder, "encode", None)):
            raise CallError(
                f"An encoder has a method encode(list of str) -> array · got {type(encoder).__name__} · give an object that has it."
            )
        self.encoder = encoder
        self._known: dict[str, NDArray[np.float64]] = {}

    def encode(self, sentences: Sequence[str], /) -> NDArray[np.float64]:
        """Return one vector of length 1 a sentence.

        Parameters
        ----------
        sentences : sequence of str
            Those met before are not encoded again.

        Returns
        -------
        vectors : ndarray of float, shape (n_sentences, n_dimensions)
            Of shape (0, 0) for no sentence.

        Raises
        ------
        CallError
            If the encoder breaks its promise, or has changed the number of dimensions.
        """
        fresh = [each for each in dict.fromkeys(sentences) if each not in self._known]
        for start in range(0, len(fresh), ENCODED_AT_ONCE):
            block = fresh[start : start + ENCODED_AT_ONCE]
            vectors = encode_unit(self.encoder, block)
            width = next(iter(self._known.values()), vectors[0]).size
            if vectors.shape[1] != width:
                raise CallError(
                    f"An encoder must return as many dimensions each time · got {vectors.shape[1]} after {width} · use one model."
                )
            self._known.update(zip(block, vectors, strict=True))
        return np.array([self._known[each] for each in sentences]) if len(sentences) else np.zeros((0, 0))


def remember(encoder: Encoder) -> Remembering:
    """Return an encoder that is asked of each text once.

    Parameters
    ----------
    encoder : Encoder
        Any object with ``encode(list of str) -> array``; one that remembers already is returned as it is, so that whoever scores
        again and again may keep one.

    Returns
    -------
    remembering : Remembering

    Raises
    ------
    CallError
        If it is no encoder.
    """
    return encoder if isinstance(encoder, Remembering) else Remembering(encoder)


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
