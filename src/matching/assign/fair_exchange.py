"""Raising needs above a floor by passing single partners on: quick where only head-counts limit."""

from dataclasses import dataclass

import numpy as np

from matching.assign.deadline import Deadline
from matching.assign.flow import is_plain
from matching.assign.problem import BoolArray, FloatArray, IntArray, Problem

CELLS = 500_000  # of the table of needs and partners
MOVES = 3_000
WARMTH = 0.02  # of the floor: how much a move may seem better than it is, at first
SURE = 1e-12
LOOKED = 50  # moves between looks at the deadline


@dataclass(slots=True)
class _Seats:
    """Who serves whom, as a table.

    Attributes
    ----------
    weight : ndarray of float, shape (n_needs, n_partners)
        ``-inf`` where there is no open edge.
    held : ndarray of bool, shape (n_needs, n_partners)
    free : ndarray of int, shape (n_partners,)
        Seats left.
    got : ndarray of float, shape (n_needs,)
    """

    weight: FloatArray
    held: BoolArray
    free: IntArray
    got: FloatArray


def is_exchangeable(problem: Problem) -> bool:
    """Tell whether single partners can be passed on without breaking any limit.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    is_exchangeable : bool
        Only upper limits on heads, nobody pinned, and a table that is not too large.
    """
    asks = problem.demand[0].any() or problem.capacity[0].any() or problem.pinned.any()
    return is_plain(problem) and not asks and problem.shape[0] * problem.shape[1] <= CELLS


def exchanged(
    problem: Problem, chosen: BoolArray, aim: FloatArray, random: np.random.Generator, *, deadline: Deadline
) -> tuple[BoolArray, float]:
    """Pass partners on so that needs fall short of what is aimed at by less.

    A need that falls short takes a partner, free or held by another need, and may give one up for it; whoever loses one
    takes that one or the best free one. Moves that seem best are made, what they seem being blurred less and less.

    Parameters
    ----------
    problem : Problem
        For which `is_exchangeable` holds.
    chosen : ndarray of bool, shape (n_edges,)
    aim : ndarray of float, shape (n_needs,)
        Total weight that each need should have; ``-inf`` for those that do not count.
    random : Generator
    deadline : Deadline

    Returns
    -------
    chosen : ndarray of bool, shape (n_edges,)
        The best that was found.
    missing : float
        By how much the needs fall short together.

    References
    ----------
    S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, "Optimization by simulated annealing", Science 220, 1983.
    """
    seats = _seats(problem, chosen)
    scale = float(np.max(np.where(np.isfinite(aim), aim, 0.0) / np.maximum(problem.demand[1], 1)))
    best, least = chosen, np.inf
    for move in range(MOVES):
        short = np.maximum(0.0, aim - seats.got)
        missing = float(short.sum())
        if missing < least:
            best, least = seats.held[problem.need, problem.partner], missing
        if missing <= SURE * scale or (move % LOOKED == 0 and deadline.is_over()):
            break
        need = int(random.choice(short.size, p=short / missing))
        _pass_on(seats, problem, need, aim, WARMTH * scale * (1.0 - move / MOVES), random)
    return best, least


def _seats(problem: Problem, chosen: BoolArray) -> _Seats:
    weight = np.full(problem.shape, -np.inf)
    is_open = ~problem.forbidden
    weight[problem.need[is_open], problem.partner[is_open]] = problem.weight[is_open]
    held = np.zeros(problem.shape, dtype=np.bool_)
    held[problem.need[chosen], problem.partner[chosen]] = True
    seats = np.minimum(np.floor(problem.capacity[1] + 1e-9), problem.shape[0]).astype(np.int64)
    return _Seats(weight, held, seats - held.sum(axis=0), np.where(held, weight, 0.0).sum(axis=1))


def _pass_on(
    seats: _Seats, problem: Problem, need: int, aim: FloatArray, warmth: float, random: np.random.Generator
) -> None:
    """Make the move for one need that seems best; `seats` changes in place."""
    weight, held = seats.weight, seats.held
    own = np.flatnonzero(held[need])
    wanted = np.flatnonzero(np.isfinite(weight[need]) & ~held[need])
    has_room = own.size < problem.demand[1][need]
    given = np.concatenate([[-1], own]) if has_room else own
    if not given.size or not wanted.size:
        return
    lost = np.where(given >= 0, weight[need, given], 0.0)
    open_ = wanted[seats.free[wanted] > 0]
    owner, column = np.nonzero(held[:, wanted])
    taken = wanted[column]
    spare = np.where((seats.free > 0) & ~held[owner], weight[owner], -np.inf)
    best_spare = np.argmax(spare, axis=1) if owner.size else owner
    from_free = np.maximum(spare[np.arange(owner.size), best_spare], 0.0) if owner.size else np.zeros(0)
    back = np.where((given >= 0) & ~held[owner][:, given], weight[owner][:, given], -np.inf)
    short = np.maximum(0.0, aim - seats.got)

    def less(worth: FloatArray) -> FloatArray:
        return np.asarray(np.maximum(0.0, aim[need] - (seats.got[need] + worth[:, None] - lost)) - short[need])

    after = seats.got[owner][:, None] - weight[owner, taken][:, None] + np.maximum(back, from_free[:, None])
    passed = less(weight[need, taken]) + np.maximum(0.0, aim[owner][:, None] - after) - short[owner][:, None]
    value = np.concatenate([passed.ravel(), less(weight[need, open_]).ravel()])
    if not value.size:
        return
    move = int(np.argmin(value - warmth * random.gumbel(size=value.size)))
    if value[move] > 3 * warmth:
        return
    at, option = divmod(move, given.size)
    gives = int(given[option])
    if gives >= 0:
        _change(seats, need, gives, held=False)
    if at >= taken.size:
        _change(seats, need, int(open_[at - taken.size]), held=True)
        return
    other = int(owner[at])
    _change(seats, other, int(taken[at]), held=False)
    _change(seats, need, int(taken[at]), held=True)
    if back[at, option] > max(from_free[at], 0.0):
        _change(seats, other, gives, held=True)
    elif from_free[at] > 0:
        _change(seats, other, int(best_spare[at]), held=True)


def _change(seats: _Seats, need: int, partner: int, *, held: bool) -> None:
    seats.held[need, partner] = held
    seats.free[partner] += -1 if held else 1
    seats.got[need] = float(np.sum(seats.weight[need, seats.held[need]]))
