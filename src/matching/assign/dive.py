"""Whole bundles by diving: the fullest bundle of a relaxation is taken, the relaxation solved again from its basis, and so on."""

from typing import NamedTuple

import numpy as np

from matching.assign.columns import Columns
from matching.assign.deadline import NEVER, Deadline
from matching.assign.problem import FloatArray, IntArray
from matching.assign.simplex import Growing

WHOLE = 1e-6
FULL = (0.7, 0.9)  # what is that full is taken at once; a second dive is more careful
MOST = 80  # relaxations of one dive


class _Step(NamedTuple):
    """Columns that were taken, the fullest first, or one that was left out."""

    columns: IntArray
    is_taken: bool


def dive(columns: Columns, *, least: float, deadline: Deadline = NEVER) -> FloatArray | None:
    """Look for a whole point that is good enough, in the relaxation over bundles.

    Depth first: what would be worth less than `least` is left at once, so that the few hundred bundles of the partners
    who are split are seldom looked at twice.

    Parameters
    ----------
    columns : Columns
        Where column generation ended.
    least : float
        What the point must be worth.
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
    for full in FULL:
        z = _dived(columns, growing, least, full, deadline)
        if z is not None:
            return np.asarray(columns.master.spread @ z)
    return None


def _dived(columns: Columns, growing: Growing, least: float, full: float, deadline: Deadline) -> FloatArray | None:
    model = columns.master.model
    way: list[_Step] = []
    for _ in range(MOST):
        outcome = growing.solve(deadline)
        if outcome is None:
            break
        if outcome.x is not None and outcome.bound >= least:
            z = outcome.x
            open_ = np.flatnonzero(model.whole & (z > WHOLE) & (z < 1 - WHOLE))
            if not open_.size:
                return np.where(model.whole, np.round(z), z)
            fullest = open_[np.argsort(-z[open_], kind="stable")]
            way.append(_Step(fullest[: max(1, np.count_nonzero(z[fullest] >= full))], is_taken=True))
            _take(growing, way[-1])
        elif not _turned(columns, growing, way):
            return None
    for step in way:
        _free(columns, growing, step)
    return None


def _turned(columns: Columns, growing: Growing, way: list[_Step]) -> bool:
    """Go back to the last step that can be made otherwise: only the fullest column taken, then that one left out."""
    while way:
        step = way.pop()
        _free(columns, growing, step)
        if step.is_taken:
            other = _Step(step.columns[:1], is_taken=step.columns.size > 1)
            way.append(other)
            _take(growing, other)
            return True
    return False


def _take(growing: Growing, step: _Step) -> None:
    at = np.full(step.columns.size, float(step.is_taken))
    growing.limit(step.columns, at, at)


def _free(columns: Columns, growing: Growing, step: _Step) -> None:
    model = columns.master.model
    growing.limit(step.columns, model.floor[step.columns], model.ceiling[step.columns])
