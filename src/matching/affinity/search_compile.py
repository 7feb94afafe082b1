"""Compile the loops of search and of walks once and keep the machine code, also where the package cannot be written to."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(function: Loop) -> Loop:
    """Compile a loop at its first call and cache the machine code on disk.

    The code is kept beside the module, or in the user's own cache where the installation is read-only
    (`NUMBA_CACHE_DIR` names another place). Where neither can be written the loop is compiled once per process.

    Parameters
    ----------
    function : callable
        A function of the subset of Python that Numba compiles.

    Returns
    -------
    loop : callable
        The same function, compiled when it is first called.
    """
    try:
        return cast("Loop", numba.njit(function, cache=True, nogil=True))
    except RuntimeError:
        # Numba found no place for its cache; the result is the same, only each process pays for compiling.
        return cast("Loop", numba.njit(function, nogil=True))
