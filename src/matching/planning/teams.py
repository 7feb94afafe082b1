"""What several people who serve one need must bring between them: skills, licences, rooms and equipment."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from matching.planning.eligibility import Sides
from matching.planning.licensing import stated_requirements
from matching.planning.resources import bringers
from matching.planning.works import Work

Bools = NDArray[np.bool_]
_SLACK = 1e-9


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class TeamPart:
    """One thing that at least one of those who serve a need must bring.

    Attributes
    ----------
    kind : str
        ``"skill"``, ``"licence"`` or ``"resource"``.
    name : str
        As the need words it.
    covers : ndarray of bool, shape (n_partners,)
        Who brings it, eligible or not.
    """

    kind: str
    name: str
    covers: Bools


def parts_of(sides: Sides, work: Work) -> tuple[TeamPart, ...]:
    """List what those who serve a need must bring between them.

    Parameters
    ----------
    sides : Sides
        Both sides.
    work : Work
        The need, and when it is done.

    Returns
    -------
    parts : tuple of TeamPart
        Empty for a need that each person serves by himself.
    """
    profiles = sides.profiles
    need, row = profiles.needs[work.need], work.need
    parts: list[TeamPart] = []
    if need.is_team:
        fit, least = profiles.fit, profiles.policy["skill_minimum"] - _SLACK
        parts += [
            TeamPart("skill", found.words, fit.cover[:, column] >= least)
            for found, column in zip(fit.asked[row], fit.column[row].tolist(), strict=True)
            if found.is_stated
        ]
        parts += [
            TeamPart("licence", name, sides.licences.holders(wanted, work.day, len(profiles.partners))[0])
            for name, wanted in zip(need.licences, stated_requirements(need, sides.licence_names), strict=True)
        ]
    if int(sides.heads.most[row]) > 1:
        parts += [TeamPart("resource", name, bringers(name, profiles.partners)) for name in need.resources]
    return tuple(parts)
