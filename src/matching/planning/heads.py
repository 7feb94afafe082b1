"""How many people each need still wants, and how much each partner can take on."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.policy import Policy
from matching.planning.standing import Standing
from matching.records import Need, Partner


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class HeadCounts:
    """Head-counts of needs and capacities of partners for this round.

    Attributes
    ----------
    least, most : ndarray of int, shape (n_needs,)
        People still wanted: those who have done their part are taken off.
    most_needs : ndarray of int, shape (n_partners,)
    hours : ndarray of float, shape (n_partners,)
    """

    least: NDArray[np.int64]
    most: NDArray[np.int64]
    most_needs: NDArray[np.int64]
    hours: NDArray[np.float64]


def count_heads(
    needs: Sequence[Need], partners: Sequence[Partner], standing: Standing, *, policy: Policy
) -> HeadCounts:
    """Work out head-counts and capacities, with the defaults of the policy where nothing is stated.

    Parameters
    ----------
    needs : sequence of Need
        As stated.
    partners : sequence of Partner
        As stated.
    standing : Standing
        Who has done what.
    policy : Policy
        Defaults.

    Returns
    -------
    heads : HeadCounts
    """
    default = int(policy["default_people"])
    limits = []
    for need in needs:
        most = need.people_max if need.people_max is not None else max(need.people_min or 0, default)
        least = need.people_min if need.people_min is not None else min(default, most)
        done = len(standing.done_by.get(need.need_id, ()))
        # a least above the most is a slip that reading reports: the most counts
        limits.append((max(min(least, most) - done, 0), max(most - done, 0)))
    kinds = policy.kinds
    table = np.array(limits, dtype=np.int64).reshape(-1, 2)
    return HeadCounts(
        least=table[:, 0],
        most=table[:, 1],
        most_needs=np.array(
            [kinds[p.kind].most_needs if p.most_needs is None else p.most_needs for p in partners], dtype=np.int64
        ),
        hours=np.array([kinds[p.kind].hours if p.hours is None else p.hours for p in partners], dtype=np.float64),
    )
