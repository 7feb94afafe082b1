"""Backups: the whole store as one SQLite file, on whatever database the store is, checked when written and when read.

A backup is a store of its own with a list of checksums beside its rows, so it can be opened and looked at. It moves
a store between SQLite and PostgreSQL too.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from matching.errors import StoreError
from matching.store.address import file_of, is_file, read_address, show_address
from matching.store.batches import last_batch
from matching.store.checks import find_damage
from matching.store.copying import copy_tables, digest_file, digest_rows
from matching.store.engine import make_engine, reading, shaping
from matching.store.migrate import known_revisions, migrate_up, read_revision
from matching.store.opening import MANIFEST, is_backup, make_file, open_database
from matching.store.schema import VERSION_TABLE, store_schema
from matching.store.summaries import CopySummary


def write_backup(engine: Engine, path: Path, *, overwrite: bool = False) -> CopySummary:
    """Write a copy of a store, read it back and compare.

    Parameters
    ----------
    engine : Engine
        Of the store.
    path : Path
        Of the copy.
    overwrite : bool, default=False
        Whether a file that is there may be replaced.

    Returns
    -------
    summary : CopySummary

    Raises
    ------
    StoreError
        If a file is there, or the copy does not equal the store. Then no file, or the old one, is there.
    """
    if is_file(engine.url) and path.resolve() == file_of(engine.url).resolve():
        raise StoreError(f"{path} is the store itself. Name another file for the backup.")
    if path.exists() and not overwrite:
        raise StoreError(f"{path} is there already. Name another file, or ask to overwrite it.")
    partial = path.with_name(f"{path.name}.partial")
    try:
        _remove(partial)
        make_file(partial)
        count, digest = _fill(engine, partial)
        _check_copy(partial, count, digest)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}. Check the folder and the disk."
        ) from error
    finally:
        _remove(partial)
    return CopySummary(path=path, rows=count, digest=digest)


def restore(path: str | Path, url_or_path: str | Path, *, overwrite: bool = False) -> CopySummary:
    """Make a store from a backup, read it back and compare.

    Parameters
    ----------
    path : str or Path
        Of the backup.
    url_or_path : str or Path
        Where the store shall be.
    overwrite : bool, default=False
        Whether a store that is there and holds something may be replaced. It is first kept aside as a backup of its
        own; what replaces it comes into being as a whole or not at all.

    Returns
    -------
    summary : CopySummary

    Raises
    ------
    StoreError
        If the backup is damaged or of a newer version, or there is a store already, or the result does not equal the
        backup.
    """
    path = Path(path)
    with _sound_source(path) as source:
        target, aside = _open_target(read_address(url_or_path), path, overwrite=overwrite)
        try:
            kept = aside or _keep_aside(target, path, overwrite=overwrite)
            with reading(source) as connection:
                count, digest = digest_rows(connection, store_schema())
                try:
                    _replace(connection, target, digest, kept)
                except BaseException:
                    if kept is not None and kept is not aside:
                        _remove(kept)
                    raise
            with reading(target) as connection:
                damage = find_damage(connection, store_schema())
                if damage or digest_rows(connection, store_schema()) != (count, digest):
                    raise StoreError(f"{show_address(target.url)} does not equal {path} after restoring: {damage}")
        finally:
            target.dispose()
    return CopySummary(path=path, rows=count, digest=digest, kept_aside=kept)


def _fill(engine: Engine, partial: Path) -> tuple[int, str]:
    copy = make_engine(read_address(partial))
    schema = store_schema()
    try:
        with reading(engine) as source:
            with shaping(copy) as target:
                migrate_up(target)
                copy_tables(source, target, schema)
            count, digest = digest_rows(source, schema)
        with shaping(copy) as target:
            target.execute(
                text(f"CREATE TABLE {MANIFEST} (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, digest TEXT NOT NULL)")
            )
            for name, (rows, part) in digest_file(target, but=MANIFEST).items():
                target.execute(
                    text(f"INSERT INTO {MANIFEST} VALUES (:name, :rows, :digest)"),  # noqa: S608  # a constant
                    {"name": name, "rows": rows, "digest": part},
                )
    finally:
        copy.dispose()
    return count, digest


def _check_copy(path: Path, count: int, digest: str) -> None:
    engine = make_engine(read_address(path))
    try:
        with reading(engine) as connection:
            damage = [*find_damage(connection, store_schema()), *_false_sums(connection)]
            if damage or digest_rows(connection, store_schema()) != (count, digest):
                raise StoreError(
                    f"The copy at {path} does not equal the store: {damage}. Check the disk and try again."
                )
    finally:
        engine.dispose()


@contextlib.contextmanager
def _sound_source(path: Path) -> Iterator[Engine]:
    """Open a backup whose checksums are right, brought up to date in a temporary place if it is older."""
    if not path.is_file():
        raise StoreError(f"There is no backup at {path}. Name the file that `matching backup` wrote.")
    engine = make_engine(read_address(path))
    try:
        if not is_backup(engine):
            raise StoreError(f"{path} is no backup: it holds no checksums. Name the file that `matching backup` wrote.")
        with reading(engine) as connection:
            revision, damage = read_revision(connection), _false_sums(connection)
        if damage:
            raise StoreError(f"{path} is damaged and was not restored: {'; '.join(damage)}. Use another backup.")
        known = known_revisions()
        if revision not in known:
            raise StoreError(
                f"{path} was written by a newer version of this program ({revision}). Install that version."
            )
        if revision == known[-1]:
            yield engine
            return
    finally:
        engine.dispose()
    with tempfile.TemporaryDirectory() as folder, _updated_copy(path, Path(folder)) as updated:
        yield updated


@contextlib.contextmanager
def _updated_copy(path: Path, folder: Path) -> Iterator[Engine]:
    copy = folder / "older.db"
    shutil.copyfile(path, copy)
    engine = make_engine(read_address(copy))
    try:
        with shaping(engine) as connection:
            connection.execute(text(f"DROP TABLE {MANIFEST}"))
            migrate_up(connection)
        yield engine
    finally:
        engine.dispose()


def _false_sums(connection: Connection) -> list[str]:
    pages = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    if pages:
        return pages
    stated = {row.name: (row.rows, row.digest) for row in connection.execute(text(f"SELECT * FROM {MANIFEST}"))}  # noqa: S608  # a constant
    found = digest_file(connection, but=MANIFEST)
    return [
        f"table {name} is not as it was written"
        for name in sorted({*stated, *found})
        if stated.get(name) != found.get(name)
    ]


def _open_target(url: URL, path: Path, *, overwrite: bool) -> tuple[Engine, Path | None]:
    """Open or make the store to fill; a file too damaged to be copied row by row is kept aside as it is."""
    aside = None
    if is_file(url):
        file = file_of(url)
        if file.resolve() == path.resolve():
            raise StoreError(f"{path} is the backup itself. Name another file for the store.")
        if overwrite and file.is_file() and not _is_whole(file):
            aside = _free_name(file, "damaged")
            _move_with_log(file, aside)
    engine = open_database(url, create=True, migrate=True)
    if is_file(url) and is_backup(engine):
        engine.dispose()
        raise StoreError(f"{show_address(url)} is a backup. Name another file for the store.")
    return engine, aside


def _keep_aside(target: Engine, path: Path, *, overwrite: bool) -> Path | None:
    with reading(target) as connection:
        last = last_batch(connection, store_schema())
    if last is None:
        return None
    if not overwrite:
        raise StoreError(
            f"{show_address(target.url)} holds {last.batch_id} batches already. Name another place, or ask to overwrite; "
            "what is there is then kept aside."
        )
    beside = file_of(target.url) if is_file(target.url) else path.with_name(f"{target.url.database}.db")
    aside = _free_name(beside, "before-restore")
    write_backup(target, aside)
    return aside


def _replace(source: Connection, target: Engine, digest: str, kept: Path | None) -> None:
    schema = store_schema()
    with shaping(target) as connection:
        _refuse_late_writes(connection, kept)
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(text(f'DROP TABLE "{table.name}"'))
        connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
        migrate_up(connection)
        copy_tables(source, connection, schema)
        if digest_rows(connection, schema)[1] != digest:
            raise StoreError("The rows that were written differ from those of the backup; nothing was changed.")


def _refuse_late_writes(connection: Connection, kept: Path | None) -> None:
    """Refuse to replace what was written after it was kept aside."""
    there = last_batch(connection, store_schema())
    if there is None:
        return
    expected = None
    if kept is not None:
        engine = make_engine(read_address(kept))
        try:
            with reading(engine) as copy:
                expected = last_batch(copy, store_schema())
        finally:
            engine.dispose()
    if there != expected:
        raise StoreError(
            "Somebody wrote to the store meanwhile; nothing was changed. Close other programs and try again."
        )


def _is_whole(path: Path) -> bool:
    engine = make_engine(read_address(path))
    try:
        with reading(engine) as connection:
            return not [row for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    except StoreError:
        return False
    finally:
        engine.dispose()


def _free_name(path: Path, why: str) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.{why}-{number}{path.suffix}")).exists():
        number += 1
    return aside


def _move_with_log(path: Path, aside: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        beside = Path(f"{path}{ending}")
        if beside.exists():
            beside.rename(f"{aside}{ending}")


def _sync_folder(folder: Path) -> None:
    """Bring a new name in a folder to the disk, where the system has that (Windows has not)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
