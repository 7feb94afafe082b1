"""Weights learned from outcomes, held back where they would bury newcomers or people who live far away."""

import dataclasses
import datetime as dt
from pathlib import Path

from matching.affinity.chance import write_chance
from matching.affinity.learning import Learned, learn_from, with_trust
from matching.affinity.occasions import read_outcomes
from matching.affinity.policy import read_policy
from matching.affinity.weights import read_weights, write_weights
from matching.labels import Language, label
from matching.planning.exposure import Exposure, exposure_of, largest_loss
from matching.planning.scoring import score
from matching.planning.works import day_of
from matching.records import Community

_HALVINGS = 6


@dataclasses.dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Learning:
    """What a district's outcomes teach, and what it does to who is seen.

    Attributes
    ----------
    as_of : date
        Later services were not looked at.
    learned : Learned
        Weights, chance, forecasts.
    before, after : tuple of Exposure
        Under the weights of the table, and under the learned ones.
    held_back : bool
        Whether trust was lowered because a group would have lost too much of its exposure.
    """

    as_of: dt.date
    learned: Learned
    before: tuple[Exposure, ...]
    after: tuple[Exposure, ...]
    held_back: bool

    def summary(self, *, language: Language = "zh") -> str:
        """Say in a few lines what was learned, or why nothing was.

        Parameters
        ----------
        language : {"zh", "en"}, default="zh"
            Which words.

        Returns
        -------
        words : str
        """
        found, forecast = self.learned, self.learned.forecast
        lines = [
            label(
                f"planning.learning.{found.reason}",
                language=language,
                good=found.n_good,
                answers=found.n_good + found.n_bad,
            )
        ]
        if forecast.is_tried:
            numbers = {"brier": forecast.brier, "base": forecast.brier_base, "prior": forecast.brier_prior}
            written = {name: f"{value:.4f}" for name, value in numbers.items()}
            lines.append(label("planning.learning.brier", language=language, answers=forecast.chance.size, **written))
        if found.is_supported:
            lines.append(label("planning.learning.trust", language=language, trust=f"{found.trust:.0%}"))
        if self.held_back:
            lines.append(label("planning.learning.held_back", language=language))
        return "\n".join(lines)

    def write(self, folder: Path) -> Path:
        """Write the weights and the chance where ``score(..., policies=folder)`` finds them.

        Parameters
        ----------
        folder : Path
            Made where it is not there; its other tables stay as they are.

        Returns
        -------
        folder : Path
        """
        write_weights(self.learned.weights, folder)
        if self.learned.chance is not None:
            write_chance(self.learned.chance, folder)
        return folder


def learn(community: Community, *, as_of: dt.date, policies: Path | None = None) -> Learning:
    """Learn from what became of past requests.

    Parameters
    ----------
    community : Community
        Registers and facts.
    as_of : date or datetime
        Later services do not count.
    policies : Path, optional
        Folder with a district's own ``policies/*.csv``.

    Returns
    -------
    learning : Learning
        Where the data cannot support it, the weights are those of the table and `learned.reason` says why.
    """
    policy, table = read_policy(overlay=policies), read_weights(overlay=policies)
    outcomes = read_outcomes(community, as_of=day_of(as_of), policy=policy, weights=table)
    learned = learn_from(outcomes, weights=table, policy=policy)
    candidates = score(community, as_of=as_of, weights=table, policies=policies)
    before = exposure_of(candidates)
    after = exposure_of(candidates.reweighted(learned.weights))
    held_back = False
    for _ in range(_HALVINGS):
        if largest_loss(before, after) <= policy["exposure_gap_most"]:
            break
        held_back = True
        learned = with_trust(learned, learned.trust / 2, weights=table, policy=policy)
        after = exposure_of(candidates.reweighted(learned.weights))
    else:
        learned, after = with_trust(learned, 0.0, weights=table, policy=policy), before
    return Learning(as_of=day_of(as_of), learned=learned, before=before, after=after, held_back=held_back)
