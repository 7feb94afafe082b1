"""Rooms and equipment: who can bring what a need asks for."""

import functools
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.records import Need, Partner, Unit

Bools = NDArray[np.bool_]


def brings(partner: Partner, resource: str) -> bool:
    """Tell whether a partner can bring a room or a piece of equipment.

    Parameters
    ----------
    partner : Partner
        A unit by its rooms and equipment; anybody else by saying so in the offer or the skills.
    resource : str
        As the need words it. 音响 and 音响设备 are the same: one word within the other.

    Returns
    -------
    brings : bool
    """
    wanted = _fold(resource)
    if not isinstance(partner, Unit):
        return wanted in _fold("、".join([partner.offer or "", *(claim.name for claim in partner.skills)]))
    return any(wanted in own or own in wanted for own in map(_fold, (*partner.rooms, *partner.equipment)) if own)


def bringers(resource: str, partners: Sequence[Partner]) -> Bools:
    """Tell who can bring a room or a piece of equipment.

    Parameters
    ----------
    resource : str
        As the need words it.
    partners : sequence of Partner, length n_partners
        Any kinds.

    Returns
    -------
    brings : ndarray of bool, shape (n_partners,)
    """
    return np.array([brings(partner, resource) for partner in partners], dtype=np.bool_)


def blocks_for_resources(need: Need, partners: Sequence[Partner], *, alone: bool) -> Bools:
    """Tell who is blocked because the rooms or equipment of a need would be lacking.

    Parameters
    ----------
    need : Need
        With its resources.
    partners : sequence of Partner, length n_partners
        Any kinds.
    alone : bool
        Whether one partner serves the need alone; of several, one that brings it is enough, which the choice
        of partners sees to.

    Returns
    -------
    blocked : ndarray of bool, shape (n_partners,)
    """
    if not alone:
        return np.zeros(len(partners), dtype=np.bool_)
    has_all = np.all([bringers(resource, partners) for resource in need.resources], axis=0)
    return ~np.asarray(has_all, dtype=np.bool_)


@functools.lru_cache(maxsize=1 << 16)
def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
