"""The score of a pair: named parts in [0, 1], weighted, that sum to it."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.affinity.free_time import free_shares
from matching.affinity.places import UNKNOWN, fold_place, place_values
from matching.affinity.profiles import Profiles
from matching.affinity.skill_fit import skill_values
from matching.affinity.text_fit import text_values
from matching.affinity.weights import FEATURES, Weights
from matching.errors import CallError
from matching.records import Window

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Feature = tuple[Floats, Bools]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class PairScores:
    """The parts of the score of some pairs.

    Attributes
    ----------
    values : ndarray of float in [0, 1], shape (n_pairs, n_features)
        In the order of `FEATURES`; where nothing is known, the value that the weights table gives to the unknown.
    is_unknown : ndarray of bool, shape (n_pairs, n_features)
    weights : Weights
    """

    values: Floats
    is_unknown: Bools
    weights: Weights

    @property
    def points(self) -> Floats:
        """What each part adds: weight times value, shape (n_pairs, n_features)."""
        points: Floats = self.values * self.weights.vector
        return points

    @property
    def total(self) -> Floats:
        """The scores: the sums of the points, in [0, 1], shape (n_pairs,)."""
        total: Floats = np.clip(self.points.sum(axis=1), 0.0, 1.0)
        return total

    def reweighted(self, weights: Weights) -> "PairScores":
        """Return the same pairs under other weights.

        Parameters
        ----------
        weights : Weights
            With the same values for the unknown, or others.

        Returns
        -------
        scores : PairScores
        """
        values = np.where(self.is_unknown, weights.unknown, self.values)
        return PairScores(values, self.is_unknown, weights)


def score_pairs(
    profiles: Profiles, need: Ints, partner: Ints, *, windows: Sequence[Window | None], weights: Weights
) -> PairScores:
    """Score pairs of needs and partners.

    Parameters
    ----------
    profiles : Profiles
        Both sides.
    need, partner : ndarray of int, shape (n_pairs,)
        The pairs, as indices into ``profiles.needs`` and ``profiles.partners``.
    windows : sequence of Window or None, length n_needs
        The window of each need that availability is measured over.
    weights : Weights
        Of the parts, with the values that stand in for the unknown.

    Returns
    -------
    scores : PairScores

    Raises
    ------
    CallError
        If need and partner differ in length.
    """
    if need.shape != partner.shape:
        raise CallError(f"need and partner must have one length; got {need.shape} and {partner.shape}")
    policy = profiles.policy
    parts: dict[str, Feature] = {
        "skill": skill_values(profiles.fit, need, partner),
        "text": text_values(profiles.text, need, partner, policy=policy),
        "network": _known(profiles.near[need, partner]),
        "place": place_values(profiles.need_places, profiles.partner_places, need, partner, policy=policy),
        "availability": _known(free_shares(profiles.free, windows)[need, partner]),
        "reliability": _reliability(profiles, partner),
        "load": _load(profiles, partner),
        "continuity": _continuity(profiles, need, partner),
        "language": _language(profiles, need, partner),
        "newcomer": _newcomer(profiles, partner),
    }
    values = np.stack([parts[name][0] for name in FEATURES], axis=1)
    is_unknown = np.stack([parts[name][1] for name in FEATURES], axis=1)
    return PairScores(np.where(is_unknown, weights.unknown, values), is_unknown, weights)


def _known(values: Floats) -> Feature:
    is_unknown = np.isnan(values)
    return np.where(is_unknown, 0.0, values), is_unknown


def _reliability(profiles: Profiles, partner: Ints) -> Feature:
    history = profiles.history
    mean = history.reliability(profiles.policy)
    return mean[partner], (history.good + history.bad == 0)[partner]


def _load(profiles: Profiles, partner: Ints) -> Feature:
    history = profiles.history
    free = 1.0 - np.minimum(history.recent_hours / max(profiles.policy["recent_hours"], 1e-9), 1.0)
    return free[partner], np.full(partner.size, not history.is_kept)


def _newcomer(profiles: Profiles, partner: Ints) -> Feature:
    """Score how little is known of a partner yet: the share of a score that is spent on finding out."""
    return profiles.history.doubt(profiles.policy)[partner], np.full(partner.size, not profiles.history.is_kept)


def _continuity(profiles: Profiles, need: Ints, partner: Ints) -> Feature:
    """Score how often a partner has served the community before, or the very person."""
    history, half = profiles.history, profiles.policy["continuity_half"]
    communities = profiles.need_places.community
    known = np.zeros((len(profiles.partners), int(communities.max(initial=0)) + 1))
    for (row, community), times in history.served.items():
        if community < known.shape[1]:
            known[row, community] = times / (times + half)
    values = np.where(communities[need] == UNKNOWN, 0.0, known[partner, communities[need]])
    if history.served_people:
        people = [fold_place(each.beneficiary) if each.beneficiary else None for each in profiles.needs]
        asked = {(int(c), who) for c, who in zip(communities, people, strict=True) if who}
        for (row, community, who), times in history.served_people.items():
            if (community, who) in asked:
                same = np.array([(int(c), p) == (community, who) for c, p in zip(communities, people, strict=True)])
                hit = (partner == row) & same[need]
                values[hit] = np.maximum(values[hit], (1 + times) / (1 + times + half))
    unknown = np.full(need.size, not history.is_kept) | (communities[need] == UNKNOWN)
    return values, unknown


def _language(profiles: Profiles, need: Ints, partner: Ints) -> Feature:
    """Give the share of the languages wanted that a partner speaks; 1 where none is wanted."""
    values, is_unknown = np.ones(need.size), np.zeros(need.size, dtype=np.bool_)
    stated = np.array([spoken is not None for spoken in profiles.languages], dtype=np.bool_)
    for row, each in enumerate(profiles.needs):
        wanted = {language.strip().casefold() for language in each.languages}
        if not wanted:
            continue
        here = need == row
        share = np.array([len(wanted & spoken) / len(wanted) if spoken else 0.0 for spoken in profiles.languages])
        values[here] = share[partner[here]]
        is_unknown[here] = ~stated[partner[here]]
    return values, is_unknown
