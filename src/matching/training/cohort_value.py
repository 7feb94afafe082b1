"""What each offer is worth to each cadre: four named parts that sum to the value, and the rules in the way."""

import dataclasses
import enum
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from matching.records import CHINA
from matching.training.cohort_model import PARTS, Cohort, Offer, OfferKind, Trainee

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class OfferRule(enum.StrEnum):
    """Why a cadre is not sent to an offer, in the order in which reasons are named."""

    KEPT_FROM = "kept_from"
    HAD = "had"
    OVER = "over"
    BUSY = "busy"
    NO_SEAT = "no_seat"
    NOTHING = "nothing"


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class OfferValues:
    """Parts and rules of all pairs of a cadre and an offer.

    Attributes
    ----------
    cohort : Cohort
        Rows are its cadres, columns its offers.
    policy : mapping of str to float
        Limits and weights.
    shares : ndarray of float in [0, 1], shape (n_trainees, n_offers, n_parts)
        Each of `PARTS`.
    broken : mapping of OfferRule to ndarray of bool, shape (n_trainees, n_offers)
        Where each rule is in the way.
    """

    cohort: Cohort
    policy: Mapping[str, float]
    shares: Floats
    broken: Mapping[OfferRule, Bools]

    @property
    def weights(self) -> Floats:
        """Weights of the parts, summing to one."""
        weights = np.array([self.policy[f"weight_{part}"] for part in PARTS])
        shares: Floats = weights / weights.sum()
        return shares

    def score(self) -> Floats:
        """Return the value of all pairs.

        Returns
        -------
        score : ndarray of float in [0, 1], shape (n_trainees, n_offers)
        """
        return self.shares @ self.weights

    def allowed(self) -> Bools:
        """Return the pairs that no rule is in the way of.

        Returns
        -------
        allowed : ndarray of bool, shape (n_trainees, n_offers)
        """
        allowed = np.ones(self.shares.shape[:2], dtype=np.bool_)
        for mask in self.broken.values():
            allowed &= ~mask
        return allowed


def value_offers(cohort: Cohort, policy: Mapping[str, float]) -> OfferValues:
    """Judge every offer for every cadre.

    Parameters
    ----------
    cohort : Cohort
        Who and what.
    policy : mapping of str to float
        Limits and weights.

    Returns
    -------
    values : OfferValues
    """
    shape = (len(cohort.trainees), len(cohort.offers))
    shares = np.zeros((*shape, len(PARTS)))
    broken = {rule: np.zeros(shape, dtype=np.bool_) for rule in OfferRule}
    horizon = max((cohort.until - cohort.as_of).days, 1)
    for column, offer in enumerate(cohort.offers):
        soon = 1.0 if offer.until is None else 1 - min(max((offer.until - cohort.as_of).days, 0) / horizon, 1)
        over = _is_over(offer, cohort)
        for row, trainee in enumerate(cohort.trainees):
            gap = _gap(offer, trainee, policy["step_levels"])
            hours = min(offer.hours, trainee.hours_short) / trainee.hours_short if trainee.hours_short else 0.0
            shares[row, column] = gap, hours, offer.fits.get(trainee.cadre_id, 0.0), soon
            broken[OfferRule.KEPT_FROM][row, column] = offer.offer_id in trainee.kept_from
            broken[OfferRule.HAD][row, column] = offer.offer_id in trainee.had
            broken[OfferRule.BUSY][row, column] = _is_busy(offer, trainee)
            broken[OfferRule.NOTHING][row, column] = gap == 0 and hours == 0
        broken[OfferRule.OVER][:, column] = over
        broken[OfferRule.NO_SEAT][:, column] = offer.seats == 0
    return OfferValues(cohort, policy, shares, broken)


def levels_led(offer: Offer, trainee: Trainee, step: float) -> dict[str, float]:
    """Return the levels that an offer can close for a cadre, by competency.

    Parameters
    ----------
    offer : Offer
        What is offered.
    trainee : Trainee
        To whom.
    step : float
        Levels that one offer can close at most.

    Returns
    -------
    led : dict of str to float
        Only competencies in which something is closed.
    """
    led = {}
    for name, (assessed, required) in trainee.lacks.items():
        lead = min(offer.leads_to.get(name, 0), required) - assessed
        if lead > 0:
            led[name] = min(float(lead), step)
    return led


def _gap(offer: Offer, trainee: Trainee, step: float) -> float:
    """Return the share of what could be closed in one step that this offer closes."""
    can = sum(
        min(float(required - assessed), step) for assessed, required in trainee.lacks.values() if required > assessed
    )
    return sum(levels_led(offer, trainee, step).values()) / can if can else 0.0


def _is_over(offer: Offer, cohort: Cohort) -> bool:
    """Whether the offer began before the plan or ends after the period."""
    begun = any(window.start.astimezone(CHINA).date() < cohort.as_of for window in offer.windows)
    late = any(window.end.astimezone(CHINA).date() > cohort.until for window in offer.windows)
    is_placement = offer.kind is OfferKind.PLACEMENT
    return begun or (late and not is_placement) or (offer.until is not None and offer.until < cohort.as_of)


def _is_busy(offer: Offer, trainee: Trainee) -> bool:
    return any(window.overlaps(other) for window in offer.windows for other in trainee.busy)
