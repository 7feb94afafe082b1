"""What a page does before its visitor comes: it gets ready, waits, and looks whether what it knows is still so."""

import datetime as dt
import os
import time
from collections.abc import Callable

from matching.community import is_store
from matching.errors import MatchingError
from matching.records import CHINA
from matching.store import open_store

ASKED_AGAIN_AFTER = 0.5
ASKED_ANEW_AFTER = 120
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
    return _wait_for_visitor if os.environ.get("VOILA_PREHEAT") == "True" else None


def _wait_for_visitor() -> None:
    """Return when the server says that a visitor has come, and not before: not where it is slow, or not up yet."""
    from websockets.exceptions import WebSocketException  # noqa: PLC0415 - a kernel started for one visitor waits for nobody
    from websockets.sync.client import connect  # noqa: PLC0415

    told = os.environ
    server = f"{told.get('VOILA_APP_IP', '127.0.0.1')}:{told['VOILA_APP_PORT']}{told.get('VOILA_SERVER_URL', '/')}"
    while True:
        try:
            with connect(f"ws://{server}voila/query/{told['VOILA_KERNEL_ID']}", open_timeout=60, proxy=None) as line:
                line.recv(timeout=ASKED_ANEW_AFTER)
                return
        except (OSError, WebSocketException):  # a timeout among them: the server may have lost who is waiting
            time.sleep(ASKED_AGAIN_AFTER)


def _stamp(source: str, day: dt.date) -> Stamp:
    """Return what tells whether a store is still the same: its last write, and the day."""
    if not is_store(source):
        return None
    try:
        with open_store(source) as store:
            return max((batch.batch_id for batch in store.batches()), default=0), day
    except MatchingError:
        return None
