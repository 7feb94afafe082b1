"""Whole plans from the relaxation over sets: a floor near its bound, and a total near its bound beside that floor."""

from typing import NamedTuple

import numpy as np

from matching.assign.deadline import Deadline
from matching.assign.fair_bound import Prices
from matching.assign.fair_dive import FULL, dive_for_sets
from matching.assign.fair_program import EFFORT, SetProgram
from matching.assign.model import Model
from matching.assign.problem import FloatArray
from matching.assign.search import is_feasible

AIM = 0.008  # how far below its bound, relatively, the first floor is dived for
FINEST, COARSE, FARTHEST = 0.0005, 0.04, 0.2  # without a time limit nothing finer than the first is dived for
FARTHER = 3.0  # times as far below the bound the next floor is dived for, as long as none was found
STEPS = 0.5, 0.7, 0.85  # of how far the best floor lies below the bound: how far the next one is to lie
TWICE = 2  # dives for one floor, before another is dived for
FAILURES = 8  # dives that find nothing, one after the other
SOON = 0.4  # of the time there is, for a first coarse dive
QUICK = 5  # times that a coarse dive heeds better what partners can take on together
NEAR_ENOUGH = 0.005  # relative, of its bound: a total that near is not dived for again


class Way(NamedTuple):
    """How dives differ.

    Attributes
    ----------
    shaken : float
        Standard deviation, relative, of what edges cost.
    rounds : int
        How often, before each step, sets are added that make the relaxation better.
    full : float
        How full sets are that are taken at once.
    """

    shaken: float
    rounds: int
    full: float


FLOOR_WAYS = Way(0.0, 0, FULL), Way(0.02, 0, FULL), Way(0.01, 3, FULL), Way(0.02, 0, 0.9)
TOTAL_WAYS = Way(0.0, 0, FULL), Way(0.02, 0, FULL), Way(0.0, 0, 0.9), Way(0.02, 0, 0.9)
PENALTY = 10.0  # for a need without a set, where sets cost about one
ROUNDS = 60
CUTS = 12  # times that what partners can take on together is heeded better
CLOSE = 1e-4
SURE = 1e-9


