"""The store: registers as dated versions, facts that are only ever appended, accepted plans."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matching.store.batches import check_author
from matching.store.drafts import write_draft
from matching.store.engine import writing
from matching.store.opening import open_database
from matching.store.people import consent_facts, disclosure_fact, merge_facts
from matching.store.summaries import AppendSummary
from matching.store.words import forget_facts, word_facts
from matching.store.writer import StoreWriter


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


class Store(StoreWriter):
    """What is kept of a district, in one database.

    Every write names who and when, is one transaction, and is on disk when the call returns. Get one from
    `open_store`; it may be shared between threads, and must not be carried into a forked process.
    """

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
