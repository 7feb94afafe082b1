"""Which sets and edges still fit beside sets that are taken."""

import numpy as np
import scipy.sparse as sp

from matching.assign.fair_program import ROUNDING, SetProgram
from matching.assign.problem import BoolArray, FloatArray, IntArray


def crowded(program: SetProgram, taken: IntArray) -> BoolArray:
    """Tell which edges do not fit beside sets that are taken.

    Parameters
    ----------
    program : SetProgram
    taken : ndarray of int
        Sets.

    Returns
    -------
    crowded : ndarray of bool, shape (n_columns,)
    """
    matrix, room = program.model.matrix, _room(program, taken)
    over = matrix.data > np.repeat(room, np.diff(matrix.indptr)) + ROUNDING
    is_crowded = np.zeros(program.sure.size, dtype=np.bool_)
    is_crowded[matrix.indices[over]] = True
    is_crowded[program.edges[taken][program.edges[taken] >= 0]] = False
    return is_crowded


def fitting(program: SetProgram, taken: IntArray, more: IntArray) -> IntArray:
    """Choose from further sets those that fit beside each other and those that are taken, the first ones first.

    Parameters
    ----------
    program : SetProgram
    taken, more : ndarray of int
        Sets.

    Returns
    -------
    fitting : ndarray of int
        Some of `more`.
    """
    room, fits, needed = _room(program, taken), np.zeros(more.size, dtype=np.bool_), _needed(program, more)
    for at in range(more.size):
        entries = slice(needed.indptr[at], needed.indptr[at + 1])
        rows, amount = needed.indices[entries], needed.data[entries]
        if (amount <= room[rows] + ROUNDING).all():
            room[rows] -= amount
            fits[at] = True
    return np.asarray(more[fits])


def misfits(program: SetProgram, taken: IntArray) -> IntArray:
    """Return the sets of needs without one that do not fit beside sets that are taken.

    Parameters
    ----------
    program : SetProgram
    taken : ndarray of int
        Sets.

    Returns
    -------
    misfits : ndarray of int
    """
    free = np.ones(program.ranked.need.size, dtype=np.bool_)
    free[program.row[taken]] = False
    open_ = np.flatnonzero(free[program.row])
    needed, room = _needed(program, open_), _room(program, taken)
    over = needed.data > room[needed.indices] + ROUNDING
    column = np.repeat(np.arange(open_.size), np.diff(needed.indptr))
    return np.asarray(open_[np.unique(column[over])])


def _needed(program: SetProgram, sets: IntArray) -> sp.csc_array:
    return sp.csc_array(program.model.matrix @ program.members(program.edges[sets]))


def _room(program: SetProgram, taken: IntArray) -> FloatArray:
    """Return what sets leave of each joint row in which nothing can be made up for; ``inf`` for other rows."""
    matrix = program.model.matrix
    row = np.repeat(np.arange(program.model.low.size), np.diff(matrix.indptr))
    only_adds = np.bincount(row, weights=matrix.data < 0, minlength=program.model.low.size) == 0
    x = program.spread(taken, program.model.floor[program.kept])
    return np.where(only_adds, program.model.high - matrix @ x, np.inf)
