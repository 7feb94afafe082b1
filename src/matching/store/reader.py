"""Reading a store: what is known, what was known, which plans were accepted, and whether all is sound."""

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine

from matching.records import Community, TrainingRecords
from matching.records.training_columns import TrainingColumns
from matching.store.address import show_address
from matching.store.backup import write_backup
from matching.store.batches import check_moment, last_batch, list_batches
from matching.store.checks import find_damage
from matching.store.columns import read_training_columns
from matching.store.drafts import read_draft
from matching.store.engine import reading
from matching.store.person import last_day, read_person
from matching.store.plans import list_plans, open_pairs, read_plan
from matching.store.schema import store_schema
from matching.store.staleness import read_community, read_training
from matching.store.summaries import Batch, CopySummary, PlanEntry, StoredPlan


class StoreReader:
    """What can be read from a store.

    Parameters
    ----------
    engine : Engine
        On a database whose tables are up to date.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._schema = store_schema()
        self._latest: tuple[Batch | None, Community] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Store {self.address}>"

    @property
    def address(self) -> str:
        """Where the store is, without a password."""
        return show_address(self._engine.url)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def load_community(self, *, as_of: dt.datetime | None = None) -> Community:
        """Read all registers and facts.

        Parameters
        ----------
        as_of : datetime, optional
            Read what had been *recorded* by then, whenever it happened; by default everything.

        Returns
        -------
        community : Community
            Equal to what was imported, with what was appended since. A fact that another one reverses is still there.
        """
        if as_of is not None:
            check_moment(as_of, "as_of")
        with reading(self._engine) as connection:
            return self._now(connection, as_of=as_of)[1]

    def load_training(
        self, *, as_of: dt.datetime | None = None, person_id: str | None = None, only: Collection[str] | None = None
    ) -> TrainingRecords:
        """Read all registers and facts of the training of cadres, or the facts of one person alone.

        Parameters
        ----------
        as_of : datetime, optional
            Read what had been *recorded* by then, whenever it happened; by default everything.
        person_id : str, optional
            Of the facts only those of this person: enough for a growth file, and quick in a city's store.
        only : collection of str, optional
            Names of the registers to read, for example `matching.training.progress.REGISTERS`; the others are left empty.

        Returns
        -------
        training : TrainingRecords
            A fact that another one reverses is still there.
        """
        if as_of is not None:
            check_moment(as_of, "as_of")
        with reading(self._engine) as connection:
            latest = last_batch(connection, self._schema, as_of=as_of)
            upto = latest.batch_id if latest else 0
            if person_id is not None:
                return read_person(connection, self._schema, person_id, upto=upto)
            return read_training(connection, self._schema, upto=upto, only=only, source=self.address)

    def load_training_columns(self, *, only: Collection[str], as_of: dt.datetime | None = None) -> TrainingColumns:
        """Read a programme for the figures of a cohort: the many facts as columns, without an object for each.

        Parameters
        ----------
        only : collection of str
            Names of the registers to read as records, for example `matching.training.progress.REGISTERS`.
        as_of : datetime, optional
            Read what had been *recorded* by then, whenever it happened; by default everything.

        Returns
        -------
        columns : TrainingColumns
            The same as ``TrainingColumns.of(store.load_training())`` of those registers, in a third of the time.
        """
        if as_of is not None:
            check_moment(as_of, "as_of")
        with reading(self._engine) as connection:
            latest = last_batch(connection, self._schema, as_of=as_of)
            upto = latest.batch_id if latest else 0
            return read_training_columns(connection, self._schema, upto=upto, only=only, source=self.address)

    def last_training_day(self, *, until: dt.date) -> dt.date | None:
        """Return the last day of which attendance, an assessment or a mentorship is recorded.

        Parameters
        ----------
        until : date
            Later days do not count: somebody mistyped a year.

        Returns
        -------
        day : date or None
            None where nothing is recorded.
        """
        with reading(self._engine) as connection:
            return last_day(connection, self._schema, until=until)

    def plans(self) -> tuple[PlanEntry, ...]:
        """List the accepted plans, the oldest first.

        Returns
        -------
        entries : tuple of PlanEntry
        """
        with reading(self._engine) as connection:
            return list_plans(connection, self._schema)

    def load_plan(self, plan_id: str) -> StoredPlan:
        """Read an accepted plan as it was.

        Parameters
        ----------
        plan_id : str
            The plan.

        Returns
        -------
        plan : StoredPlan

        Raises
        ------
        UnknownNameError
            If no such plan was accepted.
        """
        with reading(self._engine) as connection:
            return read_plan(connection, self._schema, plan_id)

    def accepted_pairs(self, *, as_of: dt.datetime | None = None) -> tuple[tuple[str, str], ...]:
        """Return the pairs of need and partner that were accepted and not undone: work that is promised.

        Parameters
        ----------
        as_of : datetime, optional
            What had been recorded by then; by default everything.

        Returns
        -------
        pairs : tuple of (str, str)
            In the order in which they were accepted.
        """
        return open_pairs(self.load_community(as_of=as_of).decisions)

    def batches(self) -> tuple[Batch, ...]:
        """List all writes: who, when, what.

        Returns
        -------
        batches : tuple of Batch
            In the order of commits.
        """
        with reading(self._engine) as connection:
            return list_batches(connection, self._schema)

    def last_batch(self) -> Batch | None:
        """Return the last write: whoever holds data of an earlier one holds old data.

        Returns
        -------
        batch : Batch or None
            None where nothing was written yet.
        """
        with reading(self._engine) as connection:
            return last_batch(connection, self._schema)

    def load_draft(self, desk: str) -> dict[str, Any] | None:
        """Read what somebody was working on.

        Parameters
        ----------
        desk : str
            Where the work was done.

        Returns
        -------
        document : dict or None
            None where nothing was kept.
        """
        with reading(self._engine) as connection:
            return read_draft(connection, self._schema, desk)

    def backup(self, path: str | Path, *, overwrite: bool = False) -> CopySummary:
        """Write a copy of the whole store as one SQLite file, read it back and compare.

        Parameters
        ----------
        path : str or Path
            Of the copy.
        overwrite : bool, default=False
            Whether a file that is there may be replaced.

        Returns
        -------
        summary : CopySummary

        Raises
        ------
        StoreError
            If a file is there, or the copy does not equal the store.
        """
        return write_backup(self._engine, Path(path), overwrite=overwrite)

    def check(self) -> tuple[str, ...]:
        """Look for damage: pages, references, gaps in numbers, half plans, missing triggers.

        Returns
        -------
        damage : tuple of str
            Empty where the store is sound.
        """
        with reading(self._engine) as connection:
            return find_damage(connection, self._schema)

    def _now(self, connection: Connection, *, as_of: dt.datetime | None = None) -> tuple[Batch | None, Community]:
        upto = last_batch(connection, self._schema, as_of=as_of)
        latest = self._latest
        if latest is None or latest[0] != upto:
            batch_id = upto.batch_id if upto else 0
            latest = upto, read_community(connection, self._schema, upto=batch_id, source=self.address)
            self._latest = latest
        return latest
