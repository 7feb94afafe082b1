"""The store: registers as dated versions, facts that are only ever appended, accepted plans."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from matching.errors import StalePlanError
from matching.records import Community, Record, TrainingRecords
from matching.store.batches import check_author, record_batch
from matching.store.drafts import write_draft
from matching.store.engine import writing
from matching.store.facts import append_facts
from matching.store.importing import Progress, import_rows
from matching.store.opening import open_database
from matching.store.people import consent_facts, disclosure_fact, merge_facts
from matching.store.plans import check_pairs, find_acceptance, undo_decisions, write_plan
from matching.store.reader import StoreReader
from matching.store.staleness import explain_staleness
from matching.store.summaries import AcceptablePlan, AcceptSummary, AppendSummary, ImportSummary
from matching.store.words import forget_facts, word_facts


def open_store(url_or_path: str | Path, *, create: bool = False, migrate: bool = False) -> "Store":
    """Open a store.

    Parameters
    ----------
    url_or_path : str or Path
        A path of a SQLite file, ``sqlite:///…`` or ``postgresql+psycopg://…``.
    create : bool, default=False
        Whether to make it where there is none; one that is there is opened.
    migrate : bool, default=False
        Whether to bring a store of an older version up to date.

    Returns
    -------
    store : Store
        A context manager that closes its connections. A backup opens too, and only to be read.

    Raises
    ------
    StoreError
        If there is no store, or it is of another version, or the database cannot be reached.
    MissingExtraError
        If it is PostgreSQL and psycopg is not installed.
    """
    return Store(open_database(url_or_path, create=create, migrate=migrate))


class Store(StoreReader):
    """What is kept of a district, in one database.

    Every write names who and when, is one transaction, and is on disk when the call returns. Get one from
    `open_store`; it may be shared between threads, and must not be carried into a forked process.
    """

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

    def withdraw_consent(
        self, partner_id: str, *, by: str, at: dt.datetime, reason: str | None = None
    ) -> AppendSummary:
        """Freeze a person who withdraws consent: stored, never matched or shown.

        Parameters
        ----------
        partner_id : str
            Whose consent.
        by : str
            Who records it.
        at : datetime
            When it was withdrawn, with an offset.
        reason : str, optional
            Why.

        Returns
        -------
        summary : AppendSummary
            Nothing is written where the person is frozen already.

        Raises
        ------
        UnknownNameError
            If there is no such partner.
        """
        return self._append(
            lambda connection: consent_facts(self._now(connection)[1], partner_id, is_given=False, by=by, at=at, reason=reason),
            what="withdraw_consent", by=by, at=at, reason=reason,
        )  # fmt: skip

    def give_consent(self, partner_id: str, *, by: str, at: dt.datetime, reason: str | None = None) -> AppendSummary:
        """Record that a person gives consent, which ends a freeze.

        Parameters
        ----------
        partner_id : str
            Whose consent.
        by : str
            Who records it.
        at : datetime
            When it was given, with an offset.
        reason : str, optional
            Why.

        Returns
        -------
        summary : AppendSummary
            Nothing is written where consent is given already.

        Raises
        ------
        UnknownNameError
            If there is no such partner.
        """
        return self._append(
            lambda connection: consent_facts(self._now(connection)[1], partner_id, is_given=True, by=by, at=at, reason=reason),
            what="give_consent", by=by, at=at, reason=reason,
        )  # fmt: skip

    def merge(
        self, kept_id: str, merged_id: str, *, by: str, at: dt.datetime, reason: str | None = None
    ) -> AppendSummary:
        """Say that two records are one person; both histories stay.

        Parameters
        ----------
        kept_id, merged_id : str
            The record that stays, and the one that reads as it from now on.
        by : str
            Who says so.
        at : datetime
            When, with an offset.
        reason : str, optional
            Why.

        Returns
        -------
        summary : AppendSummary
            Nothing is written where they are merged already.

        Raises
        ------
        UnknownNameError
            If one of the two is unknown.
        StoreError
            If both are the same, or one was merged before.
        """
        return self._append(
            lambda connection: merge_facts(self._now(connection)[1], kept_id, merged_id, by=by, at=at, reason=reason),
            what="merge", by=by, at=at, reason=reason,
        )  # fmt: skip

    def accept_word(
        self, word: str, skill_id: str, *, by: str, at: dt.datetime, reason: str | None = None
    ) -> AppendSummary:
        """Record that a word of the district means a skill; every later reading through this store remembers.

        Parameters
        ----------
        word : str
            As people write it.
        skill_id : str
            Number of the skill.
        by : str
            Who decided.
        at : datetime
            When, with an offset.
        reason : str, optional
            Why.

        Returns
        -------
        summary : AppendSummary
            Nothing is written where it stands so already.
        """
        return self._append(
            lambda connection: word_facts(self._now(connection)[1], word, skill_id, by=by, at=at, reason=reason),
            what="accept_word", by=by, at=at, reason=reason,
        )  # fmt: skip

    def forget_word(self, word: str, *, by: str, at: dt.datetime, reason: str | None = None) -> AppendSummary:
        """Take back what was decided on a word; both decisions stay.

        Parameters
        ----------
        word : str
            As it was accepted.
        by : str
            Who takes it back.
        at : datetime
            When, with an offset.
        reason : str, optional
            Why.

        Returns
        -------
        summary : AppendSummary

        Raises
        ------
        UnknownNameError
            If no decision on the word holds.
        """
        return self._append(
            lambda connection: forget_facts(self._now(connection)[1], word, by=by, at=at, reason=reason),
            what="forget_word", by=by, at=at, reason=reason,
        )  # fmt: skip

    def disclose(self, what: str, *, by: str, at: dt.datetime, reason: str | None = None) -> AppendSummary:
        """Record that somebody asked to see personal data unmasked.

        Parameters
        ----------
        what : str
            What is shown.
        by : str
            Who asked.
        at : datetime
            When, with an offset.
        reason : str, optional
            What for.

        Returns
        -------
        summary : AppendSummary
        """
        return self._append(
            lambda _: [disclosure_fact(what, by=by, at=at, reason=reason)],
            what="disclose", by=by, at=at, reason=reason,
        )  # fmt: skip

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

    def save_draft(self, desk: str, document: Mapping[str, Any], *, at: dt.datetime) -> bool:
        """Keep what somebody is working on. A draft is no fact: plans that others have made stay good.

        Parameters
        ----------
        desk : str
            Where the work is done: a person, or one browser.
        document : mapping
            Plain values that JSON can hold.
        at : datetime
            When, with an offset.

        Returns
        -------
        is_new : bool
            False where the last draft says the same.
        """
        check_author(desk, at)
        with writing(self._engine) as connection:
            return write_draft(connection, self._schema, desk, document, at=at)

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
