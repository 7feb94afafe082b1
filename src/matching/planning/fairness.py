"""What fairness costs: the same needs served with the worst-served one raised as high as can be."""

import dataclasses

import numpy as np

from matching.labels import Language, label
from matching.planning.assembly import propose
from matching.planning.proposal import Proposal
from matching.planning.shown import shown


@shown
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FairnessPrice:
    """The plan of highest total beside the fair one.

    Attributes
    ----------
    total, fair_total : float
        Sums of the scores for the least head-counts.
    worst, fair_worst : float
        Score per wanted person of the least served need of those that are served.
    price : float
        ``1 - fair_total / total``: the share of the total that fairness costs.
    sentence : str
    """

    total: float
    fair_total: float
    worst: float
    fair_worst: float
    price: float
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def price_of_fairness(plan: Proposal, *, depth: int = 1, language: Language = "zh") -> FairnessPrice:
    """Compare the plan of highest total with the fair one.

    Parameters
    ----------
    plan : Proposal
        Any; both plans are made from its candidates, with every need counting alike.
    depth : int, default=1
        How many of the worst-served needs are raised.
    language : {"zh", "en"}, default="zh"
        Which words.

    Returns
    -------
    price : FairnessPrice

    References
    ----------
    D. Bertsimas, V. Farias, N. Trichakis, "The price of fairness", Operations Research 59(1), 2011.
    """
    best, fair = (propose(plan.candidates, objective=objective, fair_depth=depth) for objective in ("total", "fair"))
    total, fair_total = _first_scores(best), _first_scores(fair)
    price = max(0.0, 1 - fair_total / total) if total else 0.0
    said = label(
        "planning.fairness",
        language=language,
        worst=f"{best.proof.worst:.3f}",
        fair_worst=f"{fair.proof.worst:.3f}",
        price=f"{price:.2%}",
    )
    return FairnessPrice(
        total=total,
        fair_total=fair_total,
        worst=best.proof.worst,
        fair_worst=fair.proof.worst,
        price=price,
        sentence=said,
    )


def _first_scores(plan: Proposal) -> float:
    model, choice = plan.working.model, plan.working.choice
    scores = plan.candidates.allowed_scores[model.need, model.partner]
    return float(np.sum(scores[choice.is_first]))
