"""Lower limits in large problems: what bidding leaves short is lifted until it can pay for the people it must have."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.assign.flow import Plain, flow_bound
from matching.assign.problem import BoolArray, FloatArray

Bid = Callable[[Plain], tuple[BoolArray, FloatArray] | None]
LIFTS = (2.0, 16.0, 128.0)  # times the largest weight: what a need that falls short may pay more
MOST_ROUNDS = 40  # each leaves about half as many needs short as the one before
CLOSE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A choice with its proof.

    Attributes
    ----------
    chosen : ndarray of bool, shape (n_open,)
    need_price : ndarray of float, shape (n_needs,)
        Negative where a lower limit is a burden.
    partner_price : ndarray of float, shape (n_partners,)
    bound : float
        On the total of every choice that falls short of the lower limits by no more than this one.
    shortfall : int
        Heads short of the lower limits, proved to be as few as in any choice.
    """

    chosen: BoolArray
    need_price: FloatArray
    partner_price: FloatArray
    bound: float
    shortfall: int


def fill_floors(plain: Plain, bid: Bid, *, gap: float = 0.0) -> Filled | None:
    """Choose among open edges for the fewest heads short of the lower limits, then for the highest total weight.

    Parameters
    ----------
    plain : Plain
    bid : callable
        Solves a problem without lower limits: returns the choice and the prices of partners, or None if it cannot.
    gap : float, default=0
        Relative gap that is good enough.

    Returns
    -------
    filled : Filled or None
        None where lifting found no choice that is proved best.

    Notes
    -----
    A need that falls short gets the same lift on each of its edges, and no more places than its lower limit. Whatever
    is found so is a choice of the problem itself, and the prices, less the lift, bound every other one (weak duality):
    for given prices of the partners, the level of a need that has as many as it must may be negative. Lifts only make
    partners dearer, so that a need that was short wants no more than it must afterwards: that is why the bound meets
    the total. To a need whose two limits are one a lift adds a constant, which decides nothing.

    Who still falls short at the highest lift given, `M`, cannot be helped if a cut between needs and partners shows
    it: no choice has more heads than the cut lets through. Higher lifts are tried only where it does not, for
    they cost digits. With `S` heads short, `D(level, price) + M S` bounds the
    totals of all choices that are no shorter, as long as no level is below ``-M``.

    References
    ----------
    L. R. Ford and D. R. Fulkerson, *Flows in Networks*, 1962, II.10 (feasibility by cuts); L. S. Shapley, "Complements and substitutes in the optimal
    assignment problem", 1962 (more demand makes every partner dearer).
    """
    largest = float(np.abs(plain.weight).max(initial=0.0)) or 1.0
    lifted, level = np.zeros(plain.low.size, dtype=np.bool_), 0
    for _ in range(MOST_ROUNDS):
        lift = LIFTS[level] * largest
        answer = bid(_raised(plain, lifted, lift))
        if answer is None:
            return None
        chosen, price = answer
        short = np.maximum(plain.low - np.bincount(plain.need[chosen], minlength=plain.low.size), 0)
        if not (short > 0)[~lifted].any():
            filled = _proved(plain, chosen, price, short, lift if lifted.any() else 0.0, gap=gap)
            level += 1
            if filled is not None or not short.any() or level == len(LIFTS):
                return filled
        lifted |= (short > 0) | ((plain.low == plain.high) & (plain.low > 0))
    return None


def _raised(plain: Plain, lifted: BoolArray, lift: float) -> Plain:
    """Leave the lower limits out, and let those who are lifted pay more, for as many people as they must have."""
    return replace(
        plain,
        weight=plain.weight + lift * lifted[plain.need],
        low=np.zeros_like(plain.low),
        high=np.where(lifted, plain.low, plain.high),
    )


def _proved(
    plain: Plain, chosen: BoolArray, price: FloatArray, short: FloatArray, lift: float, *, gap: float
) -> Filled | None:
    shortfall = int(short.sum())
    if shortfall and int(plain.low.sum()) - shortfall < _cover(plain, price):
        return None
    level = _levels(plain, chosen, price, np.where(short > 0, -lift, 0.0))
    bound = flow_bound(plain, level, price) + lift * shortfall
    total = float(np.sum(plain.weight[chosen]))
    # each price is off by the rounding of the lifted weights: what that comes to over all heads is no gap
    largest = float(np.abs(plain.weight).max(initial=0.0))
    noise = 8.0 * float(np.finfo(np.float64).eps) * (lift + largest) * float(plain.high.sum() + plain.capacity.size)
    if bound - total > max(noise, max(gap, CLOSE) * max(abs(bound), abs(total))):
        return None
    return Filled(chosen, level, price, total if bound - total <= noise else bound, shortfall)


def _cover(plain: Plain, price: FloatArray) -> int:
    """Bound the heads that lower limits can get: by a cut that parts needs from dear partners.

    Partners are dear where those who must have people compete for them, and cheap elsewhere: the widest step between
    two prices parts them. A need has no more heads than its lower limit counts, or than cheap partners it can turn to
    and dear ones, of whom there are no more than their places. Any place to part them bounds the heads.
    """
    steps = np.unique(np.concatenate([[0.0], price]))
    is_cheap = price <= (steps[int(np.argmax(np.diff(steps)))] if steps.size > 1 else 0.0)
    asked = (plain.low[plain.need] > 0) & (plain.capacity[plain.partner] > 0)
    cheap = np.bincount(plain.need[asked & is_cheap[plain.partner]], minlength=plain.low.size)
    is_hungry = cheap < plain.low
    is_dear = np.zeros(price.size, dtype=np.bool_)
    is_dear[plain.partner[asked & ~is_cheap[plain.partner] & is_hungry[plain.need]]] = True
    return int(np.minimum(plain.low, cheap).sum() + plain.capacity[is_dear].sum())


def _levels(plain: Plain, chosen: BoolArray, price: FloatArray, wish: FloatArray) -> FloatArray:
    """Price the needs: between the best margin left out and the least one chosen, as near to the wish as that allows."""
    margin = plain.weight - price[plain.partner]
    least, best = np.full(plain.low.size, np.inf), np.full(plain.low.size, -np.inf)
    np.minimum.at(least, plain.need[chosen], margin[chosen])
    np.maximum.at(best, plain.need[~chosen], margin[~chosen])
    return np.asarray(np.clip(wish, np.minimum(best, least), least), dtype=np.float64)
