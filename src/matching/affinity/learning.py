"""Learning from outcomes: a calibrated chance of a good answer, and weights that the data can support."""

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from matching.affinity.chance import Chance
from matching.affinity.learning_folds import Forecast, forecast_forward, likely_gain
from matching.affinity.occasions import Outcomes
from matching.affinity.policy import Policy
from matching.affinity.weights import FEATURES, Weights

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Who was asked had been chosen by skill and words: the data hold too little of the unskilled to say what skill is worth.
_CHOSEN_BY = ("skill", "text", "newcomer")
# A part that is hardly ever known, or always the same, teaches nothing.
_LEAST_KNOWN, _LEAST_SPREAD = 0.2, 0.02
_STRENGTH = 1.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Learned:
    """What outcomes teach, and how far it can be trusted.

    Attributes
    ----------
    weights : Weights
        Learned weights as far as the data support them; those of the table where they do not.
    chance : Chance or None
        The curve; None where the data cannot support one.
    reason : str
        ``"supported"``, or why not: ``"too_few"`` (fewer good or bad answers than the policy asks for), ``"no_gain"``
        (forecasts of later answers are not surely better than naming the share, or than the tabled score).
    trust : float in [0, 1]
        Share of the learned weights against those of the table.
    n_good, n_bad : int
        Answers.
    forecast : Forecast
        Of later answers from earlier ones.
    taught : tuple of str
        Parts whose weights the data speak of.
    """

    weights: Weights
    chance: Chance | None
    reason: str
    trust: float
    n_good: int
    n_bad: int
    forecast: Forecast
    taught: tuple[str, ...]

    @property
    def is_supported(self) -> bool:
        """Whether the data support learning at all."""
        return self.chance is not None


def learn_from(outcomes: Outcomes, *, weights: Weights, policy: Policy) -> Learned:
    """Learn from past answers, or say why not.

    The chance is a logistic regression over the parts of the score in which no slope may be negative: fits are repeated
    without the parts that would speak against a person. It is believed only where forecasts of later answers from earlier
    ones beat, in 95 % of resampled occasions, both the plain share and the tabled score. The weights of the parts that the
    data can speak of are then shared anew in proportion to their slopes, as far as `trust` goes.

    Parameters
    ----------
    outcomes : Outcomes
        In the order of their days.
    weights : Weights
        Of the table.
    policy : Policy
        ``learn_least``, ``learn_half``, ``exploration_share``.

    Returns
    -------
    learned : Learned

    References
    ----------
    G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950).
    """
    n_good = int(outcomes.is_good.sum())
    n_bad = len(outcomes) - n_good
    nothing = Learned(
        weights=weights,
        chance=None,
        reason="too_few",
        trust=0.0,
        n_good=n_good,
        n_bad=n_bad,
        forecast=Forecast.empty(),
        taught=(),
    )
    if min(n_good, n_bad) < policy["learn_least"]:
        return nothing
    forecast = forecast_forward(outcomes, fit=fit_slopes, prior=weights.vector)
    if not forecast.is_tried or likely_gain(forecast) <= 0:
        return dataclasses.replace(nothing, reason="no_gain", forecast=forecast)
    intercept, slopes = fit_slopes(outcomes.values, outcomes.is_good)  # an array, not a table
    chance = Chance(intercept, tuple(map(float, slopes)), len(outcomes), forecast.brier, forecast.brier_base)
    taught = tuple(name for name in FEATURES if _teaches(outcomes, name))
    trust = len(outcomes) / (len(outcomes) + policy["learn_half"])
    learned = Learned(
        weights=weights,
        chance=chance,
        reason="supported",
        trust=trust,
        n_good=n_good,
        n_bad=n_bad,
        forecast=forecast,
        taught=taught,
    )
    return with_trust(learned, trust, weights=weights, policy=policy)


def with_trust(learned: Learned, trust: float, *, weights: Weights, policy: Policy) -> Learned:
    """Return what was learned with its weights trusted more or less.

    Parameters
    ----------
    learned : Learned
        With a curve.
    trust : float in [0, 1]
        Share of the learned weights against those of the table.
    weights : Weights
        Of the table.
    policy : Policy
        ``exploration_share``: what newcomers are given, in proportion to `trust`.

    Returns
    -------
    learned : Learned
    """
    if learned.chance is None:
        return learned
    slopes = dict(zip(FEATURES, learned.chance.slopes, strict=True))
    shared = _shared(weights, {name: slopes[name] for name in learned.taught})
    explored = policy["exploration_share"] * trust
    mixed = {name: (1 - trust) * weights[name] + trust * shared[name] for name in FEATURES}
    rest = sum(mixed[name] for name in FEATURES if name != "newcomer")
    scaled = {name: value * (1 - explored) / rest for name, value in mixed.items()}
    new = weights.replace(scaled | {"newcomer": max(explored, weights["newcomer"])})
    return dataclasses.replace(learned, weights=new, trust=trust)


def fit_slopes(values: Floats, is_good: Bools) -> tuple[float, Floats]:
    """Fit a logistic curve none of whose slopes is negative.

    Parameters
    ----------
    values : ndarray of float in [0, 1], shape (n, n_features)
        Parts of the score.
    is_good : ndarray of bool, shape (n,)
        Answers; both kinds occur.

    Returns
    -------
    intercept : float
    slopes : ndarray of float, shape (n_features,)
        At least 0; a part that would speak against a person is left out, the worst first.
    """
    kept = np.flatnonzero(values.std(axis=0) > 0)
    while kept.size:
        model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(values[:, kept], is_good)
        slopes = model.coef_[0]
        if slopes.min() >= 0:
            full = np.zeros(values.shape[1])
            full[kept] = slopes
            return float(model.intercept_[0]), full
        kept = np.delete(kept, int(np.argmin(slopes)))
    share = float(np.clip(is_good.mean(), 1e-6, 1 - 1e-6))
    return float(np.log(share / (1 - share))), np.zeros(values.shape[1])


def _teaches(outcomes: Outcomes, name: str) -> bool:
    at = FEATURES.index(name)
    is_known = ~outcomes.is_unknown[:, at]
    if name in _CHOSEN_BY or is_known.mean() < _LEAST_KNOWN:
        return False
    return float(outcomes.values[is_known, at].std()) >= _LEAST_SPREAD


def _shared(weights: Weights, slopes: Mapping[str, float]) -> dict[str, float]:
    """Share what the taught parts weigh together anew, in proportion to their slopes."""
    pool, total = sum(weights[name] for name in slopes), sum(slopes.values())
    if not total > 0:
        return dict(weights)
    return {name: pool * slopes[name] / total if name in slopes else weights[name] for name in FEATURES}
