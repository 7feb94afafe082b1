"""Where a store is: a path, or the URL of a database."""

import importlib.util
import re
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from matching.errors import MissingExtraError, StoreError

_SCHEME = re.compile(r"[a-z][a-z0-9+_]*://", re.IGNORECASE)
_POSTGRES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


def read_address(url_or_path: str | Path | URL) -> URL:
    """Return the database URL that a path or a URL stands for.

    Parameters
    ----------
    url_or_path : str, Path or URL
        A path of a SQLite file, ``sqlite:///…`` or ``postgresql+psycopg://…``.

    Returns
    -------
    url : URL
        Of SQLite or of PostgreSQL through psycopg.

    Raises
    ------
    StoreError
        If it is neither.
    MissingExtraError
        If it is PostgreSQL and psycopg is not installed.

    Examples
    --------
    >>> read_address("district.db").database
    'district.db'
    >>> read_address("postgresql://anna:secret@host/district").drivername
    'postgresql+psycopg'
    """
    if isinstance(url_or_path, URL):
        return url_or_path
    text = str(url_or_path)
    if isinstance(url_or_path, Path) or not _SCHEME.match(text):
        return _file_address(text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreError("A store's URL must read sqlite:///path or postgresql+psycopg://user@host/name.") from error
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _file_address(url.database or "")
    if url.drivername not in _POSTGRES:
        raise StoreError(
            f"A store is kept by sqlite:// or postgresql+psycopg://; got {url.drivername}://. Use one of the two."
        )
    if importlib.util.find_spec("psycopg") is None:
        raise MissingExtraError(
            "A PostgreSQL store needs psycopg, which is not installed. Run: pip install 'linli-matching[postgres]'"
        )
    return url.set(drivername="postgresql+psycopg")


def show_address(url: URL) -> str:
    """Return a URL for people: no password, and a plain path for a file.

    Parameters
    ----------
    url : URL
        Of the database.

    Returns
    -------
    shown : str
    """
    return file_of(url).as_posix() if is_file(url) else url.render_as_string(hide_password=True)


def is_file(url: URL) -> bool:
    """Return whether the database is a SQLite file.

    Parameters
    ----------
    url : URL
        Of the database.

    Returns
    -------
    kept_in_a_file : bool
    """
    return url.get_backend_name() == "sqlite"


def file_of(url: URL) -> Path:
    """Return the path of a SQLite file.

    Parameters
    ----------
    url : URL
        Of a SQLite database.

    Returns
    -------
    path : Path
    """
    return Path(url.database or "")


def _file_address(path: str) -> URL:
    if path in {"", ":memory:"} or path.startswith("file:"):
        raise StoreError(f"A store is a file that outlives the program; got {path!r}. Give a path such as district.db.")
    if "\0" in path:
        raise StoreError(f"A path holds no NUL character; got {path!r}.")
    return URL.create("sqlite+pysqlite", database=path)
