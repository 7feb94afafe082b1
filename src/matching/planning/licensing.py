"""Which licences a need asks for, and who holds them on a day."""

import dataclasses
import datetime as dt
import functools
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.affinity.profiles import Profiles
from matching.records import Community, Level, Licence, Need
from matching.tables import read_table

Bools = NDArray[np.bool_]
Requirement = tuple[str, ...]
"""Folded names of licences of which any one will do."""

# A unit that says its staff are licensed for a skill means the skill itself or one as near as a part of it.
_AS_GOOD_AS = 0.7


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class LicenceBook:
    """The licences of all partners.

    Attributes
    ----------
    held : mapping of str to tuple of (partner index, Licence)
        By folded name, under every name that the licence also stands for.
    """

    held: Mapping[str, tuple[tuple[int, Licence], ...]]

    def holders(self, wanted: Requirement, day: dt.date, n_partners: int) -> tuple[Bools, Bools]:
        """Tell who holds any of some licences.

        Parameters
        ----------
        wanted : tuple of str
            Folded names, of which any will do.
        day : date
            The day of the work.
        n_partners : int
            How many partners there are.

        Returns
        -------
        valid, registered : ndarray of bool, shape (n_partners,)
            Whether one is valid on the day, and whether one is registered at all.
        """
        valid, registered = np.zeros(n_partners, np.bool_), np.zeros(n_partners, np.bool_)
        for name in wanted:
            for row, licence in self.held.get(name, ()):
                registered[row] = True
                valid[row] |= licence.is_valid(day)
        return valid, registered


def fold_licence(name: str) -> str:
    """Return the name of a licence as it is compared.

    Parameters
    ----------
    name : str
        As written.

    Returns
    -------
    folded : str

    Examples
    --------
    >>> fold_licence("医师执业证书 ") == fold_licence("医师执业证")
    True
    """
    folded = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return folded.removesuffix("书") if folded.endswith("证书") else folded


@functools.cache
def read_licence_names(*, overlay: Path | None = None) -> Mapping[str, tuple[str, ...]]:
    """Read which names of licences stand for which others.

    Parameters
    ----------
    overlay : Path, optional
        Folder with a district's own ``policies/licence_names.csv``.

    Returns
    -------
    names : mapping of folded alias to folded names
    """
    names: dict[str, list[str]] = defaultdict(list)
    for row in read_table("policies/licence_names.csv", overlay=overlay):
        names[fold_licence(row["alias"])].append(fold_licence(row["name"]))
    return {alias: tuple(meant) for alias, meant in names.items()}


def read_licences(
    community: Community, positions: Mapping[str, int], *, names: Mapping[str, tuple[str, ...]]
) -> LicenceBook:
    """Sort the register of licences by what they stand for.

    Parameters
    ----------
    community : Community
        With its register.
    positions : mapping of str to int
        Index of each partner by identifier.
    names : mapping of str to tuple of str
        As `read_licence_names` returns them.

    Returns
    -------
    book : LicenceBook
    """
    held: dict[str, list[tuple[int, Licence]]] = defaultdict(list)
    for licence in community.licences:
        row = positions.get(community.resolve(licence.partner_id))
        if row is None:
            continue
        folded = fold_licence(licence.name)
        for name in (folded, *names.get(folded, ())):
            held[name].append((row, licence))
    return LicenceBook({name: tuple(rows) for name, rows in held.items()})


def stated_requirements(need: Need, names: Mapping[str, tuple[str, ...]]) -> tuple[Requirement, ...]:
    """Return the licences that a need names; each is wanted.

    Parameters
    ----------
    need : Need
        The need.
    names : mapping of str to tuple of str
        As `read_licence_names` returns them.

    Returns
    -------
    requirements : tuple of tuple of str
    """
    return tuple((fold_licence(name), *names.get(fold_licence(name), ())) for name in need.licences)


def skill_requirements(profiles: Profiles, need: int) -> tuple[Requirement, ...]:
    """Return what each skill that a need asks for requires by law, in the order of the skills.

    Parameters
    ----------
    profiles : Profiles
        With the taxonomy.
    need : int
        Index of the need.

    Returns
    -------
    requirements : tuple of tuple of str
        Empty for a skill that is free, or that was read from the text with too little confidence.
    """
    sure = profiles.policy["mention_regulated"]
    return tuple(
        tuple(fold_licence(name) for name in profiles.taxonomy.skills[found.place].licence)
        if found.is_stated or found.strength >= sure
        else ()
        for found in profiles.wanted[need]
    )


def vouching_units(profiles: Profiles, need: int) -> Bools:
    """Tell which partners may vouch for a licence by the level that they state, as units do for their staff.

    Parameters
    ----------
    profiles : Profiles
        With the skills of both sides.
    need : int
        Index of the need.

    Returns
    -------
    vouches : ndarray of bool, shape (n_partners,)
    """
    vouches = np.zeros(len(profiles.partners), dtype=np.bool_)
    places = np.array([found.place for found in profiles.wanted[need]], dtype=np.int64)
    held = profiles.held
    licensed = np.flatnonzero(held.level == 3)
    if not places.size or not licensed.size:
        return vouches
    near = profiles.taxonomy.similarities[np.ix_(held.place[licensed], places)].max(axis=1) >= _AS_GOOD_AS
    vouches[held.owner[licensed[near]]] = True
    for row in np.flatnonzero(vouches).tolist():
        vouches[row] = profiles.policy.kinds[profiles.partners[row].kind].has_licence_by_claim
    return vouches


def claims_licence(profiles: Profiles, partner: int) -> bool:
    """Tell whether a partner says to be licensed for anything, whatever the register says.

    Parameters
    ----------
    profiles : Profiles
        With the skills.
    partner : int
        Index of the partner.

    Returns
    -------
    claims : bool
    """
    entries: Sequence[int] = range(int(profiles.held.first[partner]), int(profiles.held.first[partner + 1]))
    return any(profiles.held.found[entry].level is Level.LICENSED for entry in entries)