def raised_by_sets(
    program: SetProgram, model: Model, most: float, prices: Prices | None, *, deadline: Deadline
) -> FloatArray | None:
    """Dive for floors that lie nearer and nearer to their bound.

    Parameters
    ----------
    program : SetProgram
    model : Model
        Whose limits the plan must keep.
    most : float
        The bound.
    prices : Prices, optional
        Which prove it, or nearly: sets that cost least by them are taken first, which leaves most to the others. Without
        them the bound is what one need could have alone; it is dived for first, by sets that reach it with little over.
    deadline : Deadline

    Returns
    -------
    x : ndarray of float, shape (n_columns,), or None
        The plan with the highest floor that was found.
    """
    profit, is_timed = _thrift(program, most, prices), deadline.seconds() is not None
    program.allow(np.inf if is_timed else EFFORT)  # who says how long to search is taken at the word
    best, random = None, np.random.default_rng(0)
    if is_timed:  # something at hand before time is over
        soon = deadline.share(SOON)
        coarse = dive_for_sets(program, most * (1 - COARSE), profit, PENALTY, deadline=soon, cuts=QUICK)
        best = _kept_by(model, coarse)
        if best is None and soon.is_over():
            return None  # other searches have something by then
    failures, untried, finest = 0, TWICE if prices is None else 0, SURE if is_timed else FINEST
    while (is_timed or failures < FAILURES) and not program.is_spent(deadline):
        apart = np.inf if best is None else 1 - _floor(program, best) / most
        if best is None:
            aim = AIM * FARTHER ** (failures // TWICE)
        else:
            aim = apart * STEPS[failures // TWICE % len(STEPS)] if failures >= untried else 0.0
        if apart < finest or aim > FARTHEST:
            break
        # a dive that found nothing is not made again: the next one goes another way
        way = FLOOR_WAYS[failures % len(FLOOR_WAYS)]
        x = _kept_by(model, _dived(program, most * (1 - aim), profit, PENALTY, way, random, deadline))
        best, failures = (best, failures + 1) if x is None else (x, 0)
    return best


def _dived(
    program: SetProgram,
    floor: float,
    profit: FloatArray,
    penalty: float,
    way: Way,
    random: np.random.Generator,
    deadline: Deadline,
) -> FloatArray | None:
    """Dive one way."""
    trial = profit * (1 + way.shaken * random.standard_normal(profit.size))
    return dive_for_sets(program, floor, trial, penalty, deadline=deadline, full=way.full, rounds=way.rounds)


def _floor(program: SetProgram, x: FloatArray) -> float:
    """Return how well the worst-served need is served."""
    edge = program.ranked.edge
    got = np.where(edge >= 0, (program.weight * x)[edge], 0.0).sum(axis=1) + program.ranked.sure
    return float(np.min(got / program.ranked.wanted))


def _thrift(program: SetProgram, most: float, prices: Prices | None) -> FloatArray:
    """Weigh edges so that sets cost about one each, and least where little of what is scarce is taken."""
    if prices is None:
        wanted = np.ones(program.sure.size)
        wanted[program.ranked.edge[program.ranked.edge >= 0]] = np.repeat(
            program.ranked.wanted, (program.ranked.edge >= 0).sum(axis=1)
        )
        return -program.weight / (most * wanted)
    cost, _ = program.priced(prices.price, np.zeros(program.sure.size))
    return -cost * (program.ranked.need.size / float(prices.cost.sum()))


def _kept_by(model: Model, x: FloatArray | None) -> FloatArray | None:
    return x if x is not None and is_feasible(model, x) else None


def total_by_sets(
    program: SetProgram, model: Model, floor: float, x: FloatArray, *, gap: float, deadline: Deadline
) -> tuple[float, FloatArray]:
    """Bound the total of plans with a floor by the relaxation over sets, and dive for a plan near it.

    Parameters
    ----------
    program : SetProgram
    model : Model
        With the floor.
    floor : float
    x : ndarray of float, shape (n_columns,)
        A plan with that floor.
    gap : float
        Relative, at which a total is good enough.
    deadline : Deadline

    Returns
    -------
    bound : float
    x : ndarray of float, shape (n_columns,)
        The better of the plan given and the one found.
    """
    worth = float(model.weight @ x)
    penalty = 4.0 * float(np.abs(model.weight).max(initial=0.0)) * int(program.ranked.most.max()) + 1.0
    program.allow()
    bound = _bounded(program, floor, model.weight, penalty, max(gap, CLOSE), deadline)
    random = np.random.default_rng(0)
    for at, way in enumerate(TOTAL_WAYS):
        enough = max(gap, NEAR_ENOUGH) if at else gap
        if bound - worth <= enough * abs(bound) or program.is_spent(deadline):
            break
        found = _kept_by(model, _dived(program, floor, model.weight, penalty, way, random, deadline))
        if found is not None and float(model.weight @ found) > worth:
            x, worth = found, float(model.weight @ found)
    return bound, x


def _bounded(
    program: SetProgram, floor: float, weight: FloatArray, penalty: float, close: float, deadline: Deadline
) -> float:
    """Add sets until the relaxation over them is bounded to within a gap."""
    program.weigh(weight, penalty)
    program.aim(floor)
    bound, best, cuts = np.inf, None, 0
    reach = 0.3 * float(np.abs(weight).max(initial=0.0))  # dearer sets are not looked for
    for _ in range(ROUNDS):
        point = program.solve(deadline)
        if point is None or program.is_spent(deadline):
            break
        trials = (point.price,) if best is None else (0.5 * (program.padded(best) + point.price), point.price)
        n_more = 0
        for trial in trials:
            cost, rest = program.priced(trial, weight)
            limit = np.minimum(program.known(cost, floor) - SURE, point.worth + reach)
            found = program.cheapest(cost, floor, limit)
            value = rest - float(found.least.sum())
            if value < bound:
                bound, best = value, trial
            n_more = program.add(found, np.ones(found.row.size, dtype=np.bool_))
            if n_more:
                break
        if not n_more or (point.short <= SURE and bound - point.value <= close * abs(bound)):
            if cuts == CUTS or not program.cut(point, deadline):
                break
            cuts += 1
    return bound
