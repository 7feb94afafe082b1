"""Who gets seen: how prominently groups of partners stand in the lists of candidates, against how many of them could serve."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matching.affinity.places import UNKNOWN
from matching.labels import Language, label
from matching.planning.candidates import Candidates

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

GROUPS = ("newcomer", "regular", "same_community", "same_street", "elsewhere")
"""Groups of pairs that are looked at: who has no record yet and who has, and how far the partner lives from the need."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How prominently a group stands in the lists of candidates.

    Attributes
    ----------
    group : str
        One of `GROUPS`.
    pairs : int
        Eligible pairs in it.
    fair_share : float in [0, 1]
        Its share of the eligible pairs of a need, on average over needs: its exposure if lists were in random order.
    exposure : float in [0, 1]
        Its share of the attention of somebody who reads the lists from the top.
    """

    group: str
    pairs: int
    fair_share: float
    exposure: float

    @property
    def gap(self) -> float:
        """Exposure less the fair share: below zero where the group is seen less than chance would show it."""
        return self.exposure - self.fair_share


def exposure_of(candidates: Candidates) -> tuple[Exposure, ...]:
    """Measure how prominently groups stand in the lists of candidates.

    Parameters
    ----------
    candidates : Candidates
        Scored.

    Returns
    -------
    exposures : tuple of Exposure
        In the order of `GROUPS`, without groups that no eligible pair belongs to.

    References
    ----------
    A. Singh, T. Joachims, "Fairness of exposure in rankings", KDD 2018: rank *r* draws attention 1 / log2(1 + r).
    """
    attention, chance = _attention(candidates)
    counted = int((chance.sum(axis=1) > 0).sum())
    members = _members(candidates)
    found = []
    for group in GROUPS:
        inside = members[group] & candidates.is_eligible
        if inside.any():
            seen = float(attention[inside].sum()) / counted
            fair = float(chance[inside].sum()) / counted
            found.append(Exposure(group=group, pairs=int(inside.sum()), fair_share=fair, exposure=seen))
    return tuple(found)


def largest_loss(before: Sequence[Exposure], after: Sequence[Exposure]) -> float:
    """Return the largest part of its exposure that a group loses from one ranking to another.

    Parameters
    ----------
    before, after : sequence of Exposure
        Of the same candidates under two sets of weights.

    Returns
    -------
    loss : float
        Relative: 0.1 where some group keeps nine tenths of what it had; 0 where none loses. Regulars and neighbours, who
        stand in front anyway, are not looked at.
    """
    now = {each.group: each.exposure for each in after}
    guarded = [each for each in before if each.group in {"newcomer", "elsewhere"} and each.exposure > 0]
    return max([1 - now.get(each.group, 0.0) / each.exposure for each in guarded], default=0.0)


def exposure_table(exposures: Sequence[Exposure], *, language: Language = "zh") -> pd.DataFrame:
    """Return exposures for people to read.

    Parameters
    ----------
    exposures : sequence of Exposure
        As `exposure_of` returns them.
    language : {"zh", "en"}, default="zh"
        Of headers and groups.

    Returns
    -------
    table : DataFrame
        Group, eligible pairs, fair share, exposure, gap.
    """
    columns = [
        label(f"planning.exposure.{name}", language=language) for name in ("group", "pairs", "fair", "seen", "gap")
    ]
    rows = [
        (
            label(f"planning.exposure.groups.{each.group}", language=language),
            each.pairs,
            round(each.fair_share, 3),
            round(each.exposure, 3),
            round(each.gap, 3),
        )
        for each in exposures
    ]
    return pd.DataFrame(rows, columns=columns)


def _attention(candidates: Candidates) -> tuple[Floats, Floats]:
    """Return what each pair draws of the attention spent on its need, in the order of scores and by chance."""
    eligible = candidates.is_eligible
    scores = np.where(eligible, candidates.allowed_scores, -np.inf)
    order = np.argsort(-scores, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(order.shape[1])[None, :].repeat(order.shape[0], axis=0), axis=1)
    drawn = np.where(eligible, 1.0 / np.log2(rank + 2.0), 0.0)
    total, count = drawn.sum(axis=1, keepdims=True), eligible.sum(axis=1, keepdims=True)
    return drawn / np.where(total > 0, total, 1.0), eligible / np.where(count > 0, count, 1)


def _members(candidates: Candidates) -> dict[str, Bools]:
    profiles = candidates.profiles
    history = profiles.history
    shape = candidates.masks.shape
    is_new = np.broadcast_to(history.good + history.bad == 0, shape)
    ours, theirs = profiles.need_places, profiles.partner_places
    is_known = (ours.community != UNKNOWN)[:, None] & (theirs.community != UNKNOWN)[None, :]
    is_same = is_known & (ours.community[:, None] == theirs.community[None, :])
    is_street = (
        is_known & ~is_same & (ours.street[:, None] == theirs.street[None, :]) & (ours.street != UNKNOWN)[:, None]
    )
    return {
        "newcomer": is_new,
        "regular": ~is_new,
        "same_community": is_same,
        "same_street": is_street,
        "elsewhere": is_known & ~is_same & ~is_street,
    }
