"""Candidate search over blocks of needs: each task searches all partners, in files that workers share, for some needs."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import scipy.sparse as sp

from matching.affinity import search, search_blocks
from matching.errors import MissingExtraError
from matching.scale.shelf import map_table, put_table

# Enough needs that indexing the partners anew for each task does not weigh.
NEEDS_A_TASK = 10_000


def top_candidates(
    queries: Any,
    items: Any,
    *,
    k: int,
    blocks: search_blocks.Blocks | None = None,
    client: Any = None,
    folder: str | Path | None = None,
    needs_a_task: int = NEEDS_A_TASK,
) -> sp.csr_array:
    """Return the k largest cosines of every query with the items it may see: as `affinity`'s, on many processes.

    Parameters
    ----------
    queries : sparse array of shape (n_queries, n_terms)
        Rows of norm 1, or empty.
    items : sparse array of shape (n_items, n_terms)
        Likewise.
    k : int
        At least 1.
    blocks : tuple, optional
        As for `matching.affinity.top_candidates`.
    client : distributed.Client, optional
        Connected to the cluster; by default worker processes on this machine, one a core, reached at 127.0.0.1 only
        and ended with the call.
    folder : path, optional
        An existing folder that all workers see under the same name, on one machine or a shared disk; by default the
        place for temporary files. The tables lie there in a folder of their own until the call ends.
    needs_a_task : int, default=NEEDS_A_TASK
        Queries a task; the result does not depend on it.

    Returns
    -------
    cosines : csr_array of shape (n_queries, n_items)
        The same, to the last bit, as `matching.affinity.top_candidates` returns.

    Raises
    ------
    CallError
        If an argument is not what it may be.
    MissingExtraError
        If Dask or Numba (the extra ``scale``) is not installed.

    Notes
    -----
    Work is split by query and never by item: only a query that sees all its items knows early what it may skip. A task
    names files and a range of queries, so a task whose worker is killed is done again elsewhere. Workers hold the pages
    they use of the mapped tables, which the machine's processes share.
    """
    distributed = _load_dask()
    search.check_count(k, "k")
    search.check_count(needs_a_task, "needs_a_task")
    asked, offered = search.read_rows(queries, "query"), search.read_rows(items, "item")
    search.check_widths(asked, offered)
    blocking = search_blocks.read_blocks(blocks, asked.shape[0], offered.shape[0])
    if asked.shape[0] == 0:
        return search.top_candidates(asked, offered, k=k, blocks=blocks)
    with (
        tempfile.TemporaryDirectory(prefix="matching-", dir=folder) as place,
        _connect(distributed, client) as connected,
    ):
        shelf = Path(place)
        put_table(asked, shelf, "queries")
        put_table(offered, shelf, "items")
        if blocking is not None:
            np.save(shelf / "query_block.npy", blocking.query)
            np.save(shelf / "item_block.npy", blocking.item)
            put_table(sp.csr_array(blocking.allowed), shelf, "allowed")
        starts = range(0, asked.shape[0], int(needs_a_task))
        stops = [min(asked.shape[0], start + int(needs_a_task)) for start in starts]
        futures = connected.map(
            _search_some, starts, stops, folder=str(shelf), k=int(k), is_blocked=blocking is not None, pure=False
        )
        parts = connected.gather(futures)
    return _stack_rows(parts, asked.shape[0], offered.shape[0])


def _search_some(start: int, stop: int, *, folder: str, k: int, is_blocked: bool) -> sp.csr_array:
    """Search for the queries of one task; on a worker."""
    shelf = Path(folder)
    some, items = map_table(shelf, "queries")[start:stop], map_table(shelf, "items")
    blocks: search_blocks.Blocks | None = None
    if is_blocked:
        query_block = np.load(shelf / "query_block.npy", mmap_mode="r")[start:stop]
        blocks = query_block, np.load(shelf / "item_block.npy", mmap_mode="r"), map_table(shelf, "allowed")
    return search.top_candidates(some, items, k=k, blocks=blocks)


def _stack_rows(parts: list[sp.csr_array], n_queries: int, n_items: int) -> sp.csr_array:
    ptr = np.zeros(n_queries + 1, dtype=np.int64)
    np.cumsum(np.concatenate([np.diff(part.indptr) for part in parts]), out=ptr[1:])
    data, item = (np.concatenate([getattr(part, name) for part in parts]) for name in ("data", "indices"))
    return sp.csr_array((data, item, ptr), shape=(n_queries, n_items))


@contextlib.contextmanager
def _connect(distributed: ModuleType, client: Any) -> Iterator[Any]:
    """Give the caller's client, or one of worker processes on this machine for as long as it is needed."""
    if client is not None:
        yield client
        return
    with (
        distributed.LocalCluster(
            host="127.0.0.1", threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
        ) as cluster,
        distributed.Client(cluster) as own,
    ):
        yield own


def _load_dask() -> ModuleType:
    try:
        # Dask takes a second to load and is an extra.
        import distributed  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "Work is spread over processes by Dask, which is not installed; "
            "install the extra: pip install 'linli-matching[scale]'."
        ) from error
    return distributed
