"""Whole sets of partners by diving: the fullest set of the relaxation is taken, the relaxation solved again, and so on."""

import numpy as np

from matching.assign.deadline import Deadline
from matching.assign.fair_program import NEVER_TAKEN, Point, SetProgram
from matching.assign.fair_room import crowded, fitting, misfits
from matching.assign.problem import FloatArray, IntArray

WHOLE = 1e-6
FULL = 0.7  # sets that are so full are taken at once, unless the caller says otherwise
MOST = 300  # relaxations
CUTS = 40  # times that what partners can take on together is heeded better
FEW = 5  # of them are no reason to look for more before the next step
SURE = 1e-9


def dive_for_sets(
    program: SetProgram,
    floor: float,
    profit: FloatArray,
    penalty: float,
    *,
    deadline: Deadline,
    cuts: int = CUTS,
    full: float = FULL,
    rounds: int = 0,
) -> FloatArray | None:
    """Look for a choice in which every need has a set that reaches a floor.

    Parameters
    ----------
    program : SetProgram
        To which sets are added where a need finds none among those that there are.
    floor : float
    profit : ndarray of float, shape (n_columns,)
        Of each edge: where relaxations are equally full, the sum of what is taken is to be high.
    penalty : float
        For a need without a set; more than any set may cost.
    deadline : Deadline
    cuts : int, optional
        How many times what partners can take on together is heeded better.
    full : float, optional
        Sets that are so full are taken at once.
    rounds : int, default=0
        How often, before each step, sets are added that make the relaxation better.

    Returns
    -------
    x : ndarray of float, shape (n_columns,), or None
        None where none was found within the relaxations that may be solved.

    References
    ----------
    R. Sadykov, F. Vanderbeck, A. Pessoa, I. Tahiri and E. Uchoa, "Primal heuristics for branch and price: the assets
    of diving methods", 2019.
    """
    program.weigh(profit, penalty)
    program.aim(floor)
    taken, closed = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    may_cut = True
    for _ in range(MOST):
        point = program.solve(deadline)
        if point is None or deadline.is_over():
            return None
        if may_cut and cuts and point.short <= WHOLE:
            n_more = program.cut(point, deadline)
            cuts, may_cut = cuts - (n_more > 0), n_more >= FEW
            if n_more:
                continue
        may_cut = True
        if point.short > WHOLE:
            if not _add_cheaper(program, floor, profit, point, taken):
                return None
            continue
        better = _improved(program, floor, profit, point, taken, rounds, deadline)
        if better is None:
            return None
        fullest = _fullest(program, better, taken)
        if not fullest.size:
            return program.spread(taken, better.kept)
        more = fitting(program, taken, fullest[: max(1, np.count_nonzero(better.z[fullest] >= full))])
        taken = np.append(taken, more)
        shut = np.setdiff1d(misfits(program, taken) if more.size else fullest[:1], closed)
        closed = np.append(closed, shut)
        program.fix(more, 1.0)
        program.fix(shut, 0.0)
    return None


def _improved(
    program: SetProgram,
    floor: float,
    profit: FloatArray,
    point: Point,
    taken: IntArray,
    rounds: int,
    deadline: Deadline,
) -> Point | None:
    """Add sets that make the relaxation better, some rounds of them, and solve it again."""
    better: Point | None = point
    for _ in range(rounds):
        if better is None or not _add_cheaper(program, floor, profit, better, taken):
            break
        better = program.solve(deadline)
    return better


def _fullest(program: SetProgram, point: Point, taken: IntArray) -> IntArray:
    """Return the fullest set of each need that has none yet, the fullest of all first."""
    held = np.zeros(program.ranked.need.size, dtype=np.bool_)
    held[program.row[taken]] = True
    open_ = np.flatnonzero((point.z > WHOLE) & ~held[program.row[: point.z.size]])
    fullest = open_[np.argsort(-point.z[open_], kind="stable")]
    first = np.unique(program.row[fullest], return_index=True)[1]
    return fullest[np.sort(first)]


def _add_cheaper(program: SetProgram, floor: float, profit: FloatArray, point: Point, taken: IntArray) -> int:
    """Add sets of needs that have none yet, which fit beside those that are taken."""
    cost, _ = program.priced(point.price, profit)
    cost[crowded(program, taken)] = NEVER_TAKEN
    limit = point.worth.copy()
    limit[program.row[taken]] = -np.inf
    found = program.cheapest(cost, floor, limit)
    return program.add(found, found.cost < point.worth[found.row] - SURE)
