"""What hangs on the weights: choices that change if one is moved a little, and choices that are as good as equal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from matching import frames as pd
from matching.affinity.weights import FEATURES
from matching.errors import CallError
from matching.labels import Language, label
from matching.planning.changes import shortened
from matching.planning.fewest import with_fewest_told
from matching.planning.first_step import FirstStep
from matching.planning.model import revalued
from matching.planning.proposal import Proposal
from matching.planning.shown import shown
from matching.planning.solving import choose
from matching.planning.standbys import swaps
from matching.planning.standing import Pair
from matching.planning.tables import frame
from matching.records import mask_text

# Scores are shown with two decimals: what is closer than half of the last one looks equal, and is.
_EQUAL = 0.005
_NEARLY = 1e-6


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """What changes if one weight is moved.

    Attributes
    ----------
    feature : str
        Part of the score whose weight is moved.
    step : float
        Relative, for example +0.1.
    dropped, added : tuple of Pair
        Pairs that leave and that enter the plan.
    """

    feature: str
    step: float
    dropped: tuple[Pair, ...]
    added: tuple[Pair, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Partners who are as good as equal for one place.

    Attributes
    ----------
    need_id : str
    chosen : str
        Who is in the plan.
    others : tuple of str
        Who could take the place without touching anything else, at the same score.
    """

    need_id: str
    chosen: str
    others: tuple[str, ...]


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Flips:
    """What hangs on the weights.

    Attributes
    ----------
    flips : tuple of Flip
        One a weight and direction that changes something.
    ties : tuple of Tie
        “These are equal, your call.”
    steady : tuple of Pair
        Pairs that stay whatever weight is moved.
    names : tuple of (partner_id, name)
    titles : tuple of (feature, title)
    """

    flips: tuple[Flip, ...]
    ties: tuple[Tie, ...]
    steady: tuple[Pair, ...]
    names: tuple[tuple[str, str], ...] = ()
    titles: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.summary()

    def summary(self, *, language: Language = "zh") -> str:
        """Say on a few lines what hangs on the weights, and who are equal.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
            One line in all, then one a weight and direction that changes something, then one a tie.
        """
        names, titles = {each: shortened(name) for each, name in self.names}, dict(self.titles)
        lines = [
            label("planning.flips.headline", language=language, steady=len(self.steady), flips=len(self.flips)),
            *(
                label(
                    "planning.flips.line",
                    language=language,
                    weight=titles.get(flip.feature, flip.feature),
                    step=f"{flip.step:+.0%}",
                    moves=label("planning.semicolon", language=language).join(
                        f"{need_id} {before} → {after}" for need_id, before, after in _moves(flip, names)
                    ),
                )
                for flip in self.flips
            ),
            *(
                label("planning.flips.tie", language=language, need=tie.need_id, chosen=chosen, others=others)
                for tie, chosen, others in self._equals(names)
            ),
        ]
        return "\n".join(lines)

    def _equals(self, names: Mapping[str, str]) -> Iterator[tuple[Tie, str, str]]:
        for tie in self.ties:
            yield tie, names.get(tie.chosen, tie.chosen), "、".join(names.get(other, other) for other in tie.others)

    def table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return which choices change with which weight.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of the headers.

        Returns
        -------
        table : DataFrame
            One row a need and a weight.
        """
        names, titles = dict(self.names), dict(self.titles)
        rows = [
            (titles.get(flip.feature, flip.feature), f"{flip.step:+.0%}", *move)
            for flip in self.flips
            for move in _moves(flip, names)
        ]
        return frame(("weight", "direction", "need_id", "before", "after"), rows, language)

    def tie_table(self, *, language: Language = "zh") -> pd.DataFrame:
        """Return who are equal for which place.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Of headers and words.

        Returns
        -------
        table : DataFrame
        """
        names = dict(self.names)
        rows = [
            (tie.need_id, chosen, others, label("planning.tie", language=language, count=len(tie.others) + 1))
            for tie, chosen, others in self._equals(names)
        ]
        return frame(("need_id", "partner", "others", "meaning"), rows, language)


def list_flips(
    plan: Proposal, *, features: Iterable[str] | None = None, step: float | None = None, language: Language = "zh"
) -> Flips:
    """Find what hangs on the weights.

    Parameters
    ----------
    plan : Proposal
        Any.
    features : iterable of str, optional
        Parts of the score whose weights are moved; all by default.
    step : float in (0, 1), optional
        How far, relative to the weight; the policy's step by default. All weights are then divided by their new sum.
    language : {"zh", "en"}, default="zh"
        Of the titles.

    Returns
    -------
    flips : Flips
        Each weight is moved up and down and the plan is solved again, exactly, with everything else as it was.

    Raises
    ------
    CallError
        If the step is outside (0, 1).
    """
    step = plan.candidates.policy["flip_step"] if step is None else step
    if not 0 < step < 1:
        raise CallError(f"step must be between 0 and 1; got {step!r}")
    before = set(plan.pairs)
    found, steady = [], set(before)
    for feature in FEATURES if features is None else tuple(features):
        for signed in (step, -step):
            after = _solved_again(plan, feature, signed)
            steady &= after
            if after != before:
                dropped, added = tuple(sorted(before - after)), tuple(sorted(after - before))
                found.append(Flip(feature=feature, step=signed, dropped=dropped, added=added))
    weights = plan.candidates.weights
    return Flips(
        flips=tuple(found),
        ties=_ties(plan),
        steady=tuple(pair for pair in plan.pairs if pair in steady),
        names=tuple((p.partner_id, mask_text(p.name)) for p in plan.candidates.profiles.partners),
        titles=tuple((name, weights.title(name, language=language)) for name in FEATURES),
    )


def _moves(flip: Flip, names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield for each need that changes whom it loses and whom it gets."""
    for need_id in sorted({pair[0] for pair in (*flip.dropped, *flip.added)}):
        lost, got = (
            "、".join(names.get(p, p) for n, p in pairs if n == need_id) for pairs in (flip.dropped, flip.added)
        )
        yield need_id, lost or "—", got or "—"


def _solved_again(plan: Proposal, feature: str, step: float) -> set[Pair]:
    working = plan.working
    candidates = working.candidates.reweighted({feature: working.candidates.weights[feature] * (1 + step)})
    model = revalued(working.model, candidates, is_even=working.objective == "fair")
    # of choices that are worth the same the plan's own is taken: what is equal anyway hangs on no weight
    model = dataclasses.replace(model, value=model.value + _NEARLY * working.choice.chosen)
    choice = choose(
        candidates,
        model,
        working.wishes,
        objective=working.objective,
        fair_depth=working.fair_depth,
        start=working.choice,
    )
    if working.wishes.told is not None:
        first = FirstStep(candidates, model, working.wishes, working.objective, working.fair_depth)
        choice = with_fewest_told(first, choice)
    return {pair for pair, edge in model.edge_of.items() if choice.chosen[edge]}


def _ties(plan: Proposal) -> tuple[Tie, ...]:
    """Find for each place who else could take it at the same score without touching anything else."""
    scores, profiles = plan.candidates.allowed_scores, plan.candidates.profiles
    found = []
    for need, chosen, able in swaps(plan):
        equal = [p for p in able if abs(scores[need, p] - scores[need, chosen]) < _EQUAL]
        if equal:
            others = tuple(profiles.partners[p].partner_id for p in sorted(equal, key=lambda p: (-scores[need, p], p)))
            found.append(
                Tie(need_id=profiles.needs[need].need_id, chosen=profiles.partners[chosen].partner_id, others=others)
            )
    return tuple(found)
