"""What past service says of partners: promises kept, hours lately, communities served, people worked beside."""

import dataclasses
import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.affinity.places import UNKNOWN, PlaceBook, fold_place
from matching.affinity.policy import Policy
from matching.records import Community, Result
from matching.records.reversals import standing_facts

Floats = NDArray[np.float64]
_HAPPENED = frozenset({Result.COMPLETED, Result.NO_SHOW})
# Who was at the same large event does not know everybody there.
_LARGEST_TEAM = 12


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class History:
    """What the facts up to a day say of each partner.

    Attributes
    ----------
    is_kept : bool
        Whether the district keeps a register of services at all; without one, nothing is known of anybody.
    good, bad : ndarray of float, shape (n_partners,)
        Promises kept and broken. To decline is neither: people may say no (志愿服务条例 art. 25).
    recent_hours : ndarray of float, shape (n_partners,)
        Hours served in the last ``recent_days``.
    served : mapping of (partner index, community number) to int
        Services completed in a community.
    served_people : mapping of (partner index, community number, folded name) to int
        Services completed for a beneficiary, who is named only within a community.
    together : mapping of (partner index, partner index) to int
        Services done side by side; the smaller index first.
    """

    is_kept: bool
    good: Floats
    bad: Floats
    recent_hours: Floats
    served: Mapping[tuple[int, int], int]
    served_people: Mapping[tuple[int, int, str], int]
    together: Mapping[tuple[int, int], int]

    def reliability(self, policy: Policy) -> Floats:
        """Return the posterior mean of keeping a promise, for each partner.

        Parameters
        ----------
        policy : Policy
            The prior.

        Returns
        -------
        mean : ndarray of float in (0, 1), shape (n_partners,)

        References
        ----------
        Beta-binomial: (a + good) / (a + b + good + bad) with a prior Beta(a, b).
        """
        prior_good, prior_bad = policy["reliability_good"], policy["reliability_bad"]
        mean: Floats = (prior_good + self.good) / (prior_good + prior_bad + self.good + self.bad)
        return mean

    def doubt(self, policy: Policy) -> Floats:
        """Return how little is known of each partner: the spread of the posterior, relative to that of the prior.

        Parameters
        ----------
        policy : Policy
            The prior.

        Returns
        -------
        doubt : ndarray of float in [0, 1], shape (n_partners,)
            1 for a newcomer; it falls with every promise that was kept or broken.
        """
        prior = _spread(policy["reliability_good"], policy["reliability_bad"])
        own = _spread(policy["reliability_good"] + self.good, policy["reliability_bad"] + self.bad)
        doubt: Floats = np.minimum(own / max(prior, 1e-12), 1.0)
        return doubt


def read_history(
    community: Community, places: PlaceBook, positions: Mapping[str, int], *, as_of: dt.date, policy: Policy
) -> History:
    """Add up the facts that had happened by a day.

    Parameters
    ----------
    community : Community
        With its facts.
    places : PlaceBook
        Numbers of communities.
    positions : mapping of str to int
        Index of each partner by identifier.
    as_of : date
        Services on later days do not count.
    policy : Policy
        Days that count as recent, and what counts as dissatisfied.

    Returns
    -------
    history : History
    """
    good, bad, hours = (np.zeros(len(positions)) for _ in range(3))
    served: Counter[tuple[int, int]] = Counter()
    people: Counter[tuple[int, int, str]] = Counter()
    teams: dict[tuple[object, ...], set[int]] = defaultdict(set)
    since = as_of - dt.timedelta(days=int(policy["recent_days"]))
    for record in standing_facts(community.services):
        at = positions.get(community.resolve(record.partner_id))
        if at is None or record.result not in _HAPPENED or (record.date is not None and record.date > as_of):
            continue
        if record.result is Result.NO_SHOW:
            bad[at] += 1
            continue
        share = 0.5 if record.satisfaction is not None and record.satisfaction <= policy["dissatisfied"] else 1.0
        good[at] += share
        bad[at] += 1 - share
        if record.date is not None and record.date > since:
            hours[at] += record.hours or 0.0
        where = places.communities.get(fold_place(record.community), UNKNOWN) if record.community else UNKNOWN
        if where != UNKNOWN:
            served[at, where] += 1
            if record.beneficiary:
                people[at, where, fold_place(record.beneficiary)] += 1
        if record.date is not None:
            teams[record.need_id, record.activity, record.date, record.community].add(at)
    return History(bool(community.services), good, bad, hours, served, people, _side_by_side(teams.values()))


def _spread(good: Any, bad: Any) -> Any:
    """Return the standard deviation of Beta(good, bad)."""
    total = good + bad
    return np.sqrt(good * bad / (total**2 * (total + 1)))


def _side_by_side(teams: Iterable[set[int]]) -> Counter[tuple[int, int]]:
    together: Counter[tuple[int, int]] = Counter()
    for team in teams:
        if 2 <= len(team) <= _LARGEST_TEAM:
            together.update(itertools.combinations(sorted(team), 2))
    return together
