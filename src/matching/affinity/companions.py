"""Who belongs together apart from services done side by side: households, the staff of a unit, cadres and their mentors."""

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence

from matching.affinity.places import fold_place
from matching.records import Community, MentorshipStep, Partner, Person, TrainingRecords, Unit, Volunteer
from matching.records.reversals import standing_facts

Pair = tuple[int, int]
Led = tuple[int, tuple[str, int]]


def households(partners: Sequence[Partner]) -> tuple[tuple[int, ...], ...]:
    """Return the households of whom more than one member is registered.

    Parameters
    ----------
    partners : sequence of Partner
        Volunteers state the number of their household.

    Returns
    -------
    households : tuple of tuple of int
        Indices of the members, in order; the households in the order of their first members.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for row, each in enumerate(partners):
        if isinstance(each, Volunteer) and each.household:
            members[fold_place(each.household)].append(row)
    return tuple(tuple(rows) for rows in members.values() if len(rows) > 1)


def staff(partners: Sequence[Partner]) -> tuple[Pair, ...]:
    """Return people with the unit that employs them, where that unit is a partner too.

    Parameters
    ----------
    partners : sequence of Partner
        People state their employer by its name.

    Returns
    -------
    pairs : tuple of (int, int)
        Person and unit, by index.
    """
    units = {fold_place(each.name): row for row, each in enumerate(partners) if isinstance(each, Unit)}
    employers = [
        (row, units.get(fold_place(each.employer)))
        for row, each in enumerate(partners)
        if isinstance(each, Person) and each.employer
    ]
    return tuple((row, unit) for row, unit in employers if unit is not None)


def mentors_of(
    training: TrainingRecords, community: Community, positions: Mapping[str, int], *, as_of: dt.date
) -> tuple[Led, ...]:
    """Return by whom partners were led who are cadres too.

    A pair counts from the day on which it was agreed and also after it was closed: they know each other.

    Parameters
    ----------
    training : TrainingRecords
        With the entries of mentorships; those that were reversed do not count.
    community : Community
        For identifiers of partners that were merged.
    positions : mapping of str to int
        Index of each partner by identifier.
    as_of : date
        Later entries do not count.

    Returns
    -------
    led : tuple of (int, (str, int))
        The cadre's index among the partners, and the mentor as a node: ``("partner", index)`` for one who is a partner too, else
        ``("mentor", index in training.mentors)``. In order, each pair once.
    """
    rows = {
        person.person_id: positions.get(community.resolve(person.partner_id))
        for person in training.people.values()
        if person.partner_id
    }
    numbers = {mentor.person_id: number for number, mentor in enumerate(training.mentors)}
    agreed = {
        (note.person_id, note.mentor_id)
        for note in standing_facts(training.mentorship_notes)
        if note.step in {MentorshipStep.AGREED, MentorshipStep.ACTIVATED} and note.at.date() <= as_of
    }
    led = set()
    for cadre, mentor in agreed:
        row, partner = rows.get(cadre), rows.get(mentor)
        if row is not None and partner is not None and row != partner:
            led.add((row, ("partner", partner)))
        elif row is not None and partner is None and mentor in numbers:
            led.add((row, ("mentor", numbers[mentor])))
    return tuple(sorted(led))


def pairs_within(groups: Sequence[Sequence[int]]) -> tuple[Pair, ...]:
    """Return every two members of each group.

    Parameters
    ----------
    groups : sequence of sequence of int
        Members by index.

    Returns
    -------
    pairs : tuple of (int, int)
        The smaller index first.
    """
    return tuple(pair for group in groups for pair in itertools.combinations(sorted(group), 2))
