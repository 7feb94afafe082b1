"""What a categorizer is called with: texts and labels, checked once."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.errors import CallError


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124  NaN is not equal to itself


def read_texts(texts: object, name: str, *, skip_missing: bool = False) -> list[str]:
    """Check that these are texts.

    Parameters
    ----------
    texts : object
        A list, an array or a column of a table.
    name : str
        What the caller calls them.
    skip_missing : bool, default=False
        Pass over None and NaN.

    Returns
    -------
    texts : list of str

    Raises
    ------
    CallError
        If it is one single text, or a member is missing or is no text.
    """
    if isinstance(texts, str | bytes):
        raise CallError(f"{name} is a list of texts · got one text, {texts[:20]!r} · put it into a list.")
    if not isinstance(texts, Iterable):
        raise CallError(f"{name} is a list of texts · got {type(texts).__name__} · give a list of str.")
    read = []
    for position, text in enumerate(texts):
        if isinstance(text, str):
            read.append(str(text))
        elif not (skip_missing and _is_missing(text)):
            raise CallError(
                f"{name} holds texts only · {name}[{position}] is {text!r} · leave it out or write '' where nothing was said."
            )
    return read


def read_labels(labels: ArrayLike, count: int) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Check labels and number them.

    Parameters
    ----------
    labels : array-like of shape (n_texts,)
        All str or all int.
    count : int
        How many texts there are.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        Sorted.
    codes : ndarray of shape (n_texts,)
        For each text the index of its class.

    Raises
    ------
    CallError
        If the numbers differ, a label is missing or of another kind, or all are the same.
    """
    given = np.asarray(labels, dtype=object)
    if given.shape != (count,):
        raise CallError(
            f"Each text has one label · got {count} texts and labels of shape {given.shape} · give one label a text, in the same order."
        )
    if not count:
        raise CallError("Learning needs at least two different labels · got no text at all · give labelled texts.")
    kinds = {
        str if isinstance(label, str) else int if isinstance(label, int | np.integer) else type(label)
        for label in given
    }
    if kinds not in ({str}, {int}):
        at = next((i for i, label in enumerate(given) if not isinstance(label, str | int | np.integer)), 0)
        raise CallError(
            f"Labels are all texts or all whole numbers · labels[{at}] is {given[at]!r} among {sorted(kind.__name__ for kind in kinds)}"
            " · leave out the texts without a label."
        )
    classes, codes = np.unique(given.astype(kinds.pop()), return_inverse=True)
    if len(classes) < 2:
        raise CallError(
            f"Learning needs at least two different labels · all {count} are {classes[0]!r} · add texts of another category."
        )
    return classes, np.asarray(codes, dtype=np.intp)
