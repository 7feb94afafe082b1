"""Writing to a store: registers in whole files, facts, accepted plans and what is taken back of them."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from matching.errors import StalePlanError
from matching.records import Community, Record, TrainingRecords
from matching.store.batches import check_author, record_batch
from matching.store.engine import writing
from matching.store.facts import append_facts
from matching.store.importing import Progress, import_rows
from matching.store.plans import check_pairs, find_acceptance, undo_decisions, write_plan
from matching.store.reader import StoreReader
from matching.store.staleness import explain_staleness
from matching.store.summaries import AcceptablePlan, AcceptSummary, AppendSummary, ImportSummary


class StoreWriter(StoreReader):
    """What is kept of a district, to be read and added to: files, facts and plans."""

    def import_community(
        self,
        community: Community,
        *,
        by: str,
        at: dt.datetime,
        retire_missing: bool = False,
        progress: Progress | None = None,
    ) -> ImportSummary:
        """Keep what was read from files: new and changed rows as new versions, facts that are not there yet.

        Parameters
        ----------
        community : Community
            Registers and facts.
        by : str
            Who imports.
        at : datetime
            When, with an offset.
        retire_missing : bool, default=False
            Whether rows that are in the store and not in a register that has rows here are retired. Facts never are.
        progress : callable of (done, total, what), optional
            Called after each register.

        Returns
        -------
        summary : ImportSummary

        Raises
        ------
        StoreError
            If two rows have one key, a fact differs from the one that is kept, or a value cannot be kept. Nothing is
            written then.
        """
        return self._import(community, by=by, at=at, retire_missing=retire_missing, progress=progress)

    def import_training(
        self,
        training: TrainingRecords,
        *,
        by: str,
        at: dt.datetime,
        retire_missing: bool = False,
        progress: Progress | None = None,
    ) -> ImportSummary:
        """Keep what was read of a training programme: new and changed rows as new versions, facts not there yet.

        Parameters
        ----------
        training : TrainingRecords
            Registers and facts.
        by : str
            Who imports.
        at : datetime
            When, with an offset.
        retire_missing : bool, default=False
            Whether rows that are in the store and not in a register that has rows here are retired. Facts never are.
        progress : callable of (done, total, what), optional
            Called after each register.

        Returns
        -------
        summary : ImportSummary

        Raises
        ------
        StoreError
            If two rows have one key, a fact differs from the one that is kept, or a value cannot be kept. Nothing is
            written then.
        """
        return self._import(training, by=by, at=at, retire_missing=retire_missing, progress=progress)

    def append(self, facts: Iterable[Record], *, by: str, at: dt.datetime) -> AppendSummary:
        """Append facts, each once.

        Parameters
        ----------
        facts : iterable of Record
            Of any register of facts: service records, decisions, attendance …
        by : str
            Who records them.
        at : datetime
            When, with an offset.

        Returns
        -------
        summary : AppendSummary
            A fact that is there already with the same content is named and not written again.

        Raises
        ------
        StoreError
            If a fact is there with other content, or a value cannot be kept. Nothing is written then.
        """
        return self._append(lambda _: facts, what="append", by=by, at=at)

    def accept(self, plan: AcceptablePlan, *, by: str, at: dt.datetime, reason: str | None = None) -> AcceptSummary:
        """Accept a plan: its document and a decision on each pair, all or nothing.

        Parameters
        ----------
        plan : AcceptablePlan
            A plan made on what the store holds now.
        by : str
            Who accepts it.
        at : datetime
            When, with an offset.
        reason : str, optional
            Why, for example why another plan was overridden.

        Returns
        -------
        summary : AcceptSummary
            Accepting the same plan again writes nothing and says so.

        Raises
        ------
        StalePlanError
            If the data have changed since the plan was made, naming what differs.
        StoreError
            If another plan of that name was accepted, or a pair is not of this store.
        """
        check_author(by, at)
        with writing(self._engine) as connection:
            known = find_acceptance(connection, self._schema, plan)
            if known is not None:
                return AcceptSummary(plan_id=plan.plan_id, batch_id=None, decisions=known)
            latest, community = self._now(connection)
            if community.fingerprint() != plan.fingerprint:
                upto = latest.batch_id if latest else 0
                raise StalePlanError(explain_staleness(connection, self._schema, plan, community, upto=upto))
            check_pairs(plan, community)
            batch_id = record_batch(connection, self._schema, by=by, at=at, what="accept", reason=reason)
            decisions = write_plan(connection, self._schema, plan, batch_id=batch_id, by=by, at=at, reason=reason)
        return AcceptSummary(plan_id=plan.plan_id, batch_id=batch_id, decisions=decisions)

    def undo(
        self,
        plan_id: str,
        *,
        by: str,
        at: dt.datetime,
        reason: str | None = None,
        pairs: Iterable[tuple[str, str]] | None = None,
    ) -> AppendSummary:
        """Undo an accepted plan, or some of its pairs, by decisions that reverse the old ones; both stay.

        Parameters
        ----------
        plan_id : str
            An accepted plan.
        by : str
            Who undoes it.
        at : datetime
            When, with an offset.
        reason : str, optional
            Why.
        pairs : iterable of (str, str), optional
            Pairs of need and partner; by default all.

        Returns
        -------
        summary : AppendSummary

        Raises
        ------
        UnknownNameError
            If no such plan was accepted, or it holds no such pair.
        """
        check_author(by, at)
        with writing(self._engine) as connection:
            decisions, known = undo_decisions(
                connection, self._schema, plan_id, pairs=pairs, by=by, at=at, reason=reason
            )
            done = append_facts(connection, self._schema, decisions, what="undo", by=by, at=at, reason=reason)
        return dataclasses.replace(done, known=known)

    def _import(
        self,
        records: Community | TrainingRecords,
        *,
        by: str,
        at: dt.datetime,
        retire_missing: bool,
        progress: Progress | None,
    ) -> ImportSummary:
        check_author(by, at)
        with writing(self._engine) as connection:
            return import_rows(
                connection, self._schema, records, by=by, at=at, retire_missing=retire_missing, progress=progress
            )

    def _append(
        self,
        make: Callable[[Connection], Iterable[Record]],
        *,
        what: str,
        by: str,
        at: dt.datetime,
        reason: str | None = None,
    ) -> AppendSummary:
        check_author(by, at)
        with writing(self._engine) as connection:
            facts = make(connection)
            return append_facts(connection, self._schema, facts, what=what, by=by, at=at, reason=reason)
