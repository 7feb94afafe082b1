"""What counts as a pair of characters and which number it has: one definition for whole arrays and compiled loops."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]


def hash_pair(first: Any, second: Any, n_terms: Any) -> Any:
    """Return the term of a pair of characters.

    Parameters
    ----------
    first, second : ndarray of uint64
        Code points; `first` is 0 for a character that stands alone.
    n_terms : uint64

    Returns
    -------
    term : ndarray of uint64, below `n_terms`
    """
    mask = np.uint64(0xFFFFFFFF)
    mixed = (first * np.uint64(73_856_093) ^ second * np.uint64(19_349_663)) & mask
    mixed = ((mixed ^ (mixed >> np.uint64(15))) * np.uint64(739_982_445)) & mask
    return (mixed ^ (mixed >> np.uint64(13))) % n_terms


def fold_table() -> Codes:
    """Return what each code point of the basic plane counts as: 0 for spaces and signs.

    Returns
    -------
    fold : ndarray of uint32, shape (65536,)
    """
    fold = np.zeros(2**16, dtype=np.uint32)
    fold[0x80:] = np.arange(0x80, 2**16)
    # General punctuation, signs of Chinese, Japanese and Korean, and the full-width forms of ASCII.
    for first, last in ((0x80, 0xBF), (0x2000, 0x206F), (0x3000, 0x303F), (0xFF00, 0xFFEF)):
        fold[first : last + 1] = 0
    for ends in ("09", "az", "AZ"):
        codes = np.arange(ord(ends[0]), ord(ends[1]) + 1)
        small = np.where(codes < ord("a"), codes + 32 * (codes >= ord("A")), codes)
        fold[codes] = fold[codes + 0xFEE0] = small
    return fold
