"""Whole sets of partners by diving: the fullest set of the relaxation is taken, the relaxation solved again, and so on."""

from typing import NamedTuple

import numpy as np

from matching.assign.deadline import Deadline
from matching.assign.fair_program import NEVER_TAKEN, Point, SetProgram
from matching.assign.fair_room import crowded, fitting, misfits
from matching.assign.problem import FloatArray, IntArray

WHOLE = 1e-6
FULL = 0.7  # sets that are so full are taken at once, unless the caller says otherwise
MOST = 100  # relaxations
CUTS = 40  # times that what partners can take on together is heeded better
FEW = 5  # of them are no reason to look for more before the next step
TURNS = 8  # steps that are made otherwise
SURE = 1e-9


class _Step(NamedTuple):
    """Sets that were taken, the fullest first, or one that was left out; and those that no longer fit."""

    sets: IntArray
    is_taken: bool
    closed: IntArray


def dive_for_sets(
    program: SetProgram,
    floor: float,
    profit: FloatArray,
    penalty: float,
    *,
    deadline: Deadline,
    cuts: int = CUTS,
    full: float = FULL,
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
    way: list[_Step] = []
    turns = 0
    may_cut = True
    for _ in range(MOST):
        point = program.solve(deadline)
        if deadline.is_over():
            return None
        if may_cut and cuts and point is not None and point.short <= WHOLE:
            n_more = program.cut(point, deadline)
            cuts, may_cut = cuts - (n_more > 0), n_more >= FEW
            if n_more:
                continue
        may_cut = True
        taken = _taken(way)
        if point is None or point.short > WHOLE:
            if point is not None and _add_cheaper(program, floor, profit, point, taken):
                continue
            if turns == TURNS or not _turn(program, floor, way):
                return None
            turns += 1
            continue
        held = np.zeros(program.ranked.need.size, dtype=np.bool_)
        held[program.row[taken]] = True
        open_ = np.flatnonzero((point.z > WHOLE) & ~held[program.row])
        if not open_.size:
            return program.spread(taken, point.kept)
        fullest = open_[np.argsort(-point.z[open_], kind="stable")]
        first = np.unique(program.row[fullest], return_index=True)[1]
        fullest = fullest[np.sort(first)]  # one set of each need
        more = fitting(program, taken, fullest[: max(1, np.count_nonzero(point.z[fullest] >= full))])
        if more.size:
            _step(program, way, more, is_taken=True)
        else:
            _step(program, way, fullest[:1], is_taken=False)
    return None


def _taken(way: list[_Step]) -> IntArray:
    return np.concatenate([np.zeros(0, dtype=np.int64), *(step.sets for step in way if step.is_taken)])


def _add_cheaper(program: SetProgram, floor: float, profit: FloatArray, point: Point, taken: IntArray) -> int:
    """Add sets of needs that have none yet, which fit beside those that are taken."""
    cost, _ = program.priced(point.price, profit)
    cost[crowded(program, taken)] = NEVER_TAKEN
    limit = point.worth.copy()
    limit[program.row[taken]] = -np.inf
    found = program.cheapest(cost, floor, limit)
    return program.add(found, found.cost < point.worth[found.row] - SURE)


def _turn(program: SetProgram, floor: float, way: list[_Step]) -> bool:
    """Make the last step that can be made otherwise so: only its fullest set taken, then that one left out."""
    while way:
        step = way.pop()
        program.open(np.concatenate([step.sets, step.closed]), floor)
        if step.is_taken:
            _step(program, way, step.sets[:1], is_taken=step.sets.size > 1)
            return True
    return False


def _step(program: SetProgram, way: list[_Step], sets: IntArray, *, is_taken: bool) -> None:
    """Take sets, and close those that do not fit beside them; or leave one out."""
    before = [step.closed for step in way]
    closed = misfits(program, np.append(_taken(way), sets)) if is_taken else sets[:0]
    closed = np.setdiff1d(closed, np.concatenate([sets[:0], *before]))
    program.fix(sets, float(is_taken))
    program.fix(closed, 0.0)
    way.append(_Step(sets, is_taken, closed))
