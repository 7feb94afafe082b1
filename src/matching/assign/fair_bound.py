"""The highest floor that needs reach by taking whole sets of partners in fractions: a bound that prices of what is scarce prove."""

from typing import NamedTuple

import numpy as np

from matching.assign.deadline import Deadline
from matching.assign.fair_program import Point, SetProgram
from matching.assign.problem import FloatArray

ROUNDS = 60  # relaxations for one floor
CLOSE = 5e-4  # how near, relatively, the floor that is refuted and the one that is not are brought
FIRST = 0.03  # how much lower, relatively, the first floor lies that is tried
NEAR = 0.5  # of what is short: a refutation that is better than this is worth no more rounds
TRIES = 60  # floors
CUTS = 12  # times that what partners can take on together is heeded better
SURE = 1e-9
HALF = 0.5
STEEP = 2.0  # per cent of what needs must spend more for one per cent of a higher floor, at first
SECANTS = 2
BEYOND = 3.5  # times as far as the same prices are expected to refute, the next floor is tried: better prices will
LOOSE = 1.3  # what a set may cost at most: where prices are right most cost about one


class Prices(NamedTuple):
    """Prices of the joint rows at which the cheapest sets of all needs cost as much as needs there are."""

    price: FloatArray
    cost: FloatArray


def bounded_by_sets(
    program: SetProgram, most: float, price: FloatArray, *, deadline: Deadline
) -> tuple[float, Prices | None]:
    """Lower a bound on the floor as long as prices refute it.

    At prices of what limits the needs together a floor ``t`` cannot be had where the cheapest sets that bring the needs
    up to ``t`` cost more in all than there is: ``sum_n min {c(b): b brings n up to t} > sum_r price_r limit_r``. The
    prices are those of the relaxation over sets, to which sets are added that are cheap at prices halfway between its
    own and the best ones known.

    Parameters
    ----------
    program : SetProgram
        To which sets are added.
    most : float
        A bound that is known.
    price : ndarray of float, shape (n_joint_rows,)
        Where to start: those of the relaxation over edges.
    deadline : Deadline

    Returns
    -------
    bound : float
        At most `most`.
    prices : Prices or None
        The last ones that refuted a floor; None where the bound that was known stands.

    References
    ----------
    N. Bansal and M. Sviridenko, "The Santa Claus problem", 2006, for the relaxation over sets.
    P. Wentges, "Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming", 1997, for the prices halfway.
    """
    if not most > SURE:
        return most, None
    program.allow()
    start = prices = _scaled(program, most, price)
    bound = most
    reached, trial, cuts = 0.0, bound * (1 - FIRST), 0
    for _ in range(TRIES):
        point, found = _settled(program, trial, prices, deadline)
        if found is not None:
            prices, (bound, likely) = found, _lowered(program, trial, found)
            trial = max(min(bound - BEYOND * (bound - likely), bound * (1 - CLOSE)), HALF * (bound + reached))
            if bound - reached <= CLOSE * bound:
                trial = reached
        elif point is not None and bound - trial <= CLOSE * bound:
            cuts += 1
            if cuts > CUTS or not program.cut(point, deadline):
                break
            reached = 0.0  # no longer for certain
        elif point is not None and point.short <= SURE:
            reached, trial = trial, HALF * (bound + trial)
        else:
            break
        if program.is_spent(deadline):
            break
    return bound, None if prices is start else prices


def _scaled(program: SetProgram, floor: float, price: FloatArray) -> Prices | None:
    """Scale prices so that no need must spend more than one."""
    cost, _ = program.priced(price, np.zeros(program.sure.size))
    n = program.ranked.need.size
    found = program.cheapest(cost, floor, np.full(n, np.inf))
    size = float(np.max(found.least))
    program.add(found, np.ones(found.row.size, dtype=np.bool_))
    return Prices(price / size, found.least / size) if SURE < size < np.inf else None


def _limits(program: SetProgram, cost: FloatArray, floor: float) -> FloatArray:
    """Return what a set must cost less than to be of use: as the cheapest known, and a need never counts with much more than one."""
    return np.minimum(LOOSE, program.known(cost, floor) - SURE)


def _lowered(program: SetProgram, floor: float, prices: Prices) -> tuple[float, float]:
    """Lower a floor as far as the same prices refute it, by secants; return it and the one that they no longer refute."""
    cost, rest = program.priced(prices.price, np.zeros(program.sure.size))
    excess = float(prices.cost.sum()) - rest
    slope = STEEP * program.ranked.need.size / floor
    for _ in range(SECANTS):
        trial = floor - min(excess / slope, FIRST * floor)
        least = program.cheapest(cost, trial, _limits(program, cost, trial), each=1).least
        left = float(least.sum()) - rest
        slope = max((excess - left) / (floor - trial), HALF * slope)
        if left <= SURE:
            return floor, trial
        floor, excess = trial, left
        if excess / slope <= CLOSE * floor:
            break
    return floor, floor - excess / slope


def _settled(
    program: SetProgram, floor: float, prices: Prices | None, deadline: Deadline
) -> tuple[Point | None, Prices | None]:
    """Find sets in fractions that reach a floor, as far as they do; and prices that refute it, if they were found."""
    program.aim(floor)
    nothing, best, value, point = np.zeros(program.sure.size), prices, -np.inf, None
    for _ in range(ROUNDS):
        point = program.solve(deadline)
        if point is None or point.short <= SURE or program.is_spent(deadline):
            break
        if value > max(SURE, NEAR * point.short):
            break
        trials = (point.price,) if best is None else (HALF * (program.padded(best.price) + point.price), point.price)
        for trial in trials:
            cost, rest = program.priced(trial, nothing)
            found = program.cheapest(cost, floor, _limits(program, cost, floor))
            excess = float(found.least.sum()) - rest
            if excess > value:
                best, value = Prices(trial, found.least), excess
            if program.add(found, np.ones(found.row.size, dtype=np.bool_)):
                break
        else:
            break
    return point, best if value > SURE else None
