"""Finding, creating and bringing up to date the database behind a store."""

import contextlib
import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.engine import URL

from matching.errors import StoreError
from matching.store.address import file_of, is_file, read_address, show_address
from matching.store.engine import make_engine, reading, shaping, use_write_ahead_log
from matching.store.migrate import check_revision, migrate_up, read_revision
from matching.store.migrations import HEAD
from matching.store.schema import store_schema

MANIFEST = "backup_manifest"
"""The table that a backup has and a store has not."""


def open_database(url_or_path: str | Path | URL, *, create: bool = False, migrate: bool = False) -> Engine:
    """Return an engine on a store whose tables are up to date.

    Parameters
    ----------
    url_or_path : str, Path or URL
        Where the store is.
    create : bool, default=False
        Whether to make it where there is none.
    migrate : bool, default=False
        Whether to bring an older one up to date.

    Returns
    -------
    engine : Engine

    Raises
    ------
    StoreError
        If there is no store, or it is older or newer than this program, or something else is in its place.
    """
    url = read_address(url_or_path)
    if is_file(url):
        _prepare_file(url, create=create)
    engine = make_engine(url)
    try:
        with reading(engine) as connection:
            revision, is_copy = read_revision(connection), inspect(connection).has_table(MANIFEST)
        if is_copy:
            _check_copy(revision, show_address(url))
            _forbid_writing(engine)
            return engine
        if (create and revision is None) or (migrate and revision is not None):
            bring_up_to_date(engine)
            with reading(engine) as connection:
                revision = read_revision(connection)
        check_revision(revision, address=show_address(url))
        use_write_ahead_log(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def bring_up_to_date(engine: Engine) -> None:
    """Create the tables of a store, or take the steps that it has not had yet.

    Parameters
    ----------
    engine : Engine
        Of the database.

    Raises
    ------
    StoreError
        If tables of other programs are in the way.
    """
    use_write_ahead_log(engine)
    with shaping(engine) as connection:
        if read_revision(connection) is None:
            _refuse_strangers(connection, show_address(engine.url))
        migrate_up(connection)


def is_backup(engine: Engine) -> bool:
    """Return whether a database is a backup, which is read and never written.

    Parameters
    ----------
    engine : Engine
        Of the database.

    Returns
    -------
    is_copy : bool
    """
    with reading(engine) as connection:
        return inspect(connection).has_table(MANIFEST)


def make_file(path: Path) -> None:
    """Make an empty file for residents' data: for its owner alone, and so are those that SQLite puts beside it.

    Parameters
    ----------
    path : Path
        Of the file.

    Raises
    ------
    FileExistsError
        If there is one.
    StoreError
        If it cannot be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error.strerror}. Check the rights on its folder.") from error


def _prepare_file(url: URL, *, create: bool) -> None:
    path = file_of(url)
    if path.is_dir():
        raise StoreError(f"{path} is a folder. Name a file in it, such as {path / 'district.db'}.")
    if path.exists():
        return
    if not create:
        check_revision(None, address=show_address(url))
    if not path.parent.is_dir():
        raise StoreError(f"The folder {path.parent} is not there. Make it first, or name another.")
    with contextlib.suppress(FileExistsError):
        make_file(path)


def _check_copy(revision: str | None, address: str) -> None:
    if revision != HEAD:
        raise StoreError(f"{address} is a backup of another version ({revision}). Restore it to open it.")


def _forbid_writing(engine: Engine) -> None:
    def query_only(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    engine.dispose()
    event.listen(engine, "connect", query_only)


def _refuse_strangers(connection: Connection, address: str) -> None:
    there = set(inspect(connection).get_table_names())
    wanted = set(store_schema().metadata.tables)
    in_the_way = sorted(there if connection.dialect.name == "sqlite" else there & wanted)
    if in_the_way:
        raise StoreError(
            f"{address} holds tables of another program: {', '.join(in_the_way[:5])}. Name another file or database."
        )
