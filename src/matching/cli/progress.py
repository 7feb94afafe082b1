"""Progress on anything that takes over a second, on a terminal only: scripts get none."""

import contextlib
from collections.abc import Callable, Iterator

from tqdm import tqdm


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[int, int, str], None]]:
    """Show how far a piece of work is.

    Yields
    ------
    progress : callable of (done, total, what)
        To be called as the work goes on; the bar appears after one second.
    """
    with tqdm(delay=1.0, disable=None, leave=False, unit="") as bar:

        def progress(done: int, total: int, what: str) -> None:
            bar.total = total
            bar.set_description(what, refresh=False)
            bar.update(done - bar.n)

        yield progress
