"""Who could do what: every pair with its score, or with the rules that block it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import functools
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching import frames as pd
from matching.affinity.chance import Chance
from matching.affinity.policy import Policy
from matching.affinity.profiles import Profiles
from matching.affinity.score import PairScores, Scorer
from matching.affinity.weights import Weights
from matching.errors import UnknownNameError
from matching.labels import Language, label
from matching.planning.eligibility import RULES, Masks, Sides
from matching.planning.teams import TeamPart
from matching.planning.works import Work
from matching.records import Community, mask_text

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_ROOM = 1 << 20  # pairs whose parts are held at once where only their scores are wanted


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class AllowedPairs:
    """The pairs that no rule blocks, need by need.

    Attributes
    ----------
    need, partner : ndarray of int, shape (n_pairs,)
        In ascending order.
    first : ndarray of int, shape (n_needs + 1,)
        Where the pairs of each need begin.
    """

    need: Ints
    partner: Ints
    first: Ints

    def rows_of(self, need: int, partner: Ints) -> tuple[Ints, Bools]:
        """Find pairs of a need.

        Parameters
        ----------
        need : int
            Row of the need.
        partner : ndarray of int, shape (n_pairs,)
            Columns of partners.

        Returns
        -------
        row : ndarray of int, shape (n_pairs,)
            Position of each pair; any where it is blocked.
        is_allowed : ndarray of bool, shape (n_pairs,)
        """
        first, last = int(self.first[need]), int(self.first[need + 1])
        if first == last:
            return np.zeros(partner.size, dtype=np.int64), np.zeros(partner.size, dtype=np.bool_)
        row = first + np.minimum(np.searchsorted(self.partner[first:last], partner), last - first - 1)
        return row, self.partner[row] == partner

    def positions(self, need: Ints, partner: Ints) -> Ints:
        """Find pairs of several needs that are all allowed.

        Parameters
        ----------
        need, partner : ndarray of int, shape (n_pairs,)
            Rows and columns.

        Returns
        -------
        position : ndarray of int, shape (n_pairs,)
        """
        width = 1 + int(max(self.partner.max(initial=0), partner.max(initial=0)))
        found: Ints = np.searchsorted(self.need * width + self.partner, need * width + partner)
        return found


def allowed_pairs(masks: Masks) -> AllowedPairs:
    """List the pairs that no rule blocks.

    Parameters
    ----------
    masks : ndarray of int, shape (n_needs, n_partners)
        Bits of the rules that block.

    Returns
    -------
    allowed : AllowedPairs
    """
    need, partner = np.nonzero(masks == 0)
    return AllowedPairs(need, partner, np.searchsorted(need, np.arange(masks.shape[0] + 1)))


@dataclasses.dataclass(frozen=True, eq=False)
class Candidates:
    """Every pair of a need and a partner: the rules that block it, and the score of those that none does.

    Attributes
    ----------
    community : Community
    as_of : date or datetime
        The day on which this was worked out.
    sides : Sides
        Both sides as the rules see them.
    works : tuple of Work, one a need
        What would be done when: of several windows, the one that most people can do.
    masks : ndarray of int, shape (n_needs, n_partners)
        Bit ``k`` is set where rule ``RULES[k]`` blocks.
    allowed : AllowedPairs
        The pairs that no rule blocks.
    pairs : PairScores
        Theirs.
    scorer : Scorer
        Scores the others when somebody asks.
    parts : tuple of tuple of TeamPart, one a need
        What those who serve it must bring between them; empty where each person serves it by himself.
    overlay : Path or None
        Folder of the district's own policy tables.
    keep : int or None
        Partners first considered for a need when solving; None for all who are eligible.
    urgent : frozenset of str
        Needs that a person has declared urgent, whatever the register says.
    chance : Chance or None
        The district's learned curve of who will accept and do it well; None where none was learned.
    """

    community: Community
    as_of: dt.date
    sides: Sides
    works: tuple[Work, ...]
    masks: Masks
    allowed: AllowedPairs
    pairs: PairScores
    scorer: Scorer
    parts: tuple[tuple[TeamPart, ...], ...]
    overlay: Path | None = None
    keep: int | None = None
    urgent: frozenset[str] = frozenset()
    chance: Chance | None = None

    @property
    def profiles(self) -> Profiles:
        """Both sides as scoring sees them."""
        return self.sides.profiles

    @property
    def policy(self) -> Policy:
        """Limits, defaults and rates."""
        return self.sides.profiles.policy

    @property
    def weights(self) -> Weights:
        """The weights of the parts of the score."""
        return self.pairs.weights

    @functools.cached_property
    def allowed_scores(self) -> Floats:
        """The scores of the pairs that no rule blocks, shape (n_needs, n_partners); ``nan`` for all others."""
        scores = np.full(self.masks.shape, np.nan)
        scores[self.allowed.need, self.allowed.partner] = self.pairs.total
        return scores

    @functools.cached_property
    def scores(self) -> Floats:
        """The scores of all pairs, shape (n_needs, n_partners); blocked pairs are scored when this is asked for."""
        scores = self.allowed_scores.copy()
        need, partner = np.nonzero(np.isnan(scores))
        for first in range(0, need.size, _ROOM):
            here = slice(first, first + _ROOM)
            blocked = self.scorer.pairs(need[here], partner[here], weights=self.weights)
            scores[need[here], partner[here]] = blocked.total
        return scores

    def pairs_of(self, need: int, partner: Ints) -> PairScores:
        """Return the parts of the score of some pairs of a need, blocked or not.

        Parameters
        ----------
        need : int
            Row of the need.
        partner : ndarray of int, shape (n_pairs,)
            Columns of partners.

        Returns
        -------
        scores : PairScores
        """
        row, is_known = self.allowed.rows_of(need, partner)
        found = self.pairs
        if not is_known.all():
            row, found = partner, self.scorer.row(need, weights=self.weights)
        return PairScores(found.values[row], found.is_unknown[row], self.weights)  # arrays, not a table

    def pair(self, need: int, partner: int) -> tuple[Floats, Bools]:
        """Return the parts of the score of one pair, blocked or not.

        Parameters
        ----------
        need, partner : int
            Row and column.

        Returns
        -------
        values : ndarray of float, shape (n_features,)
        is_unknown : ndarray of bool, shape (n_features,)
        """
        found = self.pairs_of(need, np.array([partner], dtype=np.int64))
        return found.values[0], found.is_unknown[0]

    @functools.cached_property
    def is_eligible(self) -> Bools:
        """Whether no rule blocks a pair, shape (n_needs, n_partners)."""
        eligible: Bools = self.masks == 0
        return eligible

    def need_index(self, need_id: str) -> int:
        """Return the row of a need.

        Parameters
        ----------
        need_id : str
            Identifier.

        Returns
        -------
        row : int

        Raises
        ------
        UnknownNameError
            If there is no such need.
        """
        row = self._need_rows.get(need_id)
        if row is None:
            raise UnknownNameError(_unknown("need", need_id, self._need_rows))
        return row

    def partner_index(self, partner_id: str) -> int:
        """Return the column of a partner.

        Parameters
        ----------
        partner_id : str
            Identifier, also one that was merged into another.

        Returns
        -------
        column : int

        Raises
        ------
        UnknownNameError
            If there is no such partner, or consent was withdrawn.
        """
        column = self.profiles.positions.get(self.community.resolve(partner_id))
        if column is None:
            if partner_id in self.community.frozen_ids:
                raise UnknownNameError(f"Partner {partner_id!r} is not matched: consent was withdrawn.")
            raise UnknownNameError(_unknown("partner", partner_id, self.profiles.positions))
        return column

    @functools.cached_property
    def _need_rows(self) -> Mapping[str, int]:
        rows: dict[str, int] = {}
        for row, need in enumerate(self.profiles.needs):
            rows.setdefault(need.need_id, row)
        return rows

    def blocking_rules(self, need_id: str, partner_id: str) -> tuple[str, ...]:
        """Return the rules that block a pair, the first to be named first.

        Parameters
        ----------
        need_id, partner_id : str
            The pair.

        Returns
        -------
        rules : tuple of str
            Names from `RULES`; empty where the pair is eligible.
        """
        mask = int(self.masks[self.need_index(need_id), self.partner_index(partner_id)])
        return tuple(rule for bit, rule in enumerate(RULES) if mask >> bit & 1)

    def chance_of(self, need_id: str, partner_id: str) -> float | None:
        """Return how likely a partner is to accept a need and do it well, as far as past answers tell.

        Parameters
        ----------
        need_id, partner_id : str
            The pair.

        Returns
        -------
        chance : float in (0, 1) or None
            None where the district has learned no curve.
        """
        if self.chance is None:
            return None
        pair = self.pairs_of(self.need_index(need_id), np.array([self.partner_index(partner_id)], dtype=np.int64))
        return float(self.chance.of(pair.values)[0])

    def reweighted(self, weights: Mapping[str, float]) -> Candidates:
        """Return the same candidates scored with other weights.

        Parameters
        ----------
        weights : mapping of str to float
            New weights of some or all parts; all are divided by their new sum.

        Returns
        -------
        candidates : Candidates
        """
        new = weights if isinstance(weights, Weights) else self.weights.replace(weights)
        return dataclasses.replace(self, pairs=self.pairs.reweighted(new))

    def table(self, *, top: int = 5, language: Language = "zh") -> pd.DataFrame:
        """Return the best eligible partners of each need.

        Parameters
        ----------
        top : int, default=5
            How many of each need at most.
        language : {"zh", "en"}, default="zh"
            Of the headers.

        Returns
        -------
        table : DataFrame
            Need, description, partner, name, rank, score.
        """
        columns = ("need_id", "need", "partner_id", "partner", "rank", "score")
        total, rows = self.pairs.total, []
        for at, need in enumerate(self.profiles.needs):
            first, last = self.allowed.first[at : at + 2]
            best = first + np.argsort(-total[first:last], kind="stable")[:top]
            for rank, row in enumerate(best.tolist(), start=1):
                partner = self.profiles.partners[self.allowed.partner[row]]
                words = mask_text(need.description), partner.partner_id, mask_text(partner.name)
                rows.append((need.need_id, *words, rank, round(float(total[row]), 4)))
        headers = [label(f"planning.column.{name}", language=language) for name in columns]
        return pd.DataFrame(rows, columns=headers)


def _unknown(what: str, got: str, known: Iterable[str]) -> str:
    """Say that an identifier is unknown and which known ones it may be meant for."""
    folded = unicodedata.normalize("NFKC", str(got)).strip().upper().replace("_", "-").replace("—", "-")
    near = difflib.get_close_matches(folded, list(known), n=3, cutoff=0.7)
    hint = f"Did you mean {', '.join(near)}?" if near else "Look the ID up in the workbook."
    return f"There is no {what} {got!r}. {hint}"
