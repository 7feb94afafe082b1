"""Bringing the tables of a store up to date, one frozen step after another, in one transaction."""

from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, inspect, text

from matching.errors import StoreError
from matching.store.migrations import HEAD
from matching.store.schema import VERSION_TABLE

STEPS = Path(__file__).with_name("migrations")


def read_revision(connection: Connection) -> str | None:
    """Return the last migration that a store has had.

    Parameters
    ----------
    connection : Connection
        To the database.

    Returns
    -------
    revision : str or None
        None where there is no store.
    """
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  # a constant
    return found


def check_revision(revision: str | None, *, address: str) -> None:
    """Refuse a store that is older or newer than this program.

    Parameters
    ----------
    revision : str or None
        What `read_revision` said.
    address : str
        Of the store, for the message.

    Raises
    ------
    StoreError
        If the revision is not the newest that this program knows, with what to do.
    """
    if revision == HEAD:
        return
    if revision is None:
        raise StoreError(f"There is no store at {address}. Make one with: matching init {address}")
    if revision in known_revisions():
        raise StoreError(
            f"The store at {address} is of an older version ({revision}, now {HEAD}). "
            f"Back it up and run: matching init {address} --migrate"
        )
    raise StoreError(
        f"The store at {address} was written by a newer version of this program ({revision}, here {HEAD}). "
        "Install that version or a later one."
    )


def known_revisions(steps: Path = STEPS) -> tuple[str, ...]:
    """Return the names of all steps, the oldest first.

    Parameters
    ----------
    steps : Path
        Folder of the steps.

    Returns
    -------
    revisions : tuple of str
    """
    return tuple(step.revision for step in _steps_after(_script(steps), None))


def migrate_up(connection: Connection, *, steps: Path = STEPS, until: str = "head") -> tuple[str, ...]:
    """Take all steps that a store has not had yet.

    Parameters
    ----------
    connection : Connection
        In a transaction that nobody else writes beside; if a step fails, none of them was taken.
    steps : Path
        Folder of the steps.
    until : str, default="head"
        The last step to take.

    Returns
    -------
    taken : tuple of str
        Names of the steps that were taken, in order.

    Raises
    ------
    StoreError
        If the store has had a step that this program does not know.
    """
    script = _script(steps)
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    current = context.get_current_revision()
    if current is not None and current not in known_revisions(steps):
        raise StoreError(f"The step {current!r} is not known here. Install the version that wrote the store.")
    taken = []
    for step in _steps_after(script, current, until):
        with Operations.context(context):
            step.module.upgrade()
        context.stamp(script, step.revision)
        taken.append(step.revision)
    return tuple(taken)


def _script(steps: Path) -> ScriptDirectory:
    return ScriptDirectory(steps, version_locations=[steps])


def _steps_after(script: ScriptDirectory, current: str | None, until: str = "head") -> list[Script]:
    return list(reversed(list(script.iterate_revisions(until, current or "base"))))
