"""The collector of cycles at rest while hundreds of thousands of values are made that hold none."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the collector of cycles from looking at many new values, which hold no cycles, again and again.

    Yields
    ------
    nothing : None
        Afterwards the collector is on if it was on before.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
