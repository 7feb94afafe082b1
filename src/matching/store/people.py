"""Facts about people themselves: consent, merges of two records of one person, who asked to see phones."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping

from matching.errors import StoreError, UnknownNameError
from matching.records import Community, Consent, Disclosure, Kind, Merge, Partner, Record


def make_id(prefix: str, *parts: object) -> str:
    """Return an identifier that is the same for the same content, so that a call made twice counts once.

    Parameters
    ----------
    prefix : str
        What it identifies, for example ``"C"``.
    *parts : object
        The content.

    Returns
    -------
    identifier : str
        The prefix, a hyphen and 16 hexadecimal digits in upper case.
    """
    digest = hashlib.sha256("\x1f".join(map(repr, parts)).encode("utf-8", "backslashreplace")).hexdigest()
    return f"{prefix}-{digest[:16].upper()}"


def consent_facts(
    community: Community, partner_id: str, *, is_given: bool, by: str, at: dt.datetime, reason: str | None
) -> list[Record]:
    """Return the fact that a person gives or withdraws consent.

    Parameters
    ----------
    community : Community
        What is known now.
    partner_id : str
        Whose consent; of a record that was merged into another, the other's.
    is_given : bool
        Whether it is given.
    by : str
        Who records it.
    at : datetime
        When it was said.
    reason : str or None
        Why.

    Returns
    -------
    facts : list of Record
        Empty where it stands so already.

    Raises
    ------
    UnknownNameError
        If there is no such partner.
    StoreError
        If something was said later already, which would stand against it.
    """
    find_partner(community, partner_id)
    kept_id = community.resolve(partner_id)
    said = last_words(community.consents).get(kept_id)
    # A register may freeze a person too, until it is imported again: a withdrawal is kept as a fact all the same.
    if (kept_id not in community.frozen_ids) == is_given and (is_given or said is not None):
        return []
    fact = Consent(
        consent_id=make_id("C", kept_id, is_given, at.astimezone(dt.UTC)),
        partner_id=kept_id, is_given=is_given, by=by, at=at, reason=reason,
    )  # fmt: skip
    after = community.replace(consents=(*community.consents, fact))
    if (kept_id not in after.frozen_ids) != is_given:
        raise StoreError(
            f"{kept_id}: the last word on consent was recorded for {said.at.isoformat() if said else ''}, later than "
            f"{at.isoformat()}. Give the moment at which this was said."
        )
    return [fact]


def last_words(consents: Iterable[Consent]) -> dict[str, Consent]:
    """Return the last word of each person on consent.

    Parameters
    ----------
    consents : iterable of Consent
        In the order in which they were recorded.

    Returns
    -------
    last : dict of str to Consent
        By partner.
    """
    return {each.partner_id: each for each in sorted(consents, key=lambda each: each.at)}


def withdrawals_in_register(
    before: Mapping[str, Partner],
    after: Iterable[Partner],
    consents: Iterable[Consent],
    *,
    by: str,
    at: dt.datetime,
) -> list[Consent]:
    """Return the facts that persons withdraw consent whose rows in a register now say so.

    A fact stands above the register. Without this, somebody who once gave consent and now says no on paper would not
    be frozen.

    Parameters
    ----------
    before : mapping of str to Partner
        The rows as they were, by key.
    after : iterable of Partner
        New and changed rows.
    consents : iterable of Consent
        All that is recorded.
    by : str
        Who imports.
    at : datetime
        When.

    Returns
    -------
    facts : list of Consent
    """
    said = last_words(consents)
    facts = []
    for row in after:
        word, old = said.get(row.partner_id), before.get(row.partner_id)
        says_no_now = row.consent is False and (old is None or old.consent is not False)
        if says_no_now and word is not None and word.is_given:
            moment = max(at, word.at)
            key = make_id("C", row.partner_id, False, moment.astimezone(dt.UTC))  # what is hashed
            facts.append(Consent(consent_id=key, partner_id=row.partner_id, is_given=False, by=by, at=moment))
    return facts


def merge_facts(
    community: Community, kept_id: str, merged_id: str, *, by: str, at: dt.datetime, reason: str | None
) -> list[Record]:
    """Return the facts that two records are one person.

    Parameters
    ----------
    community : Community
        What is known now.
    kept_id, merged_id : str
        The record that stays, and the one that reads as it from now on.
    by : str
        Who says so.
    at : datetime
        When.
    reason : str or None
        Why.

    Returns
    -------
    facts : list of Record
        The merge; and where either record was frozen, that the kept one is: who withdrew consent under one number
        has withdrawn it under both. Empty where the two are merged already.

    Raises
    ------
    UnknownNameError
        If one of the two is unknown.
    StoreError
        If both are the same, one was merged before, or one is a unit and the other is not.
    """
    kept, merged = find_partner(community, kept_id), find_partner(community, merged_id)
    if kept_id == merged_id:
        raise StoreError(f"A record cannot be merged with itself; got {kept_id} twice. Name the other record.")
    into = {each.merged_id: each.kept_id for each in community.merges}
    if into.get(merged_id) == kept_id:
        return []
    for partner_id in (kept_id, merged_id):
        if partner_id in into:
            raise StoreError(
                f"{partner_id} was merged into {into[partner_id]} before. Name {community.resolve(partner_id)} instead."
            )
    if (kept.kind is Kind.UNIT) != (merged.kind is Kind.UNIT):
        raise StoreError(f"A unit is no person: {kept_id} is a {kept.kind}, {merged_id} a {merged.kind}.")
    facts: list[Record] = [
        Merge(
            merge_id=make_id("M", kept_id, merged_id),
            kept_id=kept_id,
            merged_id=merged_id,
            by=by,
            at=at,
            reason=reason,
        )
    ]
    if merged_id in community.frozen_ids and kept_id not in community.frozen_ids:
        facts += consent_facts(community, kept_id, is_given=False, by=by, at=at, reason=f"{merged_id}: {reason or ''}")
    return facts


def disclosure_fact(what: str, *, by: str, at: dt.datetime, reason: str | None) -> Disclosure:
    """Return the fact that somebody asked to see personal data unmasked.

    Parameters
    ----------
    what : str
        What is shown.
    by : str
        Who asked.
    at : datetime
        When.
    reason : str or None
        What for.

    Returns
    -------
    fact : Disclosure
    """
    shown_at = at.astimezone(dt.UTC)
    return Disclosure(
        disclosure_id=make_id("S", what, by, shown_at, reason), what=what, by=by, at=at, reason=reason
    )  # fmt: skip


def find_partner(community: Community, partner_id: str) -> Partner:
    """Return a partner, also one that is frozen or was merged into another.

    Parameters
    ----------
    community : Community
        What is known.
    partner_id : str
        Identifier.

    Returns
    -------
    partner : Partner

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    for rows in (community.units, community.specialists, community.community_partners, community.volunteers):
        for each in rows:
            if each.partner_id == partner_id:
                return each
    raise UnknownNameError(f"There is no partner {partner_id!r} in the store. Look the ID up, or import it first.")
