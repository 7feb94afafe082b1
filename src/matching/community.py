"""Opens whatever a district keeps its records in as one `Community`."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from matching import roster, store
from matching.records import Community

STORE_SUFFIXES = frozenset({".db", ".sqlite", ".sqlite3"})

Progress = Callable[[int, int, str], None]


def is_store(source: str | Path) -> bool:
    """Return whether a source names a store rather than files.

    Parameters
    ----------
    source : str or Path
        A path, or a database URL.

    Returns
    -------
    named : bool
        True for a URL, and for a path that ends in ``.db``, ``.sqlite`` or ``.sqlite3``.
    """
    return "://" in str(source) or Path(source).suffix.lower() in STORE_SUFFIXES


def read_community(
    source: str | Path,
    *,
    as_of: dt.datetime | None = None,
    stated_year: int | None = None,
    progress: Progress | None = None,
) -> Community:
    """Read a district from a workbook, a folder of workbooks and CSV files, or a store.

    Parameters
    ----------
    source : str or Path
        A ``.xlsx``, ``.xls`` or ``.csv`` file, a folder of them, a SQLite file (``.db``) or a database URL.
    as_of : datetime, optional
        With an offset. A store is read as it was then; files know only now.
    stated_year : int, optional
        The year meant by dates that name none, such as ``7月3日``.
    progress : callable of (done, total, what), optional
        Called as files are read.

    Returns
    -------
    community : Community
        `community.problems` names every odd cell; good rows are loaded all the same.

    Raises
    ------
    UnreadableFileError
        If a file cannot be opened or holds no register.
    StoreError
        If the store cannot be opened.
    """
    if is_store(source):
        with store.open_store(source) as opened:
            return opened.load_community(as_of=as_of)
    return roster.read_files(source, stated_year=stated_year, progress=progress)
