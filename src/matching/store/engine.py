"""Connections and transactions: the same promises on SQLite and on PostgreSQL.

A write holds the store's one write lock from its first statement, so what it reads cannot change before it commits.
A read sees one moment of the whole store. What was committed is on disk.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from matching.errors import StoreError
from matching.store.address import is_file, show_address

BUSY_SECONDS = 30
"""How long a writer waits for another before it gives up; read when a store is opened."""

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('matching.store ' || current_schema()))"
"""The one write lock on PostgreSQL. Unlike a lock on a table it asks for no right to change rows."""


def make_engine(url: URL) -> Engine:
    """Return an engine whose connections keep the promises of this module.

    Parameters
    ----------
    url : URL
        Of SQLite or PostgreSQL.

    Returns
    -------
    engine : Engine
        Messages of its errors never hold the values of a row, which may be personal.
    """
    if is_file(url):
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    event.listen(engine, "connect", _prepare_postgres)
    return engine


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one moment of the store.

    Parameters
    ----------
    engine : Engine
        Of the store.

    Yields
    ------
    connection : Connection
    """
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with saying_why(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that nobody else writes beside.

    Parameters
    ----------
    engine : Engine
        Of the store.

    Yields
    ------
    connection : Connection
    """
    with saying_why(engine), engine.execution_options(**_writing_options(engine)).begin() as connection:
        if engine.dialect.name == "postgresql":
            _lock_postgres(connection)
        yield connection


@contextlib.contextmanager
def shaping(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that may create, alter and drop tables, alone.

    Parameters
    ----------
    engine : Engine
        Of the store.

    Yields
    ------
    connection : Connection
        With foreign keys unchecked until the end, as SQLite wants it when a table is rebuilt.
    """
    with saying_why(engine), engine.connect().execution_options(**_writing_options(engine)) as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            _dbapi(connection).execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                if not is_sqlite:
                    _lock_postgres(connection)
                yield connection
                if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise StoreError("A row would refer to a batch that is not there; nothing was changed.")
        finally:
            if is_sqlite:
                _dbapi(connection).execute("PRAGMA foreign_keys = ON")


@contextlib.contextmanager
def saying_why(engine: Engine) -> Iterator[None]:
    """Turn errors of the database into `StoreError`, with the database's first sentence and no values of rows.

    Parameters
    ----------
    engine : Engine
        Whose address is named.

    Yields
    ------
    None
    """
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{_address(engine)}: {_first_sentence(error.orig)}. {_remedy(error.orig)}") from error
    except sqlite3.Error as error:
        raise StoreError(f"{_address(engine)}: {_first_sentence(error)}. {_remedy(error)}") from error
    except SQLAlchemyError as error:
        raise StoreError(f"{_address(engine)}: {type(error).__name__}. Check that this is a store.") from error


def use_write_ahead_log(engine: Engine) -> None:
    """Let readers go on while one writes: a property of the SQLite file, set once.

    Parameters
    ----------
    engine : Engine
        Of a SQLite file; nothing is done on PostgreSQL.

    Raises
    ------
    StoreError
        If the disk cannot do it, as a network drive cannot.
    """
    if engine.dialect.name != "sqlite":
        return
    with saying_why(engine), engine.connect() as connection:
        mode = _dbapi(connection).execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(
            f"{_address(engine)}: SQLite cannot keep a write-ahead log there (mode {mode!r}). "
            "Keep the store on a local disk, or use PostgreSQL for several computers."
        )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own way of opening transactions is switched off; `_begin_sqlite` opens them.
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "synchronous = FULL", f"busy_timeout = {round(BUSY_SECONDS * 1000)}"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def _prepare_postgres(connection: Any, _record: object) -> None:
    # A server may be set to acknowledge before it has written; this store may not.
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') IN ('off', 'local')"
        )
    connection.commit()


def _writing_options(engine: Engine) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {"is_writing": True}
    # Stricter levels, which a server may have as its default, look at the moment before the lock was had.
    return {"isolation_level": "READ COMMITTED"}


def _lock_postgres(connection: Connection) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = {round(BUSY_SECONDS * 1000)}"))
    connection.execute(text(_LOCK))


def _dbapi(connection: Connection) -> sqlite3.Connection:
    raw: Any = connection.connection.dbapi_connection
    driver: sqlite3.Connection = raw
    return driver


def _address(engine: Engine) -> str:
    return show_address(engine.url)


def _first_sentence(error: BaseException | None) -> str:
    # PostgreSQL's details quote the row; its primary message does not.
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    lines = str(primary or error).splitlines()
    return lines[0].rstrip(". ") if lines else type(error).__name__


def _remedy(error: BaseException | None) -> str:
    words = str(error).lower()
    for sign, remedy in _REMEDIES.items():
        if sign in words:
            return remedy
    return "Check the address and the rights on it; nothing was changed."


_REMEDIES = {
    "locked": "Another program is writing; wait for it to end and try again. Nothing was changed.",
    "lock timeout": "Another program is writing; wait for it to end and try again. Nothing was changed.",
    "not a database": "This is not a store. Name another file, or restore a backup with overwrite.",
    "malformed": "The file is damaged. Restore the last backup with overwrite; the damaged file is kept aside.",
    "readonly": "This file may only be read; a backup is restored before it is written.",
    "read-only": "This file may only be read; a backup is restored before it is written.",
    "unable to open": "Check that the folder is there and may be written.",
    "is full": "Free some disk space and try again. Nothing was changed.",
    "append-only": "What was kept is never changed: append a correction instead.",
    "connection": "Check that the server runs and that host, port, user and password are right.",
}
