"""The score of a pair: named parts in [0, 1], weighted, that sum to it."""

import dataclasses
import functools
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

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
Part = Callable[[Ints, Ints], Feature]

_MOST_ROWS = 4
_BLOCK = 1 << 17  # pairs that are scored together: few enough for a processor's own memory


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


@dataclasses.dataclass(frozen=True, eq=False)
class Scorer:
    """Scores any pairs of two sides.

    Attributes
    ----------
    profiles : Profiles
        Both sides.
    windows : tuple of Window or None, length n_needs
        The window of each need that availability is measured over.
    """

    profiles: Profiles
    windows: tuple[Window | None, ...]

    @functools.cached_property
    def _parts(self) -> Mapping[str, Part]:
        return _parts(self.profiles, self.windows)

    @functools.cached_property
    def _rows(self) -> dict[tuple[int, tuple[float, ...]], PairScores]:
        return {}

    def row(self, need: int, *, weights: Weights) -> PairScores:
        """Score a need with every partner; the last few are remembered, for what is asked of one pair is asked of others too.

        Parameters
        ----------
        need : int
            Index of the need.
        weights : Weights
            With the values that stand in for the unknown.

        Returns
        -------
        scores : PairScores
        """
        key = need, tuple(float(each) for each in weights.unknown)
        found = self._rows.get(key)
        if found is None:
            partners = np.arange(len(self.profiles.partners))
            found = self.pairs(np.full(partners.size, need), partners, weights=weights)
            while len(self._rows) >= _MOST_ROWS:
                self._rows.pop(next(iter(self._rows)), None)
            self._rows[key] = found
        return PairScores(found.values, found.is_unknown, weights)

    def pairs(self, need: Ints, partner: Ints, *, weights: Weights) -> PairScores:
        """Score pairs of needs and partners.

        Parameters
        ----------
        need, partner : ndarray of int, shape (n_pairs,)
            The pairs, as indices into ``profiles.needs`` and ``profiles.partners``.
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
        shape = need.size, len(FEATURES)
        values, is_unknown = np.empty(shape), np.empty(shape, dtype=np.bool_)
        for first in range(0, need.size, _BLOCK):
            here = slice(first, first + _BLOCK)
            for k, name in enumerate(FEATURES):
                part, unknown = self._parts[name](need[here], partner[here])
                values[here, k], is_unknown[here, k] = np.where(unknown, weights.unknown[k], part), unknown
        return PairScores(values, is_unknown, weights)


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
    return Scorer(profiles, tuple(windows)).pairs(need, partner, weights=weights)


def _parts(profiles: Profiles, windows: Sequence[Window | None]) -> Mapping[str, Part]:
    """Prepare the parts of the score: what holds for a need or a partner alone is worked out once."""
    policy, history = profiles.policy, profiles.history
    free = free_shares(profiles.free, windows)
    return {
        "skill": lambda need, partner: skill_values(profiles.fit, need, partner),
        "text": lambda need, partner: text_values(profiles.text, need, partner, policy=policy),
        "network": lambda need, partner: _known(profiles.near[need, partner]),
        "place": lambda need, partner: place_values(
            profiles.need_places, profiles.partner_places, need, partner, policy=policy
        ),
        "availability": lambda need, partner: _known(free[need, partner]),
        "reliability": _of_partner(history.reliability(policy), history.good + history.bad == 0),
        "load": _of_partner(_load(profiles), np.full(len(profiles.partners), not history.is_kept)),
        "continuity": _continuity(profiles),
        "language": _language(profiles),
        # the share of a score that is spent on finding out
        "newcomer": _of_partner(history.doubt(policy), np.full(len(profiles.partners), not history.is_kept)),
    }


def _known(values: Floats) -> Feature:
    is_unknown = np.isnan(values)
    return np.where(is_unknown, 0.0, values), is_unknown


def _of_partner(values: Floats, is_unknown: Bools) -> Part:
    return lambda _, partner: (values[partner], is_unknown[partner])


def _load(profiles: Profiles) -> Floats:
    free: Floats = 1.0 - np.minimum(profiles.history.recent_hours / max(profiles.policy["recent_hours"], 1e-9), 1.0)
    return free


def _continuity(profiles: Profiles) -> Part:
    """Score how often a partner has served the community before, or the very person."""
    history, half = profiles.history, profiles.policy["continuity_half"]
    communities, n_partners = profiles.need_places.community, len(profiles.partners)
    known = np.zeros((n_partners, int(communities.max(initial=0)) + 1))
    for (row, community), times in history.served.items():
        if community < known.shape[1]:
            known[row, community] = times / (times + half)
    keys, worth = _served_before(profiles)

    def part(need: Ints, partner: Ints) -> Feature:
        values = np.where(communities[need] == UNKNOWN, 0.0, known[partner, communities[need]])
        if keys.size:
            pair = need * n_partners + partner
            at = np.minimum(np.searchsorted(keys, pair), keys.size - 1)
            values = np.where(keys[at] == pair, np.maximum(values, worth[at]), values)
        return values, (communities[need] == UNKNOWN) | (not history.is_kept)

    return part


def _served_before(profiles: Profiles) -> tuple[Ints, Floats]:
    """Return pairs, numbered need by need and sorted, in which the partner has served the very person, and their worth."""
    half, n_partners = profiles.policy["continuity_half"], len(profiles.partners)
    asked: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row, (need, community) in enumerate(zip(profiles.needs, profiles.need_places.community.tolist(), strict=True)):
        if need.beneficiary:
            asked[community, fold_place(need.beneficiary)].append(row)
    found: dict[int, float] = {}
    for (partner, community, who), times in profiles.history.served_people.items():
        for row in asked.get((community, who), ()):
            pair = row * n_partners + partner
            found[pair] = max(found.get(pair, 0.0), (1 + times) / (1 + times + half))
    ordered = sorted(found.items())
    return np.array([pair for pair, _ in ordered], dtype=np.int64), np.array([worth for _, worth in ordered])


def _language(profiles: Profiles) -> Part:
    """Give the share of the languages wanted that a partner speaks; 1 where none is wanted."""
    wishes = [frozenset(spoken.strip().casefold() for spoken in each.languages) for each in profiles.needs]
    rows = {wanted: row for row, wanted in enumerate(dict.fromkeys(wishes))}
    of = np.array([rows[wanted] for wanted in wishes], dtype=np.int64)
    share = np.array(
        [
            [
                len(wanted & spoken) / len(wanted) if wanted and spoken else float(not wanted)
                for spoken in profiles.languages
            ]
            for wanted in rows
        ]
    ).reshape(len(rows), len(profiles.partners))
    is_silent = np.array([spoken is None for spoken in profiles.languages], dtype=np.bool_)
    is_asked = np.array([bool(wanted) for wanted in wishes], dtype=np.bool_)
    return lambda need, partner: (share[of[need], partner], is_asked[need] & is_silent[partner])
