"""Whole bundles by diving: the fullest bundle of a relaxation is taken, the relaxation solved again from its basis, and so on."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from matching.assign.columns import Columns
from matching.assign.deadline import NEVER, Deadline
from matching.assign.problem import FloatArray, IntArray
from matching.assign.simplex import Growing

WHOLE = 1e-6
FULL = 0.7  # what is so full is taken at once
MOST, MOST_ANEW = 40, 80  # relaxations


class _Step(NamedTuple):
    """Columns that were taken, the fullest first, or one that was left out."""

    columns: IntArray
    is_taken: bool


def dive(columns: Columns, *, least: float, is_anew: bool = False, deadline: Deadline = NEVER) -> FloatArray | None:
    """Look for a whole point that is good enough, in the relaxation over bundles.

    What would be worth less than `least` is left at once, so that the few hundred bundles of the partners who are split
    are seldom looked at twice.

    Parameters
    ----------
    columns : Columns
        Where column generation ended.
    least : float
        What the point must be worth.
    is_anew : bool, default=False
        Where a step leads nowhere, whether to begin anew without the column that was taken first, instead of making the
        last step otherwise: what is wrong with a dive is more often how it began.
    deadline : Deadline, optional

    Returns
    -------
    x : ndarray of float, shape (n_columns of the edge model,), or None
        None where none was found within the relaxations that may be solved.

    References
    ----------
    R. Sadykov, F. Vanderbeck, A. Pessoa, I. Tahiri and E. Uchoa, "Primal heuristics for branch and price: the assets
    of diving methods", 2019.
    """
    growing = columns.growing
    if growing is None:
        return None
    # nothing may fall short
    slack = np.arange(columns.master.slack.start, columns.master.slack.stop)
    growing.limit(slack, np.zeros(slack.size), np.zeros(slack.size))
    way: list[_Step] = []
    turn, most = (_begin_anew, MOST_ANEW) if is_anew else (_turn, MOST)
    z = _dived(columns, growing, way, turn, least, most, deadline)
    for step in way:
        _free(columns, growing, step)
    growing.limit(slack, columns.master.model.floor[slack], columns.master.model.ceiling[slack])
    return None if z is None else np.asarray(columns.master.spread @ z)


def _dived(
    columns: Columns,
    growing: Growing,
    way: list[_Step],
    turn: Callable[[Columns, Growing, list[_Step]], bool],
    least: float,
    most: int,
    deadline: Deadline,
) -> FloatArray | None:
    model = columns.master.model
    for _ in range(most):
        outcome = growing.solve(deadline)
        if outcome is None:
            return None
        if outcome.x is not None and outcome.bound >= least:
            z = outcome.x
            open_ = np.flatnonzero(model.whole & (z > WHOLE) & (z < 1 - WHOLE))
            if not open_.size:
                return np.where(model.whole, np.round(z), z)
            fullest = open_[np.argsort(-z[open_], kind="stable")]
            _take(growing, way, _Step(fullest[: max(1, np.count_nonzero(z[fullest] >= FULL))], is_taken=True))
        elif not turn(columns, growing, way):
            return None
    return None


def _turn(columns: Columns, growing: Growing, way: list[_Step]) -> bool:
    """Make the last step that can be made otherwise so: only its fullest column taken, then that one left out."""
    while way:
        step = way.pop()
        _free(columns, growing, step)
        if step.is_taken:
            _take(growing, way, _Step(step.columns[:1], is_taken=step.columns.size > 1))
            return True
    return False


def _begin_anew(columns: Columns, growing: Growing, way: list[_Step]) -> bool:
    """Go back to the beginning, and leave out what was taken first."""
    taken = [step for step in way if step.is_taken]
    if not taken:
        return False
    for step in taken:
        _free(columns, growing, step)
    way[:] = [step for step in way if not step.is_taken]
    _take(growing, way, _Step(taken[0].columns[:1], is_taken=False))
    return True


def _take(growing: Growing, way: list[_Step], step: _Step) -> None:
    at = np.full(step.columns.size, float(step.is_taken))
    growing.limit(step.columns, at, at)
    way.append(step)


def _free(columns: Columns, growing: Growing, step: _Step) -> None:
    model = columns.master.model
    growing.limit(step.columns, model.floor[step.columns], model.ceiling[step.columns])
