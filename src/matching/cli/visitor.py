"""What a page does before its visitor comes: it gets ready, waits, and looks whether what it knows is still so."""

import datetime as dt
import os
from collections.abc import Callable

from matching.community import is_store
from matching.errors import MatchingError
from matching.records import CHINA
from matching.store import open_store

Stamp = tuple[int, dt.date] | None


def meet_visitor(
    get_ready: Callable[[], object],
    *,
    source: str,
    wait: Callable[[], object] | None = None,
    today: Callable[[], dt.date] | None = None,
) -> bool:
    """Get a page ready, wait for its visitor where it was started ahead, and get it ready again if anything changed.

    Nothing that is shown is from before the visit: what a kernel has read ahead is used only where the store says that
    nothing was written since and the day is still the same.

    Parameters
    ----------
    get_ready : callable
        Reads the data and makes what the page shows.
    source : str
        The store it reads; of anything else nothing is known, and it is always read again.
    wait : callable, optional
        Returns when the visitor is there; by default asks the server, where it started this kernel ahead.
    today : callable, optional
        Returns the day; that of China by default.

    Returns
    -------
    again : bool
        Whether it had to be got ready again.
    """
    wait = wait or _waiting()
    if wait is None:
        get_ready()
        return False
    today = today or (lambda: dt.datetime.now(CHINA).date())
    before = _stamp(source, today())
    try:
        get_ready()
    except Exception:  # noqa: BLE001 - done again when somebody is there to read what is wrong
        before = None
    wait()
    if before is not None and _stamp(source, today()) == before:
        return False
    get_ready()
    return True


def _waiting() -> Callable[[], object] | None:
    if os.environ.get("VOILA_PREHEAT") != "True":
        return None
    from voila.utils import wait_for_request  # noqa: PLC0415 - a kernel started for one visitor has nothing to wait for

    return wait_for_request  # type: ignore[no-any-return]


def _stamp(source: str, day: dt.date) -> Stamp:
    """Return what tells whether a store is still the same: its last write, and the day."""
    if not is_store(source):
        return None
    try:
        with open_store(source) as store:
            return max((batch.batch_id for batch in store.batches()), default=0), day
    except MatchingError:
        return None
